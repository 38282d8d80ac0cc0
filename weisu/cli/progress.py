"""Progress bars: on a terminal, on its error stream; silence in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

# what the pipeline goes through, in the order it does
PIPELINE = {
    "prepare": "reference and acts",
    "facts": "tickets, spine (dbt)",
    "sense": "detectors",
    "scores": "degrees, KPIs (dbt)",
    "judge": "alerts",
    "cases": "similar cases",
    "alerts": "alert marts (dbt)",
    "publish": "publication",
}


@contextmanager
def step_progress(steps: Mapping[str, str] = PIPELINE) -> Iterator[Callable[[str], None]]:
    """One bar over named steps; what is given takes the name of the step that begins."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    shown = TextColumn(f"{{task.description:<{max(map(len, steps.values()))}}}")
    with _bar(shown, BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn()) as bar:
        task = bar.add_task("", total=len(steps))
        yield lambda step: bar.update(task, description=steps[step], completed=list(steps).index(step))


@contextmanager
def file_progress() -> Iterator[Callable[[str, float, int], None]]:
    """One bar over files; what is given takes a label, the files done (with a fraction) and the files in all."""
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    place = TextColumn("{task.fields[place]}")
    with _bar(TextColumn("{task.description}"), BarColumn(), place, TimeRemainingColumn()) as bar:
        task = bar.add_task("", total=None, place="")

        def move(label: str, done: float, total: int) -> None:
            at = f"{min(int(done) + 1, total)}/{total}"
            bar.update(task, description=label, completed=done, total=total, place=at)

        yield move


def _bar(*columns: ProgressColumn) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
