"""Layouts that the suggestion of profiles was tuned on; see tests/fixtures_portals.py."""

from __future__ import annotations

TUNED_LAYOUTS = {
    "nyc": """
Unique Key | id:56{n} | ticket_id
Created Date | created:mdy12 | created_at
Closed Date | closed:mdy12 | closed_at
Agency | unit_code | unit
Agency Name | unit | unit
Complaint Type | type | category_l1
Descriptor | detail | category_l2
Location Type | location_type |
Incident Zip | zip |
Incident Address | address | address
Street Name | street |
Cross Street 1 | street |
City | city |
Status | status | status
Due Date | due:mdy12 | due_at
Resolution Description | reply | reply
Resolution Action Updated Date | updated:mdy12 | updated_at
Community Board | ward | street
Borough | borough | district
X Coordinate (State Plane) | x |
Y Coordinate (State Plane) | y |
Open Data Channel Type | channel | channel
Park Facility Name | const:Unspecified |
Latitude | lat | lat
Longitude | lon | lon
Location | point |
""",
    "chicago": """
SR_NUMBER | id:SR22-00{n} | ticket_id
SR_TYPE | type | category_l1
SR_SHORT_CODE | code |
CREATED_DEPARTMENT | unit_code |
OWNER_DEPARTMENT | unit | unit
STATUS | status | status
ORIGIN | channel | channel
CREATED_DATE | created:mdy12 | created_at
LAST_MODIFIED_DATE | updated:mdy12 | updated_at
CLOSED_DATE | closed:mdy12 | closed_at
STREET_ADDRESS | address | address
CITY | city |
ZIP_CODE | zip |
STREET_NUMBER | int |
STREET_NAME | street |
DUPLICATE | tf |
LEGACY_RECORD | tf |
LEGACY_SR_NUMBER | maybe_id |
PARENT_SR_NUMBER | maybe_id | parent_ticket_id
COMMUNITY_AREA | ward | district
WARD | ward | street
ELECTRICAL_DISTRICT | ward |
POLICE_DISTRICT | ward |
CREATED_HOUR | int |
CREATED_DAY_OF_WEEK | int |
CREATED_MONTH | month |
X_COORDINATE | x |
Y_COORDINATE | y |
LATITUDE | lat | lat
LONGITUDE | lon | lon
LOCATION | point |
""",
    "san_francisco": """
CaseID | id:12{n} | ticket_id
Opened | created:mdy12 | created_at
Closed | closed:mdy12 | closed_at
Updated | updated:mdy12 | updated_at
Status | status | status
Status Notes | reply | reply
Responsible Agency | unit | unit
Category | group | category_l1
Request Type | type | category_l2
Request Details | detail | category_l3/text
Address | address | address
Street | street |
Supervisor District | ward | street/district
Neighborhood | hood | district
Police District | borough |
Latitude | lat | lat
Longitude | lon | lon
Point | point |
Source | channel | channel
Media URL | url |
""",
    "los_angeles": """
SRNumber | id:1-12{r} | ticket_id
CreatedDate | created:mdy12 | created_at
UpdatedDate | updated:mdy12 | updated_at
ActionTaken | const:SR Created |
Owner | org | unit
RequestType | type | category_l1
Status | status | status
RequestSource | channel | channel
CreatedByUserOrganization | org |
MobileOS | blank |
Anonymous | yn |
AssignTo | org | unit
ServiceDate | closed:mdy12 |
ClosedDate | closed:mdy12 | closed_at
AddressVerified | yn |
ApproximateAddress | yn |
Address | address | address
HouseNumber | int |
Latitude | lat | lat
Longitude | lon | lon
Location | point |
TBMPage | int |
APC | const:North Valley APC |
CD | ward |
CDMember | member |
NC | ward |
NCName | hood |
PolicePrecinct | borough |
""",
    "austin": """
Service Request (SR) Number | id:23-00{n} | ticket_id
SR Description | type | category_l1
Method Received | channel | channel
SR Status | status | status
Status Change Date | updated:mdy12 | updated_at
Created Date | created:mdy12 | created_at
Last Update Date | updated:mdy12 | updated_at
Close Date | closed:mdy12 | closed_at
SR Location | address | address
Street Number | int |
Street Name | street |
City | city |
Zip Code | zip |
County | county |
State Plane X Coordinate | x |
State Plane Y Coordinate | y |
Latitude Coordinate | lat | lat
Longitude Coordinate | lon | lon
(Latitude.Longitude) | point |
Council District | ward | street/district
Map Page | const:MG13 |
Map Tile | const:A1 |
""",
    "dallas": """
Service Request Number | id:23-00{n} | ticket_id
Address | address | address
City Council District | ward | street/district
Department | unit | unit
Service Request Type | type | category_l1
ERT (Estimated Response Time) | const:5 days |
Overall Service Request Due Date | due:mdy12 | due_at
Created Date | created:mdy12 | created_at
Update Date | updated:mdy12 | updated_at
Closed Date | closed:mdy12 | closed_at
Status | status | status
Outcome | outcome | reply
Priority | priority | priority
Method Received Description | channel | channel
Unique Key | id:24{n} |
Lat_Long Location | point |
""",
    "houston": """
CASE NUMBER | id:1010{n} | ticket_id
SR LOCATION | address | address
COUNTY | county |
DISTRICT | ward | district
NEIGHBORHOOD | hood | district
TAX ID | id:{r} |
TRASH QUAD | const:NE |
TRASH DAY | weekday |
KEY MAP | const:492J |
MANAGEMENT DISTRICT | blank |
DEPARTMENT | unit | unit
DIVISION | unit |
SR TYPE | type | category_l1
QUEUE | unit_code |
SLA | int |
STATUS | status | status
SR CREATE DATE | created:ymd | created_at
DUE DATE | due:ymd | due_at
DATE CLOSED | closed:ymd | closed_at
OVERDUE | hours |
Title | title | title
x | x |
y | y |
LATITUDE | lat | lat
LONGITUDE | lon | lon
Channel Type | channel | channel
""",
    "toronto": """
Creation Date | created:ymd | created_at
Status | status | status
First 3 Chars of Postal Code | code |
Intersection Street 1 | street |
Intersection Street 2 | street |
Ward | ward | district/street
Service Request Type | type | category_l1
Division | unit | unit
Section | unit_code |
""",
    "montreal": """
ID_UNIQUE | guid | ticket_id
NATURE | kind | kind
ACTI_NOM | type | category_l1
TYPE_LIEU_INTERV | location_type |
RUE | street |
RUE_INTERSECTION1 | street |
ARRONDISSEMENT | borough | district
ARRONDISSEMENT_GEO | borough |
LIN_CODE_POSTAL | code |
DDS_DATE_CREATION | created:iso | created_at
PROVENANCE_ORIGINALE | channel | channel
PROVENANCE_TELEPHONE | int |
PROVENANCE_COURRIEL | int |
UNITE_RESP_PARENT | unit | unit
LOC_LONG | lon | lon
LOC_LAT | lat | lat
LOC_X | x |
LOC_Y | y |
LOC_ERREUR_GDT | int |
DERNIER_STATUT | status | status
DATE_DERNIER_STATUT | updated:iso | updated_at
""",
    "philadelphia": """
objectid | id:{n} |
service_request_id | id:15{n} | ticket_id
subject | type |
status | status | status
status_notes | reply | reply
service_name | type | category_l1/category_l2
service_code | code |
agency_responsible | unit | unit
service_notice | const:3 Business Days |
requested_datetime | created:pg | created_at
updated_datetime | updated:pg | updated_at
expected_datetime | due:pg | due_at
closed_datetime | closed:pg | closed_at
address | address | address
zipcode | zip |
media_url | url |
lat | lat | lat
lon | lon | lon
""",
    "washington_dc": """
X | lon |
Y | lat |
OBJECTID | id:{n} |
SERVICECODE | code |
SERVICECODEDESCRIPTION | type | category_l1/category_l2
SERVICETYPECODEDESCRIPTION | group | category_l1
ORGANIZATIONACRONYM | unit_code | unit
SERVICECALLCOUNT | int |
ADDDATE | created:arcgis | created_at
RESOLUTIONDATE | closed:arcgis | closed_at
SERVICEDUEDATE | due:arcgis | due_at
SERVICEORDERDATE | created:arcgis |
INSPECTIONFLAG | yn |
INSPECTIONDATE | dispatched:arcgis |
INSPECTORNAME | blank |
SERVICEORDERSTATUS | status | status
STATUS_CODE | code |
SERVICEREQUESTID | id:23-00{n} | ticket_id
PRIORITY | priority | priority
STREETADDRESS | address | address
XCOORD | x |
YCOORD | y |
LATITUDE | lat | lat
LONGITUDE | lon | lon
CITY | city |
ZIPCODE | zip |
MARADDRESSREPOSITORYID | int |
WARD | ward | street/district
DETAILS | text | text
""",
    "cincinnati": """
SR_NUMBER | id:SR23{n} | ticket_id
SR_STATUS | status | status
SR_STATUS_FLAG | code |
SR_TYPE | code | category_l1
SR_TYPE_DESC | type | category_l1/category_l2
PRIORITY | priority | priority
DEPT_NAME | unit | unit
METHOD_RECEIVED | channel | channel
DATE_CREATED | created:mdy12 | created_at
TIME_RECEIVED | created:mdy12 |
DATE_LAST_UPDATE | updated:mdy12 | updated_at
DATE_STATUS_CHANGE | updated:mdy12 | updated_at
PLANNED_COMPLETION_DAYS | int |
DATE_CLOSED | closed:mdy12 | closed_at
GROUP_DESC | group |
ADDRESS | address | address
NEIGHBORHOOD | hood | district
LATITUDE | lat | lat
LONGITUDE | lon | lon
USER_ID | user |
""",
    "kansas_city": """
CASE ID | id:2023{n} | ticket_id
SOURCE | channel | channel
DEPARTMENT | unit | unit
WORK GROUP | unit_code |
REQUEST TYPE | type | category_l1/category_l2
CATEGORY | group | category_l1
TYPE | detail | category_l2/category_l3
DETAIL | detail |
CREATION DATE | created:mdyday | created_at
CREATION TIME | const:10:15 AM | created_at.time
CREATION MONTH | month |
CREATION YEAR | year |
STATUS | status | status
EXCEEDED EST TIMEFRAME | yn |
CLOSED DATE | closed:mdyday | closed_at
CLOSED MONTH | month |
CLOSED YEAR | year |
DAYS TO CLOSE | int |
STREET ADDRESS | address | address
ADDRESS WITH GEOCODE | point |
ZIP CODE | zip |
NEIGHBORHOOD | hood | district
COUNTY | county |
COUNCIL DISTRICT | ward | street/district
POLICE DISTRICT | borough |
PARCEL ID NO | id:{r} |
LATITUDE | lat | lat
LONGITUDE | lon | lon
CASE URL | url |
""",
    "edmonton": """
Row ID | id:{n}-2023 |
Ticket Number | id:90{n} | ticket_id
Date Created | created:mdyday | created_at
Date Closed | closed:mdyday | closed_at
Request Status | status | status
Status Detail | outcome |
Service Category | type | category_l1
Service Details | detail | category_l2
Business Unit | unit | unit
Neighbourhood | hood | district
Community League | hood |
Ward | ward | street/district
Address | address | address
Lat | lat | lat
Long | lon | lon
Location | point |
Ticket Source | channel | channel
Calendar Year | year |
Count | const:1 |
Posse_Number | maybe_id |
Transit_Ref_Number | maybe_id |
""",
    "beijing": """
序号 | row |
诉求编号 | id:BJ2023{n} | ticket_id
来电时间 | created:ymd | created_at
首次派单时间 | dispatched:ymd | dispatched_at
诉求类型 | kind | kind
诉求来源 | channel | channel
问题分类 | path | category_path
诉求标题 | title | title
诉求内容 | text | text
被反映区 | district | district
被反映街乡镇 | street | street
被反映社区村 | community | community
承办单位 | unit | unit
办结时限 | due:ymd | due_at
办结时间 | closed:ymd | closed_at
是否解决 | yesno | is_solved
满意度 | rating | satisfaction
联系电话 | mobile | person_phone
""",
    "shanghai": """
工单编号 | id:SH2023{n} | ticket_id
来源渠道 | channel | channel
受理时间 | created:slash | created_at
工单类型 | kind | kind
一级分类 | group | category_l1
二级分类 | type | category_l2
三级分类 | detail | category_l3
诉求描述 | text | text
事发地址 | address | address
所属区 | district | district
所属街镇 | street | street
主办单位 | unit | unit
协办单位 | unit | co_units
先行联系时间 | contacted:slash | contacted_at
要求办结时间 | due:slash | due_at
实际办结时间 | closed:slash | closed_at
办理结果 | reply | reply
满意情况 | rating | satisfaction
工单状态 | status | status
""",
    "city_management": """
案件编号 | id:CG2023{n} | ticket_id
案件来源 | channel | channel
上报时间 | created:unpadded | created_at
立案时间 | registered:unpadded | received_at
派遣时间 | dispatched:unpadded | dispatched_at
处置截止时间 | due:unpadded | due_at
处置结束时间 | closed:unpadded |
结案时间 | archived:unpadded | closed_at
大类名称 | group | category_l1
小类名称 | detail | category_l2
问题描述 | text | text
所属区域 | district | district
所属街道 | street | street
所属社区 | community | community
地址描述 | address | address
处置部门 | unit | unit
案件状态 | status | status
经度 | zlon | lon
纬度 | zlat | lat
是否超期 | yesno |
返工次数 | int | redo_count
""",
    "message_board": """
留言ID | id:{r} | ticket_id
留言标题 | title | title
留言内容 | text | text
留言时间 | created:minute | created_at
留言人 | user | person_name/person_account
领域 | domain | category_l1
类型 | kind | kind
留言对象 | unit | unit
状态 | status | status
回复单位 | unit |
回复时间 | closed:minute | closed_at
回复内容 | reply | reply
点赞数 | int | likes
满意度 | rating | satisfaction
""",
    "mayor_mailbox": """
信件编号 | id:XJ{n} | ticket_id
来信主题 | title | title
来信时间 | created:ymd | created_at
来信人 | name | person_name
联系方式 | mobile | person_phone
信件类型 | kind | kind
来信内容 | text | text
受理单位 | unit | unit
办理状态 | status | status
办结时间 | closed:ymd | closed_at
答复内容 | reply | reply
是否公开 | yesno |
""",
    "grid_platform": """
任务号 | id:WG2023{n} | ticket_id
发现时间 | created:zh | created_at
上报渠道 | channel | channel
事件类型 | type | category_l1
事件描述 | text | text
事件等级 | priority | priority
所属镇街 | street | street
所属村居 | community | community
网格名称 | const:第3网格 |
发生地点 | address | address
百度经度 | zlon | lon
百度纬度 | zlat | lat
办理时限 | due:zh | due_at
完结时间 | closed:zh | closed_at
处理部门 | unit | unit
处理情况 | reply | reply
上报人 | name |
""",
    "snap_app": """
id | id:{r} | ticket_id
user_id | user | person_account
上报时间 | created:ymd | created_at
问题类别 | type | category_l1
问题说明 | text | text
图片 | url |
地点 | address | address
lng | zlon | lon
lat | zlat | lat
处理状态 | status | status
处理反馈 | reply | reply
处理完成时间 | closed:ymd | closed_at
更新时间 | updated:ymd | updated_at
""",
}
