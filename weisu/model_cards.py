"""Model cards (模型备案): what a detector is for, on what it was measured, by what thresholds, how well, who answers for it.

Kept in the workspace's var/models as JSON (the record) and Markdown in Chinese and English (to read).  `owner`, `approved_by` and
`approved_on` are filled in by people, in the JSON; an approval holds for the version it was given for.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weisu import __version__
from weisu.drafts import write_text
from weisu.errors import WarehouseError
from weisu.identity import files_digest
from weisu.publishing import Publication
from weisu.settings import LANGUAGES, Settings
from weisu.texts import text

if TYPE_CHECKING:
    import duckdb

BY_PEOPLE = ("owner", "approved_by", "approved_on")
LEAST_TICKETS = 100  # of a street or channel whose share of alerts is worth telling
SHOWN = 5
SHARES = """
with tickets as (select coalesce({column}, '?') as part, ticket_key from marts.fct_tickets
                 where is_demand and created_on >= (select min(raised_on) from marts.mart_alerts)),
alerted as (select distinct ticket_key from marts.mart_alert_tickets
            join marts.mart_alerts using (alert_id) where signal_status = 'active')
select part, count(*) as tickets, count(alerted.ticket_key) as alerted from tickets left join alerted using (ticket_key) group by part order by part
"""


def base_card(con: duckdb.DuckDBPyConnection, settings: Settings, publication: Publication) -> dict[str, Any]:
    """What all cards of one backtest share: data and version."""
    row = con.execute("select first_on, last_on, tickets, rules_version from marts.mart_publication").fetchone()
    code = Path(__file__).resolve().parent.parent / "detectors"
    return {
        "data": {
            "city": settings.city.name,
            "is_synthetic": settings.city.is_synthetic,
            "as_of_on": publication.as_of_on.isoformat(),
            "first_on": str(row[0]),
            "last_on": str(row[1]),
            "tickets": row[2],
            "data_version": publication.data_version,
        },
        "version": f"{__version__}+{files_digest(code, code.rglob('*.py'))[:12]}",
        "rules_version": row[3],
    }


def bias(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Share of alerts beside share of tickets, per street and channel: a ratio of 2 = twice as often in an alert as its tickets are many."""
    return {name: _skew(con, column) for name, column in (("street", "street_key"), ("channel", "channel"))}


def _skew(con: duckdb.DuckDBPyConnection, column: str) -> list[dict[str, Any]]:
    rows = con.execute(SHARES.format(column=column)).fetchall()
    tickets, alerted = sum(r[1] for r in rows), sum(r[2] for r in rows)
    if not alerted:
        return []
    known = [(part, n, (k / alerted) / (n / tickets)) for part, n, k in rows if n >= LEAST_TICKETS]
    ranked = sorted(known, key=lambda r: (-r[2], r[0]))
    ends = ranked if len(ranked) <= 2 * SHOWN else ranked[:SHOWN] + ranked[-SHOWN:]
    return [{"part": part, "tickets": n, "alert_ratio": round(ratio, 3)} for part, n, ratio in ends]


def write_card(folder: Path, card: dict[str, Any]) -> list[Path]:
    """Write MODEL.json, MODEL.zh.md and MODEL.en.md; what people filled in stays, an approval only for its own version.

    Raises:
        WarehouseError: the card on disk is not JSON, so that what people filled in cannot be kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _write(folder, card | _filled_in(folder / f"{card['model']}.json", card["version"]))


def read_cards(folder: Path) -> list[dict[str, Any]]:
    """The cards of a workspace, by model.

    Raises:
        WarehouseError: one is not JSON.
    """
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def sign_card(folder: Path, model: str, *, owner: str, approved_by: str, approved_on: dt.date) -> None:
    """Fill in who answers for a model; an empty `approved_by` takes the approval back.

    Raises:
        WarehouseError: there is no such card.
    """
    approved = {"approved_by": approved_by, "approved_on": approved_on.isoformat()} if approved_by else {}
    card = _read(folder / f"{model}.json")
    _write(folder, card | dict.fromkeys(BY_PEOPLE) | {"owner": owner or None} | approved)


def _write(folder: Path, card: dict[str, Any]) -> list[Path]:
    paths = [folder / f"{card['model']}.json"]
    write_text(paths[0], json.dumps(card, ensure_ascii=False, indent=1))
    for lang in LANGUAGES:
        paths.append(folder / f"{card['model']}.{lang}.md")
        write_text(paths[-1], as_markdown(card, lang))
    return paths


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WarehouseError("is no model card", where=str(path), todo="mend its JSON or move it away") from error


def _filled_in(path: Path, version: str) -> dict[str, Any]:
    if not path.is_file():
        return dict.fromkeys(BY_PEOPLE)
    old = _read(path)
    return {k: old.get(k) if k == "owner" or old.get("version") == version else None for k in BY_PEOPLE}


def as_markdown(card: dict[str, Any], lang: str) -> str:
    """A card for people."""
    name, missing = card["model"], text("modelcard.not_given", lang)
    lines = [f"# {text(f'modelcard.name.{name}', lang)}", "", text(f"modelcard.purpose.{name}", lang), ""]
    lines += [
        f"- {text(f'modelcard.field.{k}', lang)}: {card[k] or missing}"
        for k in ("version", "rules_version", *BY_PEOPLE)
    ]
    lines += _section("data", [card["data"]], lang)
    lines += _section("thresholds", _flat(card["thresholds"]), lang)
    lines += _section("measured", card["measured"], lang)
    for part, rows in card["bias"].items():
        lines += _section(f"bias_{part}", rows, lang)
    return "\n".join([*lines, "", text(f"modelcard.limits.{name}", lang), ""])


def _flat(values: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{"key": k, **v} for k, v in values.items() if isinstance(v, dict)]
    return rows or [values]


def _section(name: str, rows: list[dict[str, Any]], lang: str) -> list[str]:
    head = ["", f"## {text(f'modelcard.section.{name}', lang)}", ""]
    if not rows:
        return [*head, text("modelcard.nothing", lang)]
    columns = list(rows[0])
    table = [
        "| " + " | ".join(text(f"modelcard.column.{c}", lang) for c in columns) + " |",
        "|---" * len(columns) + "|",
    ]
    return [*head, *table, *("| " + " | ".join(_shown(row[c], lang) for c in columns) + " |" for row in rows)]


def _shown(value: Any, lang: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return text(f"modelcard.{'yes' if value else 'no'}", lang)
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "/")
