"""`weisu profile`: propose a source profile for an export nobody has seen; see what a profile does to a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.cli.outcome import remark_line
from weisu.drafts import write_text

if TYPE_CHECKING:
    from ingest.preview import Preview
    from ingest.profiles import Profile
    from ingest.suggest import Suggestion
    from weisu.settings import Workspace


def register(app: typer.Typer) -> None:
    """Add the command group `profile`."""
    group = typer.Typer(no_args_is_help=True, help="Source profiles: what the columns of an export mean.")
    group.callback()(_profiles)
    group.command("suggest")(suggest)
    group.command("preview")(preview)
    app.add_typer(group, name="profile")


def _profiles() -> None:
    """Source profiles: what the columns of an export mean."""


def suggest(
    file: Annotated[Path, typer.Argument(help="An export.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write the profile here, e.g. sources/mycity.toml.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a source profile: encoding, header row, columns, formats, with a confidence and a sample each."""
    from ingest.arrival import masked_label
    from ingest.proposal import profile_toml
    from ingest.suggest import suggest_profile
    from weisu.settings import City

    label = masked_label(file)
    name = re.sub(r"[^\w-]+", "_", (out.stem if out else label).split(".")[0]).strip("_") or "source"
    place = _workspace_of(workspace, out)
    suggestion = suggest_profile(file, name, zone=place.settings().city.timezone if place else City.timezone)
    text = profile_toml(suggestion)
    if out:
        write_text(out, text)
    if as_json:
        _print_json(_suggestion_parts(suggestion, text))
    elif not out:
        typer.echo(text, nl=False)
    else:
        found = sum(g.field is not None for g in suggestion.guesses)
        lacking = f"; REQUIRED and not found: {', '.join(suggestion.missing)}" if suggestion.missing else ""
        shown = file if label == file.name else "FILE"
        typer.echo(
            f"{out}: {found} of {len(suggestion.guesses)} columns mapped{lacking}. Check it, then: {_next(shown, out, name, place)}"
        )


def _workspace_of(given: Path | None, out: Path | None) -> Workspace | None:
    """The workspace named, else the one whose sources/ the profile is written to, else the usual one; None without any."""
    from weisu.errors import SettingsError
    from weisu.settings import SETTINGS_FILE, Workspace, find_workspace

    root = out.expanduser().resolve().parent.parent if out else None
    if not given and root and out.resolve().parent.name == "sources" and (root / SETTINGS_FILE).is_file():
        return Workspace(root)
    try:
        return find_workspace(given)
    except SettingsError:
        if given:
            raise
        return None


def _next(shown: Path | str, out: Path, name: str, place: Workspace | None) -> str:
    """The next command; a profile that `load` would not find there is to be copied first."""
    root = place.root if place else "DIR"
    load = f"weisu load {shown} --source {name} --workspace {root}"
    if place and out.expanduser().resolve() == place.sources / f"{name}.toml":
        return load
    return f"copy it to {root}/sources/{name}.toml; {load}"


def _suggestion_parts(suggestion: Suggestion, text: str) -> dict[str, object]:
    from dataclasses import asdict

    from ingest.canonical import CLOCKS, FIELDS
    from ingest.companions import ALSO, TIME
    from ingest.proposal import identity_columns, name_in_profile, profile_tail

    seconds = sorted(g.field for g in suggestion.guesses if g.field and g.field.endswith(ALSO))
    return {
        "name": suggestion.name, "missing": suggestion.missing, "columns": [
            asdict(g) | {"name_in_profile": name_in_profile(g.header)} for g in suggestion.guesses
        ],
        "read_as": asdict(suggestion.read_as), "rows": suggestion.rows, "broken": suggestion.broken,
        "is_whole": suggestion.is_whole, "language": suggestion.language, "clocks": asdict(suggestion.clocks) | {"odd_quiet_hours": suggestion.clocks.odd_quiet_hours},
        "datum": asdict(suggestion.datum), "null_words": suggestion.null_words, "fields": [*sorted(FIELDS), *(f"{clock}{TIME}" for clock in CLOCKS), *seconds],
        "identity": identity_columns(suggestion), "profile": text, "tail": profile_tail(suggestion),
    }  # fmt: skip


def preview(
    file: Annotated[Path, typer.Argument(help="An export.")],
    source: Annotated[
        str, typer.Option("--source", "--profile", help="The source's name, or a profile's file (.toml) anywhere.")
    ],
    rows: Annotated[int, typer.Option(min=1, max=1000, help="How many rows to show.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Map a file by a profile without loading it: the first rows, masked, and what would be set aside and why."""
    import datetime as dt

    from ingest.preview import preview_file
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    zone = place.settings().city.timezone
    made = preview_file(file, _profile(source, place), zone=zone, now=now, shown=rows)
    if as_json:
        from dataclasses import asdict

        _print_json(asdict(made))
    else:
        _print_preview(made, place.settings().city.language)


def _profile(source: str, place: Workspace) -> Profile:
    from ingest.errors import ProfileError
    from ingest.profiles import load_profile, parse_profile

    if not source.endswith(".toml"):
        return load_profile(source, place.sources)
    try:
        return parse_profile(Path(source).read_bytes(), source)
    except OSError as error:
        raise ProfileError("cannot be read", where=source, todo=error.strerror or "check the path") from error


def _print_json(made: dict[str, object]) -> None:
    import json

    typer.echo(json.dumps(made, ensure_ascii=False, default=str))


def _print_preview(made: Preview, lang: str) -> None:
    refused = sum(made.quarantined.values())
    typer.echo(
        f"{made.judged} rows judged{'' if made.is_whole else ' (the first of the file)'}, {refused} would be quarantined"
    )
    for kind, counts in (("quarantined", made.quarantined), ("flagged", made.flagged)):
        for name, count in counts.items():
            typer.echo(f"  {kind} {name}: {count}")
    for warning in made.warnings:
        typer.echo(f"  warning: {remark_line(warning.code, warning.values, lang)}")
    for name in made.unused:
        typer.echo(f"  column not used: {name}")
    for row in made.rows:
        typer.echo(
            "  ".join(
                f"{name}={' '.join(str(value).split())}" for name, value in row.items() if value not in (None, "")
            )
        )
