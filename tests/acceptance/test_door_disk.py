"""Full and read-only disks, exports that change while they are read, two loads at once, a damaged ledger."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.conftest import WEISU, Done, run_weisu
from tests.acceptance.door_workspace import Kept, leftovers, look, make_workspace, start_load, write_export
from tests.sharing import long_but
from weisu.warehouse import connect

ROWS = 12_000
CAN_MOUNT = subprocess.run(
    ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"], capture_output=True, check=False
).returncode == 0 if shutil.which("unshare") else False  # fmt: skip
needs_mount = pytest.mark.skipif(not CAN_MOUNT, reason="no mounts in a namespace of our own here")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 12,000 rows, 1.3 MB."""
    return write_export(tmp_path_factory.mktemp("disk") / "export.csv", ROWS)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an earlier, small export."""
    folder = tmp_path_factory.mktemp("before")
    return make_workspace(folder / "w", write_export(folder / "earlier.csv", 300, closed=False))


@pytest.fixture(scope="module")
def undisturbed(export: Path, before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both loaded in peace."""
    root = Path(shutil.copytree(before, tmp_path_factory.mktemp("whole") / "w"))
    assert load(export, root).status == 0
    return root


@pytest.fixture(scope="module")
def whole(undisturbed: Path) -> Kept:
    """What both come to undisturbed."""
    return look(undisturbed)


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    """A copy of that workspace to hurt."""
    return Path(shutil.copytree(before, tmp_path / "w"))


def load(export: Path, root: Path) -> Done:
    """`weisu load` as a user types it."""
    return run_weisu("load", export, "--source", "hotline", "--workspace", root, "--json")


def refused_in_one_line(status: int, said: str) -> None:
    """Exit 2 and one line for people."""
    assert (status, said.count("\n")) == (2, 1), said
    assert said.startswith("weisu: "), said
    assert "Traceback" not in said, said
    assert "defect" not in said, said


def nothing_written(root: Path, before: Path) -> None:
    """The ledger is as it was; an orphan in the archive would be whole, but there is none."""
    assert look(root) == look(before)
    assert leftovers(root) == []


SMALL_DISK = """
mount -t tmpfs -o size=$ROOM none "$DISK"
cp -a "$BEFORE" "$DISK/w"
"$WEISU" load "$EXPORT" --source hotline --workspace "$DISK/w" > "$OUT/said" 2>&1; echo $? > "$OUT/status"
cp -a "$DISK/w" "$OUT/full"
mount -o remount,size=300m "$DISK"
"$WEISU" load "$EXPORT" --source hotline --workspace "$DISK/w" > "$OUT/again" 2>&1 || exit 9
cp -a "$DISK/w" "$OUT/room"
"""


@needs_mount
@pytest.mark.slow
@pytest.mark.parametrize("share", long_but([0.02, 0.2, 0.5, 0.8], 0.2, 0.8))  # of the room that the load needs
def test_load_when_the_disk_fills_then_one_line_nothing_kept_and_it_works_with_room(
    share: float, export: Path, before: Path, undisturbed: Path, tmp_path: Path
) -> None:
    full, empty = (sum(path.stat().st_blocks for path in root.rglob("*")) / 2 for root in (undisturbed, before))
    room = f"{int(empty + 64 + share * (full - empty))}k"
    values = {"ROOM": room, "DISK": tmp_path / "disk", "OUT": tmp_path, "BEFORE": before, "EXPORT": export}
    (tmp_path / "disk").mkdir()
    env = os.environ | {name: str(value) for name, value in values.items()} | {"WEISU": str(WEISU)}
    done = subprocess.run(["unshare", "-rm", "sh", "-c", SMALL_DISK], env=env, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    refused_in_one_line(int((tmp_path / "status").read_text()), (tmp_path / "said").read_text())
    assert (held := look(tmp_path / "full")).loads == 1, held
    assert held.digest == look(before).digest
    assert look(tmp_path / "room") == look(undisturbed)
    assert leftovers(tmp_path / "room") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "size_kb", long_but([16, 1000, 2700, 3500], 1000, 3500)
)  # the last two are reached in the middle of a load
def test_load_when_no_file_may_grow_further_then_one_line_and_the_next_load_works(
    size_kb: int, export: Path, root: Path, before: Path, whole: Kept
) -> None:
    command = [WEISU, "load", export, "--source", "hotline", "--workspace", root]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_kb << 10, size_kb << 10))  # noqa: E731
    done = subprocess.run(list(map(str, command)), preexec_fn=limit, capture_output=True, text=True, check=False)
    refused_in_one_line(done.returncode, done.stderr)
    assert look(root).digest == look(before).digest
    assert load(export, root).status == 0
    assert look(root) == whole
    assert leftovers(root) == []


@needs_mount
def test_load_when_the_disk_is_read_only_then_one_line_and_nothing_changes(
    export: Path, root: Path, before: Path, tmp_path: Path
) -> None:
    command = (
        'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && "$1" load "$2" --source hotline --workspace "$0"'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command, str(root), str(WEISU), str(export)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    refused_in_one_line(done.returncode, done.stderr)
    nothing_written(root, before)


@pytest.mark.skipif(os.getuid() == 0, reason="root writes where it wants")
def test_load_when_var_is_not_ours_to_write_then_one_line(export: Path, root: Path, before: Path) -> None:
    (root / "var").chmod(0o500)
    try:
        done = load(export, root)
    finally:
        (root / "var").chmod(0o700)
    refused_in_one_line(done.status, done.err)
    nothing_written(root, before)


CHANGES = {
    "grows": "while 1:\n open(p,'ab').write(b'x,2025-01-01,a,b,c,d,e,,\\n'); time.sleep(.01)",
    "shrinks": "n=os.path.getsize(p)\nwhile n>100000:\n n-=37; os.truncate(p,n); time.sleep(.01)\ntime.sleep(60)",
    "replaced": "d=open(p,'rb').read()\nwhile 1:\n d=d[:-200]+d[-200:][::-1]; open(p+'~','wb').write(d); os.replace(p+'~',p); time.sleep(.02)",
    "rewritten": "s=os.stat(p)\nwhile 1:\n f=open(p,'r+b'); f.seek(555555); f.write(os.urandom(9).hex().encode()); f.close(); os.utime(p,ns=(s.st_atime_ns,s.st_mtime_ns)); time.sleep(.01)",
}  # fmt: skip


@contextmanager
def meddler(code: str, path: Path) -> Iterator[None]:
    """Another process that changes the file until it is stopped."""
    writer = subprocess.Popen([sys.executable, "-c", f"import os,sys,time\np=sys.argv[1]\nprint(flush=True)\n{code}", str(path)], stdout=subprocess.PIPE)  # fmt: skip
    try:
        writer.stdout.readline()
        yield
        assert writer.poll() is None, "the meddler died"
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("change", long_but(CHANGES, "grows", "rewritten"))
def test_load_when_the_export_changes_while_read_then_refused_and_nothing_written(
    change: str, export: Path, root: Path, before: Path, tmp_path: Path
) -> None:
    moving = Path(shutil.copy(export, tmp_path / "moving.csv"))
    with meddler(CHANGES[change], moving):
        done = load(moving, root)
    refused_in_one_line(done.status, done.err)
    assert "changed while it was read" in done.err
    nothing_written(root, before)
    assert load(export, root).status == 0  # and the next load works


def test_load_when_another_runs_then_it_waits_or_says_so_and_a_repeat_finishes(
    export: Path, root: Path, tmp_path: Path
) -> None:
    other = write_export(tmp_path / "other.csv", 2000, start=500_000)
    running = [start_load(path, root, tmp_path / name) for path, name in ((export, "a"), (other, "b"), (export, "c"))]
    statuses = [one.wait() for one in running]
    assert 0 in statuses
    for status, name in zip(statuses, "abc", strict=True):
        if status:
            refused_in_one_line(status, said := (tmp_path / name).read_text())
            assert "another load or build is running" in said
    assert [load(path, root).status for path in (export, other)] == [0, 0]
    assert look(root).loads == 3
    assert leftovers(root) == []


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _cut_short(path: Path) -> None:
    os.truncate(path, 100)


def _flip(path: Path, *, where: float) -> None:
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * where))
        block = file.read(4096)
        file.seek(-len(block), os.SEEK_CUR)
        file.write(bytes(255 - byte for byte in block))


def _foreign(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def _foreign_log(path: Path) -> None:
    path.with_name(path.name + ".wal").write_bytes(b"not a log" * 1000)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut": _cut,
    "cut short": _cut_short,
    "header": lambda path: _flip(path, where=0),
    "data": lambda path: _flip(path, where=0.3),
    "late data": lambda path: _flip(path, where=0.8),
    "foreign": _foreign,
    "foreign log": _foreign_log,
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", long_but(DAMAGES, "cut", "late data", "foreign log"))
def test_commands_when_the_ledger_is_damaged_then_one_line_or_the_right_rows(
    damage: str, undisturbed: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(undisturbed, tmp_path / "w"))
    right = run_weisu("export", "tickets", "-o", tmp_path / "right.csv", "--workspace", root)
    assert right.status == 0, right.err
    DAMAGES[damage](root / "var" / "ledger.duckdb")
    seen = run_weisu("export", "tickets", "-o", tmp_path / "seen.csv", "--workspace", root)
    if seen.status == 0:  # DuckDB reads round some damage; then nothing may be wrong
        assert (tmp_path / "seen.csv").read_bytes() == (tmp_path / "right.csv").read_bytes()
    else:
        refused_in_one_line(seen.status, seen.err)
    later = load(write_export(tmp_path / "later.csv", ROWS, closed=False), root)
    if later.status:
        refused_in_one_line(later.status, later.err)
    doctor = run_weisu("doctor", "--workspace", root)
    assert "Traceback" not in doctor.err + doctor.out


def test_doctor_when_the_log_of_a_killed_load_was_deleted_then_says_what_is_missing(
    before: Path, root: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """A load commits into the log and is killed before the checkpoint; then someone deletes the log."""
    shutil.copytree(undisturbed / "var" / "archive", root / "var" / "archive", dirs_exist_ok=True)
    said = run_weisu("doctor", "--workspace", root).out
    assert "1 originals that no load names" in said, said
    shutil.copy(undisturbed / "var" / "ledger.duckdb", root / "var" / "ledger.duckdb")
    assert "0 loads lack rows; 0 originals that no load names" in run_weisu("doctor", "--workspace", root).out


def test_ledger_when_killed_after_the_commit_then_readers_and_the_next_load_see_the_log(
    root: Path, before: Path, export: Path, whole: Kept
) -> None:
    committing = (
        "import os, sys; from weisu.warehouse import connect; con = connect(sys.argv[1]); "
        "con.execute('create table raw.mark as select 1 as one'); os.kill(os.getpid(), 9)"
    )
    ledger = root / "var" / "ledger.duckdb"
    subprocess.run([sys.executable, "-c", committing, str(ledger)], check=False)
    assert ledger.with_name("ledger.duckdb.wal").stat().st_size > 0
    assert look(root) == look(before)
    con = connect(ledger, read_only=True)
    assert con.execute("select one from raw.mark").fetchall() == [(1,)]
    con.close()
    assert load(export, root).status == 0
    assert look(root) == whole
    assert leftovers(root) == []


@pytest.mark.slow
@pytest.mark.parametrize("damage", long_but(["cut", "header"], "cut"))
def test_build_when_the_ledger_is_damaged_then_one_line_and_nothing_published(
    damage: str, undisturbed: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(undisturbed, tmp_path / "w"))
    DAMAGES[damage](root / "var" / "ledger.duckdb")
    done = run_weisu("build", "--workspace", root)
    assert (done.status in {1, 2}, done.err.count("\n")) == (True, 1), done.err
    assert "defect" not in done.err
    assert not (root / "var" / "publications" / "CURRENT").exists()
