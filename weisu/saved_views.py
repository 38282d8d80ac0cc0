"""Saved views: the filters of a page under a name, one's own or the whole house's; append-only, and no number rests on them.

Kept are filters with a fixed list of values, never a search, a ticket or an alert; what a view shows is decided by the reader who opens it.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from weisu.access import Reader, Role
from weisu.errors import WeisuError
from weisu.store import Mask
from weisu.store_tables import SAVED_VIEWS

# page -> the filters in its address that may be kept
FILTERS: Mapping[str, tuple[str, ...]] = {
    "alerts": ("show", "level", "area", "category"),
    "degrees": ("period", "start", "level_of", "depth"),
    "trends": ("area", "depth", "weeks", "category"),
    "map": ("days", "category", "area", "as"),
    "issues": ("area", "days"),
    "words": ("show", "kind", "area"),
    "performance": ("period", "start", "by", "indicator"),
    "foresight": ("level_of", "depth"),
    "silence": ("level_of", "depth"),
}
LONGEST_NAME = 40
LONGEST_VALUE = 200
MOST = 100  # of one reader
HOUSE = ""  # the owner where nobody signs in


class SavedViewError(WeisuError):
    """A view cannot be saved or changed like this."""

    code = "saved_view"


@dataclass(frozen=True)
class SavedView:
    """One state of a view; the newest of an id counts."""

    view_id: str
    position: int
    owner: str  # HOUSE: the house's own
    name: str
    page: str
    params: dict[str, str]  # filter -> value as in the address; a filter that is not there stands at its default
    is_shared: bool
    is_deleted: bool
    recorded_at: dt.datetime  # naive UTC


def visible_views(engine: sa.Engine, reader: Reader) -> list[SavedView]:
    """What a reader may open, by page and name: the own ones and shared ones of pages that the role has; all where nobody signs in."""
    found = [one for one in _newest(engine).values() if not one.is_deleted and _is_visible(one, reader)]
    return sorted(found, key=lambda one: (reader.pages.index(one.page), one.name, one.view_id))


def may_change(one: SavedView, reader: Reader) -> bool:
    """Whether a view is the reader's to rename, share or delete; the house's own are an administrator's."""
    if not reader.is_signed_in:
        return True
    return one.owner == reader.name if one.owner else reader.role is Role.ADMIN


def save_view(engine: sa.Engine, reader: Reader, *, name: str, page: str, params: Mapping[str, str], is_shared: bool, now: dt.datetime, mask: Mask) -> SavedView:  # fmt: skip
    """Keep filters under a name; where nobody signs in the view is the house's.

    Args:
        now: naive UTC.
        mask: applied to the name before it is stored.

    Raises:
        SavedViewError: no name, one that the reader has on this page already, a page or filter that is not kept, or too many views.
    """
    if wrong := [key for key, value in params.items() if key not in FILTERS.get(page, ()) or len(value) > LONGEST_VALUE]:  # fmt: skip
        raise SavedViewError("is not kept in a view", where=wrong[0][:40], todo="save filters only")
    if page not in FILTERS or page not in reader.pages:
        raise SavedViewError("has no filters to save", where=page[:40], todo="choose another page")
    owner = reader.name if reader.is_signed_in else HOUSE
    own = [one for one in _newest(engine).values() if one.owner == owner and not one.is_deleted]
    if len(own) >= MOST:
        raise SavedViewError(f"there are {MOST} views already", where=name[:40], todo="delete one that nobody needs")
    made = SavedView(secrets.token_hex(8), 1, owner, "", page, dict(params), is_shared or not owner, False, now)
    return _append(engine, replace(made, name=_free_name(name, made, own, mask)))


def rename_view(engine: sa.Engine, reader: Reader, view_id: str, name: str, *, now: dt.datetime, mask: Mask) -> SavedView:  # fmt: skip
    """Give a view another name; errors as `save_view` and `share_view`."""
    one, views = _mine(engine, reader, view_id), _newest(engine).values()
    return _next(engine, replace(one, name=_free_name(name, one, [v for v in views if v.owner == one.owner and not v.is_deleted], mask)), now)  # fmt: skip


def share_view(engine: sa.Engine, reader: Reader, view_id: str, *, is_shared: bool, now: dt.datetime) -> SavedView:
    """Show a view to the whole house, or to its owner alone; the house's own stay the house's.

    Raises:
        SavedViewError: no such view, somebody else's, or changed by somebody at the same time.
    """
    one = _mine(engine, reader, view_id)
    return _next(engine, replace(one, is_shared=is_shared or not one.owner), now)


def delete_view(engine: sa.Engine, reader: Reader, view_id: str, *, is_deleted: bool = True, now: dt.datetime) -> SavedView:  # fmt: skip
    """Take a view away, or bring it back; errors as `share_view`."""
    return _next(engine, replace(_mine(engine, reader, view_id), is_deleted=is_deleted), now)


def _is_visible(one: SavedView, reader: Reader) -> bool:
    is_given = one.is_shared or one.owner == reader.name or not reader.is_signed_in
    return is_given and one.page in reader.pages


def _free_name(name: str, one: SavedView, others: list[SavedView], mask: Mask) -> str:
    wanted = mask(" ".join(name.split()))[:LONGEST_NAME]
    if not wanted:
        raise SavedViewError("a view needs a name", todo="write what it shows")
    if any(other.name == wanted and other.page == one.page and other.view_id != one.view_id for other in others):
        raise SavedViewError("there is a view of this name on this page", where=wanted, todo="choose another name")
    return wanted


def _mine(engine: sa.Engine, reader: Reader, view_id: str) -> SavedView:
    one = _newest(engine).get(view_id)
    if one is None or not (_is_visible(one, reader) and may_change(one, reader)):
        raise SavedViewError("no such view of yours", where=view_id[:40], todo="look at the list again")
    return one


def _next(engine: sa.Engine, one: SavedView, now: dt.datetime) -> SavedView:
    return _append(engine, replace(one, position=one.position + 1, recorded_at=now))


def _append(engine: sa.Engine, made: SavedView) -> SavedView:
    row = vars(made) | {"params": json.dumps(made.params, ensure_ascii=False, sort_keys=True)}
    try:
        with engine.begin() as con:
            con.execute(sa.insert(SAVED_VIEWS).values(**row))
    except sa.exc.IntegrityError as error:
        raise SavedViewError("was changed at the same time", where=made.name, todo="look again") from error
    except sa.exc.OperationalError as error:
        raise SavedViewError("the store cannot be written", where=made.name, todo="check disk and rights") from error
    return made


def _newest(engine: sa.Engine) -> dict[str, SavedView]:
    with engine.connect() as con:
        rows = con.execute(sa.select(SAVED_VIEWS).order_by(SAVED_VIEWS.c.row_id)).mappings().all()
    return {row["view_id"]: SavedView(**{k: json.loads(v) if k == "params" else v for k, v in row.items() if k != "row_id"}) for row in rows}  # fmt: skip
