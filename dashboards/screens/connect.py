"""接入数据 Connect data: upload an export nobody has seen, confirm what its columns mean, preview, save its profile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import Figure, block, empty, figures, grid, lead, small_title
from dashboards.queries import connect as queries
from dashboards.screens.connect_identity import choose_identity
from dashboards.screens.connect_settings import Words, choose_settings
from dashboards.session import log
from dashboards.view import View
from weisu import numbers
from weisu.errors import WeisuError
from weisu.settings import Workspace

KEPT = "connect."
REQUIRED = ("ticket_id", "created_at")
WIDTHS = (3, 4, 1, 4, 2)
UNUSED = ""
DOUBTFUL = 0.75


@dataclass(frozen=True)
class Session:
    """One upload on its way to a profile."""

    workspace: Workspace
    words: Words
    upload: queries.Upload
    found: dict[str, Any]  # the suggestion
    key: str  # of the upload, for the widgets


def show(view: View) -> None:
    """Draw the page."""
    draw(view.workspace, view.lang)


def draw(workspace: Workspace, lang: str) -> None:
    """The page alone: it needs a workspace and no publication, for the first export of a city comes this way."""
    words = Words(lang)
    top = st.container()
    upload = _chosen_upload(words)
    if upload is None:
        with top:
            lead(words("lead_none"), words("sub"))
        return empty(words("none"), words("none_why"), words("none_todo"))
    try:
        session = Session(workspace, words, upload, _suggestion(workspace, words, upload), _key(upload))
    except WeisuError as error:
        with top:
            lead(words("lead_none"), words("sub"))
        return empty(words("failed"), str(error), words("failed_todo"))
    return _confirm(session, top)


def _chosen_upload(words: Words) -> queries.Upload | None:
    """The uploader; clearing gives it a new key, so that the browser's file is dropped, too."""
    turn = st.session_state.setdefault(KEPT + "turn", 0)
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    file = left.file_uploader(words("upload"), key=f"{KEPT}file-{turn}")
    if file is None:
        _forget()
        return None
    right.button(words("clear"), on_click=_clear, key=KEPT + "clear")
    return queries.Upload(file.name, file.getvalue())


def _clear() -> None:
    st.session_state[KEPT + "turn"] += 1
    _forget()


def _forget() -> None:
    for name in [n for n in st.session_state if str(n).startswith(KEPT) and n not in (KEPT + "turn",)]:
        if not str(name).startswith(f"{KEPT}file-"):
            del st.session_state[name]


def _key(upload: queries.Upload) -> str:
    return hashlib.sha256(upload.name.encode() + b"\0" + upload.data).hexdigest()[:12]


def _suggestion(workspace: Workspace, words: Words, upload: queries.Upload) -> dict[str, Any]:
    return _once(words, "suggest", f"found-{_key(upload)}", lambda: queries.suggestion(upload, workspace))


def _once(words: Words, what: str, name: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """An answer of the door, kept for the session; meanwhile the page says what it waits for."""
    name = KEPT + name
    if name not in st.session_state:
        with st.status(words(f"busy_{what}")) as state:
            st.session_state[name] = ask()
            state.update(label=words(f"done_{what}"), state="complete")
    return st.session_state[name]


def _confirm(session: Session, top: Any) -> None:
    words = session.words
    block(words("file"), words("file_note"))
    _file_facts(session)
    block(words("columns"), words("columns_note"))
    chosen = _columns(session)
    identity = _identity(session, chosen)
    block(words("settings"), words("settings_note"))
    settings = choose_settings(words, session.found, session.key, session.workspace.settings().city.timezone)
    block(words("preview"), words("preview_note"))
    missing = [field for field in REQUIRED if field not in chosen.values() and not (field == "ticket_id" and identity)]
    twice = queries.twice(chosen)
    made = None
    if missing or twice:
        empty(words("no_preview"), *(words("twice", field=words.field(field)) for field in twice[:1]))
    else:
        choices = _choices(session, chosen, settings, identity)
        made = _preview(session, choices)
    with top:
        lead(_conclusion(session, chosen, missing, made), words("sub"))
    if made:
        block(words("save"), words("save_note"))
        _save(session, choices)


def _conclusion(
    session: Session, chosen: Mapping[int, str], missing: Sequence[str], made: Mapping[str, Any] | None
) -> str:
    words = session.words
    if missing:
        return words("lead_missing", fields=("、" if words.lang == "zh" else ", ").join(map(words.field, missing)))
    if made is None:
        return words("lead_open")
    if _is_over(session, made):
        return words("lead_over", share=numbers.share(_refused(made) / made["judged"], words.lang))
    return words("lead_ready", columns=len(chosen), mapped=sum(bool(field) for field in chosen.values()))


def _refused(made: Mapping[str, Any]) -> int:
    return sum(made["quarantined"].values())


def _is_over(session: Session, made: Mapping[str, Any]) -> bool:
    limit = session.workspace.settings().alerts.quarantine_limit
    return bool(made["judged"]) and _refused(made) / made["judged"] > limit


def _file_facts(session: Session) -> None:
    words, found = session.words, session.found
    read_as, rows = found["read_as"], numbers.exact(found["rows"], session.words.lang)
    shown = {
        "kind": words.kind(read_as["kind"]), "encoding": read_as["encoding"], "delimiter": read_as["delimiter"].replace("\t", "Tab"),
        "header_row": str(read_as["header_row"]), "sheet": read_as["sheet"],
        "rows": rows if found["is_whole"] else words("rows_first", n=rows),
        "broken": numbers.exact(found["broken"], words.lang) if found["broken"] else "",
    }  # fmt: skip
    figures([Figure(words(name), value) for name, value in shown.items() if value])
    for warning in read_as["warnings"]:
        st.text(words.remark(warning))


def _columns(session: Session) -> dict[int, str]:
    """One row per column of the file; gives column index -> chosen field."""
    words = session.words
    for cell, name in zip(st.columns(WIDTHS), ("column", "meaning", "confidence", "sample", "second"), strict=True):
        cell.html(f'<span class="sub">{words(name)}</span>')
    return {i: _column(session, i, column) for i, column in enumerate(session.found["columns"])}


def _column(session: Session, index: int, column: Mapping[str, Any]) -> str:
    words = session.words
    options = [UNUSED, *words.in_order(session.found["fields"])]
    with st.container(key=f"row-connect-{session.key}-{index}"):
        header, meaning, sure, sample, second = st.columns(WIDTHS, vertical_alignment="center")
        header.text(column["header"])
        field = meaning.selectbox(
            f"{words('meaning')}: {index + 1}", options, index=options.index(column["field"] or UNUSED),
            format_func=words.field, key=f"{KEPT}field-{session.key}-{index}", label_visibility="collapsed",
        )  # fmt: skip
        sure.html(_sure(column))
        sample.text(column["sample"] or numbers.UNKNOWN)
        second.text(words.field(column["runner_up"]) if column["runner_up"] else numbers.UNKNOWN)
    return field


def _sure(column: Mapping[str, Any]) -> str:
    """The confidence of a guess, in colour where it asks for a look."""
    if not column["field"]:
        return numbers.UNKNOWN
    return f'<span class="{"hot" if column["confidence"] < DOUBTFUL else ""}">{column["confidence"]:.0%}</span>'


def _identity(session: Session, chosen: Mapping[int, str]) -> queries.Identity | None:
    """Asked for where no column is the id."""
    if "ticket_id" in chosen.values():
        return None
    block(session.words("identity"), session.words("identity_note"))
    return choose_identity(session.words, session.found, session.key)


def _choices(
    session: Session, chosen: Mapping[int, str], settings: Mapping[str, Any], identity: queries.Identity | None
) -> queries.Choices:
    columns = session.found["columns"]
    pairs = tuple((field, columns[i]["name_in_profile"]) for i, field in chosen.items() if field)
    tail = session.found["tail"]
    return queries.Choices(pairs, session.found["language"], tail=tail, identity=identity, **settings)


def _preview(session: Session, choices: queries.Choices) -> Mapping[str, Any] | None:
    """The real mapping of the first rows; None when the profile or the file is refused."""
    words, profile = session.words, queries.compose("preview", choices)
    name = f"preview-{session.key}-{hashlib.sha256(profile.encode()).hexdigest()[:12]}"
    try:
        made = _once(words, "preview", name, lambda: queries.preview(session.upload, profile, session.workspace))
    except WeisuError as error:
        empty(words("failed"), str(error), words("failed_todo"))
        return None
    _show_preview(session, made)
    return made


def _show_preview(session: Session, made: Mapping[str, Any]) -> None:
    words, is_over = session.words, _is_over(session, made)
    limit = numbers.share(session.workspace.settings().alerts.quarantine_limit, words.lang)
    flags = ", ".join(f"{name} {count}" for name, count in list(made["flagged"].items())[:4])
    figures([
        Figure(words("judged"), numbers.exact(made["judged"], words.lang), "" if made["is_whole"] else words("judged_first")),
        Figure(words("quarantined"), numbers.exact(_refused(made), words.lang),
               words("over_limit" if is_over else "under_limit", limit=limit), is_hot=is_over),
        Figure(words("flagged"), numbers.exact(sum(made["flagged"].values()), words.lang), flags),
    ])  # fmt: skip
    _table(
        words,
        made["rows"],
        {name: words("flagged") if name == "flags" else words.field(name) for name in made["rows"][0]}
        if made["rows"]
        else {},
    )
    for told in made["warnings"]:
        if told not in session.found["read_as"]["warnings"]:
            st.text(words.remark(told))
    if made["refused"]:
        small_title(words("refused"))
        names = ("row_number", "reason_code", "column_name", "value_masked")
        _table(words, made["refused"], {name: words(name) for name in names})


def _table(words: Words, rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> None:
    frame = pl.DataFrame([{n: None if row[n] is None else str(row[n]) for n in titles} for row in rows],
                         schema=dict.fromkeys(titles, pl.String))  # fmt: skip
    if frame.is_empty():
        return
    config = {name: st.column_config.TextColumn(title) for name, title in titles.items()}
    grid(frame, column_config=config, height="auto")


def _save(session: Session, choices: queries.Choices) -> None:
    words, key = session.words, session.key
    left, right = st.columns([3, 5], vertical_alignment="bottom")
    name = left.text_input(words("name"), value=session.found["name"], help=words("name_help"), key=f"{KEPT}name-{key}")
    name = name.strip()
    path = session.workspace.sources / f"{name}.toml"
    may_replace = False
    if queries.is_plain(name) and path.exists():
        may_replace = right.checkbox(words("replace", file=f"sources/{path.name}"), key=f"{KEPT}replace-{key}")
    profile = queries.compose(name, choices)
    if st.button(words("save"), type="primary", key=KEPT + "save"):
        _write(session, name, profile, may_replace=may_replace)
    with st.expander(words("see_profile")):
        st.code(profile, language="toml")


def _write(session: Session, name: str, profile: str, *, may_replace: bool) -> None:
    words, file = session.words, f"sources/{name}.toml"
    try:
        queries.save(session.workspace, name, profile, may_replace=may_replace)
    except queries.ConnectError as error:
        known = {"bad_name": words("bad_name"), "exists": words("exists", file=file)}
        return st.text(known.get(error.what, str(error)))
    log("change", file, act="profile_saved", replaced=may_replace)
    st.text(words("saved", file=file))
    return st.code(f"weisu load {_shell_word(session.upload.file_name)} --source {name}", language="bash")


def _shell_word(name: str) -> str:
    import shlex

    return shlex.quote(name)
