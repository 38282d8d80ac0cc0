"""The door on the public bad files and polluted CSVs of ../shared; without them their figures say 'not measured'."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from figures import WEISU, Figure, at_least, at_most, plain

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WEISU_SHARED", ROOT.parent / "shared"))


def bad_input(work: Path) -> Iterator[Figure]:
    """Share of the bad files that end as their manifest says."""
    folder = SHARED / "badinput"
    if not folder.is_dir():
        yield plain("bad files handled", "not measured")
        return
    runner = folder / "run_badinput.py"
    usable = work / "run_badinput.py"  # the original holds a pattern that Python 3.11 refuses
    usable.write_text(runner.read_text(encoding="utf-8").replace('"(?s).{1,60}"', '"(?s:.{1,60})"'), encoding="utf-8")
    (work / "files").symlink_to(folder / "files")
    printed = _run(str(usable), "--loader", f"{sys.executable} {folder / 'weisu_loader.py'}")
    handled, given = map(int, re.search(r"(\d+) of (\d+) handled", printed).groups())
    yield at_least(f"bad files handled, share of {given}", handled / given, 0.97)
    wrong = re.search(r"'wrong': (\d+)", printed)
    yield at_most("bad files with a wrong outcome", int(wrong[1]) if wrong else 0, 0, "files")


def polluted(work: Path) -> Iterator[Figure]:
    """Pollock score of `weisu read`, dialect not told."""
    folder = SHARED / "pollock"
    if not folder.is_dir():
        yield plain("polluted CSVs: weighted score", "not measured")
        return
    loader = f'sh -c \'{WEISU} read "$0" -o "$1"\''
    printed = _run(str(folder / "score.py"), "--set", str(folder), "--loader", loader)
    score = json.loads(next(line for line in printed.splitlines() if line.startswith("{")))
    yield at_least("polluted CSVs: weighted score", score["weighted"], 9.6)
    yield plain("polluted CSVs: not exact, one record set aside each", str(score["silent_wrong"]))


def _run(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False).stdout
