"""Words of an export that stand for nothing, and what its words for the state of a ticket mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ingest.canonical import CLOCKS, FREE_TEXTS, PLAIN_TEXTS, POINT
from ingest.mapping import STATUSES, standard_words
from ingest.profiles import NULL_WORDS

PLACEHOLDER = re.compile(
    r"(?i)^(?:unknown|unspecified|undefined|unassigned|not (?:available|applicable|specified|assigned|provided|known|found)"
    r"|no data|n\.?/?a\.?|nan|nil|null|none|\(?blank\)?|tbd|\?+|\*+|\.+|-{2,}|x{3,}|\[?null\]?|(?:0 )?unspecified"
    r"|暂无|暂缺|未填|未填写|未提供|未登记|没有|无数据|待定|待填|不明|不清楚|无法提供|缺失|空白|空值|未知.{0,2}|（空）|\(空\))$"
)
FEWEST, SHARE = 2, 0.005
MOST_STATUSES = 40
# what a word for the state contains -> status; the first that fits counts
STATES = (
    ("void", r"作废|无效|废弃|cancel|void|invalid|rejected|删除"),
    ("merged", r"并单|合并|重复|duplic|merged"),
    ("withdrawn", r"撤单|撤销|撤诉|撤回|withdr"),
    ("returned", r"退回|退单|驳回|returned"),
    ("closed", r"^已(?:办结|结案|完成|完结|归档|关闭|办毕)"),
    ("open", r"未办结|未结|未完成|未处理|待|在办|办理中|处理中|处置中|进行|已派|已受理|受理中|已签收|已立案|流转|reopen|open|new|progress|pending|assign|submitted|received|acknowledg|hold|active|started|dispatched|referred|scheduled|unresolved|incomplete|not closed"),
    ("closed", r"办结|结案|完成|完结|归档|关闭|办毕|已处理|已解决|已回复|已答复|已办|clos|complete|resolv|done|finish|fixed|archived|fulfilled"),
)  # fmt: skip


def frequent_blanks(used: Mapping[str, pl.Series]) -> tuple[str, ...]:
    """Placeholder words that fill cells of the mapped columns and are not known to every profile."""
    found: dict[str, int] = {}
    for name, values in used.items():
        if name not in (*PLAIN_TEXTS, *FREE_TEXTS, *CLOCKS, *POINT) or name == "status":
            continue
        counts = values.str.strip_chars().value_counts().drop_nulls()
        for word, count in counts.rows():
            if word and len(word) <= 20 and PLACEHOLDER.match(word) and count >= max(FEWEST, SHARE * values.len()):
                found[word] = found.get(word, 0) + count
    return tuple(word for word in sorted(found, key=lambda w: -found[w]) if word not in NULL_WORDS)


def status_words(values: pl.Series | None) -> dict[str, str]:
    """Word of the export -> status, for words that the standard list lacks and that can be told."""
    if values is None:
        return {}
    words = values.str.strip_chars().drop_nulls().unique().sort()
    if words.len() > MOST_STATUSES:
        return {}
    known = {*standard_words()["status"], *STATUSES, *NULL_WORDS, ""}
    guesses = {word: _state(word) for word in words if word not in known}
    return {word: state for word, state in guesses.items() if state}


def _state(word: str) -> str | None:
    return next((state for state, pattern in STATES if re.search(pattern, word, re.IGNORECASE)), None)
