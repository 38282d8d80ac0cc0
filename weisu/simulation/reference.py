"""The city's own tables (docs/architecture/tables.md §2): areas, categories, duties, calendar."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from weisu.simulation.background import Demand
from weisu.simulation.catalogue import LIFE_SAFETY, SENSITIVE
from weisu.simulation.city import FIRMS, LIFT_BRANDS
from weisu.simulation.duties import Duties
from weisu.workspaces import REFERENCE_COLUMNS

BASIS = "示例市{l1}管理办法（虚构）"
LIST_FROM = "2023-01-01"


def write_reference(folder: Path, demand: Demand, duties: Duties, dates: list[dict[str, str]]) -> list[Path]:
    """Write the four tables; `dates` are the calendar rows of events."""
    tables = {
        "areas": areas(demand),
        "categories": categories(demand),
        "duties": duty_list(demand, duties),
        "calendar": calendar(demand, dates),
    }
    paths = []
    for stem, table in tables.items():
        paths.append(folder / f"{stem}.csv")
        table.select(REFERENCE_COLUMNS[stem].split(",")).write_csv(paths[-1])
    return paths


def areas(demand: Demand) -> pl.DataFrame:
    """One row per district, street, community and estate; population of the whole area, lower names blank."""
    city = demand.city
    estates = pl.DataFrame(
        {
            "estate": city.estate_names, "number": city.estate_community, "population": city.estate_population,
            "lat": city.estate_lat, "lon": city.estate_lon, "property_firm": pl.Series(FIRMS)[city.estate_firm],
            "equipment": pl.Series((*(f"电梯：{brand}" for brand in LIFT_BRANDS), None))[city.estate_lift % (len(LIFT_BRANDS) + 1)],
            "built_year": city.estate_built_year,
        }
    )  # fmt: skip
    street = city.community_street
    communities = pl.DataFrame(
        {
            "number": range(len(street)), "community": city.community_names, "street": pl.Series(city.street_names)[street],
            "district": pl.Series(city.district_names)[city.street_district[street]], "population": city.community_population,
            "lat": city.community_lat, "lon": city.community_lon,
        }
    )  # fmt: skip
    inside = estates.join(
        communities.select("number", "community", "street", "district"), on="number", maintain_order="left"
    ).drop("number")
    summed = [pl.col("population").sum(), pl.col("lat").mean(), pl.col("lon").mean()]
    streets = communities.group_by("district", "street", maintain_order=True).agg(summed)
    districts = communities.group_by("district", maintain_order=True).agg(summed)
    whole = pl.concat([districts, streets, communities.drop("number"), inside], how="diagonal_relaxed")
    return whole.with_columns(pl.col("lat", "lon").round(6), pl.col("population").cast(pl.Int64))


def categories(demand: Demand) -> pl.DataFrame:
    """One row per third-level category."""
    table = demand.catalogue.table
    return table.select(
        category_l1="l1",
        category_l2="l2",
        category_l3="l3",
        domain="l1",
        is_sensitive=pl.col("l2").is_in(SENSITIVE),
        is_life_safety=pl.Series(demand.catalogue.flag("l3", LIFE_SAFETY)),
    )


def duty_list(demand: Demand, duties: Duties) -> pl.DataFrame:
    """One row per second-level category × street × validity; the revision closes the rows it changes."""
    table = (
        demand.catalogue.table.with_row_index("row")
        .group_by("l1", "l2", maintain_order=True)
        .agg(pl.col("row").first())
    )
    streets = pl.DataFrame(
        {
            "street": demand.city.street_names,
            "district": pl.Series(demand.city.district_names)[demand.city.street_district],
        }
    )
    changed_on = demand.calendar.revised_on.isoformat()
    last_on = demand.calendar.last_before_revision.isoformat()
    rows = []
    for l1, l2, row in table.iter_rows():
        old, new = ((str(duties.unit[n, row]), float(duties.limit_days[n, row])) for n in (0, 1))
        spans = [(*old, LIST_FROM, None)] if old == new else [(*old, LIST_FROM, last_on), (*new, changed_on, None)]
        rows += [(l1, l2, *span, BASIS.format(l1=l1)) for span in spans]
    columns = ("category_l1", "category_l2", "sector_unit", "limit_days", "valid_from", "valid_to", "legal_basis")
    listed = pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"valid_to": pl.String}).join(
        streets, how="cross"
    )
    return listed.with_columns(territory_unit=pl.col("street") + "办事处")


def calendar(demand: Demand, dates: list[dict[str, str]]) -> pl.DataFrame:
    """Holidays and make-up days of China, the merger of a channel, the revised duty list, and the dates of events."""
    known = demand.calendar
    rows = [{"date": day.isoformat(), "kind": "holiday", "name": name} for day, name in sorted(known.holidays.items())]
    rows += [{"date": day.isoformat(), "kind": "makeup", "name": "调休上班"} for day in sorted(known.makeup)]
    rows.append({"date": known.merger_on.isoformat(), "kind": "channel_merger", "name": "市民通APP并入热线"})
    rows.append({"date": known.revised_on.isoformat(), "kind": "policy", "name": "职责清单修订"})
    whole = pl.DataFrame(
        [*rows, *dates], schema=dict.fromkeys(("date", "kind", "name", "category_l1", "district"), pl.String)
    )
    return whole.with_columns(region=pl.lit("CN")).sort("date", "kind", "name")
