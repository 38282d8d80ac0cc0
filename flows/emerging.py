"""新业态新领域: what tickets begin to talk of.  Terms are learnt on days fixed by the calendar, each from the tickets before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.inputs import STREET, NewTerms
from detectors.judge.novelty import NoveltyConfig, is_risen, newest_piece, pieces
from detectors.text.emerging import EmergingTerm, emerging_terms
from detectors.text.normal import normalise
from flows.tickets import TicketTable, day_number

if TYPE_CHECKING:
    import duckdb

EVERY_DAYS = 7
TEXTS_A_BLOCK = 20_000  # of all categories in 28 days; larger cities are read by lot
OTHER_WORDS = "其他|其它|(?i)\\bother\\b|\\bmisc"  # where what fits nowhere is put: read eight times as much
OTHER_WEIGHT = 8
TEXTS = """
select chosen.at, coalesce(nullif(trim(text), ''), title, '') as text from chosen join marts.fct_tickets using (ticket_key) order by chosen.at
"""
PLACES = "select distinct area_name from marts.dim_area where area_level <> 'city' and area_name is not null"
MISSES = """
with listed as (
  select category_l1, category_l2, coalesce(valid_from, date '1900-01-01') as first_on, coalesce(valid_to, date '9999-12-31') as last_on
  from reference.duties group by all
), asked as (select distinct category_l2_key, category_l1_key, created_on from marts.fct_tickets where category_l2_key is not null)
select category_l2_key, created_on from asked where not exists (
  select 1 from listed where coalesce(category_l1, category_l1_key) = category_l1_key and created_on between first_on and last_on
    and (category_l2 is null or category_l1_key || '->' || category_l2 = category_l2_key))
"""


def new_terms(
    con: duckdb.DuckDBPyConnection, table: TicketTable, days: range, config: NoveltyConfig | None = None
) -> tuple[NewTerms, ...]:
    """What each category began to talk of, as known on each learning day within `days` (days since 1970)."""
    config = config or NoveltyConfig()
    first = int(table.arrays.day[0]) if len(table.arrays) else days.stop
    learning = [d for d in days if d % EVERY_DAYS == 0 and d - config.window_days - first >= config.least_history_days]
    if not learning:
        return ()
    since = learning[0] - config.window_days - config.history_days
    chosen = _chosen(table, since, learning[-1])
    texts = _texts(con, table, chosen)
    parts = _by_category(table, chosen)
    newest = {category: _newest(table, at, texts, learning, config) for category, at in parts.items()}
    known_places = [name for (name,) in con.execute(PLACES).fetchall()]
    found = []
    for k, today in enumerate(learning):
        ranked = sorted((c for c in parts if newest[c][k] >= config.terms.least_z), key=lambda c: (-newest[c][k], c))
        for category in ranked[: config.most_categories]:
            found += _read(table, parts[category], texts, today, category, known_places, config)
    return tuple(found)


def other_codes(table: TicketTable) -> np.ndarray:
    """Whether each category is one for what fits nowhere else."""
    last = pl.Series(table.names.categories, dtype=pl.String).str.split("->").list.last()
    return last.str.contains(OTHER_WORDS).to_numpy()


def unplaced(con: duckdb.DuckDBPyConnection, table: TicketTable) -> dict[str, np.ndarray]:
    """Tickets that fit nowhere: of a category for the rest, or of one that the duty list of the day does not name."""
    category = table.arrays.category
    masks = {"other": other_codes(table)[category] & (category >= 0)}
    if con.execute("select count(*) from reference.duties").fetchone()[0]:
        rows = con.execute(MISSES).pl()
        stride = 1_000_000
        missed = [
            table.category(key) * stride + day_number(on) for key, on in rows.iter_rows() if table.category(key) >= 0
        ]
        masks["duty"] = np.isin(category * stride + table.arrays.day, missed) & (category >= 0)
    return masks


def _chosen(table: TicketTable, since: int, until: int) -> np.ndarray:
    """Demand that is read, in time order; where there is too much, a lot whose odds follow from the four weeks before."""
    t = table.arrays
    at = np.flatnonzero((t.day >= since) & (t.day < until) & t.is_demand & (t.category >= 0) & (table.marks == 0))
    weight = np.where(other_codes(table), OTHER_WEIGHT, 1)
    cells = np.bincount(t.category[at] + len(weight) * (t.day[at] // 28 - since // 28), minlength=len(weight))
    blocks = np.resize(
        np.append(cells, np.zeros(-len(cells) % len(weight), int)), (-(-len(cells) // len(weight)), len(weight))
    )
    before = np.vstack([blocks[:1], blocks[:-1]])
    quota = TEXTS_A_BLOCK * weight / np.maximum((weight * (before > 0)).sum(axis=1, keepdims=True), 1)
    odds = np.minimum(quota / np.maximum(before, 1), 1.0)[t.day[at] // 28 - since // 28, t.category[at]]
    if (odds >= 1).all():
        return at
    lot = table.keys.gather(at).hash(seed=7).to_numpy() / 2.0**64
    return at[lot < odds]


def _texts(con: duckdb.DuckDBPyConnection, table: TicketTable, at: np.ndarray) -> dict[int, str]:
    con.register("chosen", pl.DataFrame({"at": at, "ticket_key": table.keys.gather(at)}))
    rows = con.execute(TEXTS).pl()
    con.unregister("chosen")
    return dict(zip(rows["at"].to_list(), rows["text"].to_list(), strict=True))


def _by_category(table: TicketTable, at: np.ndarray) -> dict[int, np.ndarray]:
    order = at[np.argsort(table.arrays.category[at], kind="stable")]
    values, first = np.unique(table.arrays.category[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, first[1:]), strict=True))


def _newest(
    table: TicketTable, at: np.ndarray, texts: dict[int, str], learning: list[int], config: NoveltyConfig
) -> np.ndarray:
    if len(at) < 2 * config.terms.least_reports:
        return np.full(len(learning), -np.inf)
    row, code = pieces([texts[k] for k in at.tolist()])
    return newest_piece(table.arrays.day[at], row, code, learning, config)


def _read(
    table: TicketTable,
    at: np.ndarray,
    texts: dict[int, str],
    today: int,
    category: int,
    places: list[str],
    config: NoveltyConfig,
) -> list[NewTerms]:
    """The category's new tickets against its year before, in full; nothing where no new term spreads."""
    t, start = table.arrays, today - config.window_days
    new = at[(t.day[at] >= start) & (t.day[at] < today)][-config.most_texts :]
    past = at[(t.day[at] >= start - config.history_days) & (t.day[at] < start)]
    past = past[:: max(1, -(-len(past) // config.most_texts))]
    said = [normalise(texts[k]).lower() for k in new.tolist()]
    found = emerging_terms(said, t.person[new], (texts[k] for k in past.tolist()), config.terms)
    kept = [
        term for term in found
        if is_risen(term.reports, len(new), term.before, max(len(past), 1), config)
        and not any(term.term in name for name in places)
        and _spreads(table, new[[term.term in text for text in said]], config)
    ]  # fmt: skip
    return [_told(table, kept, new, said, today, category, len(past))] if kept else []


def _spreads(table: TicketTable, at: np.ndarray, config: NoveltyConfig) -> bool:
    """On several days and, where streets are known, not mostly in one: no burst, no quarrel, no name of a place."""
    street = table.arrays.areas[at, STREET]
    known = street[street >= 0]
    most = np.unique(known, return_counts=True)[1].max(initial=0)
    return most <= config.most_share * len(at) and len(np.unique(table.arrays.day[at])) >= config.least_days


def _told(
    table: TicketTable, kept: list[EmergingTerm], new: np.ndarray, said: list[str], today: int, category: int, past: int
) -> NewTerms:
    holding = np.array([any(term.term in text for term in kept) for text in said])
    shown = list(dict.fromkeys(k for term in kept for k in term.typical))[:3]
    before = max(term.before for term in kept) / max(past, 1) * len(new)
    return NewTerms(
        today, category, tuple(term.term for term in kept), kept[0].z, new[holding], before,
        tuple(table.keys.gather([int(new[k]) for k in shown])),
    )  # fmt: skip
