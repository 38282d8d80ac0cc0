"""Whatever is in the cells and however they are written down: a table is read back cell by cell, set aside in part, or refused."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ingest.errors import Refused
from ingest.readers import read_table

HEADER = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "所属区域"]
SIGNS = st.characters(
    codec="gb18030", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn"), exclude_characters="\ufeff"
)
WORDS = st.sampled_from(
    [
        "井盖缺失",
        '"',
        'a "b" c',
        "x,y;z\tw|v",
        "'",
        '第一行\n第二行，"引号"',
        "",
        "-",
        "2026-03-01",
        "13800000001",
        "\\",
        'C:\\"',
        "它's",
    ]
)
CELL = st.one_of(WORDS, st.text(SIGNS, max_size=20), st.builds("{}\n{}".format, st.text(SIGNS, max_size=8), WORDS))


@dataclass(frozen=True)
class Form:
    """One way to write a table down."""

    delimiter: str
    quote: str
    escape: str  # before an inner quote; the quote itself doubles it
    quote_all: bool
    line_end: str
    encoding: str
    preamble: str

    def written(self, rows: list[list[str]]) -> bytes:
        text = "".join(self.delimiter.join(map(self._cell, row)) + self.line_end for row in rows)
        return (self.preamble.replace("\n", self.line_end) + text).encode(self.encoding)

    def _cell(self, cell: str) -> str:
        special = any(sign in cell for sign in (self.delimiter, self.quote, "\n", "\r")) or cell != cell.strip()
        if not (self.quote_all or special):
            return cell
        escaped = cell.replace("\\", "\\\\") if self.escape == "\\" else cell
        return f"{self.quote}{escaped.replace(self.quote, self.escape + self.quote)}{self.quote}"


USUAL = st.builds(
    Form,
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "~", "\x01", "||", ", "]),
    quote=st.just('"'),
    escape=st.just('"'),
    quote_all=st.booleans(),
    line_end=st.sampled_from(["\r\n", "\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-16-le", "utf-32"]),
    preamble=st.sampled_from(["", "综合查询结果\n\n", "查询条件：2026年3月\n", "\n\n"]),
)
RARE = st.builds(
    Form,
    delimiter=st.sampled_from([",", "\t", ";"]),
    quote=st.sampled_from(['"', "'"]),
    escape=st.sampled_from(["\\", "same"]),
    quote_all=st.just(True),
    line_end=st.sampled_from(["\r\n", "\n"]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
    preamble=st.just(""),
).map(lambda form: Form(**{**vars(form), "escape": form.quote if form.escape == "same" else form.escape}))
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12)


def check(rows: list[tuple[str, ...]], form: Form) -> None:
    full = [[f"GD{i:08d}", "2026-03-01 08:00:00", *row] for i, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(form.written([HEADER, *full]))
        try:
            table = read_table(path)
        except Refused:  # a few nearly empty rows may not show their dialect: said, never guessed wrongly
            return
    assert table.header == tuple(HEADER)
    got = dict(zip(table.row_numbers, map(list, table.records()), strict=True))
    known = {row[0]: row for row in full}
    assert [row for row in got.values() if known.get(row[0]) != row] == []
    assert len(table.refused) or len(got) == len(full)


@settings(deadline=None, phases=[Phase.explicit, Phase.generate])
@given(rows=ROWS, form=USUAL)
def test_a_table_in_a_usual_dialect_is_read_back_or_refused(rows: list[tuple[str, ...]], form: Form) -> None:
    check(rows, form)


@settings(deadline=None, phases=[Phase.explicit, Phase.generate])
@given(rows=ROWS, form=RARE)
def test_a_table_in_a_rare_dialect_is_read_back_or_refused(rows: list[tuple[str, ...]], form: Form) -> None:
    check([tuple(clear(cell, form) for cell in row) for row in rows], form)


def clear(cell: str, form: Form) -> str:
    """A cell without what nothing else in the file could decide: a backslash of its own, an escaped quote at a line's end."""
    return re.sub(rf"{form.quote}(?=\n|$)", "", cell.replace("\\", "/")) if form.escape == "\\" else cell
