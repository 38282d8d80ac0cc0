"""`weisu doctor`: what is wrong and how to mend it."""

from __future__ import annotations

import json

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import CheckFailed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor_command)


def doctor_command(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check versions, settings, freshness, disk, fonts and permissions."""
    from weisu.doctor import examine

    findings = examine(workspace)
    if as_json:
        print(json.dumps([vars(f) for f in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(
                f"{'ok  ' if finding.is_fine else 'BAD '} {finding.about}: {finding.says}{'' if finding.is_fine else f' – {finding.todo}'}"
            )
    if bad := [f.about for f in findings if not f.is_fine]:
        raise CheckFailed(f"{len(bad)} of {len(findings)} checks failed: {', '.join(bad)}")
