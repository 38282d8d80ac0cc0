"""Half of the texts of a large file are masked in another process: with the same result, and never half a file."""

from __future__ import annotations

import os
import signal
import subprocess

import polars as pl
import pytest

from ingest.privacy import aside
from ingest.privacy.aside import LARGE, Aside, MaskingStopped
from ingest.privacy.batch import masked_texts

ZH = ["市民王小明先生反映路灯不亮", "路面积水", "联系电话13800138000", "", "李建国来电：噪声扰民"] * 7
EN = ["Officer Hartwell responded", "pothole", "call 617-555-0123", ""] * 7


def children() -> set[int]:
    """Processes that mask for this one."""
    told = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return {int(line.split()[0]) for line in told.stdout.splitlines() if "ingest.privacy.aside" in line}


@pytest.mark.parametrize(("texts", "lang"), [(ZH, "zh"), (EN, "en"), (["王小明先生反映"], "zh"), ([], "zh")])
def test_two_processes_mask_as_one(texts: list[str], lang: str) -> None:
    values = pl.Series(texts, dtype=pl.String)
    with Aside(LARGE) as both:
        assert len(children()) == 1
        for names in (True, False):
            alone = masked_texts(values, lang, names).sort("index")
            assert both.masked_texts(values, lang, names).sort("index").equals(alone)
    assert not children()


def test_small_files_need_no_process() -> None:
    with Aside(LARGE - 1) as alone:
        assert not children()
        assert alone.masked_texts(pl.Series(ZH), "zh", True).equals(masked_texts(pl.Series(ZH), "zh", True))


def test_a_process_that_dies_is_told() -> None:
    with Aside(LARGE) as both:
        both.masked_texts(pl.Series(ZH), "zh", True)
        os.kill(children().pop(), signal.SIGKILL)
        with pytest.raises(MaskingStopped, match="nothing of this file was loaded"):
            both.masked_texts(pl.Series(ZH * 3000), "zh", True)


def test_a_process_ends_when_nobody_asks_any_more() -> None:
    process = aside._start()
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    process.stdout.close()
