"""The tail of a count in plain SQL agrees with scipy: mid-p of fine cells, where counts are small and rare."""

from __future__ import annotations

import duckdb
import jinja2
import numpy as np
import pytest
from scipy import stats

from weisu.transform import PROJECT

MACROS = jinja2.Environment(autoescape=False).from_string((PROJECT / "macros" / "tails.sql").read_text("utf-8")).module


def sql(expression: str, **columns: np.ndarray) -> np.ndarray:
    import polars as pl

    frame = pl.DataFrame(columns)  # noqa: F841 - read by name
    return duckdb.sql(f"select {expression} as y from frame").pl()["y"].to_numpy()


def test_normal_tail_is_exact_to_a_per_cent_far_out() -> None:
    z = np.linspace(-5, 5, 101)
    assert sql(MACROS.normal_upper("z"), z=z) == pytest.approx(stats.norm.sf(z), rel=0.01)


def test_two_sided_p_keeps_its_relative_error_in_the_far_tail() -> None:
    z = np.linspace(-12, 12, 97)
    assert sql(MACROS.two_sided_p("z"), z=z) == pytest.approx(2 * stats.norm.sf(np.abs(z)), rel=2e-7)


def test_ln_gamma() -> None:
    x = np.array([0.05, 0.5, 1, 2.5, 13])
    assert sql(MACROS.ln_gamma("x"), x=x) == pytest.approx(
        [np.log(stats.gamma(v).pdf(1)) * -1 - 1 for v in x], abs=1e-6
    )


@pytest.mark.parametrize("reports", [3, 4, 7, 11, 12, 25, 60, 300])
def test_poisson_tail_is_within_a_tenth_of_a_decade(reports: int) -> None:
    mean = np.geomspace(0.01, 1, 12) * reports
    found = sql(MACROS.gamma_lower("m", "k"), m=mean, k=np.full(len(mean), float(reports)))
    exact = stats.poisson.sf(reports - 1, mean)
    near = exact > 1e-5  # four decades are full surprise
    assert np.abs(np.log10(found[near] / exact[near])).max(initial=0) < 0.1
    assert np.all(found[~near] < 1e-4)
