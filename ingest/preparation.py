"""A part of a table on its way to the ledger: mapped, checked, the caller hashed, masked.  Nothing personal comes out of here.

Rows that the ledger has read before go no further than the check: what they became is known.
"""

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
from ingest.privacy.batch import MaskedOf, mask_frame, masked_texts
from ingest.privacy.persons import with_person_hash
from ingest.profiles import Profile
from ingest.readers.table import ROW_NUMBER, Part, RefusedRow
from ingest.readings import Readings
from ingest.reversals import Reversals

GIVEN_LATER = ("version_hash", "load_id", "exported_at", "content_rank")  # by the ledger
KNOWN_COLUMNS = (ROW_NUMBER, "ticket_id", "state_at", "created_at", "flags")  # of a row known by its reading
HAPPENED = ("created_at", "received_at", "dispatched_at", "contacted_at", "closed_at", "updated_at")


@dataclass(frozen=True)
class Judged:
    """One part, told which rows may enter; personal data still in it."""

    entering: pl.DataFrame  # canonical fields
    refused: pl.DataFrame  # the text frame of the rows set aside, and `reason`
    broken: tuple[RefusedRow, ...]
    share: float  # of the file done with this part, 0 to 1


@dataclass(frozen=True)
class Recognised:
    """One part, told which rows have news; the caller is a hash, the texts are not masked yet."""

    fresh: pl.DataFrame  # canonical fields, `reading` and `person_hash`
    known: pl.DataFrame  # as in Prepared, like the rest
    refused: pl.DataFrame
    broken: tuple[RefusedRow, ...]
    share: float


@dataclass(frozen=True)
class Prepared:
    """What became of one part."""

    rows: pl.DataFrame  # may enter: the columns of raw.ticket_versions but GIVEN_LATER
    known: pl.DataFrame  # read before: row_number, ticket_id, state_at, created_at, flags, version_hash
    refused: pl.DataFrame  # the text frame of the rows set aside, and `reason`
    broken: tuple[RefusedRow, ...]
    share: float  # of the file done with this part, 0 to 1

    @property
    def read(self) -> int:
        """Records of the file in this part."""
        return self.rows.height + self.known.height + self.refused.height + len(self.broken)


class Preparation:
    """Prepares the parts of one file, in file order: without a box in the profile, the first points tell where the city is."""

    def __init__(
        self,
        plan: ColumnPlan,
        profile: Profile,
        readings: Readings,
        *,
        zone: str,
        key: bytes,
        now: dt.datetime,
        masked_of: MaskedOf = masked_texts,
    ) -> None:
        self._plan, self._profile, self._readings = plan, profile, readings
        self._zone, self._key, self._now = zone, key, now
        self._box = profile.box
        self._masked_of = masked_of
        self._reversals = Reversals()

    def judge(self, part: Part) -> Judged:
        """Map one part and check its rows."""
        mapped = map_table(part.frame, self._plan, self._profile, self._zone, box=self._box).frame
        if self._profile.identity and self._profile.identity.is_derived:
            mapped = with_derived_id(mapped, self._key)
        self._box = self._box or usual_box(mapped)
        judged = judge_rows(mapped, now=self._now, slack_hours=self._profile.closed_slack_hours)
        judged = self._reversals.judge(judged)
        unfit = judged.filter(pl.col("reason").is_not_null()).select(ROW_NUMBER, "reason")
        refused = part.frame.join(unfit, on=ROW_NUMBER, maintain_order="left")
        entering = judged.filter(pl.col("reason").is_null()) if unfit.height else judged
        entering = entering.with_columns(state_at=pl.max_horizontal(HAPPENED))
        return Judged(entering, refused, part.refused, part.share)

    def recognise(self, judged: Judged) -> Recognised:
        """Part the rows that the ledger has read before from those with news, and make the caller of these a hash."""
        entering = judged.entering.with_columns(self._readings.fingerprints(judged.entering))
        known = self._readings.known(entering)
        fresh = entering.join(known, on=ROW_NUMBER, how="anti", maintain_order="left") if known.height else entering
        fresh = with_person_hash(fresh, self._profile.person, self._key)
        known = entering.select(*KNOWN_COLUMNS).join(known, on=ROW_NUMBER, maintain_order="left")
        return Recognised(fresh, known, judged.refused, judged.broken, judged.share)

    def finish(self, part: Recognised) -> Prepared:
        """The rows as the ledger takes them: texts masked."""
        rows = mask_frame(part.fresh, self._profile.language, self._masked_of)
        ended = pl.when(pl.col("closed_at").is_not_null()).then(pl.lit("closed")).otherwise(pl.lit("open"))
        rows = rows.with_columns(
            pl.lit(self._profile.name).alias("source"),
            pl.coalesce("status", ended).alias("status"),
        )
        rows = rows.select(name for name in VERSION_COLUMNS if name not in GIVEN_LATER)
        return Prepared(rows, part.known, part.refused, part.broken, part.share)
