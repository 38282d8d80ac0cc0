"""订阅 Subscriptions: what one's own recipients are sent, and the form by which one follows more or ends it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboards.parts import block, empty, guarded, lead, table
from dashboards.queries.names import area_names, category_names
from dashboards.view import View
from weisu.delivery.address_book import Recipient, read_address_book
from weisu.delivery.errors import DeliveryError
from weisu.delivery.outbox import bundles
from weisu.delivery.rights import demand, own_recipients
from weisu.delivery.subscriptions import LEVELS, PACES, WHAT, Subscription, list_subscriptions, subscribe, unsubscribe
from weisu.errors import WeisuError
from weisu.texts import LANGUAGES, text

NOTICE = "subscriptions.notice"
SHOWN = 50  # deliveries
ALL = ""
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def show(view: View) -> None:
    """Draw the page."""
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
    own = own_recipients(view.reader, read_address_book(view.workspace))
    names = {one.name for one in own}
    mine = [one for one in list_subscriptions(view.engine) if one.recipient in names]
    lead(_t(view, "lead", n=len(mine)), _t(view, "sub"))
    if not own:
        return empty(_t(view, "no_address"), "", _t(view, "no_address_todo"))
    with guarded(view, _t(view, "list")):
        _list(view, mine)
    with guarded(view, _t(view, "add")):
        _add(view, own)
    with guarded(view, _t(view, "sent")):
        _sent(view, names)
    return None


def _t(view: View, key: str, **values: object) -> str:
    return text(f"delivery.page.{key}", view.lang, **values)


def _list(view: View, mine: list[Subscription]) -> None:
    block(_t(view, "list"))
    if not mine:
        return empty(_t(view, "none"))
    names = ("recipient", "what", "category", "area", "level", "pace", "quiet", "lang")
    rows = [_row(view, one) for one in mine]
    columns = {name: st.column_config.TextColumn(_t(view, name)) for name in names}
    table(
        view, pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), columns, title=_t(view, "list")
    )
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    by_id = {one.subscription_id: one for one in mine}
    chosen = left.selectbox(
        _t(view, "end_which"), list(by_id), key="sub-chosen", format_func=lambda i: " · ".join(filter(None, _row(view, by_id[i])))
    )  # fmt: skip
    right.button(_t(view, "end"), key="sub-end", on_click=_ended, args=(view, by_id[chosen]))
    return None


def _row(view: View, one: Subscription) -> tuple[str | None, ...]:
    what = _t(view, f"what_of.{one.what}")
    if one.what != "alerts":
        return one.recipient, what, None, None, None, None, one.quiet or None, LANGUAGE_NAMES[one.lang]
    level = text(f"alerts.level.{one.least_level}", view.lang)
    everything = _t(view, "all")
    category, area = (one.category_key or everything).replace("->", " / "), (one.area_key or everything)
    pace = _t(view, f"pace_of.{one.pace}") + (_t(view, "and_unreviewed") if one.has_unreviewed else "")
    return (
        one.recipient,
        what,
        category,
        area.replace("/", " / "),
        level,
        pace,
        one.quiet or None,
        LANGUAGE_NAMES[one.lang],
    )


def _add(view: View, own: list[Recipient]) -> None:
    block(_t(view, "add"), _t(view, "add_note"))
    what = [kind for kind in WHAT if kind == "alerts" or "reports" in view.reader.pages]
    areas = [ALL] * view.reader.sees_area("*") + [key for key in area_names(view.marts) if key != "*"]
    categories = [ALL, *(key for key in category_names(view.marts) if key != "*")]
    with st.form("sub-add", border=False):
        first, second = st.columns(4), st.columns(4)
        first[0].selectbox(_t(view, "recipient"), [one.name for one in own], key="sub-recipient")
        first[1].selectbox(_t(view, "what"), what[::-1], key="sub-what", format_func=lambda w: _t(view, f"what_of.{w}"))
        first[2].selectbox(_t(view, "category"), categories, key="sub-category", format_func=lambda k: k.replace("->", " / ") or _t(view, "all"))  # fmt: skip
        first[3].selectbox(_t(view, "area"), areas, key="sub-area", format_func=lambda k: k.replace("/", " / ") or _t(view, "all"))  # fmt: skip
        second[0].selectbox(_t(view, "level"), LEVELS, len(LEVELS) - 1, key="sub-level", format_func=lambda n: text(f"alerts.level.{n}", view.lang))  # fmt: skip
        second[1].selectbox(_t(view, "pace"), PACES, key="sub-pace", format_func=lambda p: _t(view, f"pace_of.{p}"))
        second[2].text_input(_t(view, "quiet"), key="sub-quiet", max_chars=11, placeholder="22:00-07:00")
        second[3].selectbox(
            _t(view, "lang"),
            LANGUAGES,
            LANGUAGES.index(view.lang),
            key="sub-lang",
            format_func=LANGUAGE_NAMES.__getitem__,
        )
        st.checkbox(_t(view, "unreviewed"), key="sub-unreviewed")
        st.form_submit_button(_t(view, "add"), type="primary", key="sub-do", on_click=_added, args=(view,))


def _added(view: View) -> None:
    given = {key: st.session_state.get(f"sub-{key}") for key in ("recipient", "what", "category", "area", "level", "pace", "quiet", "lang", "unreviewed")}  # fmt: skip

    def add() -> Subscription:
        wanted = Subscription(
            str(given["recipient"]), str(given["what"]), str(given["lang"]), view.reader.name, view.read_clock(),
            category_key=given["category"] or None, area_key=given["area"] or None, least_level=given["level"] or LEVELS[-1],
            pace=str(given["pace"]), quiet=str(given["quiet"] or "").strip(), has_unreviewed=bool(given["unreviewed"]),
        )  # fmt: skip
        demand(view.engine, _own(view, wanted.recipient), wanted)
        return subscribe(view.engine, wanted)

    _done(view, add, "added")


def _ended(view: View, one: Subscription) -> None:
    def end() -> Subscription:
        _own(view, one.recipient)
        return unsubscribe(view.engine, one.subscription_id, actor=view.reader.name, now=view.read_clock())

    _done(view, end, "ended")


def _own(view: View, name: str) -> Recipient:
    """The recipient, asked anew: somebody else's is refused, whatever the form said.

    Raises:
        DeliveryError: not one's own.
    """
    for one in own_recipients(view.reader, read_address_book(view.workspace)):
        if one.name == name:
            return one
    raise DeliveryError("is not yours", where=name[:40], todo="ask an administrator")


def _done(view: View, do: Callable[[], Subscription], key: str) -> None:
    """Runs before the page is drawn anew: the change is on it at once, or why there is none."""
    try:
        made = do()
        view.log("change", f"subscription {made.subscription_id}", recipient=made.recipient, of=made.what, state=key)
        st.session_state[NOTICE] = _t(view, key)
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)


def _sent(view: View, names: set[str]) -> None:
    block(_t(view, "sent"), _t(view, "sent_note"))
    found = [one for one in bundles(view.engine, view.read_clock()) if one.recipient in names][::-1][:SHOWN]
    if not found:
        return empty(_t(view, "nothing_sent"))
    columns = ("recipient", "document", "state", "attempts", "at")
    rows = [
        (one.recipient, ", ".join(p.document for p in one.parcels), _t(view, f"state_of.{one.state}"),
         str(sum(a.state == "started" for a in one.attempts)), view.local(one.attempts[-1].noted_at if one.attempts else one.parcels[0].queued_at))
        for one in found
    ]  # fmt: skip
    shown = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    labels = {name: st.column_config.TextColumn(_t(view, name)) for name in columns}
    return table(view, shown, labels, title=_t(view, "sent"))
