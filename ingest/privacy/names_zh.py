"""Names of persons in Chinese ticket texts: set phrases first, then a segmenter's name tags that pass the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.spans import Span
from ingest.privacy.words import word_list

COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|南宫|独孤|端木|申屠|濮阳|呼延|轩辕|闻人|澹台|钟离|东郭|百里"
SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁都芮普阙浦戈伏鹿薄邸雍辜羊阴乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阎赖卞龚樊"
)
SURNAME = rf"(?:{COMPOUND}|[{SINGLE}])"
# how far a surname can be trusted: STRONG ones are hardly ever the first character of another word, MIDDLE ones sometimes
STRONG = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何罗郑梁谢宋唐许邓韩冯曹彭曾肖董潘袁蔡蒋余杜苏魏吕丁沈姚卢姜崔钟谭陆汪廖范贾韦薛邹孟熊秦邱尹阎段侯史陶黎贺顾郝龚邵覃戴莫孔汤牛樊葛邢伍庞颜倪聂鲁岳翟殷詹欧耿焦俞柳祝舒阮柯童"
    "凌裴霍涂翁骆靳柴鲍喻祁蒲滕饶牟尤穆缪褚娄窦戚岑瞿佟臧闵邬卞姬栾隋刁甄虞佘邝匡鞠荆鄢谌奚申詹薄邸"
)
MIDDLE = "江雷龙毛温康施齐田叶林高马石金方万文夏于任季章庄钱梅甘尚宁严武乔贝洪程白卓兰常汪曲苗蓝曾关左付向易涂"
GIVEN = r"[\u4e00-\u9fff]"
TITLE = (
    "先生|女士|小姐|同志|师傅|老师|医生|大夫|护士|律师|警官|民警|书记|主任|局长|处长|科长|所长|站长|队长|校长|院长|经理|老板|总经理|董事长|阿姨|大爷|大妈|大叔|奶奶|爷爷|叔叔|大姐|大哥|教练|工程师|店长|村长|镇长|区长|市长|总监|主管|会长|"
    "法官|教授|园长|班长|组长|司机|保安|法人"
)
ROLE = (
    "姓名|联系人|来电人|投诉人|举报人|反映人|申请人|当事人|负责人|经办人|承办人|制表人|责任人|法人代表|法定代表人|法人|业主|户主|租客|租户|房东|患者|病人|家属|学生|儿子|女儿|丈夫|妻子|老公|老婆|父亲|母亲|爸爸|妈妈|弟弟|哥哥|姐姐|妹妹|孙子|孙女|"
    "邻居|居民|村民|市民|网友|员工|职工|工人|司机|店主|老板|包工头|中介|经纪人|客服|工作人员|办事员|民警|律师|医生|老师|班主任|书记|主任|经理|队长|村支书|网格员|楼长|保安|房主|屋主|住户|车主|死者|伤者|嫌疑人|被告|原告|本人|同事|朋友|收款人|户名|签名|作者|我叫|名叫|我是|叫做|叫"
)
VERBS = "因|被|将|多次|未|拒|已|对|从|拖欠|居住|系|等|发生|态度|声称|告知|反映|来电|咨询|投诉|求助|表示|称|说|建议|举报|致电|要求|希望|认为|提出|留言|的|在|于|与|和|，|。|、|；|：|,|;|\\s|$|（|\\(|电话|手机|身份证|联系|住|家"
TITLED = re.compile(rf"((?:{COMPOUND}|[{STRONG}{MIDDLE}]){GIVEN}{{0,2}}?)(?:{TITLE})")
SOMEONE = re.compile(rf"((?:{COMPOUND}|[{STRONG}{MIDDLE}])(?:某{{1,3}}|[xX×＊*]{{1,3}}|某[\u4e00-\u9fff]))")
BY_ROLE = re.compile(rf"(?:{ROLE})(?:叫|为|是|[:：\s])*({SURNAME}{GIVEN}{{1,2}}?)(?={VERBS})")
BY_MARK = re.compile(
    rf"(?:姓名|联系人|来电人|投诉人|举报人|申请人|经办人|制表人|负责人|户名|收款人|签名)(?:姓名)?[:：]\s*({GIVEN}{{2,4}}(?:·{GIVEN}{{2,5}})?)(?=[^\u4e00-\u9fff·]|$|电话|手机|身份证|联系)"
)
TOPIC = re.compile(
    rf"(?:关于|由|据|接到?|市民|群众)({SURNAME}{GIVEN}{{1,2}}?)(?=反映|来电|咨询|投诉|求助|举报|致电|留言|(?:先生|女士|小姐|同志))"
)
ETHNIC = re.compile(r"[\u4e00-\u9fff]{2,5}·[\u4e00-\u9fff]{2,5}(?:·[\u4e00-\u9fff]{2,5})?")
PLACE_AFTER = re.compile(
    r"^(?:路|街|巷|弄|里|道|村|镇|乡|区|县|市|省|州|桥|湖|河|江|山|庄|屯|湾|湾里|家园|花园|小区|社区|公寓|大厦|广场|小学|中学|大学|医院|学校|公司|集团|店|厂|超市|市场|酒店|饭店|宾馆|银行|苑|府|城|公园|地铁|站|营|寨|集|堡|店铺|"
    r"大道|大街|胡同|新村|物业|家具|烧烤|面馆|餐厅|餐馆|饭馆|火锅|包子|诊所|药房|药店|幼儿园|街道|校区|机场|庙|寺|塔|墓|祠|故居|洞|沟|坡|岭|岗|塘|坪|坝|港|口|门|园|馆|楼|阁)"
)
NOT_NAMES = word_list("not_names_zh.txt")
FUNCTION = frozenset(
    "的了是在不有我他她它们这那就也都还把被让到去来说要会没很最太又与及或但而且因所以之其将从往对给为着过吗呢吧啊呀请问处等号楼栋室路街"
)


def find_names(text: str) -> Iterator[Span]:
    """Spans of person names in Chinese text; titles behind a name stay, so the sentence stays readable."""
    for pattern in (TITLED, SOMEONE, BY_ROLE, BY_MARK, TOPIC):
        for match in pattern.finditer(text):
            alone = match[1] in WORD_LIKE and not text.startswith(("先生", "女士", "小姐", "某"), match.end(1))
            if not alone and _is_plausible(match[1], sure=pattern is BY_MARK):
                yield Span(*match.span(1), "name")
    yield from (Span(*m.span(), "name") for m in ETHNIC.finditer(text) if "·" in m[0])
    yield from _tagged(text)


def _is_plausible(name: str, *, sure: bool = False) -> bool:
    if name in NOT_NAMES or (name[:2] in NOT_NAMES and len(name) > 2):
        return False
    return sure or not any(c in FUNCTION for c in name[1:])


def _tagged(text: str) -> Iterator[Span]:
    """Words that the segmenter tags as names, begin with a surname, look like a name and are no part of a place name."""
    import rjieba

    at, before = 0, ""
    for word, tag in rjieba.tag(text):
        start = text.find(word, at)
        at = start + len(word)
        if tag in ("nr", "nrfg"):
            if len(before) == 1 and before in SPLIT_SURNAME and len(word) == 2:  # 曾/d 玉兰/nr
                start -= 1
            if length := _name_length(text[start:at], text[at : at + 4]):
                yield Span(start + length[0], start + length[1], "name")
        before = word


def _name_length(word: str, after: str) -> tuple[int, int] | None:
    """Where the name lies in a tagged word: 周杰家 -> 周杰, 抄表员田玉芬 -> 田玉芬; None when there is none."""
    if len(word) > 4:
        match = re.search(rf"(?<=[员长师工人])[{STRONG}{MIDDLE}]{GIVEN}{{1,2}}$", word)
        return match.span() if match else None
    if len(word) > 2 and word[-1] == "家" and _is_full_name(word[:-1], ""):
        return 0, len(word) - 1
    return (0, len(word)) if len(word) > 1 and _is_full_name(word, after) else None


SPLIT_SURNAME = frozenset(STRONG + "曾江雷龙毛温康田叶林高马石金方万文夏于任季章庄钱梅尚武乔洪白卓兰苗蓝")
WORD_LIKE = frozenset("向任于关方高严季文金章常白左付易曾马石温施万宁")  # before a mere title these may be words
STRONG_NAME = re.compile(rf"^(?:(?:{COMPOUND}){GIVEN}{{1,2}}|[{STRONG}]{GIVEN}{{1,2}})$")
MIDDLE_NAME = re.compile(rf"^[{MIDDLE}]{GIVEN}{{2}}$")
NO_LAST = frozenset("家部办员所局处科站线区路村街队厂店苑镇乡组会院校号楼栋费款卡证率性化型类场里们等左右")


def _is_full_name(word: str, after: str) -> bool:
    """What the segmenter calls a name is one when its surname can be trusted and nothing around it makes it a place."""
    if word[-1] in NO_LAST or PLACE_AFTER.match(after) or word in NOT_NAMES or word[:2] in NOT_NAMES:
        return False
    return bool(STRONG_NAME.match(word) or MIDDLE_NAME.match(word))
