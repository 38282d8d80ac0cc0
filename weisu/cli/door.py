"""`weisu load`, `weisu read`, `weisu mask`: the door's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption
from weisu.cli.outcome import print_summary, remark_line, replay_lines, retry_lines
from weisu.cli.progress import file_progress


def register(app: typer.Typer) -> None:
    """Add the door's commands."""
    app.command("load")(load)
    app.command("read")(read)
    app.command("mask")(mask)


def load(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Exports: files, folders or globs.")] = None,
    source: Annotated[
        str, typer.Option("--source", "--profile", help="The source profile: hotline, boston311, or a name or file in sources/.")
    ] = "",
    quarantine_limit: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of a file that may be set aside; default from weisu.toml.")
    ] = None,
    retry_quarantined: Annotated[
        bool, typer.Option("--retry-quarantined", help="Read the originals of quarantined rows again, after their profile was corrected.")
    ] = False,
    replay_archive: Annotated[
        bool, typer.Option("--replay-archive", help="Make the ledger anew from all archived originals and the profiles as they are now.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Load exports: read, check, mask, and write row versions; prints what became of each row."""
    import datetime as dt

    from ingest.profiles import source_name
    from weisu.settings import find_workspace

    _check_use(files, source, retry=retry_quarantined, replay=replay_archive)
    place, now = find_workspace(workspace), dt.datetime.now(dt.UTC)
    source = source_name(source, place.sources)
    lang, remarks = place.settings().city.language, []
    with file_progress() as progress:
        if retry_quarantined:
            from ingest.retry import retry_quarantined as retry

            tried = retry(place, source, now=now, limit=quarantine_limit, progress=progress)
            summary, remarks = tried.loads, retry_lines(tried, lang)
        elif replay_archive:
            from ingest.replay import replay_archive as replay

            replayed = replay(place, progress=progress)
            summary, remarks = replayed.loads, replay_lines(replayed, lang)
        else:
            from ingest.load import load_files

            summary = load_files(place, files or [], source, now=now, limit=quarantine_limit, progress=progress)
    print_summary(summary, lang, remarks, as_json=as_json)


def _check_use(files: list[Path] | None, source: str, *, retry: bool, replay: bool) -> None:
    if retry + replay + bool(files) != 1:
        raise typer.BadParameter("give FILE..., or --retry-quarantined, or --replay-archive")
    if not source and not replay:
        raise typer.BadParameter("give --source NAME, such as hotline or boston311")


def read(
    file: Annotated[Path, typer.Argument(help="Any table file.")],
    out: OutOption,
    as_json: JsonOption = False,
) -> None:
    """The readers alone: any table file to clean UTF-8 CSV, all text, header first, nothing guessed."""
    from ingest.rewrite import rewrite

    with file_progress() as progress:
        done = rewrite(file, out, progress=lambda share: progress(file.name, share, 1))
    if as_json:
        import json

        typer.echo(json.dumps(done, ensure_ascii=False))
        return
    lang = _language()
    for warning in done["warnings"]:
        typer.echo(f"{file.name}: {remark_line(warning['code'], warning['values'], lang)}", err=True)
    if done["set_aside"]:
        typer.echo(
            f"{file.name}: {done['rows']} rows read, {done['set_aside']} records set aside in {done['set_aside_file']}",
            err=True,
        )


def _language() -> str:
    """The city's where there is a workspace, else that of the rest of this command's lines."""
    from weisu.errors import SettingsError
    from weisu.settings import find_workspace

    try:
        return find_workspace(None).settings().city.language
    except SettingsError:
        return "en"


def mask(
    file: Annotated[Path, typer.Argument(help="Texts: id,text (CSV or any other table file).")],
    out: OutOption,
    lang: Annotated[str, typer.Option(help="zh or en: the rules for names and the labels.")] = "zh",
) -> None:
    """Mask personal data in texts: id,text becomes id,text,spans."""
    from ingest.rewrite import mask_file

    with file_progress() as progress:
        mask_file(file, out, lang, progress=lambda share: progress(file.name, share, 1))


def mask_typed(text: str) -> str:
    """What staff typed freely, masked: by the Chinese rules where there is a Chinese character, else by the English ones."""
    from ingest.privacy import mask

    return mask(text, "zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en")[0]
