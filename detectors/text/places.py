"""Places that a text names, without knowing any city: estates, roads, institutions, villages, lines; letter and administrative areas; buildings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.text.sounds import sound_of

if TYPE_CHECKING:
    import rjieba

KINDS = (
    "小区|社区|花园|家园|公寓|大厦|广场|街道|大道|公园|学校|中学|小学|幼儿园|医院|学院|大学|车站|地铁站|市场|工业园|产业园|安置房|新村|新城|花城|名城|"
    "国际|公馆|山庄|别墅|佳苑|雅苑|嘉园|华庭|华府|华苑|名苑|名邸|豪庭|半岛|壹号|路口|立交桥|立交|大桥|水库|宿舍|楼盘|中心|时代|家属院|公司|集团|酒店|宾馆|超市|驾校|养老院|影城|"
    "[东西南北中一二三四五六七八九]路|东街|西街|南街|北街|路|街|巷|镇|乡|村|苑|园|城|府|湾|庭|轩|桥|站|厂|郡|邸|墅|阁|岸|寨|屯|弄|胡同|坊|居|里|站口|广场店"
)
_TOWN = re.compile(r"(?:镇|乡|街道)$")
_NAME = re.compile(rf"(?:{KINDS})$")
_WORD = re.compile(KINDS)
AREA = re.compile(r"[A-Z]\d{0,3}(?:市|区|县|镇|乡|街道)")
_AREA_WORD = re.compile(r"[\u4e00-\u9fff]{2,6}(?:省|自治区|自治州|市|区|县)")
_NUMBER = re.compile(r"[一二三四五六七八九十]{2,3}")  # 五一桥, 八一路
_NO_AREA = re.compile(
    r"(?:小|社|校|园|库|厂|片|辖|地|郊|景|学|山|全|我|本|该|老城|新城|城|超|菜|集|夜|门|都|街|各|按|城乡)[市区县]$"
)
LINE = re.compile(
    r"(?:地铁|轨道交通|轻轨|公交)?[\d一二三四五六七八九十]{1,4}(?:号线|路公交|路车)|[\d]{2,4}路(?=公交|线|车)"
)
ENGLISH = re.compile(
    r"\b\d{1,5}(?:-\d+)? (?:[NSEW]\.? )?(?:[A-Z][A-Za-z'.]+ ){1,3}(?i:st|street|ave|avenue|rd|road|dr|drive|sq|square|blvd|pl|place|ter|ln|lane|way|ct|park)\b\.?"
    r"|\b(?:[A-Z][A-Za-z'.]+ ){1,3}(?i:street|st|avenue|ave|road|rd|drive|square|sq|boulevard|blvd|park|school|station|place|terrace|lane|court|apartments|estate|bridge)\b",
)
BUILDING = re.compile(
    r"(?<![\d一二三四五六七八九十])([\da-zA-Z一二三四五六七八九十]{1,4})(?:栋|幢|号楼|座|单元)|\b(?:building|bldg|block|tower) ?(\d{1,3}|[a-z])\b",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"(?:家住|住在|居住在|住|我是|我家在?|本人是?|i live (?:in|at))[^，。,.;；!！]{0,14}$", re.IGNORECASE
)
_OWNER = re.compile(r"^\s*(?:的)?(?:业主|住户|居民|住的)")
_STOP_TAGS = frozenset(
    [
        "v",
        "p",
        "c",
        "d",
        "r",
        "uj",
        "ul",
        "uz",
        "ug",
        "uv",
        "y",
        "x",
        "t",
        "q",
        "ad",
        "df",
        "e",
        "o",
        "i",
        "l",
        "vd",
        "f",
        "z",
    ]
)
_PROPER = frozenset(["ns", "nr", "nz", "nt", "nrt", "nrfg"])
_COMMON = frozenset(
    (  # noqa: SIM905
        "政府 线路 马路 天桥 邻居 居民 定居 安居 移居 蜗居 同居 居住 出路 铁路 公路 道路 电路 网路 思路 半路 上路 "
        "走路 修路 让路 堵路 拦路 过路 顺路 沿路 路路 套路 销路 无路 水路 陆路 门路 来路 去路 绕路 桥 高架桥 "
        "人行桥 搭桥 家庭 法庭 开庭 大庭 国庆 进城 全城 商城 县城 省城 影城 都城 长城 名城 围城 美食城 农村 乡村 "
        "全村 新村 本村 我村 村村 进村 驻村 扶村 家乡 老家乡 下乡 城乡 返乡 乡镇 城镇 村镇 小镇 全镇 本镇 我镇 "
        "大街 逛街 沿街 上街 占街 步行街 夜宵街 花园 公园 校园 家园 果园 菜园 田园 幼儿园 入园 开园 乐园 陵园 工厂 "
        "电厂 水厂 药厂 砖厂 钢厂 厂 电子厂 污水厂 进厂 建厂 办厂 车站 网站 公交站 加油站 收费站 搅拌站 垃圾站 "
        "中转站 变电站 充电站 泵站 基站 水站 到站 进站 出站 服务站 工作站 小巷 街巷 官邸 别墅 阁 两岸 河岸 沿岸 "
        "对岸 江岸线 夜里 家里 公里 手里 心里 那里 这里 哪里 城里 村里 邻里 嘴里 眼里 屋里 车里 店里 校里 院里 "
        "厂里 公里里 万里 里里 港湾 拐弯 海湾 官府 首府 省府 学府 师范 作坊 牌坊 街坊 油坊 山寨 轩 客轩 里弄 作弄"
    ).split()
)
_HARD_TAGS = frozenset(["x", "p", "c", "uj", "ul", "r", "y", "m"])
_STOP_WORDS = frozenset(
    (  # noqa: SIM905
        "附近 旁边 旁 对面 门口 楼下 隔壁 周边 投诉 反映 建议 咨询 请求 举报 质疑 反对 关于 有关 希望 整个 全部 "
        "该 本 我 其他 其它 多个 各 全市 市政府 普惠 民办 公办 普惠园 民办园 是 有 到 为 把 被 让 向 给 就 去 "
        "来 在 住 离 距 距离 高铁 铁路 物业 业主 居民 群众 老旧 城市 农村 当地 周围 附件 开发商 市民 强烈 全体 "
        "晚上 夜宵 美食 这个 那个 每个 某 公共 临街 集体 停车 违规 职工 员工 领导 学生 家长 老师 问题 噪音 油烟 "
        "维权 呼吁 修建 建设 新建 兴建 在建 建 纳入 征集 恳请 急盼 盼 求 何时 夜市 步行 商业 小 大 老 新 个 "
        "一个 几个 两个 路灯 道路"
    ).split()
)
_GENERIC = frozenset(
    (  # noqa: SIM905
        "小区 花园 社区 街道 学校 道路 马路 公路 路口 本小区 该小区 我小区 整个小区 高速公路 农村 全村 我村 本村 "
        "我镇 中小学 城市 中小学校 住宅小区 老旧小区 公园 广场 医院 学院 大学 中学 小学 幼儿园 市场 菜市场 农贸市场 "
        "车站 地铁站 公交站 火车站 加油站 搅拌站 垃圾站 中转站 收费站 充电站 泵站 变电站 污水厂 电子厂 工厂 水厂 厂 "
        "网站 夜宵街 步行街 商业街 小吃街 美食街 一条街 安置小区 安置房 楼盘 新城 国际 大道 服务中心 便民中心 购物中心 "
        "中心 商业中心 活动中心 政务中心 网点 乡镇 村镇 街巷 家里 夜里 公里 手里 那里 这里 哪里 邻里 这条路 那条路 "
        "一条路 每条路 两条路 有限公司 大酒店 大超市 公办学校 民办学校 经济适用房 私立幼儿园 公立幼儿园 上幼儿园 "
        "公积金中心 医保中心 大街 主干道 道 时代 新时代 城里 村里 小巷 宿舍 员工宿舍 学生宿舍 垃圾中转站 民办园 普惠园 "
        "公办园 校园 幼儿园 公立园 小学校 县城 进城 全城 省城 商城 商场 家属院 政府 体育公园 人民政府 市政府 县政府 "
        "公交线路 人行天桥 过街天桥 高架桥 职业学院 职业技术学院 人民医院 中心小学 中心医院 卫生院 一路 二路 走路 修路 "
        "堵路 绕路 让路 上路 公交站台 站口 停车场"
    ).split()
)
NO_NAME = frozenset(
    "的了是在有我不这那你他她它们也都就还又再很太最更被把让给对向从到为因所以但而且如果则要会能可去来说看做没无非未已将正着过得于按据至自当等请求问何谁怎什么吗呢吧啊呀各每该某其此或及与"
)  # characters of no name
_FIRM = re.compile(
    r"(?:房地产|房屋|物业|管理|服务|开发|经营|建设|建筑|工程|装饰|装修|科技|教育|投资|置业|实业|商贸|贸易|保险|公交|供水|自来水|水务|燃气|供热|供电|电力|运输|出租车|网贷|理财|网络|信息|"
    r"咨询|劳务|人力资源|有限|责任|股份|分|总|家|该|本|我)*(?:公司|集团)$"
)
_LOOSE = re.compile(
    r"(?:(?<=立交)桥|桥下|小区|社区|楼盘|项目|[一二三四五六]期|[0-9]期|分园|南段|北段|东段|西段|路口|门口|业主|二期|站|附近)+$"
)


_NUMBERED = re.compile(r"^[省市区县]?第?(?=[一二三四五六七八九十]{1,3}(?:人民)?(?:医院|中学|中|小学|小))|人民(?=医院)")
_END = re.compile(rf"(?:{KINDS})$")
_FILLING = re.compile(r"(?<=..)(?:职业技术|职业|技术|经济|国际|住宅|生态|文化|商业)(?=..)")


@dataclass(frozen=True)
class Spots:
    """What one text names: `names` of places in order of appearance, administrative `areas`, `buildings` that the matter is in."""

    names: tuple[str, ...]
    areas: frozenset[str]
    buildings: frozenset[str]


def spots_in(text: str, cutter: rjieba.Jieba) -> Spots:
    """Places of one normalised text; see `core` for the key two spellings share."""
    areas = {m.group() for m in AREA.finditer(text)}
    names = [m.group() for m in LINE.finditer(text)]
    names += [" ".join(m.group().lower().rstrip(".").split()) for m in ENGLISH.finditer(text)]
    if not text.isascii():
        runs, named_areas = _chinese(AREA.sub("，", text), cutter)
        names, areas = names + runs, areas | named_areas
    return Spots(tuple(dict.fromkeys(names)), frozenset(areas), frozenset(_buildings(text)))


def _chinese(text: str, cutter: rjieba.Jieba) -> tuple[list[str], set[str]]:
    """Runs of nouns that end in the word for a kind of place; areas by the segmenter's names."""
    found: list[str] = []
    areas: set[str] = set()
    run: list[str] = []
    before = ""  # what stands since the last mark, for names that the segmenter tears
    is_joined = False  # whether the last word closed a name
    for word, tag in cutter.tag(text):
        kind = _NAME.search(word)
        is_kind = kind is not None and word not in _STOP_WORDS and _is_name_part(word, tag, kind.group())
        if not is_kind and not _NUMBER.fullmatch(word) and (tag in _STOP_TAGS or word in _STOP_WORDS or len(word) > 8):
            run, before, is_joined = [], "" if tag in _HARD_TAGS or word in _STOP_WORDS else before + word, False
            continue
        if (word in ("区", "县", "市", "省") and run) or _AREA_WORD.fullmatch(word):
            name = "".join([*run, word][-2:])
            if _AREA_WORD.fullmatch(name) and not _NO_AREA.search(name):
                areas.add(name)
                run, before = [], ""
                continue
        if is_joined and found and not run and _LOOSE.fullmatch(word):
            found[-1] += word  # 魅力之城 + 小区
            continue
        run.append(word)
        before += word
        is_joined = is_kind and _take(found, run, before if len(word) > 1 else "", word)
        if is_joined:
            run, before = [], ""
    towns = {name for name in found if _TOWN.search(name)}
    return [name for name in found if name not in towns], areas | towns


def _is_name_part(word: str, tag: str, kind: str) -> bool:
    """Words such as 政府, 线路, 邻居 end in a kind of place by chance."""
    return len(kind) > 1 or word == kind or tag in _PROPER or (len(word) < 4 and word not in _COMMON)


def _take(found: list[str], run: list[str], before: str, word: str) -> bool:
    """Add the run as a name if it is one."""
    name = "".join(run[-4:])
    if name == word and 3 <= len(before) <= 6 and before[0] not in NO_NAME:
        name = before  # the segmenter tore it: 丽 发 新城
    if not 3 <= len(name) <= 10 or name in _GENERIC or _FIRM.fullmatch(name):
        return False
    found.append(name)
    return True


def _buildings(text: str) -> list[str]:
    """Buildings of the matter, not those where the writer only lives."""
    made = []
    for m in BUILDING.finditer(text):
        if not _HOME.search(text[: m.start()]) and not _OWNER.match(text[m.end() :]):
            made.append((m[1] or m[2]).lower())
    return made


def is_generic(name: str) -> bool:
    """Whether it is a kind of place, and no single one."""
    return name in _GENERIC or name in _STOP_WORDS


def core(name: str) -> str:
    """A name without what people add or leave out: 春晖雅苑小区 and 春晖雅苑 share one core."""
    stem = _NUMBERED.sub("", _FIRM.sub("", _LOOSE.sub("", name)))
    return stem if len(stem) >= 2 and stem not in _GENERIC else name


def gazetteer(spots: Sequence[Spots], at_least: int = 2) -> dict[str, str]:
    """Spelling -> key, learned from the texts.

    A name that ends in another often-named one is that one (高铁离绿地江岸 -> 绿地江岸); so is one that only adds a filling word
    (星河职业学院 -> 星河学院).
    """
    seen = Counter(core(name) for s in spots for name in set(s.names))
    keys = {name: _tail(name, seen, at_least) for name in seen}
    for name, key in keys.items():
        bare = _END.sub("", key)
        if bare != key and len(bare) > 2 and seen[bare] >= at_least:
            keys[name] = bare
    for key, usual in _usual_spellings(keys.values(), seen).items():
        keys |= {name: usual for name, other in keys.items() if other == key}
    for name, key in keys.items():
        bare = _FILLING.sub("", key)
        if bare != key and len(bare) > 3 and seen[bare]:
            keys[name] = bare
    return keys


def _usual_spellings(names: Collection[str], seen: Counter[str]) -> dict[str, str]:
    """Name -> the one that sounds the same and is said more often, at least twice as often."""
    sounding: dict[str, list[str]] = {}
    for name in set(names):
        if len(name) > 2 and not name.isascii():
            sounding.setdefault(sound_of(name), []).append(name)
    made = {}
    for alike in sounding.values():
        usual = max(alike, key=lambda n: (seen[n], n))
        made |= {name: usual for name in alike if name != usual and seen[usual] >= 2 * seen[name]}
    return made


def _tail(name: str, seen: Counter[str], at_least: int) -> str:
    tails = [] if LINE.search(name) or name.isascii() else [name[k:] for k in range(1, len(name) - 2)]
    known = [
        tail
        for tail in tails
        if seen[tail] >= max(at_least, seen[name]) and tail not in _GENERIC and not _WORD.fullmatch(tail)
    ]
    return known[-1] if known else name
