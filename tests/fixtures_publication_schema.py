"""The columns of schema `marts`, as docs/architecture/tables.md §4–§7 promises them; used to build the fixture publication."""

from __future__ import annotations

CELL = "area_key text, area_level text, category_key text, category_level integer, period_type text, period_start_on date, period_end_on date"
RATINGS = "rating_speed text, rating_effect text, rating_attitude text, rating_feedback text"
TERMS = "urgency_level double, emotion_level double, risk_level double, repeat_level double, escalation_level double, dissatisfaction_level double"
CLUSTER = "as_of_on date, cluster_id text, category_key text, start_on date, end_on date, lat double, lon double, radius_m double, observed bigint, expected double, relative_risk double, score double, p_value double, recurrence_days double, ticket_keys text[]"  # fmt: skip

TABLES = {
    "dim_area": "area_key text, area_level text, area_name text, parent_area_key text, district text, street text, community text, estate text, population bigint, lat double, lon double",
    "dim_category": "category_key text, category_level integer, category_name text, parent_category_key text, category_l1 text, category_l2 text, category_l3 text, domain text, is_sensitive boolean, is_life_safety boolean",
    "dim_calendar": "date_on date, iso_week text, week_start_on date, month text, month_start_on date, is_workday boolean, holiday_name text, event_name text",
    "fct_tickets": "source text, ticket_id text, ticket_key text, created_at timestamp, created_on date, closed_at timestamp, closed_on date, due_at timestamp, dispatched_at timestamp, contacted_at timestamp, channel text, kind text, status text, is_demand boolean, category_l1_key text, category_l2_key text, category_l3_key text, district_key text, street_key text, community_key text, estate_key text, address text, place_key text, lat double, lon double, unit text, title text, text text, reply text, person_hash text, parent_ticket_id text, redo_count integer, return_count integer, transfer_count integer, is_solved boolean, satisfaction text, "
    + RATINGS
    + ", is_contacted boolean, is_overdue boolean, elapsed_hours double, limit_hours double, intensity_score double, "
    + TERMS
    + ", has_text boolean, is_life_safety boolean, grade_frequency integer, grade_intensity integer, grade_breadth integer, grade_difficulty integer, case_key text, issue_key text, flags text[]",
    "fct_cases": "case_key text, ticket_key text, reports bigint, first_at timestamp, last_at timestamp, closed_at timestamp",
    "fct_issues": "issue_key text, category_l3_key text, place_key text, first_on date, last_on date, reports bigint, persons bigint, is_open boolean",
    "fct_daily": "area_key text, area_level text, category_key text, date_on date, reports bigint, persons bigint, places bigint",
    "mart_degrees": CELL
    + ", reports bigint, persons bigint, expected double, frequency_score double, intensity_score double, breadth_score double, difficulty_score double, composite_score double, level integer, coverage_share double, missing text, weights_version text, goalposts_version text, is_low_confidence boolean",
    "mart_degree_components": CELL
    + ", degree text, component text, raw_value double, normalised_value double, weight double, contribution double",
    "mart_kpis": "period_type text, period_start_on date, area_key text, category_key text, unit text, kpi_code text, value double, numerator double, denominator double, lower double, upper double, expected_value double, previous_value double, year_ago_value double, previous_break_on date, year_ago_break_on date, is_suppressed boolean, is_complete boolean",
    "mart_silence": "area_key text, category_key text, reports_13w bigint, expected_13w double, probability double, verdict text, is_population_based boolean, official_reports_13w bigint, usual_official_reports_13w double, phone_share_13w double, usual_phone_share_13w double, routine_gap_days double",
    "mart_reporting_rates": "area_key text, category_key text, cases bigint, duplicates bigint, expected_duplicates double, relative_rate double, delay_days double",
    "mart_routine_gaps": "area_key text, area_level text, routine_tickets bigint, hot_tickets bigint, routine_median_days double, routine_over_days double, hot_median_days double, hot_over_days double, routine_gap_days double, p_value double",
    "mart_coverage": "source text, year integer, category_key text, first_on date, last_on date, reports bigint",
    "mart_loads": "load_id text, source text, file_sha256 text, file_label text, file_bytes bigint, profile_version text, exported_at timestamp, loaded_at timestamp, rows_read bigint, rows_new bigint, rows_new_version bigint, rows_unchanged bigint, rows_quarantined bigint, rows_flagged bigint",
    "mart_quarantine": "source text, reason_code text, column_name text, rows bigint",
    "mart_drift": "load_id text, loaded_at timestamp, source text, file_label text, kind text, field text, value text, detail text",
    "mart_freshness": "source text, last_loaded_at timestamp, last_exported_at timestamp, last_created_on date, days_behind integer",
    "mart_rules": "rule text, key text, value text, version text, author text, decided_on date, reason text",
    "mart_publication": "as_of_on date, built_at timestamp, run_id text, data_version text, rules_version text, city_name text, city_name_en text, is_synthetic boolean, note text, note_en text, language text, timezone text, first_on date, last_on date, tickets bigint",
    "mart_alerts": "alert_id text, raised_on date, last_on date, level integer, signals text, classes text, category_key text, category text, area_key text, area text, area_level text, window_start_on date, window_end_on date, observed bigint, expected double, ratio double, score double, persons bigint, places bigint, composite_score double, signal_status text, artefact_reason text, status text, owner text, sector_unit text, territory_unit text, legal_basis text, review_due_hours double, send_due_hours double, feedback_due_hours double, title_zh text, title_en text, why_zh text, why_en text, evidence json, lat double, lon double, radius_m double",
    "mart_alert_tickets": "alert_id text, ticket_key text",
    "mart_alert_acts": "act_id text, alert_id text, position integer, act text, reason text, assignee text, actor text, acted_at timestamp, until_on date",
    "mart_resolutions": "resolution_id text, resolution_status text, period text, report text, text text, owner text, due_on date, outcome text, alert_id text, issue_key text, area_key text, category_key text, actor text, asked_at timestamp, decided_at timestamp, recorded_at timestamp",
    "mart_series_days": "area_key text, category_key text, date_on date, observed bigint, expected double, lower double, upper double, score double, is_alarm boolean, state text, source_scores json",
    "mart_clusters": CLUSTER,
    "mart_change_points": "area_key text, category_key text, changed_on date, earliest_on date, latest_on date, before_mean double, after_mean double, ratio double, driver text, verdict text",
    "mart_held_alerts": "held_id text, first_on date, last_on date, days integer, reason text, category_key text, area_key text, signals text, rule text, observed double, expected double, score double, p_value double, p_limit double, alert_id text",
    "mart_alert_effects": "alert_id text, basis text, area_key text, category_key text, from_on date, to_on date, observed double, expected double, ratio double, ratio_before double, below_limit_probability double, solved_share double, solved_before_share double, is_solved_worse boolean, controls integer, control_ratio double, control_ratio_before double, better_probability double, verdict text",
    "mart_similar_places": "alert_id text, position integer, area_key text, score double, shared text, tickets bigint",
    "mart_ticket_words": "ticket_key text, version_hash text, text_hash text, corrections text, has_text boolean, emotion_level double, risk_level double, has_life_safety_words boolean, has_sensitive_words boolean, term_hits text",
    "mart_category_suggestions": "ticket_key text, created_on date, category_key text, suggested_category_key text, chance double, is_sure boolean",
    "mart_similar_cases": "case_no integer, matter_case_key text, case_key text, ticket_key text, created_at timestamp, category_key text, is_settled boolean, is_answered boolean, outcome_code text, terms integer[], weights integer[]",
    "mart_similar_terms": "term integer, case_no integer, weight integer, is_settled boolean",
    "mart_lead_lag": "known_on date, cause_category_key text, effect_category_key text, window_days integer, episodes bigint, observed double, expected double, lift double, lower double, upper double, lift_before double, p_value double, q_value double, is_current boolean",
    "mart_forecasts": "area_key text, category_key text, period_start_on date, horizon_weeks integer, expected double, lower double, upper double, usual double",
}
