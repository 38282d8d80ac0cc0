"""Bundled cities: each folder holds one city's settings (city.toml), reference tables and, where the licence allows, exports."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def templates() -> tuple[str, ...]:
    """Names that `weisu init --city` knows as templates, sorted."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/city.toml")))


def city_folder(template: str) -> Path:
    """The folder of a bundled city; it holds city.toml and reference/."""
    return HERE / template


def bundled_exports(template: str) -> list[Path]:
    """The city's bundled export files in time order; empty for a city without any."""
    return sorted(city_folder(template).glob("*.csv.gz"))
