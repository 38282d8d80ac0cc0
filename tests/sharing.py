"""What takes long: made once per run, by the worker that needs it first, the others wait and read it; or left to `make test-all`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest


def long_but(every: Iterable[object], *daily: object) -> list[object]:
    """Parameters of a test that all run in `make test-all`, but only `daily` in `make test`."""
    return [value if value in daily else pytest.param(value, marks=pytest.mark.long) for value in every]


def shared_folder(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills once in this run; nobody may write to it afterwards."""
    own = factory.getbasetemp()
    top = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    place, draft = top / name, top / f"{name}.draft"
    with (top / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            draft.mkdir()
            make(draft)
            draft.rename(place)
    return place
