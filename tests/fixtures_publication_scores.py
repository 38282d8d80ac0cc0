"""Scores, indicators and the tables about the data of the fixture publication."""

from __future__ import annotations

import datetime as dt
import random

from tests.fixtures_publication_city import AS_OF, BUILT_AT, CATEGORIES, DISTRICTS, FIRST, Rows, areas, centre

KPIS = {"on_time_share": 0.86, "closed_1d_share": 0.31, "closed_3d_share": 0.62, "satisfied_share": 0.78, "solved_share": 0.81, "contacted_share": 0.93,
        "composite_rate": 0.81, "redo_share": 0.06, "recurrence_share": 0.11, "dispatch_in_time_share": 0.9, "contacted_24h_share": 0.88, "joint_on_time_share": 0.7}  # fmt: skip

UNITS = ("城管局", "住建局", "东湖区政府", "供电公司")


def degrees(rnd: random.Random) -> Rows:
    """Rows of mart_degrees."""
    weeks = [("week", AS_OF - dt.timedelta(days=6 + 7 * i), AS_OF - dt.timedelta(days=7 * i)) for i in range(12)]
    months = [("month", dt.date(2026, m, 1), dt.date(2026, m, 28)) for m in (1, 2, 3)]
    places = [a for a in areas() if a["area_level"] in ("city", "district", "street")]
    cells = [
        (str(a["area_key"]), str(a["area_level"]), k, lvl)
        for a in places
        for k, lvl in [*((c, 2) for c in CATEGORIES), ("城市管理", 1), ("公用事业", 1)]
    ]
    return [_degree(rnd, *cell, *period) for cell in cells for period in [*weeks, *months]]


def _degree(
    rnd: random.Random,
    area: str,
    level: str,
    category: str,
    category_level: int,
    period: str,
    start: dt.date,
    end: dt.date,
) -> dict[str, object]:
    scores = [round(rnd.uniform(5, 95), 1) for _ in range(4)]
    difficulty = None if rnd.random() < 0.15 else scores[3]
    known = [s for s in (*scores[:3], difficulty) if s is not None]
    q = sum(known) / len(known)
    return {
        "area_key": area, "area_level": level, "category_key": category, "category_level": category_level, "period_type": period, "period_start_on": start, "period_end_on": end,
        "reports": rnd.randint(3, 90), "persons": rnd.randint(3, 60), "expected": round(rnd.uniform(4, 60), 1), "frequency_score": scores[0], "intensity_score": scores[1],
        "breadth_score": scores[2], "difficulty_score": difficulty, "composite_score": q, "level": 1 + min(3, int(q // 25)), "coverage_share": len(known) / 4,
        "missing": "" if difficulty is not None else "difficulty", "weights_version": "w1", "goalposts_version": "g1", "is_low_confidence": rnd.random() < 0.1,
    }  # fmt: skip


def components(row: dict[str, object]) -> Rows:
    """Rows of mart_degree_components of one cell."""
    key = {
        k: row[k]
        for k in (
            "area_key",
            "area_level",
            "category_key",
            "category_level",
            "period_type",
            "period_start_on",
            "period_end_on",
        )
    }
    parts = {
        "frequency": ("rate", "surprise"),
        "intensity": ("mean", "heavy_share"),
        "breadth": ("persons", "places"),
        "difficulty": ("duration", "unsolved"),
    }
    return [key | {"degree": d, "component": c, "raw_value": 1.2, "normalised_value": row[f"{d}_score"], "weight": 0.5, "contribution": float(str(row[f"{d}_score"])) / 2}
            for d, names in parts.items() for c in names if row[f"{d}_score"] is not None]  # fmt: skip


def kpis(rnd: random.Random) -> Rows:
    """Rows of mart_kpis."""
    rows: Rows = []
    for period, start in [
        *(("week", AS_OF - dt.timedelta(days=6 + 7 * i)) for i in range(10)),
        *(("month", dt.date(2026, m, 1)) for m in (1, 2, 3)),
    ]:
        is_complete = (period, start) != ("month", AS_OF.replace(day=1))
        members = [
            ("*", "*", None),
            *((d, "*", None) for d in DISTRICTS),
            *(("*", "*", u) for u in UNITS),
            *(("*", c, None) for c in CATEGORIES),
        ]
        for area, category, unit in members:
            for code, level in KPIS.items():
                n = rnd.randint(60, 300)
                value = min(1.0, level + rnd.uniform(-0.09, 0.09))
                rows.append({"period_type": period, "period_start_on": start, "area_key": area, "category_key": category, "unit": unit, "kpi_code": code, "value": value, "numerator": value * n,
                             "denominator": n, "lower": value - 0.05, "upper": min(1, value + 0.05), "expected_value": level if area != "*" or unit else None,
                             "previous_value": level, "year_ago_value": level - 0.04, "is_suppressed": False, "is_complete": is_complete})  # fmt: skip
        for area in ["*", *DISTRICTS]:
            for code, value in {
                "reports": 128,
                "expected_reports": 81.4,
                "open_count": 312,
                "overdue_count": 41,
                "median_close_hours": 33.5,
            }.items():
                rows.append({"period_type": period, "period_start_on": start, "area_key": area, "category_key": "*", "kpi_code": code, "value": round(value * rnd.uniform(0.9, 1.1)),
                             "previous_value": round(value * 0.8), "year_ago_value": round(value * 0.7), "is_suppressed": False, "is_complete": is_complete})  # fmt: skip
    return rows


def governance() -> dict[str, Rows]:
    """The tables that tell of loads, rules, coverage, clusters, forecasts."""
    loaded = BUILT_AT - dt.timedelta(hours=2)
    rules = [("weights", k, "0.25", "诉求强度等权") for k in ("frequency", "intensity", "breadth", "difficulty")] + [
        ("threshold", "rise_mid_p", "0.001", "异常上升")
    ]
    return {
        "mart_silence": [{"area_key": "西山区/四方街道", "category_key": "公用事业->停水停电", "reports_13w": 4, "expected_13w": 19.0, "probability": 0.97, "verdict": "silent", "is_population_based": True, "official_reports_13w": 6, "usual_official_reports_13w": 5.0, "phone_share_13w": 0.75, "usual_phone_share_13w": 0.61, "routine_gap_days": 3.5}],
        "mart_reporting_rates": [{"area_key": "西山区/四方街道", "category_key": "*", "cases": 80, "duplicates": 4, "expected_duplicates": 11.2, "relative_rate": 0.71, "delay_days": 310.0}],
        "mart_routine_gaps": [{"area_key": "西山区", "area_level": "district", "routine_tickets": 90, "hot_tickets": 700, "routine_median_days": 9.0, "hot_median_days": 3.0, "routine_gap_days": 6.0, "p_value": 0.001}],
        "mart_coverage": [{"source": "hotline", "year": y, "category_key": k, "first_on": dt.date(y, 2, 3), "last_on": dt.date(y, 3, 29), "reports": 900 - 100 * i + y % 7}
                          for y in (2025, 2026) for i, k in enumerate(CATEGORIES)],
        "mart_loads": [{"load_id": f"l{i}", "source": "hotline", "file_sha256": "ab" * 32, "file_label": f"hotline_{2025 + i}.csv", "file_bytes": 1_234_567, "profile_version": "1", "exported_at": loaded,
                        "loaded_at": loaded, "rows_read": 4000, "rows_new": 3900, "rows_new_version": 60, "rows_unchanged": 28, "rows_quarantined": 12, "rows_flagged": 9} for i in (0, 1)],
        "mart_quarantine": [{"source": "hotline", "reason_code": "bad_date", "column_name": "诉求时间", "rows": 17}, {"source": "hotline", "reason_code": "missing_id", "column_name": "工单编号", "rows": 7}],
        "mart_drift": [{"load_id": "l1", "loaded_at": loaded, "source": "hotline", "file_label": "hotline_2026.csv", "kind": k, "field": f, "value": v, "detail": d}
                       for k, f, v, d in (("new_code", "unit", "新设局", "12"), ("perhaps_renamed_column", "unit", "承办单位", "处置科室"), ("reordered_columns", None, None, None))],
        "mart_freshness": [{"source": "hotline", "last_loaded_at": loaded, "last_exported_at": loaded, "last_created_on": AS_OF, "days_behind": 0}],
        "mart_rules": [{"rule": r, "key": k, "value": v, "version": "1", "author": "数据专班", "decided_on": dt.date(2026, 1, 5), "reason": why} for r, k, v, why in rules],
        "mart_clusters": [{"as_of_on": AS_OF, "cluster_id": "c1", "category_key": next(iter(CATEGORIES)), "start_on": AS_OF - dt.timedelta(days=6), "end_on": AS_OF, "lat": centre("东湖区", "二桥街道")[0],
                           "lon": centre("东湖区", "二桥街道")[1], "radius_m": 650.0, "observed": 34, "expected": 8.1, "relative_risk": 4.2, "score": 19.4, "p_value": 0.001, "recurrence_days": 1000.0, "ticket_keys": []}],
        "mart_change_points": [{"area_key": "*", "category_key": next(iter(CATEGORIES)), "changed_on": AS_OF - dt.timedelta(days=11), "earliest_on": AS_OF - dt.timedelta(days=14),
                                "latest_on": AS_OF - dt.timedelta(days=9), "before_mean": 7.0, "after_mean": 11.0, "ratio": 1.57, "driver": "channel:微信", "verdict": "city"}],
        "mart_forecasts": [{"area_key": "*", "category_key": k, "period_start_on": AS_OF + dt.timedelta(days=1 + 7 * h), "horizon_weeks": h + 1, "expected": 40.0 + h, "lower": 30.0, "upper": 52.0, "usual": 36.0}
                           for k in CATEGORIES for h in range(4)],
        "mart_held_alerts": [{"held_id": f"h{i}", "first_on": AS_OF - dt.timedelta(days=9), "last_on": AS_OF - dt.timedelta(days=8 - i), "days": i, "reason": reason, "category_key": next(iter(CATEGORIES)),
                              "area_key": "西山区", "signals": "rise", "rule": "series", "observed": 9.0, "expected": 4.0, "score": 3.1, "p_value": 2e-4, "p_limit": 1e-4, "alert_id": told}
                             for i, reason, told in ((1, "fdr", None), (2, "budget", "al01"))],
        "mart_alert_effects": [{"alert_id": alert, "basis": "ended", "area_key": "西山区", "category_key": next(iter(CATEGORIES)), "from_on": AS_OF - dt.timedelta(days=30), "to_on": AS_OF - dt.timedelta(days=3),
                                "observed": 40.0, "expected": 38.0, "ratio": 1.05, "ratio_before": 1.8, "below_limit_probability": p, "solved_share": 0.7, "solved_before_share": None, "is_solved_worse": False,
                                "controls": 3, "control_ratio": 1.1, "control_ratio_before": 1.7, "better_probability": 0.6, "verdict": verdict} for alert, p, verdict in (("al01", 0.9, "lasting"), ("al02", 0.5, "unclear"))],
        "mart_similar_places": [{"alert_id": "al01", "position": i, "area_key": f"西山区/四方街道/{i}社区", "score": 3.0 - i, "shared": "firm,built_year" if i == 1 else "", "tickets": 12 - i} for i in (1, 2, 3)],
        "mart_lead_lag": [{"known_on": AS_OF - dt.timedelta(days=9), "cause_category_key": next(iter(CATEGORIES)), "effect_category_key": list(CATEGORIES)[1], "window_days": 28, "episodes": 31, "observed": 88.0,
                           "expected": 40.0, "lift": 2.2, "lower": 1.6, "upper": 2.9, "lift_before": 1.0, "p_value": 1e-6, "q_value": 1e-3, "is_current": True}],
        "dim_calendar": [{"date_on": (d := FIRST + dt.timedelta(days=i)), "iso_week": f"{d.isocalendar()[0]}-W{d.isocalendar()[1]:02d}", "week_start_on": d - dt.timedelta(days=d.weekday()), "month": f"{d:%Y-%m}",
                          "month_start_on": d.replace(day=1), "is_workday": d.weekday() < 5, "holiday_name": "春节" if d == dt.date(2026, 2, 17) else None, "event_name": "渠道归并" if d == dt.date(2026, 1, 5) else None} for i in range(420)],
    }  # fmt: skip
