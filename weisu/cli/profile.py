"""`weisu profile suggest`: a source profile for an export nobody has seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add the command group `profile`."""
    group = typer.Typer(no_args_is_help=True, help="Source profiles: what the columns of an export mean.")
    group.callback()(_profiles)
    group.command("suggest")(suggest)
    app.add_typer(group, name="profile")


def _profiles() -> None:
    """Source profiles: what the columns of an export mean."""


def suggest(
    file: Annotated[Path, typer.Argument(help="An export.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write the profile here, e.g. sources/mycity.toml.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a source profile: encoding, header row, columns, formats, with a confidence and a sample each."""
    import json
    from dataclasses import asdict

    from ingest.proposal import profile_toml
    from ingest.suggest import suggest_profile

    name = re.sub(r"[^\w-]+", "_", (out or file).stem.split(".")[0]).strip("_") or "source"
    suggestion = suggest_profile(file, name)
    text = profile_toml(suggestion)
    if out:
        _write(out, text)
    if as_json:
        typer.echo(
            json.dumps(
                {"name": name, "missing": suggestion.missing, "columns": [asdict(g) for g in suggestion.guesses]},
                ensure_ascii=False,
            )
        )
    elif not out:
        typer.echo(text, nl=False)
    else:
        found = sum(g.field is not None for g in suggestion.guesses)
        lacking = f"; REQUIRED and not found: {', '.join(suggestion.missing)}" if suggestion.missing else ""
        typer.echo(
            f"{out}: {found} of {len(suggestion.guesses)} columns mapped{lacking}. Check it, then: weisu load {file} --source {name}"
        )


def _write(out: Path, text: str) -> None:
    import os

    draft = out.with_name(f".{out.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, out)
    finally:
        draft.unlink(missing_ok=True)
