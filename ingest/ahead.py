"""Ahead: the next items are made in a thread while the caller works on this one; polars and DuckDB leave both cores busy."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


def ahead(items: Iterable[Item], steps: int = 1) -> Generator[Item, None, None]:
    """The same items in the same order; at most so many more than the caller holds are in memory.  Errors arrive in their place."""
    source = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        coming = deque(pool.submit(next, source, _END) for _ in range(steps))
        while (item := coming.popleft().result()) is not _END:
            coming.append(pool.submit(next, source, _END))
            yield item
            del item
