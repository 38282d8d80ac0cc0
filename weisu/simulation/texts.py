"""Titles, texts and replies from templates, with the personal data that real ones hold (made up)."""

from __future__ import annotations

import numpy as np
import polars as pl

from weisu.simulation import people
from weisu.simulation.background import Demand
from weisu.simulation.catalogue import OFFICE

OPENERS = (
    "来电人反映",
    "市民反映",
    "诉求人称",
    "您好，",
    "我是附近居民，",
    "市民来电反映：",
    "网友留言：",
    "群众反映，",
    "诉求人表示",
    "请转相关部门：",
)
WHEN = (
    "近日",
    "最近一周",
    "昨天晚上",
    "今天早上",
    "这个月以来",
    "连续几天",
    "从上周开始",
    "目前",
    "已经有一段时间",
    "",
)
OFFICE_EFFECTS = (
    "，多次咨询没有结果",
    "，不知道找哪个部门",
    "，耽误办事",
    "，对方一直推托",
    "，材料已经提交",
    "",
    "",
    "",
)
EFFECTS = (
    "，影响居民正常生活",
    "，老人孩子很不方便",
    "，存在安全隐患",
    "，周边住户都有意见",
    "，一直没有改善",
    "，给出行带来不便",
    "，严重影响休息",
    "",
    "",
    "，希望引起重视",
)
REQUESTS = (
    "，请核实处理。",
    "，要求尽快解决。",
    "，请相关部门回复。",
    "，望派人到现场查看。",
    "，请明确责任单位。",
    "，希望给出处理时间。",
    "，请协调。",
    "，诉求人要求答复。",
)
ANGER = (
    "已经反映多次都没有人管，太气愤了！",
    "打了好几次电话都是推诿，非常不满！",
    "再这样下去大家都受不了了！",
    "到底有没有人管？",
)
THREATS = ("再不解决就去上访。", "不处理的话我们业主准备集体去讨说法。", "没有结果就找媒体曝光。")
REPLIES = (
    "经核查，情况属实，{unit}已处理完毕，已回复诉求人。",
    "{unit}已到现场查看并完成整改，诉求人表示知晓。",
    "已转{unit}办理，现已办结。",
    "经了解，该问题已列入{unit}整治计划。",
    "{unit}已与诉求人联系并解释政策。",
)
OPEN_REPLY = "正在办理中"
COMPANY_HEAD, COMPANY_TAIL = "示例", ("百货", "健身", "置业", "建工", "餐饮", "科技", "物流", "教育", "家政", "传媒")
COMPANY_L1 = ("市场监管", "劳动社保", "教育")
NAME_SHARE, PHONE_SHARE, MET_SHARE, ANGER_SHARE, THREAT_SHARE, ID_SHARE, PLATE_SHARE = (
    0.22,
    0.16,
    0.03,
    0.07,
    0.004,
    0.004,
    0.35,
)


def add_texts(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame, phrases: tuple[str, ...]) -> pl.DataFrame:
    """Add address, title, text, reply, company, caller and phone.

    Args:
        rows: draft rows with outcomes; `phrase` indexes `phrases` (the catalogue's, then those of events).
    """
    person = np.maximum(rows["person"].to_numpy(), 0)
    named = rows.with_columns(
        place=_places(demand, rng, rows),
        problem=pl.Series(phrases)[rows["phrase"]],
        caller=people.full_names(person),
        polite=people.surnames(person),
        phone=people.phones(person),
        l3=demand.catalogue.table["l3"][rows["category"]],
        company=_companies(demand, rng, rows),
    )
    office = demand.catalogue.flag("l1", OFFICE) & (demand.catalogue.table["is_place"].to_numpy() == 0)
    is_office = pl.Series(office[rows["category"].to_numpy()] & (rows["event"].to_numpy() < 0))
    about = pl.when(is_office).then(pl.col("company").fill_null("")).otherwise("place")
    told = _told(demand, rng, named.with_columns(is_office=is_office, about=about))
    unknown = pl.col("person") < 0
    return told.with_columns(
        caller=pl.when(~unknown).then("caller"),
        phone=pl.when(~unknown).then("phone"),
        address=pl.when(pl.Series(rng.random(rows.height) > 0.04)).then(pl.col("place")),
    )


def _told(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(title=_titles(rng, rows), text=_texts(demand, rng, rows), reply=_replies(rng, rows))


def _any(rng: np.random.Generator, choices: tuple[str, ...], size: int) -> pl.Series:
    return pl.Series(choices)[rng.integers(0, len(choices), size)]


def _places(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """小区 + building, or a made-up road with a number."""
    estate = pl.Series(demand.city.estate_names)[rows["estate"].clip(0)]
    number = rows["building"].cast(pl.String)
    road = pl.Series(demand.city.street_names)[rows["street"]].str.replace("街道", "路")
    inside = estate + number + "号楼"
    return pl.select(pl.when(rows["estate"] >= 0).then(inside).otherwise(road + number + "号附近")).to_series()


def _companies(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    about = demand.catalogue.flag("l1", COMPANY_L1)[rows["category"].to_numpy()] & (rng.random(rows.height) < 0.4)
    head = pl.Series(demand.city.community_names)[
        rng.integers(0, len(demand.city.community_names), rows.height)
    ].str.replace("社区", "")
    name = COMPANY_HEAD + head + _any(rng, COMPANY_TAIL, rows.height) + "有限公司"
    return pl.select(pl.when(pl.Series(about)).then(name)).to_series()


def _titles(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Four habits of writing a title; 加急 and 再次反映 often stand only here."""
    habit = pl.Series(rng.random(rows.height))
    with_name = "关于" + rows["polite"] + "反映" + rows["about"] + rows["l3"] + "的问题"
    plain = rows["about"] + rows["l3"]
    spoken = rows["about"] + rows["problem"]
    urgent = (rows["urgency"] == 0) & pl.Series(rng.random(rows.height) < 0.5)
    body = pl.when(habit < NAME_SHARE).then(with_name).when(habit < 0.7).then(plain).otherwise(spoken)
    head = (
        pl.when(rows["is_repeat"])
        .then(pl.lit("再次反映："))
        .when(urgent)
        .then(pl.lit("【加急】"))
        .otherwise(pl.lit(""))
    )
    title = pl.when(rows["is_test"]).then(pl.lit("测试工单请勿派发")).otherwise(head + body)
    return pl.select(title).to_series()


def _texts(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    size = rows.height
    effects = pl.select(
        pl.when(rows["is_office"]).then(_any(rng, OFFICE_EFFECTS, size)).otherwise(_any(rng, EFFECTS, size))
    ).to_series()
    body = (
        _any(rng, OPENERS, size)
        + rows["about"]
        + _any(rng, WHEN, size)
        + rows["problem"]
        + effects
        + _any(rng, REQUESTS, size)
    )
    again = pl.when(rows["is_repeat"]).then("此前工单" + rows["parent"] + "已反映，至今未解决。").otherwise(pl.lit(""))
    test = pl.when(rows["is_test"]).then(pl.lit("系统测试，请忽略。"))
    full = pl.concat_str([pl.lit(body), again, _feelings(rng, rows), _contacts(rng, rows), _numbers(demand, rng, rows)])
    return pl.select(test.otherwise(full)).to_series()


def _feelings(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Expr:
    heat = rows["is_repeat"].cast(pl.Float64) * 0.25 + rows["unsolved"].cast(pl.Float64) * 0.2
    drawn, threat, anger = (
        pl.Series(rng.random(rows.height)),
        _any(rng, THREATS, rows.height),
        _any(rng, ANGER, rows.height),
    )
    is_threat = drawn > 1 - THREAT_SHARE * (1 + 10 * heat)
    return pl.when(is_threat).then(threat).when(drawn < ANGER_SHARE + heat).then(anger).otherwise(pl.lit(""))


def _contacts(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Expr:
    """How people leave their name and number, and whom they have seen about it."""
    drawn, habit = (pl.Series(rng.random(rows.height)) for _ in range(2))
    told = (drawn < PHONE_SHARE) & (rows["person"] >= 0)
    officer = people.surnames(rng.integers(0, 5000, rows.height)).str.slice(0, 1)
    said = (
        pl.when(habit < 0.6).then("联系人" + rows["caller"] + "，电话" + rows["phone"] + "。")
        .when(habit < 0.75).then("我叫" + rows["caller"] + "，手机" + rows["phone"] + "。")
        .when(habit < 0.9).then("请联系" + rows["polite"] + rows["phone"] + "。")
        .otherwise("本人" + rows["caller"] + "，住在附近，" + rows["phone"] + "随时可以联系。")
    )  # fmt: skip
    met = "之前找过" + officer + _any(rng, ("经理", "主任", "师傅", "所长"), rows.height) + "，没有结果。"
    return pl.when(told).then(said).when(drawn > 1 - MET_SHARE).then(met).otherwise(pl.lit(""))


def _numbers(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.Expr:
    """Identity numbers in a few tickets, plates in many about parking."""
    drawn = rng.random(rows.height)
    parking = np.isin(rows["category"].to_numpy(), demand.catalogue.members("停车管理"))
    person = np.maximum(rows["person"].to_numpy(), 0)
    extra = np.full(rows.height, "", dtype=object)
    with_id, with_plate = drawn < ID_SHARE, parking & (drawn > 1 - PLATE_SHARE)
    extra[with_id] = ["身份证号" + number + "。" for number in people.identity_numbers(person[with_id])]
    extra[with_plate] = ["车牌号" + plate + "。" for plate in people.plates(person[with_plate])]
    return pl.lit(pl.Series(extra.tolist(), dtype=pl.String))


def _replies(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    which = rng.integers(0, len(REPLIES), rows.height)
    before, after = (pl.Series([reply.split("{unit}")[part] for reply in REPLIES])[which] for part in (0, 1))
    officer = (
        people.full_names(rng.integers(0, 5000, rows.height))
        + "（电话"
        + people.phones(rng.integers(0, 5000, rows.height))
        + "）"
    )
    signed = pl.when(pl.Series(rng.random(rows.height) < 0.1)).then("经办人：" + officer).otherwise(pl.lit(""))
    filled = pl.concat_str([pl.lit(before + rows["unit"] + after), signed])
    closed = rows["status"].is_in(["已办结", "已并单"])
    return pl.select(pl.when(closed).then(filled).when(rows["status"] == "办理中").then(pl.lit(OPEN_REPLY))).to_series()
