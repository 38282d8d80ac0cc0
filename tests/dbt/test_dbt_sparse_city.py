"""A city with next to nothing still builds: one inquiry without category or place is a ticket and no demand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.dbt.city import City, run, ticket

pytestmark = pytest.mark.slow


def test_one_inquiry_without_category_or_place_builds_and_counts_nothing(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("category_l1", "category_l2", "district", "street", "channel"))
    build = run(tmp_path, City(tickets=[ticket("2025-12-01 08:00", kind="咨询", **nowhere)]))
    with duckdb.connect(str(build), read_only=True) as con:
        assert con.execute("select tickets from marts.mart_publication").fetchone() == (1,)
        assert con.execute("select count(*) from marts.fct_daily").fetchone() == (0,)
        assert con.execute("select is_demand, issue_key, intensity_score from marts.fct_tickets").fetchone() == (
            False,
            None,
            None,
        )
