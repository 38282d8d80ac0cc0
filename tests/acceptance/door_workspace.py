"""A workspace at the door for tests that hurt it: exports that hold nothing real, the command, and what the ledger keeps."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from ingest.ledger import upgrade_ledger
from tests.acceptance.conftest import WEISU, run_weisu
from weisu.settings import Workspace
from weisu.warehouse import connect, single_writer

DIGEST = """
select coalesce(bit_xor(hash(source, ticket_id, version_hash, load_id, row_number, state_at, title, text, district, person_hash)), 0)
from raw.ticket_versions
"""
BROKEN_LOADS = """
select load_id from raw.loads l where rows_read <> rows_new + rows_new_version + rows_unchanged + rows_quarantined
   or rows_new + rows_new_version <> (select count(*) from raw.ticket_versions v where v.load_id = l.load_id)
   or rows_quarantined <> (select count(*) from raw.quarantine q where q.load_id = l.load_id)
"""
STRANGERS = "select load_id from raw.ticket_versions union select load_id from raw.quarantine except select load_id from raw.loads"


@dataclass(frozen=True)
class Kept:
    """What a workspace holds: loads, versions, quarantined rows, a digest over the versions, whole archived files."""

    loads: int
    versions: int
    quarantined: int
    digest: int
    archived: frozenset[str]


def look(root: Path) -> Kept:
    """Open the ledger as a build or an export does and check all that must hold at any moment."""
    archived = whole_archive(root / "var" / "archive")
    if not (root / "var" / "ledger.duckdb").exists():
        return Kept(0, 0, 0, 0, archived)
    with single_writer(root / "var"):
        upgrade_ledger(Workspace(root))
    con = connect(root / "var" / "ledger.duckdb", read_only=True)
    try:
        if not con.execute("from duckdb_tables() where table_name = 'loads'").fetchall():
            return Kept(0, 0, 0, 0, archived)
        assert con.execute(BROKEN_LOADS).fetchall() == []
        assert con.execute(STRANGERS).fetchall() == []
        known = {sha for (sha,) in con.execute("select file_sha256 from raw.loads").fetchall()}
        assert known <= archived, "a load without its original bytes"
        counts = [con.execute(f"select count(*) from raw.{name}").fetchone()[0] for name in ("loads", "ticket_versions", "quarantine")]  # fmt: skip
        return Kept(*counts, con.execute(DIGEST).fetchone()[0], archived)
    finally:
        con.close()


def whole_archive(folder: Path) -> frozenset[str]:
    """Hashes of the archived files; each file must hold the bytes its name promises.  Drafts begin with a dot."""
    found = set()
    for path in folder.glob("[!.]*") if folder.is_dir() else ():
        packed = path.read_bytes()
        plain = pa.CompressedInputStream(io.BytesIO(packed), "zstd").read() if path.suffix == ".zst" else packed
        assert hashlib.sha256(plain).hexdigest() == path.name.removesuffix(".zst"), f"half written: {path.name}"
        found.add(path.name.removesuffix(".zst"))
    return frozenset(found)


def leftovers(root: Path) -> list[str]:
    """Files below var/ that an undisturbed workspace does not hold: drafts, temporary files, a write-ahead log."""
    usual = {"ledger.duckdb", "person.key", "writer.lock"}
    files = [path for path in (root / "var").rglob("*") if path.is_file()]
    return sorted(p.name for p in files if p.name not in usual and (p.parent.name != "archive" or p.name[0] == "."))


def write_export(path: Path, rows: int, *, start: int = 0, closed: bool = True, broken_every: int = 500) -> Path:
    """A 12345 export of invented tickets; each `broken_every`-th row has no readable date and is set aside."""
    n = pl.int_range(start, start + rows, eager=True)
    created = pl.lit(1_735_700_000) + n * 97 % 20_000_000
    frame = pl.DataFrame({"n": n}).select(
        (pl.lit("2025") + pl.col("n").cast(pl.String).str.zfill(11)).alias("工单编号"),
        pl.when(pl.col("n") % broken_every == broken_every - 1)
        .then(pl.lit("某日"))
        .otherwise(pl.from_epoch(created).dt.strftime("%Y-%m-%d %H:%M:%S"))
        .alias("诉求时间"),
        pl.lit("城市管理").alias("一级分类"),
        pl.Series(("占道经营", "路灯不亮", "垃圾清运"))[n % 3].alias("二级分类"),
        (pl.lit("第") + pl.col("n").cast(pl.String) + "号路灯不亮").alias("诉求标题"),
        pl.lit("夜里路灯不亮，请处理。").alias("诉求内容"),
        pl.Series(("东区", "西区"))[n % 2].alias("区县"),
        (pl.when(pl.lit(closed)).then(pl.from_epoch(created + 90_000).dt.strftime("%Y-%m-%d %H:%M:%S"))).alias(
            "办结时间"
        ),
        (pl.lit("154") + (pl.col("n") % 50_000).cast(pl.String).str.zfill(8)).alias("联系电话"),
    )
    frame.write_csv(path, include_bom=True)
    return path


def make_workspace(root: Path, export: Path | None = None) -> Path:
    """A blank workspace, with one export loaded if given."""
    assert run_weisu("init", root, "--city", "某市").status == 0
    if export is not None:
        done = run_weisu("load", export, "--source", "hotline", "--workspace", root)
        assert done.status == 0, done.err
    return root


def start_load(export: Path, root: Path, out: Path, tmp: Path | None = None) -> subprocess.Popen[bytes]:
    """`weisu load` in a process group of its own; what it prints goes into the file `out`."""
    command = [WEISU, "load", export, "--source", "hotline", "--workspace", root, "--json"]
    env = os.environ | ({"TMPDIR": str(tmp)} if tmp else {})
    with out.open("wb") as sink:
        return subprocess.Popen(
            list(map(str, command)), stdout=sink, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
