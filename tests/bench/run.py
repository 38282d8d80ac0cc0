"""Every figure the issues name, beside its target.  `make bench`; timings are ratios or seconds of this run on this machine.

Quality figures need ../shared; a figure whose input is not there is printed as "not measured", never guessed.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from categories import categories_bench
from city import city
from corpora import bad_input, polluted
from detecting import own_series_bench, own_space_bench, series_bench, space_bench
from door import door, start_up
from foreseeing import foresight_bench, speed_bench
from hot_issues import issues_bench
from intensity import intensity_bench
from likeness import similar_bench

TICKETS, FEWER = 3_000_000, 300_000  # in the door's file


def main() -> None:
    """Print the table row by row as the figures come in; arguments name the parts wanted, `--quick` makes the door's file small."""
    tickets = FEWER if "--quick" in sys.argv else TICKETS
    parts = (
        start_up,
        partial(door, tickets=tickets),
        bad_input,
        polluted,
        city,
        series_bench,
        own_series_bench,
        space_bench,
        own_space_bench,
        issues_bench,
        intensity_bench,
        categories_bench,
        similar_bench,
        foresight_bench,
        speed_bench,
    )
    wanted = {name for name in sys.argv[1:] if not name.startswith("-")}
    chosen = [part for part in parts if not wanted or getattr(part, "func", part).__name__ in wanted]
    print(f"{'figure':<52}{'measured':>16}  {'target':<22}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for measure in chosen:
            for figure in measure(work):
                mark = {True: "ok", False: "MISSED", None: ""}[figure.holds]
                print(f"{figure.name:<52}{figure.value:>16}  {figure.target:<22}{mark}", flush=True)


if __name__ == "__main__":
    main()
