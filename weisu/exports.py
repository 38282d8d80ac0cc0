"""Tables that leave the house, with the columns of DESIGN.md; `weisu.table_files` writes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from weisu import publishing, withholding
from weisu.errors import WarehouseError
from weisu.publishing import Publication
from weisu.settings import Settings, Workspace
from weisu.warehouse import connect, disk_faults

if TYPE_CHECKING:
    import polars as pl


TICKETS = """
select ticket_id, {local} , {category} as category, {area} as area, lat, lon, source, channel, kind, status, title, text, reply, address, unit,
       parent_ticket_id, is_solved, satisfaction, flags
from {table}
order by created_at, source, ticket_id
"""
ALERTS = """
select alert_id, raised_on, level, signals, classes, category_key as category, case when area_key = '*' then $city else area_key end as area, area_level,
       window_start_on as window_start, window_end_on as window_end, observed, expected, ratio, score, persons, places, status, owner,
       {title} as title, {why} as why
from marts.mart_alerts where raised_on >= $since order by raised_on, alert_id
"""
# keys of the finest level, spelt as the build spells them (dbt/macros/keys.sql, int_tickets__keyed)
LEDGER_CATEGORY = "coalesce(category_l1 || '->' || category_l2 || '->' || category_l3, category_l1 || '->' || category_l2, category_l1)"
LEDGER_AREA = """coalesce(district || '/' || street || '/' || coalesce(community, '-') || '/' || estate,
    district || '/' || street || '/' || community, district || '/' || street, district)"""
PUBLISHED = {"scores": "mart_degrees", "kpis": "mart_kpis", "clusters": "mart_clusters"}


def alerts(publication: Publication, settings: Settings, *, raised_from: dt.date | None = None) -> pl.DataFrame:
    """One row per alert of a publication, columns of DESIGN.md §3; only those raised on or after `raised_from`."""
    lang = settings.city.language
    city = settings.city.name_en if lang == "en" else settings.city.name
    sql = ALERTS.format(title=f"title_{lang}", why=f"why_{lang}")
    return _read(publication.path, sql, {"city": city, "since": raised_from or dt.date.min})


def table(workspace: Workspace, name: str) -> pl.DataFrame:
    """One exportable table of the current publication; tickets and quarantine come from the ledger while nothing is published.

    Raises:
        WarehouseError: unknown name, or nothing published.
    """
    if name == "quarantine":
        return _ledger(workspace, "select * from raw.open_quarantine order by load_id, row_number, reason_code")
    if name == "tickets":
        return _tickets(workspace)
    publication = publishing.current(workspace)
    if name == "alerts":
        return alerts(publication, workspace.settings())
    if name not in PUBLISHED:
        raise WarehouseError(
            f"no table {name!r} to export", todo="choose tickets, alerts, scores, kpis, clusters or quarantine"
        )
    return _published(publication, name)


def _published(publication: Publication, name: str) -> pl.DataFrame:
    """A table of counts, small ones withheld (`is_withheld`), so that it may leave the house."""
    frame = _read(publication.path, f'select * from marts."{PUBLISHED[name]}" order by all')
    if name == "clusters":
        return withholding.clusters(frame)
    con = connect(publication.path, read_only=True)
    try:
        small = withholding.judge(con)
    finally:
        con.close()
    return withholding.scores(frame, small) if name == "scores" else withholding.kpis(frame, small)


def _tickets(workspace: Workspace) -> pl.DataFrame:
    try:
        path = publishing.current(workspace).path
    except WarehouseError:
        sql = TICKETS.format(
            local="created_at, closed_at",
            category=LEDGER_CATEGORY,
            area=LEDGER_AREA,
            table="raw.current_tickets",
        )
        return _local(_ledger(workspace, sql), workspace.settings())
    sql = TICKETS.format(
        local="created_at, closed_at",
        category="coalesce(category_l3_key, category_l2_key, category_l1_key)",
        area="coalesce(estate_key, community_key, street_key, district_key)",
        table="marts.fct_tickets",
    )
    return _local(_read(path, sql), workspace.settings())


def _local(frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    import polars as pl

    zone = settings.city.timezone
    return frame.with_columns(
        pl.col("created_at", "closed_at")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        .dt.strftime("%Y-%m-%dT%H:%M:%S")
    )


def _ledger(workspace: Workspace, sql: str) -> pl.DataFrame:
    if not workspace.ledger.is_file():
        raise WarehouseError("nothing loaded yet", where=str(workspace.root), todo="run: weisu load FILE --source NAME")
    return _read(workspace.ledger, sql)


def _read(path: Path, sql: str, parameters: dict | None = None) -> pl.DataFrame:
    con = connect(path, read_only=True)
    try:
        with disk_faults(path):
            return con.execute(sql, parameters or {}).pl()
    finally:
        con.close()
