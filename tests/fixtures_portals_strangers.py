"""Invented exports in the manner of cities and platforms that no other fixture follows; written before the method saw them.

Lines as in tests/fixtures_portals.py; `field.time` is the column that holds the time of day of a field's date.
"""

from __future__ import annotations

FOURTH_LAYOUTS = {
    "sla_report": """
CATEGORY | group | category_l1
CASEID | id:10155{n} | ticket_id
OPENEDDATETIME | created:mdyday | created_at
SLA_Date | due:mdy12 | due_at
CLOSEDDATETIME | closed:mdyday | closed_at
Late (Yes/No) | late |
Dept | unit | unit
REASONNAME | type | category_l2
TYPENAME | detail | category_l3
CaseStatus | status | status
SourceID | channel | channel
OBJECTDESC | full_address | address
Council District | ward | street/district
XCOORD | x |
YCOORD | y |
Report Starting Date | const:05/01/2023 |
Report Ending Date | const:05/31/2023 |
""",
    "dispatch_log": """
Incident No. | id:{n}-23 | ticket_id
Rpt Date | created:mdyday | created_at
Rpt Time | created:hhmm | created_at.time
Nature of Call | type | category_l1
Sub-Nature | detail | category_l2
Loc Blk Addr | address | address
Cross St | street |
Precinct | borough | district
How Recvd | channel | channel
Taken By | user |
Assigned Dept | unit | unit
Remarks | text | text
Disposition | outcome | reply
Date Cleared | closed:mdyday | closed_at
Time Cleared | closed:hhmm | closed_at.time
X Coord (State Plane ft) | x |
Y Coord (State Plane ft) | y |
""",
    "lakeside_feed": """
request_uuid | guid |
sr_num | id:LS-{n} | ticket_id
opened_epoch_ms | created:ms | created_at
resolved_epoch_ms | closed:ms | closed_at
promised_by_ms | due:ms | due_at
last_touch_ms | updated:ms | updated_at
issue_bucket | group | category_l1
issueType | type | category_l2
Issue Detail | detail | category_l3
intakeMethod | channel | channel
current_state | status | status
crewUnit | unit | unit
resolution_note | reply | reply
citizen_note | text | text
blk_addr | address | address
nbhd | hood | district
wardNo | ward | street/district
y_lat | lat | lat
x_long | lon | lon
zip5 | zip |
linked_sr_num | maybe_id | parent_ticket_id
""",
    "appeal_desk": """
序号 | row |
诉求编号 | id:SQ202303{n} | ticket_id
登记时间 | created | created_at
受理时间 | registered | received_at
转派时间 | dispatched | dispatched_at
签收时间 | signed |
办结日期 | closed | closed_at
处理时限 | due | due_at
受理途径 | channel | channel
诉求类别 | kind | kind
一级事项 | group | category_l1
二级事项 | type | category_l2
三级事项 | detail | category_l3
诉求人 | name | person_name
联系方式 | mobile | person_phone
诉求标题 | title | title
问题描述 | text | text
所属区域 | district | district
所属街镇 | street | street
详细地址 | address | address
主办部门 | unit | unit
办理情况 | reply | reply
当前环节 | status | status
诉求人评价 | rating | satisfaction
""",
    "call_record": """
工单号 | id:2023030100{n}0087 | ticket_id
来电时间 | created:slash | created_at
来电号码 | mobile | person_phone
来电人姓名 | name | person_name
渠道名称 | channel | channel
诉求目的 | kind | kind
诉求概述 | title | title
诉求详细情况 | text | text
诉求分类 | path | category_path
事发地点 | address | address
所在区县 | district | district
所在镇街 | street | street
所在村居 | community | community
高德经度 | zlon | lon
高德纬度 | zlat | lat
办理单位 | unit | unit
办结截止日期 | due:slash | due_at
实际办结时间 | closed:slash | closed_at
首次联系时间 | contacted:slash | contacted_at
工单状态 | status | status
办理结果反馈 | reply | reply
是否解决问题 | yesno | is_solved
满意度评价 | rating | satisfaction
是否重复来电 | yesno |
前序工单号 | maybe_id | parent_ticket_id
坐席工号 | user |
""",
    "handover_list": """
交办单编号 | id:JB{n} | ticket_id
反映日期 | created:day | created_at
反映时间 | created:time | created_at.time
来件方式 | channel | channel
反映人 | name | person_name
联系电话 | mobile | person_phone
事项大类 | group | category_l1
事项小类 | detail | category_l2
反映事项 | title | title
具体内容 | text | text
属地 | district | district
小区名称 | estate | estate
责任单位 | unit | unit
紧急程度 | priority | priority
办理期限 | limit | due_at
办结日期 | closed:day | closed_at
办结时刻 | closed:time | closed_at.time
办理结果 | reply | reply
群众评价 | rating | satisfaction
备注 | blank |
""",
}
FIFTH_LAYOUTS = {
    "county_tracker": """
Service Request ID | id:{n} | ticket_id
Create Date | created:mdyday | created_at
Create Time | created:time12 | created_at.time
Last Action Date | updated:mdyday | updated_at
Close Date | closed:mdyday | closed_at
Close Time | closed:time12 | closed_at.time
Service Request Type | type | category_l1
Problem Code Desc | detail | category_l2
Department | unit | unit
Priority Level | priority | priority
Submission Method | channel | channel
Location (Street) | address | address
City | city |
Zip | zip |
Commission Dist | ward | street/district
GPS Latitude | lat | lat
GPS Longitude | lon | lon
Citizen Comments | text | text
Resolution Comments | reply | reply
Request Status | status | status
Days Open | int |
""",
    "tickets_api": """
ticketKey | id:TK-{n} | ticket_id
openedOn | created:ms | created_at
lastModifiedOn | updated:ms | updated_at
closedOn | closed:ms | closed_at
slaDueOn | due:ms | due_at
primaryIssue | group | category_l1
secondaryIssue | detail | category_l2
intakeChannel | channel | channel
ticketState | status | status
assignedTeam | unit | unit
wardName | ward | street/district
neighbourhoodName | hood | district
streetAddress | address | address
geoLat | lat | lat
geoLng | lon | lon
requesterComment | text | text
publicResponse | reply | reply
parentTicketKey | maybe_id | parent_ticket_id
hasPhoto | tf |
""",
    "service_centre": """
序号 | row |
受理单号 | id:2023{n}01 | ticket_id
来电日期 | created:day | created_at
来电时刻 | created:time | created_at.time
诉求渠道 | channel | channel
事项类型 | kind | kind
一级类目 | group | category_l1
二级类目 | type | category_l2
三级类目 | detail | category_l3
诉求主题 | title | title
诉求描述 | text | text
发生区县 | district | district
发生街道 | street | street
发生社区 | community | community
发生地点 | address | address
主责单位 | unit | unit
派发时间 | dispatched | dispatched_at
首联时间 | contacted | contacted_at
办结时间 | closed | closed_at
承诺办结日 | due:day | due_at
工单进度 | status | status
处理反馈 | reply | reply
市民满意度 | rating | satisfaction
问题解决情况 | yesno | is_solved
来电者姓名 | name | person_name
来电者电话 | mobile | person_phone
""",
    "street_patrol": """
案卷号 | id:AJ{n} | ticket_id
问题来源 | channel | channel
上报日期 | created:slash | created_at
立案日期 | registered:slash | received_at
派遣日期 | dispatched:slash | dispatched_at
处置截止日期 | due:slash | due_at
结案日期 | closed:slash | closed_at
大类名称 | group | category_l1
小类名称 | type | category_l2
细类名称 | detail | category_l3
问题概要 | title | title
问题详情 | text | text
所属区 | district | district
所属街道 | street | street
所属社区 | community | community
位置描述 | address | address
X坐标 | zlon | lon
Y坐标 | zlat | lat
处置部门 | unit | unit
案卷状态 | status | status
处置结果 | reply | reply
紧急级别 | priority | priority
举报人电话 | mobile | person_phone
""",
}
TITLED = {  # written as .xlsx with these rows above the header
    "appeal_desk": ("诉求件综合查询（2023年3月—4月）", "导出部门：服务中心　导出时间：2023-06-01 09:00"),
    "handover_list": ("群众反映事项交办清单",),
    "service_centre": ("12345 诉求受理明细", "统计区间：2023-03-01 至 2023-05-31"),
}
