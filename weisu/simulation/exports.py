"""The export files, UTF-8 CSV with BOM: 42 usual 12345 columns in a file a month, or the 20 core ones in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from weisu.simulation.background import CHANNELS, Demand
from weisu.simulation.clocks import KINDS, URGENCY
from weisu.simulation.config import Layout

HEADERS = (
    "工单编号", "诉求时间", "诉求来源", "诉求类型", "一级分类", "二级分类", "三级分类", "诉求标题", "诉求内容", "区县", "街道", "社区", "小区",
    "事发地址", "经度", "纬度", "承办单位", "协办单位", "派单时间", "联系时间", "办结时间", "办结时限", "工单状态", "是否有效回访", "是否联系",
    "是否解决", "满意度", "处置速度", "处置效果", "服务体验", "反馈质量", "重办次数", "退回次数", "转派次数", "是否延期", "是否挂账",
    "关联工单", "紧急程度", "企业名称", "来电人", "联系电话", "答复内容",
)  # fmt: skip
CORE_HEADERS = (
    "工单编号", "诉求时间", "诉求来源", "一级分类", "二级分类", "诉求标题", "诉求内容", "区县", "街道", "社区", "事发地址", "经度", "纬度",
    "承办单位", "派单时间", "办结时间", "办结时限", "是否解决", "满意度", "联系电话",
)  # fmt: skip
TOLD_IN_TEXT = {"诉求类型": "工单类型", "三级分类": "诉求事项", "小区": "小区"}  # columns that the core layout lacks
NO_POINT_SHARE, NO_STREET_SHARE, NO_DISTRICT_SHARE = 0.05, 0.02, 0.006  # the last two of tickets without an estate
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def export_table(demand: Demand, rows: pl.DataFrame) -> pl.DataFrame:
    """Finished rows under the headers of an export, all text, blank where unknown."""
    city, levels = demand.city, demand.catalogue.table
    category, street = rows["category"], rows["street"]
    has_estate = rows["estate"] >= 0
    drawn = demand.config.generator("blanks", rows["created_at"].min()).random((2, rows.height))
    no_point = pl.Series(drawn[0] < NO_POINT_SHARE)
    vague = ~has_estate & (rows["event"] < 0)
    has_street, has_district = (
        ~(vague & pl.Series(drawn[1] < share)) for share in (NO_STREET_SHARE, NO_DISTRICT_SHARE)
    )
    columns = {
        "工单编号": rows["ticket_id"], "诉求时间": _time(rows["created_at"]), "诉求来源": pl.Series(CHANNELS)[rows["channel"]],
        "诉求类型": pl.Series(KINDS)[rows["kind"]], "一级分类": levels["l1"][category], "二级分类": levels["l2"][category],
        "三级分类": levels["l3"][category], "诉求标题": rows["title"], "诉求内容": rows["text"],
        "区县": _when(has_district, pl.Series(city.district_names)[pl.Series(city.street_district)[street]]),
        "街道": _when(has_street, pl.Series(city.street_names)[street]),
        "社区": _when(has_street, pl.Series(city.community_names)[rows["community"]]), "小区": _when(has_estate, pl.Series(city.estate_names)[rows["estate"].clip(0)]),
        "事发地址": rows["address"], "经度": _when(~no_point, _degrees(rows["lon"])), "纬度": _when(~no_point, _degrees(rows["lat"])),
        "承办单位": rows["unit"], "协办单位": rows["partner"], "派单时间": _time(rows["dispatched_at"]), "联系时间": _time(rows["contacted_at"]),
        "办结时间": _time(rows["closed_at"]), "办结时限": _time(rows["due_at"]), "工单状态": rows["status"],
        "是否有效回访": _when(rows["is_asked"], _yes(rows["is_reached"])), "是否联系": _when(rows["is_reached"], _yes(rows["contacted_at"].is_not_null())),
        "是否解决": _when(rows["is_reached"], _yes(rows["is_solved"])), "满意度": rows["satisfaction"], "处置速度": rows["rating_speed"],
        "处置效果": rows["rating_effect"], "服务体验": rows["rating_attitude"], "反馈质量": rows["rating_feedback"],
        "重办次数": rows["redo"], "退回次数": rows["returns"], "转派次数": rows["transfers"], "是否延期": _yes(rows["is_extended"]),
        "是否挂账": _yes(rows["is_suspended"]), "关联工单": rows["parent"], "紧急程度": pl.Series(URGENCY)[rows["urgency"]],
        "企业名称": rows["company"], "来电人": rows["caller"], "联系电话": rows["phone"], "答复内容": rows["reply"],
    }  # fmt: skip
    return pl.DataFrame({name: columns[name].alias(name) for name in HEADERS})


def write_export(folder: Path, table: pl.DataFrame, month: str, layout: Layout) -> Path:
    """Append to the file of the month, or to the one file of the core layout."""
    path = folder / (f"hotline_{month}.csv" if layout is Layout.FULL else "hotline.csv")
    is_first = not path.exists()
    with path.open("ab") as file:
        told = table if layout is Layout.FULL else _core(table)
        told.write_csv(file, include_bom=is_first, include_header=is_first)
    return path


def _core(table: pl.DataFrame) -> pl.DataFrame:
    """The 20 columns of the usual header list; kind, third level and estate go into the text, as operators type them."""
    said = [(label + "：" + pl.col(name) + "。").fill_null("") for name, label in TOLD_IN_TEXT.items()]
    return table.with_columns(pl.concat_str("诉求内容", *said)).select(CORE_HEADERS)


def _time(values: pl.Series) -> pl.Series:
    return values.dt.strftime(TIME_FORMAT)


def _yes(values: pl.Series) -> pl.Series:
    return pl.Series(("否", "是"))[values.cast(pl.Int64)]


def _degrees(values: pl.Series) -> pl.Series:
    return pl.Series(np.round(values.to_numpy(), 6))


def _when(known: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(known).then(values)).to_series()
