"""Each setting that is not about access: what it may be, and when a change of it is heard.  Texts of it stand in texts/settings.toml."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("zh", "en")
BUDGETS = ("1/yr", "1/90d")
EFFECTS = ("build", "load", "load_build", "purge", "delivery", "open_data")  # the next one of these hears it


@dataclass(frozen=True)
class Item:
    """One setting of weisu.toml."""

    key: str  # "alerts.budget"
    effect: str  # one of EFFECTS
    least: float | None = None
    most: float | None = None
    is_above: bool = False  # `least` itself is not allowed
    choices: tuple[str, ...] = ()
    is_fixed: bool = False  # changed in the file only

    @property
    def section(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]

    @property
    def allowed(self) -> str:
        """What values may be, as an error says it; "" for anything of the right type."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.least is None:
            return ""
        if self.is_above:
            return f"a number above {self.least:g} and up to {self.most:g}"
        return f"{self.least:g} or more" if self.most is None else f"{self.least:g} to {self.most:g}"

    def allows(self, value: object) -> bool:
        """Whether a value of the right type is in range."""
        if self.choices:
            return value in self.choices
        if self.least is None or not isinstance(value, (int, float)):
            return True
        is_enough = value > self.least if self.is_above else value >= self.least
        return is_enough and (self.most is None or value <= self.most)


ITEMS = (
    Item("alerts.budget", "build", choices=BUDGETS),
    Item("alerts.fdr", "build", 0, 1, is_above=True),
    Item("alerts.weekly_budget", "build", 1),
    Item("alerts.lookback_days", "build", 7, 731),
    Item("alerts.learn", "build"),
    Item("alerts.key_areas", "build"),
    Item("alerts.scan_radius_m", "build", 300, 20_000),
    Item("alerts.quarantine_limit", "load", 0, 1),
    Item("rates.contact_weight", "build", 0, 1),
    Item("rates.solved_weight", "build", 0, 1),
    Item("rates.satisfied_weight", "build", 0, 1),
    Item("rates.partly_satisfied_weight", "build", 0, 1),
    Item("city.name", "build"),
    Item("city.name_en", "build"),
    Item("city.note", "build"),
    Item("city.note_en", "build"),
    Item("city.language", "build", choices=LANGUAGES),
    Item("city.timezone", "load_build"),
    Item("city.region", "build"),
    Item("city.is_synthetic", "build", is_fixed=True),
    Item("publishing.keep", "build", 1),
    Item("archive.keep_days", "purge", 0),
    Item("delivery.wait_hours", "delivery", 0, 336),
    Item("delivery.catch_up_weeks", "delivery", 1),
    Item("delivery.catch_up_months", "delivery", 1),
    Item("delivery.digest_hour", "delivery", 0, 23),
    Item("open_data.licence", "open_data"),
    Item("open_data.publisher", "open_data"),
    Item("open_data.publisher_en", "open_data"),
)
BY_KEY = {item.key: item for item in ITEMS}
COMPOSITE = ("rates.contact_weight", "rates.solved_weight", "rates.satisfied_weight")  # parts of one rate: together 1
