"""What the app asks of the command `weisu`: heavy or risky work runs in a process of its own, and its memory goes with it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from weisu.errors import WeisuError

COMMAND = (sys.executable, "-c", "from weisu.cli import main; main()")


class CommandError(WeisuError):
    """The command refused, or took too long."""

    code = "command"


def ask(*arguments: str, seconds: float) -> dict[str, Any]:
    """What `weisu … --json` prints last.

    Raises:
        CommandError: it ended with an error (its last line), or took longer than `seconds`.
    """
    try:
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"took longer than {seconds:.0f} s", todo="try less at once, or the command line") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["ended without a word"]
        raise CommandError(lines[-1].removeprefix("weisu: "))
    return json.loads(done.stdout.strip().splitlines()[-1])
