"""Layouts kept aside while the suggestion of profiles was made; see tests/fixtures_portals.py."""

from __future__ import annotations

HELD_OUT_LAYOUTS = {
    "baltimore": """
RowID | row |
SRRecordID | guid |
ServiceRequestNum | id:23-00{n} | ticket_id
SRType | type | category_l1
MethodReceived | channel | channel
CreatedDate | created:mdy12 | created_at
SRStatus | status | status
StatusDate | updated:mdy12 | updated_at
Priority | priority | priority
DueDate | due:mdy12 | due_at
CloseDate | closed:mdy12 | closed_at
LastActivity | outcome |
LastActivityDate | updated:mdy12 | updated_at
Outcome | outcome | reply
Agency | unit | unit
Address | address | address
ZipCode | zip |
Neighborhood | hood | district
CouncilDistrict | ward | street/district
PoliceDistrict | borough |
PolicePost | int |
Latitude | lat | lat
Longitude | lon | lon
GeoLocation | point |
NeedsSync | int |
""",
    "san_diego": """
service_request_id | id:37{n} | ticket_id
service_request_parent_id | maybe_id | parent_ticket_id
sap_notification_number | id:403{r} |
date_requested | created:iso | created_at
case_age_days | int |
case_record_type | group |
service_name | type | category_l1
service_name_detail | detail | category_l2
date_closed | closed:day | closed_at
status | status | status
lat | lat | lat
lng | lon | lon
street_address | address | address
zipcode | zip |
council_district | ward | street/district
comm_plan_code | ward |
comm_plan_name | hood | district
park_name | blank |
case_origin | channel | channel
referred | blank |
iamfloc | blank |
public_description | text | text
""",
    "new_orleans": """
Service Request # | id:2023-{n} | ticket_id
Request Type | group | category_l1
Request Reason | type | category_l2
Date Created | created:mdy12 | created_at
Date Modified | updated:mdy12 | updated_at
Case Close Date | closed:mdy12 | closed_at
Request Status | status | status
Responsible Agency | unit | unit
Final Address | address | address
Neighborhood District | hood | district
Council District | ward | street/district
ZIP Code | zip |
Latitude | lat | lat
Longitude | lon | lon
Contractor | blank |
""",
    "oakland": """
REQUESTID | id:9{n} | ticket_id
DATETIMEINIT | created:mdy12 | created_at
SOURCE | channel | channel
DESCRIPTION | detail | category_l2/text
REQCATEGORY | group | category_l1
REQADDRESS | point |
STATUS | status | status
REFERREDTO | blank |
DATETIMECLOSED | closed:mdy12 | closed_at
SRX | x |
SRY | y |
COUNCILDISTRICT | ward | street/district
BEAT | code |
PROBADDRESS | address | address
City | city |
State | const:CA |
""",
    "nashville": """
Request # | id:{n} | ticket_id
Status | status | status
Request Type | group | category_l1
Subrequest Type | type | category_l2
Additional Subrequest Type | detail | category_l3
Date / Time Opened | created:mdy12 | created_at
Date / Time Closed | closed:mdy12 | closed_at
Request Origin | channel | channel
System of Origin ID | id:{r} |
Preferred language | const:English |
Address | address | address
City | city |
Council District | ward | street/district
ZIP | zip |
Latitude | lat | lat
Longitude | lon | lon
State Issue | tf |
Parent Request | maybe_id | parent_ticket_id
Closed When Created | tf |
Contact Type | kind |
""",
    "seattle": """
Service Request Number | id:23-00{n} | ticket_id
Service Request Type | type | category_l1
City Department | unit | unit
Created Date | created:mdy12 | created_at
Method Received | channel | channel
Status | status | status
Location | address | address
X_Value | x |
Y_Value | y |
Latitude | lat | lat
Longitude | lon | lon
Latitude/Longitude | point |
ZIP Code | zip |
Council District | ward | street/district
Police Precinct | borough |
Neighborhood | hood | district
""",
    "miami_dade": """
ticket_id | id:23-00{n} | ticket_id
issue_type | type | category_l1
issue_description | detail | category_l2/text
case_owner | unit | unit
street_address | address | address
city | city |
state | const:FL |
zip_code | zip |
neighborhood_district | hood | district
ticket_created_date_time | created:iso | created_at
ticket_last_updated_date_time | updated:iso | updated_at
ticket_closed_date_time | closed:iso | closed_at
ticket_status | status | status
latitude | lat | lat
longitude | lon | lon
method_received | channel | channel
sr_xcoordinate | x |
sr_ycoordinate | y |
actual_completed_days | int |
goal_days | int |
""",
    "calgary": """
service_request_id | id:23-00{n} | ticket_id
requested_date | created:slash | created_at
updated_date | updated:slash | updated_at
closed_date | closed:slash | closed_at
status_description | status | status
source | channel | channel
service_name | type | category_l1
agency_responsible | unit | unit
address | blank | address
comm_code | code |
comm_name | hood | district
location_type | location_type |
longitude | lon | lon
latitude | lat | lat
point | wkt |
""",
    "minneapolis": """
OBJECTID | id:{n} |
CASEID | id:1018{n} | ticket_id
SUBJECTNAME | group | category_l1
REASONNAME | type | category_l2
TYPENAME | detail | category_l3
TITLE | title | title
OPENEDDATETIME | created:ms | created_at
CASESTATUS | status | status
CLOSEDDATETIME | closed:ms | closed_at
XCOORD | x |
YCOORD | y |
LASTUPDATEDATETIME | updated:ms | updated_at
""",
    "boston_new": """
case_id | id:BCS-{n} | ticket_id
open_date | created:ymd | created_at
case_topic | group | category_l1
service_name | type | category_l2
assigned_department | unit | unit
assigned_team | unit_code |
case_status | status | status
closure_reason | outcome | reply
closure_comments | reply | reply
close_date | closed:ymd | closed_at
target_close_date | due:ymd | due_at
on_time | const:ONTIME |
report_source | channel | channel
full_address | address | address
street_number | int |
street_name | street |
zip_code | zip |
neighborhood | hood | district
city_council_district | ward | street/district
police_district | borough |
ward | ward | street/district
precinct | int | community
submitted_photo | url |
longitude | lon | lon
latitude | lat | lat
""",
    "pittsburgh": """
_id | row |
GROUP_ID | id:{n} | ticket_id
NUM_REQUESTS | int |
CREATE_DATE_ET | created:iso | created_at
LAST_ACTION_ET | updated:iso | updated_at
CLOSED_DATE_ET | closed:iso | closed_at
REQUEST_TYPE_NAME | type | category_l1
REQUEST_TYPE_ID | int |
STATUS_NAME | status | status
STATUS_CODE | int |
ORIGIN | channel | channel
DEPARTMENT | unit | unit
NEIGHBORHOOD | hood | district
COUNCIL_DISTRICT | ward | street/district
WARD | ward | street/district
CENSUS_TRACT | int |
LATITUDE | lat | lat
LONGITUDE | lon | lon
GEO_ACCURACY | const:EXACT |
""",
    "buffalo": """
Case Reference | id:1001{n} | ticket_id
Open Date | created:mdy12 | created_at
Closed Date | closed:mdy12 | closed_at
Status | status | status
Subject | group | category_l1
Reason | type | category_l2
Type | detail | category_l3
Object Type | const:Property |
Address Number | int |
Address Line 1 | address | address
City | city |
State | const:NY |
Zip Code | zip |
Location | point |
Latitude | lat | lat
Longitude | lon | lon
Council District | hood | street/district
Police District | borough |
Neighborhood | hood | district
""",
    "work_order_sheet": """
序号 | row |
创建时间 | registered:ymd | received_at
工单编号 | id:GD2023{n} | ticket_id
标题 | title | title
主要内容 | text | text
问题点位 | estate | estate/address
工单状态 | status | status
诉求分类1 | group | category_l1
诉求分类2 | type | category_l2
处理结果 | reply | reply
来电时间 | created:ymd | created_at
派单时间 | dispatched:ymd | dispatched_at
处理时限 | due:ymd | due_at
办结时间 | closed:ymd | closed_at
来电人 | name | person_name
来电人电话 | mobile | person_phone
""",
    "district_hand_over": """
工单编号 | id:2023{n} | ticket_id
工单标题 | title | title
诉求内容 | text | text
诉求类型 | kind | kind
受理时间 | created:ymd | created_at
区交办时间 | signed:ymd |
区交办办结期限 | due:ymd | due_at
诉求渠道 | channel | channel
诉求归口 | unit |
紧急程度 | priority | priority
工单状态 | status | status
求助人员 | name | person_name
求助号码 | mobile | person_phone
性别 | sex |
事件发生地 | district | district/address
诉求详细地址 | address | address
是否疑难 | yesno |
是否协办 | yesno |
市交办主办单位 | unit | unit
市交办协办单位 | unit | co_units
市交办时间 | dispatched:ymd | dispatched_at
市交办办结期限 | due:ymd | due_at
""",
    "grid_cases": """
案卷编号 | id:23{n} | ticket_id
发现时间 | created:minute | created_at
受理时间 | registered:minute | received_at/created_at
流转方向 | flow |
业务类型 | kind | kind
案件来源 | channel | channel
案件属性 | const:事件 |
案件大类 | group | category_l1
案件小类 | type | category_l2
案件子类 | detail | category_l3
街镇 | street | street
居村 | community | community
网格编号 | id:{r} |
发生地址 | address | address
上报部门 | unit |
监督员编号 | int |
监督员姓名 | name |
诉求联系人 | name | person_name
来电号码 | mobile | person_phone
诉求标题 | title | title
问题描述 | text | text
是否紧急 | yesno |
派遣时间 | dispatched:minute | dispatched_at
主责部门 | unit | unit
处理时间 | closed:minute | closed_at
处理超时 | yesno |
处理截至时间 | due:minute | due_at
处理备注 | reply | reply
回访用户评价 | rating | satisfaction
""",
    "petitions": """
信访编号 | id:1117{n} | ticket_id
信访日期 | created:iso | created_at
信访方式 | channel | channel
内容分类 | path_ | category_path
来源 | channel | channel
信访目的 | kind | kind
内容 | text | text
规定办结日期 | due:iso | due_at
标题 | title | title
登记单位 | unit |
责任单位 | unit | unit
办结日期 | closed:iso | closed_at
""",
}

# kept aside until the layouts above had been looked at and learned from
SECOND_LAYOUTS = {
    "sacramento": """
OBJECTID | id:{n} |
ReferenceNumber | id:230{n} | ticket_id
CategoryLevel1 | group | category_l1
CategoryLevel2 | type | category_l2
CategoryName | detail | category_l3
CouncilDistrictNumber | ward | street/district
SourceLevel1 | channel | channel
PublicStatus | status | status
ZIP | zip |
Neighborhood | hood | district
DateCreated | created:arcgis | created_at
DateUpdated | updated:arcgis | updated_at
DateClosed | closed:arcgis | closed_at
CrossStreet | street |
Address | address | address
x | lon | lon
y | lat | lat
GlobalID | guid |
""",
    "memphis": """
INCIDENT_NUMBER | id:54{n} | ticket_id
INCIDENT_TYPE_ID | int |
REPORTED_DATE | created:mdy12 | created_at
LAST_MODIFIED_DATE | updated:mdy12 | updated_at
FOLLOWUP_DATE | due:mdy12 |
NEXT_OPEN_TASK_DATE | blank |
CLOSE_DATE | closed:mdy12 | closed_at
REQUEST_STATUS | status | status
REQUEST_TYPE | type | category_l1
REQUEST_PRIORITY | priority | priority
SUMMARY_1 | title | title
CREATION_CHANNEL | channel | channel
OWNER_NAME | member |
GROUP_NAME | unit_code |
DEPARTMENT | unit | unit
DIVISION | unit |
RESOLUTION_CODE | code |
RESOLUTION_SUMMARY | reply | reply
ADDRESS1 | address | address
CITY | city |
POSTAL_CODE | zip |
ASSET | int |
""",
    "detroit": """
ID | id:91{n} | ticket_id
Report Type | type | category_l1
Report Status | status | status
Priority | priority | priority
Address | address | address
Acknowledged At | contacted:pg | contacted_at
Created At | created:pg | created_at
Closed At | closed:pg | closed_at
Reopened At | blank |
Updated At | updated:pg | updated_at
Days to Close | int |
Web Url | url |
Neighborhood | hood | district
Council District | ward | street/district
Longitude | lon | lon
Latitude | lat | lat
Report Method | channel | channel
""",
    "charlotte": """
FISCAL_YEAR | year |
REQUEST_NO | id:82{n} | ticket_id
REQUEST_TYPE | type | category_l1
TITLE | title | title
DEPARTMENT | unit | unit
DIVISION | unit |
RECEIVED_DATE | created:arcgis | created_at
BLOCK_NO | int |
STREET_NAME | street |
ZIP_CODE | zip |
COUNCIL_DISTRICT | ward | street/district
NEIGHBORHOOD_PROFILE_AREA | int |
LATITUDE | lat | lat
LONGITUDE | lon | lon
X_COORD | x |
Y_COORD | y |
""",
    "somerville": """
id | id:41{n} | ticket_id
classification | group | category_l1
category | type | category_l2
type | detail | category_l3
origin_of_request | channel | channel
most_recent_status_date | updated:iso | updated_at
most_recent_status | status | status
date_created | created:iso | created_at
block_code | int |
ward | ward | street/district
neighborhood | hood | district
emergency_readiness_and_response_planning | blank |
""",
    "honolulu": """
Report Number | id:HNL-{n} | ticket_id
Report Name | type | category_l1
Submit Date | created:long | created_at
Status | status | status
Status Date | updated:long | updated_at
Comments | text | text
Location | address | address
Department | unit | unit
Lat | lat | lat
Lng | lon | lon
""",
    "uk_council": """
Enquiry Ref | id:W{n} | ticket_id
Logged Date | created:dmy | created_at
Service Name | group | category_l1
Subject Name | type | category_l2
Enquiry Status | status | status
Enquiry Description | text | text
Officer | member |
Target Date | due:dmy | due_at
Completed Date | closed:dmy | closed_at
How Reported | channel | channel
Site Name | address | address
Ward | hood | district/street
Easting | x |
Northing | y |
""",
    "hotline_platform": """
主键ID | row |
热线单号 | id:12345-20231014-{n} | ticket_id
诉求类型编码 | code |
诉求类型名称 | kind | kind
事发区域编码 | int |
事发区域名称 | district | district
诉求内容 | text | text
联系人姓名 | name | person_name
联系人电话 | mobile | person_phone
热线来源 | channel | channel
处置状态 | status | status
受理部门名称 | unit | unit
处置结果 | reply | reply
推送时间 | dispatched:ymd |
创建时间 | created:ymd | created_at
办结时间 | closed:ymd | closed_at
""",
    "citizen_voice": """
流水号 | id:ZJ{n} | ticket_id
登记时间 | created:slash | created_at
信访渠道 | channel | channel
信访目的 | kind | kind
一级内容 | group | category_l1
二级内容 | type | category_l2
概况信息 | text | text
问题属地 | district | district
责任单位 | unit | unit
办理期限 | due:slash | due_at
办理状态 | status | status
答复时间 | closed:slash | closed_at
群众评价 | rating | satisfaction
信访人 | name | person_name
手机号码 | mobile | person_phone
""",
    "property_service": """
报事单号 | id:BS{n} | ticket_id
报事时间 | created:unpadded | created_at
报事来源 | channel | channel
报事大类 | group | category_l1
报事细类 | detail | category_l2
报事内容 | text | text
小区名称 | estate | estate
房号 | int |
报事人 | name | person_name
接单时间 | dispatched:unpadded | received_at/dispatched_at
完成时间 | closed:unpadded | closed_at
处理人 | name |
处理结果 | reply | reply
单据状态 | status | status
回访时间 | archived:unpadded |
满意度 | rating | satisfaction
""",
}

# kept aside a third time
THIRD_LAYOUTS = {
    "cambridge": """
ticket_id | id:{n} | ticket_id
city | city |
issue_type | type | category_l1
issue_category | group | category_l1/category_l2
issue_description | text | text
ticket_status | status | status
ticket_created_date_time | created:iso | created_at
ticket_last_updated_date_time | updated:iso | updated_at
ticket_closed_date_time | closed:iso | closed_at
acknowledged_at | contacted:iso | contacted_at
address | address | address
lat | lat | lat
lng | lon | lon
location | point |
image | url |
html_url | url |
""",
    "new_haven": """
Id | id:{n} | ticket_id
Status | status | status
Summary | title | title
Description | text | text
Rating | int |
Lat | lat | lat
Lng | lon | lon
Address | address | address
Created at local | created:iso | created_at
Acknowledged at | contacted:iso | contacted_at
Closed at local | closed:iso | closed_at
Reopened at | blank |
Updated at | updated:iso | updated_at
Minutes to closed | int |
Request type | type | category_l1
Export tagged places | hood |
""",
    "san_jose": """
Incident ID | id:{n} | ticket_id
Status | status | status
Source | channel | channel
Category | group | category_l1
Service Type | type | category_l2
Specific Service Detail | detail | category_l3/text
Department | unit | unit
Latitude | lat | lat
Longitude | lon | lon
Date Created | created:ymd | created_at
Date Last Updated | updated:ymd | updated_at
""",
    "denver": """
Case Summary | type | category_l1/title
Case Status | status | status
Case Source | channel | channel
Case Created Date | created:mdyday | created_at
Case Created dttm | created:mdy12 | created_at
Case Closed Date | closed:mdyday | closed_at
Case Closed dttm | closed:mdy12 | closed_at
First Call Resolution | yn |
Customer Zip Code | zip |
Incident Address 1 | address | address
Incident Address 2 | blank |
Incident Intersection 1 | street |
Incident Zip Code | zip |
Longitude | lon | lon
Latitude | lat | lat
Agency | unit | unit
Division | unit |
Major Area | group | category_l1/category_l2
Type | kind | kind/category_l1/category_l2/category_l3
Topic | detail | category_l2/category_l3
Council District | ward | street/district
Police District | borough |
Neighborhood | hood | district
""",
    "gainesville": """
Issue ID | id:{n} | ticket_id
Issue Type | type | category_l1
Description | text | text
Issue Status | status | status
Service Request Date | created:mdy12 | created_at
Date Acknowledged | contacted:mdy12 | contacted_at
Minutes to Acknowledge | int |
Date Closed | closed:mdy12 | closed_at
Date Last Updated | updated:mdy12 | updated_at
Assigned To | unit | unit
Address | address | address
Latitude | lat | lat
Longitude | lon | lon
Location | point |
""",
    "shenzhen": """
事件编号 | id:SZ{n} | ticket_id
事件标题 | title | title
上报来源 | channel | channel
上报时间 | created:ymd | created_at
事件描述 | text | text
事项名称 | detail | category_l1/category_l2/category_l3
事项类别 | kind | kind
所在区 | district | district
所在街道 | street | street
所在社区 | community | community
事发地点 | address | address
主责单位 | unit | unit
协办单位 | unit | co_units
分拨时间 | dispatched:ymd | dispatched_at
首次联系市民时间 | contacted:ymd | contacted_at
处置时限 | due:ymd | due_at
实际办结时间 | closed:ymd | closed_at
办理状态 | status | status
市民评价 | rating | satisfaction
是否重办 | yesno |
""",
    "hefei": """
序号 | row |
工单编号 | id:{n} | ticket_id
来电时间 | created:slash | created_at
来电号码 | mobile | person_phone
工单分类 | kind | kind
事项分类 | path | category_path
工单内容 | text | text
所属区域 | district | district
办理单位 | unit | unit
派发时间 | dispatched:slash | dispatched_at
签收时间 | signed:slash | received_at
办理时限 | due:slash | due_at
反馈时间 | closed:slash | closed_at
办理结果 | reply | reply
回访结果 | rating | satisfaction
是否超时 | yesno |
""",
    "digital_city": """
任务号 | id:{n} | ticket_id
问题来源 | channel | channel
案件类型 | const:事件 |
大类 | group | category_l1
小类 | detail | category_l2
上报时间 | created:unpadded | created_at
受理时间 | registered:unpadded | received_at
派遣时间 | dispatched:unpadded | dispatched_at
应结案时间 | due:unpadded | due_at
处置完成时间 | closed:unpadded |
结案时间 | archived:unpadded | closed_at
问题描述 | text | text
X坐标 | x |
Y坐标 | y |
监督员 | name |
责任网格 | int |
区域 | district | district
街道 | street | street
社区 | community | community
专业部门 | unit | unit
当前阶段 | status | status
处置意见 | reply | reply
""",
    "suzhou_forum": """
帖子编号 | id:{n} | ticket_id
发帖标题 | title | title
发帖内容 | text | text
发帖人 | user | person_account/person_name
发帖时间 | created:ymd | created_at
所属板块 | domain | category_l1
受理部门 | unit | unit
回复时间 | closed:ymd | closed_at
回复内容 | reply | reply
浏览数 | int |
处理状态 | status | status
""",
}
