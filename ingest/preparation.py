"""A part of a table on its way to the ledger: mapped, checked, the caller hashed, masked.  Nothing personal comes out of here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from ingest.canonical import VERSION_COLUMNS
from ingest.checks import judge_rows
from ingest.columns import ColumnPlan
from ingest.coordinates import usual_box
from ingest.identities import with_derived_id
from ingest.mapping import map_table
from ingest.privacy.batch import mask_frame
from ingest.privacy.persons import with_person_hash
from ingest.profiles import Profile
from ingest.readers.table import ROW_NUMBER, Part, RefusedRow

GIVEN_LATER = ("version_hash", "load_id", "exported_at", "content_rank")  # by the ledger
HAPPENED = ("created_at", "received_at", "dispatched_at", "contacted_at", "closed_at", "updated_at")


@dataclass(frozen=True)
class Judged:
    """One part, told which rows may enter; personal data still in it."""

    entering: pl.DataFrame  # canonical fields
    refused: pl.DataFrame  # the text frame of the rows set aside, and `reason`
    broken: tuple[RefusedRow, ...]
    share: float  # of the file done with this part, 0 to 1


@dataclass(frozen=True)
class Prepared:
    """What became of one part."""

    rows: pl.DataFrame  # may enter: the columns of raw.ticket_versions but GIVEN_LATER
    refused: pl.DataFrame  # the text frame of the rows set aside, and `reason`
    broken: tuple[RefusedRow, ...]
    share: float  # of the file done with this part, 0 to 1

    @property
    def read(self) -> int:
        """Records of the file in this part."""
        return self.rows.height + self.refused.height + len(self.broken)


class Preparation:
    """Prepares the parts of one file, in file order: without a box in the profile, the first points tell where the city is."""

    def __init__(self, plan: ColumnPlan, profile: Profile, *, zone: str, key: bytes, now: dt.datetime) -> None:
        self._plan, self._profile, self._zone, self._key, self._now = plan, profile, zone, key, now
        self._box = profile.box

    def prepare(self, part: Part) -> Prepared:
        """Map, check and mask one part."""
        return self.finish(self.judge(part))

    def judge(self, part: Part) -> Judged:
        """Map one part and check its rows."""
        mapped = map_table(part.frame, self._plan, self._profile, self._zone, box=self._box).frame
        if self._profile.identity and self._profile.identity.is_derived:
            mapped = with_derived_id(mapped, self._key)
        self._box = self._box or usual_box(mapped)
        judged = judge_rows(mapped, now=self._now, slack_hours=self._profile.closed_slack_hours)
        unfit = judged.filter(pl.col("reason").is_not_null()).select(ROW_NUMBER, "reason")
        refused = part.frame.join(unfit, on=ROW_NUMBER, maintain_order="left")
        entering = judged.filter(pl.col("reason").is_null()) if unfit.height else judged
        return Judged(entering, refused, part.refused, part.share)

    def finish(self, judged: Judged) -> Prepared:
        """The rows as the ledger takes them: the caller a hash, texts masked."""
        rows = with_person_hash(judged.entering, self._profile.person, self._key)
        rows = mask_frame(rows, self._profile.language)
        ended = pl.when(pl.col("closed_at").is_not_null()).then(pl.lit("closed")).otherwise(pl.lit("open"))
        rows = rows.with_columns(
            pl.lit(self._profile.name).alias("source"),
            pl.max_horizontal(HAPPENED).alias("state_at"),
            pl.coalesce("status", ended).alias("status"),
        )
        rows = rows.select(name for name in VERSION_COLUMNS if name not in GIVEN_LATER)
        return Prepared(rows, judged.refused, judged.broken, judged.share)
