"""Rows set aside: reason, place and the row itself, masked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import polars as pl

from ingest.canonical import PERSONAL
from ingest.checks import REASONS
from ingest.columns import ColumnPlan
from ingest.privacy import mask
from ingest.privacy.batch import mask_column
from ingest.privacy.cells import ACCOUNT, HAN_NAME, LATIN_NAME, mask_cell, mask_record
from ingest.privacy.spans import HIDDEN
from ingest.profiles import Profile
from ingest.readers.table import ROW_NUMBER, RefusedRow, Table

LONGEST_SHOWN = 300  # characters of one value, cut after masking: half a number is a number too
LONGEST_MASKED = 3000
HELD_BYTES = 32 << 20  # of refused rows; the rest is noted by number and read again when it is wanted
BATCH = 20_000  # rows masked at a time
SCHEMA = {"load_id": pl.String, "source": pl.String, "row_number": pl.Int64, "reason_code": pl.String,
          "column_name": pl.String, "value_masked": pl.String, "row_masked": pl.String}  # fmt: skip


class Quarantine:
    """Collects the refused rows of one file, and masks them only when they are asked for: a file refused whole costs no masking."""

    def __init__(self, load_id: str, profile: Profile, plan: ColumnPlan, header: Sequence[str]) -> None:
        self._head, self._profile, self._plan, self._header = (load_id, profile.name), profile, plan, header
        self._names = [mask(name, lang=profile.language, names=False)[0] for name in header]
        self._personal = {index for f in PERSONAL for index in plan.of(f)}
        self._known = plan.used
        self._held: list[pl.DataFrame] = []  # row_number, reason, and the cells or the `record`
        self._noted: list[pl.DataFrame] = []  # row_number, reason
        self._room = HELD_BYTES
        self._reasons: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._reasons.total()

    @property
    def reasons(self) -> dict[str, int]:
        """Reason code -> rows, the most frequent first."""
        return dict(self._reasons.most_common())

    def add_broken(self, refused: Sequence[RefusedRow]) -> None:
        """Records that are no rows."""
        if refused:
            self._add(_records(refused))

    def add_rows(self, rows: pl.DataFrame) -> None:
        """Rows of the table's text frame with their `reason`."""
        if rows.height:
            self._add(rows)

    def add_numbers(self, numbers: Sequence[int], reason: str) -> None:
        """Rows of the table by number."""
        if numbers:
            self._note(pl.DataFrame({ROW_NUMBER: numbers, "reason": [reason] * len(numbers)}))

    def frames(self, table: Table, batch: int = BATCH) -> Iterator[pl.DataFrame]:
        """Columns of raw.quarantine, masked, `batch` rows at a time in file order; rows that were only noted come last, read again."""
        if self._held:
            yield from map(self._masked, pl.concat(self._held, how="diagonal").sort(ROW_NUMBER).iter_slices(batch))
        for rows in _read_again(table, pl.concat(self._noted)) if self._noted else ():
            yield from map(self._masked, rows.iter_slices(batch))

    def _add(self, rows: pl.DataFrame) -> None:
        self._room -= rows.estimated_size()
        if self._room < 0:
            return self._note(rows.select(ROW_NUMBER, "reason"))
        self._reasons.update(dict(rows["reason"].value_counts().iter_rows()))
        return self._held.append(_copied(rows))

    def _note(self, rows: pl.DataFrame) -> None:
        self._reasons.update(dict(rows["reason"].value_counts().iter_rows()))
        self._noted.append(rows.with_columns(pl.col("reason").cast(pl.Categorical)))

    def _masked(self, rows: pl.DataFrame) -> pl.DataFrame:
        cells = [rows[f"c{i}"] if f"c{i}" in rows.columns else None for i in range(len(self._names))]
        shown = [[None] * rows.height if c is None else self._shown(i, c).to_list() for i, c in enumerate(cells)]
        records = rows["record"] if "record" in rows.columns else [None] * rows.height
        made = [
            self._record(number, reason, record) if record is not None else self._row(number, reason, values)
            for number, reason, record, *values in zip(rows[ROW_NUMBER], rows["reason"], records, *shown, strict=True)
        ]
        return pl.DataFrame(made, schema=SCHEMA, orient="row")

    def _record(self, number: int, reason: str, record: str) -> tuple:
        text = mask_record(record, self._profile.language)
        text = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
        return (*self._head, number, reason, None, text, json.dumps({"record": text}, ensure_ascii=False))

    def _row(self, number: int, reason: str, values: Sequence[str | None]) -> tuple:
        index = self._plan.fields.get(REASONS.get(reason, "ticket_id"))
        place = (None, None) if index is None else (self._names[index], values[index])
        shown = {name: value for name, value in zip(self._names, values, strict=True) if value}
        return (*self._head, number, reason, *place, json.dumps(shown, ensure_ascii=False))

    def _shown(self, index: int, cells: pl.Series) -> pl.Series:
        """A column as it may be seen; an empty cell is null, however it was read."""
        cells = cells.replace("", None)
        if index in self._personal:
            return cells.to_frame("c").select(pl.when(pl.col("c").is_not_null()).then(pl.lit(HIDDEN))).to_series()
        masked = cells.str.slice(0, LONGEST_MASKED)
        found = mask_cells(masked.drop_nulls().unique(), self._profile.language, is_known=index in self._known)
        masked = masked.replace(list(found), list(found.values())) if found else masked
        return masked.to_frame("c").select(pl.when(pl.col("c").str.len_chars() <= LONGEST_SHOWN).then("c")
            .otherwise(pl.col("c").str.slice(0, LONGEST_SHOWN) + "…")).to_series()  # fmt: skip


def mask_cells(texts: pl.Series, language: str, *, is_known: bool) -> dict[str, str]:
    """The masked form of each distinct text that is not shown as it is; of unknown columns on suspicion, as `mask_cell`."""
    if is_known:
        return mask_column(texts, language, names=True)
    doubtful = {t: mask_cell(t, language) for t in texts if _may_be_somebody(t.strip())}
    return mask_column(texts.filter(~texts.is_in(list(doubtful))), language, names=True) | doubtful


def _may_be_somebody(bare: str) -> bool:
    return any(pattern.fullmatch(bare) for pattern in (ACCOUNT, HAN_NAME, LATIN_NAME))


def _read_again(table: Table, noted: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Noted rows and records out of the table, until the last is found."""
    left = noted.height
    for part in table.parts() if left else ():
        rows = [part.frame.join(noted, on=ROW_NUMBER).with_columns(pl.col("reason").cast(pl.String))]
        if part.refused:
            rows.append(_records(part.refused).join(noted.select(ROW_NUMBER), on=ROW_NUMBER, how="semi"))
        found = pl.concat(rows, how="diagonal").sort(ROW_NUMBER)
        yield found
        left -= found.height
        if left <= 0:
            return


def _copied(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with memory of their own: a few rows of a part would keep all its text."""
    return pl.DataFrame(rows.to_dict(as_series=False), schema=rows.schema)


def _records(refused: Sequence[RefusedRow]) -> pl.DataFrame:
    return pl.DataFrame(
        [(row.row_number, row.reason, row.text[:LONGEST_MASKED]) for row in refused],
        schema={ROW_NUMBER: pl.Int64, "reason": pl.String, "record": pl.String}, orient="row",
    )  # fmt: skip
