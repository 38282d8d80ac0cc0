"""A file at the door: found, fingerprinted, and its original bytes kept in the private archive."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import Refused
from ingest.privacy import LABELS, mask
from ingest.readers import ENDINGS, check_file, shown_name
from weisu.drafts import sync_folder

CHUNK = 1 << 20
FRAME = 1 << 22  # bytes of the original in one zstd frame
# a caller's name that opens a file name: 张三投诉.xlsx; no place (东城区投诉) and no matter (路灯投诉)
CALLER_FIRST = re.compile(
    r"(?<![\u4e00-\u9fff])[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文]"
    r"[^\W\d_区县市镇乡街路村山江河湖海城州桥门场园庄港灯管水电气房车新速]{1,2}(?=的?(?:投诉|来信|来电|信访|举报|反映|诉求))"
)
TABLE_ENDING = re.compile(rf"(?i:(?:{'|'.join(map(re.escape, ENDINGS))}){{0,2}}$)")
PACKED = (b"\x1f\x8b", b"PK", b"PAR1", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class Arrival:
    """One file as it was found; `label` is its masked name."""

    path: Path
    label: str
    bytes: int
    sha256: str
    stamp: tuple[int, ...] = ()  # of the file as it was fingerprinted: inode, size, times; empty for a private copy


def find_files(given: Sequence[Path]) -> list[Path]:
    """Files named directly, all table files of a folder, or the matches of a glob; sorted within each, each file once.

    Raises:
        Refused: a path that does not exist, or a folder or glob without any table file.
    """
    found: dict[Path, None] = {}
    for path in given:
        if path.is_dir():
            matches = [p for p in sorted(path.iterdir()) if p.is_file() and _is_table_name(p)]
        elif not path.exists() and glob.has_magic(str(path)):
            matches = [p for p in map(Path, sorted(glob.glob(str(path), recursive=True))) if p.is_file()]
        else:
            matches = [path]
        if not matches:
            raise Refused(
                "holds no table file", code="nothing_found", where=str(path), todo="check the folder or the pattern"
            )
        found |= dict.fromkeys(matches)
    return list(found)


def _is_table_name(path: Path) -> bool:
    return not path.name.startswith((".", "~$")) and path.suffix.lower() in ENDINGS


def arrive(path: Path) -> Arrival:
    """Check and fingerprint one file.

    Raises:
        Refused: missing, no plain file, empty, or it changed while it was read.
    """
    label = masked_label(path)
    size, stamp = check_file(path, label), _stamp(path)
    arrival = Arrival(path, label, size, digest_of(path), stamp)
    check_unchanged(arrival)
    return arrival


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_unchanged(arrival: Arrival) -> None:
    """Whether the file is still the one that was fingerprinted; one that changed and changed back is not.

    Raises:
        Refused: it changed, or is gone.
    """
    if arrival.stamp and _stamp(arrival.path) != arrival.stamp:
        raise _moving(arrival.label)


def _moving(label: str) -> Refused:
    return Refused(
        "changed while it was read", code="moving_file", where=label, todo="wait until it is written completely"
    )


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        now = path.stat()
    except FileNotFoundError:
        return ()
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


def masked_label(path: Path) -> str:
    """The file name as it may be shown and kept: escaped, shortened, without numbers and names of persons."""
    whole = shown_name(path)
    ending = TABLE_ENDING.search(whole)[0]  # `rose.csv` is no person of that name
    shown = re.sub(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)", "〔号码〕", whole.removesuffix(ending))
    shown = CALLER_FIRST.sub(LABELS["zh"]["name"], shown)
    for lang in ("en", "zh") if shown.isascii() else ("zh", "en"):  # the first one's labels stay
        shown = mask(shown, lang)[0]
    return shown + ending


@contextmanager
def archiving(arrival: Arrival, folder: Path) -> Iterator[Callable[[], None]]:
    """Copy the original bytes in a thread while the load goes on; `keep()` at its end puts them under their hash.

    Folder 0700, file 0600; the same bytes are kept once; without `keep` nothing stays.  The caller holds the writer lock: drafts found
    here were left by a killed load and are removed.

    Raises:
        Refused: by `keep`, the file changed since it was fingerprinted.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for leftover in folder.glob(".*.draft"):
        leftover.unlink()
    with arrival.path.open("rb") as file:
        packed = file.read(4).startswith(PACKED)
    target = folder / (arrival.sha256 if packed else f"{arrival.sha256}.zst")
    draft = folder / f".{target.name}.draft"
    with ThreadPoolExecutor(1, thread_name_prefix="archive") as pool:
        copied = None if target.exists() else pool.submit(_copy, arrival.path, draft, packed=packed)

        def keep() -> None:
            if copied and copied.result() != arrival.sha256:
                raise _moving(arrival.label)
            check_unchanged(arrival)
            if copied:
                os.replace(draft, target)
                sync_folder(folder)

        try:
            yield keep
        finally:
            pool.shutdown()
            draft.unlink(missing_ok=True)


def _copy(source: Path, target: Path, *, packed: bool) -> str:
    """Copy as it is, or as zstd frames; the SHA-256 of what was read.  The copy is on the disk when this returns."""
    import pyarrow as pa

    codec, digest = pa.Codec("zstd"), hashlib.sha256()
    with source.open("rb") as file, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        while chunk := file.read(FRAME):
            digest.update(chunk)
            copy.write(chunk if packed else codec.compress(chunk, asbytes=True))
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()
