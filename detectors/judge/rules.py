"""The constants of the judgement: proposed defaults of DOMAIN.md 3.3–3.5, to be given by the rules in force."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArtefactRules:
    """When a bunch of one day looks like data entry rather than many people."""

    bulk_tickets: int = 20
    bulk_minutes: int = 60
    bulk_channel_share: float = 0.6
    place_tickets: int = 8
    place_minutes: int = 180
    place_metres: float = 100.0
    person_tickets: int = 8
    crew_tickets: int = 10
    crew_step_metres: float = 300.0
    striking_tickets: int = 10  # a bunch of this size is shown as an alert of its own
    excess_share: float = 0.5  # of an alert's excess, explained by artefacts


@dataclass(frozen=True)
class SignalRules:
    """When a number becomes a signal."""

    rise_observed: int = 5
    rise_ratio: float = 1.5
    rise_windows: tuple[int, ...] = (1, 7, 14, 28)
    cluster_p: float = 0.01
    cluster_persons: int = 3
    small_persons: int = 3
    small_days: int = 7
    small_ratio: float = 2.0
    emotion_weight: float = 0.2
    emotion_sigma: float = 3.0
    emotion_tickets: int = 8
    sensitive_reports: int = 3
    sensitive_ratio: float = 1.5
    policy_days: int = 14
    baseline_days: int = 90


@dataclass(frozen=True)
class LifeRules:
    """Merging, cool-down and budget of alerts."""

    merge_days: int = 14
    cooldown_days: int = 28
    explained_share: float = 0.6  # a part that brings this share of the whole's excess is where the issue lies
    stands_out_p: float = 0.001  # a part this unusual beyond the whole's ratio is an issue of its own
    weekly_budget_area: int = 3  # new alerts per week and district, and for the city as a whole
    fdr: float = 0.1  # accepted share of false ones among a day's new alerts; 1 = no limit
    level_one_q: float = 80.0
    level_two_q: float = 65.0
    level_three_q: float = 50.0


@dataclass(frozen=True)
class JudgeConfig:
    """All rules of one judgement."""

    artefacts: ArtefactRules = ArtefactRules()
    signals: SignalRules = SignalRules()
    life: LifeRules = LifeRules()
