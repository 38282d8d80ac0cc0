"""Masking with the help of a second process: it is nearly half of a large load's work, and the threads of one Python share one core.

Texts go there and masked ones come back through pipes, as Arrow streams with their length before them; nothing touches the disk.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import struct
import subprocess
import sys
from types import TracebackType
from typing import BinaryIO, Literal

import polars as pl

from ingest.errors import IngestError
from ingest.privacy.batch import masked_texts

LARGE = 32 << 20  # bytes of a file that is worth a process
SHARE = 0.5  # of the texts go there; the rest is masked here meanwhile
LENGTH = struct.Struct("<Q")
ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
}  # memory is kept for the next texts


class MaskingStopped(IngestError):
    """The masking process ended before its work."""

    exit_code = 1
    code = "masking"

    def __init__(self) -> None:
        super().__init__(
            "the masking process ended early; nothing of this file was loaded", todo="free memory, then load it again"
        )


class Aside:
    """Masks the texts of a file of so many bytes: of a large one half of them in a process that ends with the block."""

    def __init__(self, size: int) -> None:
        self._is_large = size >= LARGE
        self._process: subprocess.Popen[bytes] | None = None

    def masked_texts(self, texts: pl.Series, lang: str, names: bool) -> pl.DataFrame:
        """The same as `batch.masked_texts`.

        Raises:
            MaskingStopped: the process is gone.
        """
        if self._process is None:
            return masked_texts(texts, lang, names)
        there = int(len(texts) * SHARE)
        try:
            _send(self._process.stdin, texts[:there].to_frame(f"{lang} {int(names)}"))
            here = masked_texts(texts[there:], lang, names).with_columns(pl.col("index") + there)
            return pl.concat([_receive(self._process.stdout), here])
        except (BrokenPipeError, EOFError):
            raise MaskingStopped from None

    def __enter__(self) -> Aside:
        self._process = _start() if self._is_large else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._process:
            self._process.kill()
            self._process.communicate()
        return False


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ingest.privacy.aside"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | ALLOCATOR | {"POLARS_MAX_THREADS": "1"},
    )  # fmt: skip


def _send(pipe: BinaryIO, frame: pl.DataFrame) -> None:
    whole = io.BytesIO()
    frame.write_ipc_stream(whole)
    pipe.write(LENGTH.pack(whole.tell()))
    pipe.write(whole.getbuffer())
    pipe.flush()


def _receive(pipe: BinaryIO) -> pl.DataFrame:
    (length,) = LENGTH.unpack(_read(pipe, LENGTH.size))
    return pl.read_ipc_stream(_read(pipe, length))


def _read(pipe: BinaryIO, length: int) -> bytes:
    read = pipe.read(length)
    if len(read) < length:
        raise EOFError
    return read


def _serve() -> None:
    """Mask what comes until nothing comes."""
    gc.disable()  # as during a load
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the load, which hears it too, ends this process
    masked_texts(
        pl.Series(["王小明先生反映"]), "zh", True
    )  # reads the word lists while the first rows are on their way
    while True:
        try:
            texts = _receive(sys.stdin.buffer).to_series()
        except EOFError:
            return
        lang, names = texts.name.split()
        _send(sys.stdout.buffer, masked_texts(texts, lang, names == "1"))


if __name__ == "__main__":
    _serve()
