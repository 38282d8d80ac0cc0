"""Names of persons in Chinese ticket texts: set phrases first, then a segmenter's name tags that pass the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.spans import Span

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
NOT_NAMES = frozenset(
    "高度重视 高峰 高空 高层 高速 高温 高压 高考 高新 何时 何处 何地 何种 何况 马上 马路 马桶 马达 石头 石材 金额 金融 黄金 黄色 黄线 白天 白色 方便 方面 方式 方案 方向 安全 安装 安静 安置 安排 常年 常常 时间 时候 时常 全部 全天 全家 "
    "全国 全市 全体 平时 平台 平均 平方 平安 明确 明显 明天 明年 和平 和谐 路面 路灯 路口 路段 路边 路人 万元 万一 万分 千万 江边 江水 江湖 水费 水电 水管 水压 于是 于此 于今 向上 向阳 成立 成都 成本 成员 成功 应该 应当 应急 解决 解释 解除 "
    "严重 严格 严禁 严查 任何 任务 任意 文明 文件 文化 温度 温馨 单位 单元 单独 单价 华丽 华润 曲线 古城 计划 计算 相关 相应 相邻 公司 公交 公共 公园 公路 公示 公告 公安 公寓 公开 公平 公积金 公厕 国家 国庆 国土 元旦 元宵 强制 强烈 强行 "
    "项目 项链 管理 管道 管线 管委会 连续 连接 关于 关闭 关注 关心 经常 经过 经理 车位 车辆 车库 车主 车站 车牌 车速 车流 车间 门口 门前 门店 门面 门诊 门卫 原因 原来 原则 来电 来自 来回 都市 都是 那么 那个 那里 那些 信号 信访 信息 信用 "
    "利用 利益 利息 盖章 盖楼 支付 支持 权利 权益 权力 海鲜 海边 海港 花园 花草 花费 商家 商户 商铺 商品 商业 商场 商店 游客 游泳 学校 满意 满足 位置 位于 印章 居民 居住 居委会 干净 干部 干扰 但是 初步 初中 初三 宣传 索赔 普通 普遍 "
    "易燃 易爆 易发 房屋 房东 房子 房产 房租 房价 房主 包括 包含 包装 尚未 尚且 时段 时长 温泉 康复 康养 施工 施救 武警 卫生 卫生间 米粉 米线 景区 景观 党员 党委 党组织 费用 冷气 冷库 冷水 席位 封闭 封路 封堵 谈话 南北 南边 南侧 班车 班级 班主任 "
    "储存 原告 楼上 楼下 楼道 楼顶 楼房 楼栋 楼盘 楼梯 云南 荣誉 明细 查看 查询 查处 查封 迟迟 迟到 官方 官网 桂花 宗教 边上 师傅 师生 农民 农村 农田 农业 农贸 司法 司机 卓越 吉祥 简单 农药 童车 古树 古镇 古建 凌晨 毕业 毕竟 季节 季度 盛夏 "
    "甘蔗 左右 左侧 左边 左转 申请 申报 申诉 欧式 兰花 庄园 庄稼 章程 颜色 齐全 安徽 江苏 江西 河南 湖南 福建 广东 贺卡 毛坯 毛病 邵阳 石家庄 郑州 徐州 温州 苏州 杭州 贵州 金华 金牛 金水 黄河 长江 白云 武汉 武昌 江北 江南 江宁 高新区 经开区 "
    "孔雀 龙头 雷雨 雷电 林业 林木 田地 田间 叶子 程序 程度 苏打 沈阳 夏天 夏季 秦岭 江河 牛奶 牛肉 马匹 马戏 马拉松 熊猫 白蚁 白领 白酒 石油 石板 石灰 石子 金属 金牌 钱款 钱财 汤汁 阳台 阳光 阳性 曾经 曾有 余款 余额 余下 许多 许可 许可证 "
    "郭店 康桥 方正 戴口罩 向往 强拆 强占 万达 高铁 高架 高大 高温天 高楼 高坠 何以 何在 和解 和睦 和尚 华为 华侨 文体 文物 文书 安保 安防 安检 安心 易拉罐 单车 单行道 柏油 柏油路 胡乱 胡同 胡说 梁柱 丁字路 丁香 杜绝 严厉 严谨 严惩 池塘 池水 "
    "李子 桃子 杨树 柳树 杨梅 梅花 梅雨 桑拿 桑树 海棠 海滨 花坛 花盆 花卉 花圃 盘查 鲜花 鲜奶 广场舞 屠宰 普惠 都会 宿舍 薄膜 羊肉 乌黑 印刷 国道 国企 国标 丰富 巴士 支队 祖父 祖母 井盖 井口 区域 区政府 区里 利民 谢谢 谢谢您 张贴 张开 张口 张挂 张望 张力 陈述 陈旧 陈列 陈设 周边 周围 周末 周期 周年 周全 周到 周转 周一 周二 周三 周四 周五 周六 周日 余地 余热 余下 余留 余震 余土 余项 余票 余粮 曾是 曾说 曾就 曾多次 黄牛 黄土 黄泥 黄标 黄灯 黄河 黄山 黄沙 黄页 黄金周 "
    "孙子 孙女 孙辈 徐徐 胡同 胡乱 胡来 胡闹 朱红 何不 何苦 何人 何物 何故 何谓 何种 何事 何年 何月 许久 许可 许愿 许诺 许下 顾客 顾问 顾虑 顾及 顾忌 顾不上 顾此 莫名 莫非 莫过于 莫大 孔洞 汤圆 牛羊 柴油 柴火 苏醒 范围 范畴 范本 范例 贺信 申领 申办 申购 申遗 钟点 钟表 钟头 钟爱 陆续 陆地 陆运 姜汤 葛根 童年 童装 童鞋 凌空 凌乱 "
    "邢台 唐山 邓家 丁点 丁字 秦皇岛 韩国 吴中 郑东 宋城 宋庆龄 梁上 史上 史料 陶瓷 陶冶 黎明 覃塘 戴上 戴帽 戴好 尤其 尤为 祝您 祝愿 祝福 祝贺 祝好 祝各位 董事 董事会 薄弱 薄板 舒适 舒服 舒心 舒缓 舒畅 段时间 段路 段落 侯车 候车 焦急 焦虑 焦点 焦味 焦油 庞大 倪虹 岳父 岳母 耿直 殷切 殷勤 蒲扇 滕王阁 饶命 穆斯林 熊猫 熊孩子 "
    "王府井 王牌 王者 李子 刘海 杨柳 杨树 杨絮 杨梅 赵县 吴江 吴越 郭店 罗列 罗马 谢绝 谢意 宋代 唐代 彭水 蔡甸 蒋家 杜鹃 苏宁 苏果 苏打 苏联 魏都 吕梁 沈水 姚江 卢沟桥 崔家 谭家 汪洋 廖廖 贾汪 韦伯 薛城 邹城 孟津 邱隘 尹家 胡书记 陈书记 周书记 李书记 张书记 王书记 刘书记 徐工 柳州 柳絮 柳树 柳条 阮家 鲍鱼 喻家 祁门 卞家 虞城 匡算 荆州 荆棘 骆驼 翁城 涂料 涂改 涂抹 涂鸦 涂装 霍乱 聂家 鲁班 鲁迅 詹家 欧洲 欧元 欧美 欧盟 欧派 邵东".split()
)
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
    if name in NOT_NAMES or name[:2] in NOT_NAMES and len(name) > 2:
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
