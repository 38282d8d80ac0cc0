"""Different words for one thing that people complain of: both sides of a pair of paraphrases get the same mark."""

from __future__ import annotations

import re

GROUPS = (
    "噪音 噪声 扰民 吵得 吵闹 喧哗 轰鸣 轰隆 刺耳 吵人 吵醒 睡不着 无法入睡 休息不好 noise noisy loud",
    "油烟 烟熏 呛人 排烟 烧烤 夜宵 大排档 餐饮 饭店 餐馆 烧烤店 龙虾",
    "灰尘 粉尘 扬尘 尘土 漫天灰 dust dusty",
    "臭味 异味 恶臭 难闻 刺鼻 臭气 smell odor odour stench stink",
    "车位 停车位 停车费 车库",
    "捆绑 搭售 强制购买 强买强卖 强制买",
    "补贴 补助 津贴 奖补 补贴款",
    "发放 到账 打款 拨付 兑现 发下来",
    "实习 顶岗 打工 进厂 流水线 电子厂",
    "路灯 照明 漆黑 黑灯瞎火 不亮 没有灯 street light streetlight dark",
    "电梯 扶梯 困梯 升降机 elevator lift",
    "积水 内涝 被淹 水浸 淹水 积涝 排水 下水道 flood flooded flooding standing water",
    "停水 断水 没水 缺水",
    "水质 黄水 浑浊 自来水 供水 饮用水 水龙头 二次供水 铁锈水",
    "停电 断电 跳闸 没电 power outage blackout",
    "渣土车 泥头车 大货车 工程车 拉土车 渣土运输 货车 truck trucks",
    "交房 交付 延期 逾期 烂尾 停工 复工 竣工 交楼",
    "涨价 涨到 收费 乱收费 保教费 学费 涨了 提高价格",
    "共享单车 小黄车 单车 自行车 bike bikes scooters",
    "网约车 驾驶员证 从业资格证 人证",
    "考试 考证 考场 报名 名额",
    "工资 欠薪 拖欠 讨薪 工钱 血汗钱",
    "垃圾 垃圾桶 垃圾站 清运 garbage trash rubbish litter",
    "物业 物管 物业公司 物业费",
    "学区 入学 学位 划片 上学 就读",
    "拆迁 征收 安置 补偿 拆除 过渡费",
    "违建 违章 搭建 私搭 乱建",
    "施工 工地 打桩 夜间施工 construction",
    "堵车 拥堵 堵死 排长队 traffic jam congestion",
    "公交 公交车 班次 班车 bus",
    "高铁 铁路 列车 动车 轨道 train railway",
    "老鼠 鼠患 rat rats rodent rodents mice mouse",
    "坑 坑洼 塌陷 沉坑 破损 坑坑洼洼 pothole potholes",
    "树 树木 树枝 大树 tree trees branch",
    "狗 流浪狗 恶犬 犬 dog dogs",
    "供暖 暖气 不热 供热 heating heat",
    "燃气 天然气 煤气 gas",
    "搅拌站 混凝土 水泥 商砼",
    "理财 投资 网贷 p2p 爆雷 集资 跑路",
    "医保 社保 养老保险 参保",
    "强制 强迫 逼迫 要求 被迫",
)
_OF = {word: k for k, group in enumerate(GROUPS) for word in group.split()}
_ANY = re.compile("|".join((rf"\b{w}\b" if w.isascii() else w) for w in sorted(_OF, key=lambda w: (-len(w), w))))


def concepts_in(text: str) -> list[int]:
    """Numbers of the groups that a lower-case text speaks of, once per word said."""
    return [_OF[m.group()] for m in _ANY.finditer(text)]
