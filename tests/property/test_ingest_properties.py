"""Whatever is in the cells: a table written in any usual dialect and encoding is read back cell by cell; masking is stable."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ingest.errors import Refused
from ingest.privacy import mask
from ingest.readers import read_table

CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff"), max_size=30
)
TEXT = st.one_of(
    CELL,
    st.builds(lambda a, b: f"{a}\n{b}", CELL, CELL),
    st.sampled_from(['"', 'a "b" c', "x,y;z\tw|v", "'", '第一行\n第二行，"引号"']),
)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=12)


@settings(deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    quote_all=st.booleans(),
)
def test_a_written_table_is_read_back_exactly_or_refused(
    rows: list[tuple[str, ...]], delimiter: str, encoding: str, quote_all: bool
) -> None:
    header = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "所属区域"]
    full = [[f"GD{i:08d}", "2026-03-01 08:00:00", *row] for i, row in enumerate(rows)]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(
        [header, *full]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(buffer.getvalue().encode(encoding))
        try:
            table = read_table(path)
        except Refused:  # a few nearly empty rows may not show their dialect: said, never guessed wrongly
            return
    got = dict(zip(table.row_numbers, map(list, table.records()), strict=True))
    assert table.header == tuple(header)
    assert table.height + len(table.refused) == len(full)
    assert all(full[number - 1] == row for number, row in got.items())


@settings(deadline=None, phases=[Phase.explicit, Phase.generate])
@given(text=st.text(max_size=200), lang=st.sampled_from(["zh", "en"]))
def test_spans_are_sorted_disjoint_and_inside(text: str, lang: str) -> None:
    masked, spans = mask(text, lang)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert (masked == text) == (not spans)
