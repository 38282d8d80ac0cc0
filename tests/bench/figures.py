"""One figure of the bench, and how commands are run and timed for it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WEISU = str(Path(sys.executable).parent / "weisu")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    target: str
    holds: bool | None  # None: not measured, or a figure without a target


def weisu(*arguments: str) -> str:
    """Run the command as a user would and return what it prints."""
    done = subprocess.run([WEISU, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"weisu {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Wall seconds and the result."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def plain(name: str, value: str) -> Figure:
    return Figure(name, value, "", None)


def at_most(name: str, value: float, limit: float, unit: str) -> Figure:
    return Figure(name, f"{value:.2f}", f"<= {limit:g} {unit}", value <= limit)


def at_least(name: str, value: float, limit: float) -> Figure:
    return Figure(name, f"{value:.3f}", f">= {limit:g}", value >= limit)
