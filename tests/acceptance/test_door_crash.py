"""kill -9 at any moment of a load: the ledger opens, holds all of the load or nothing of it, and the next load finishes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.conftest import run_weisu
from tests.acceptance.door_workspace import Kept, leftovers, look, make_workspace, start_load, write_export
from tests.sharing import long_but

ROWS, SEED = 200_000, 20261122
# what a kill waits for before its random delay: rows written, and the phases around archive, commit and checkpoint
PHASES: dict[str, Callable[[Path, int, int], bool]] = {
    "rows": lambda var, size, archived: _size(var / "ledger.duckdb") > size + (1 << 20),
    "draft": lambda var, size, archived: any((var / "archive").glob(".*")),
    "archived": lambda var, size, archived: len(list((var / "archive").glob("[!.]*"))) > archived,
    "log": lambda var, size, archived: _size(var / "ledger.duckdb.wal") > 0,
}


@dataclass(frozen=True)
class Bench:
    """The export, the workspace before it, and what both come to undisturbed."""

    export: Path
    before: Path
    nothing: Kept
    everything: Kept
    seconds: float


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """An earlier export of 3,000 open tickets is loaded; the large one closes them and brings the others."""
    folder = tmp_path_factory.mktemp("crash")
    earlier = write_export(folder / "earlier.csv", 3000, closed=False)
    export = write_export(folder / "export.csv", ROWS)
    before = make_workspace(folder / "before", earlier)
    calm = Path(shutil.copytree(before, folder / "calm"))
    begun = time.monotonic()
    done = run_weisu("load", export, "--source", "hotline", "--workspace", calm)
    assert done.status == 0, done.err
    return Bench(export, before, look(before), look(calm), time.monotonic() - begun)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", long_but([5, 60], 5))
def test_load_when_killed_at_random_moments_then_all_or_nothing_and_the_next_load_finishes(
    bench: Bench, tmp_path: Path, kills: int
) -> None:
    rng, held, seconds = random.Random(SEED), Counter(), bench.seconds
    root, tmp = Path(shutil.copytree(bench.before, tmp_path / "w0")), tmp_path / "tmp"
    tmp.mkdir()
    for number in range(2 * kills):  # a load that ends before its moment does not count
        phase = rng.choice(list(PHASES)) if number % 2 else ""
        begun = time.monotonic()
        load = start_load(bench.export, root, tmp_path / "out", tmp)
        _kill(load, root / "var", phase, rng.uniform(0, 0.15 if phase else seconds))
        if load.returncode == 0:
            seconds = min(seconds, time.monotonic() - begun)
        kept = look(root)
        is_whole = kept == bench.everything
        assert is_whole or (kept.loads, kept.digest) == (bench.nothing.loads, bench.nothing.digest), (number, kept)
        assert is_whole or b'"read"' not in (tmp_path / "out").read_bytes(), "it said done before it was"
        assert len(leftovers(root)) <= 3, leftovers(
            root
        )  # of the killed load alone: a draft, the log, a temporary file
        held["whole" if is_whole else "nothing", load.returncode] += 1
        if _killed(held) == kills:
            break
        if is_whole or phase == "archived":  # that phase can only be seen where the bytes are not yet archived
            shutil.rmtree(root)
            root = Path(shutil.copytree(bench.before, tmp_path / f"w{number + 1}"))
    _finish(bench, root)
    assert [path.name for path in tmp.rglob("*")] == []  # temporary files lie in the workspace, where they are swept
    assert (_killed(held), held["nothing", -signal.SIGKILL] >= kills / 3) == (kills, True), held


def _killed(held: Counter[tuple[str, int]]) -> int:
    return held["whole", -signal.SIGKILL] + held["nothing", -signal.SIGKILL]


def _kill(load: subprocess.Popen[bytes], var: Path, phase: str, delay: float) -> None:
    """SIGKILL to the whole group, `delay` seconds after the phase began (or after the start)."""
    reached = PHASES.get(phase)
    size, archived = _size(var / "ledger.duckdb"), len(list((var / "archive").glob("[!.]*")))
    while reached and load.poll() is None and not reached(var, size, archived):
        time.sleep(0.001)
    try:
        load.wait(delay)
    except subprocess.TimeoutExpired:
        os.killpg(load.pid, signal.SIGKILL)
        load.wait()


def _finish(bench: Bench, root: Path) -> None:
    """The next load completes what was cut off, leaves nothing lying about, and a third one changes nothing."""
    for _ in range(2 if look(root) != bench.everything else 1):
        done = run_weisu("load", bench.export, "--source", "hotline", "--workspace", root)
        assert done.status == 0, done.err
        assert look(root) == bench.everything
        assert leftovers(root) == []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
