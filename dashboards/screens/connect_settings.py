"""Words of the page Connect, and its choices of date order, zone, datum and blank words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from weisu.texts import catalogue, text

ORDERS = ("ymd", "mdy", "dmy")
DATUMS = ("wgs84", "gcj02", "bd09", "EPSG")
ZONES = ("", "Asia/Shanghai", "UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
         "America/Toronto", "Europe/London", "Europe/Paris", "Australia/Sydney")  # fmt: skip
DATUM_NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
KEPT = "connect."


@dataclass(frozen=True)
class Words:
    """Texts of connect.toml in one language."""

    lang: str

    def __call__(self, key: str, /, **values: object) -> str:
        return text(f"connect.{key}", self.lang, **values)

    def field(self, name: str) -> str:
        """A canonical field in the reader's words."""
        if not name:
            return self("unused")
        base, _, role = name.partition(".")
        if role:
            return self(f"role_{role}", field=self.field(base))
        return self(f"field.{name}") if f"connect.field.{name}" in catalogue() else name

    def kind(self, name: str) -> str:
        """A kind of file as readers call it, in the reader's words."""
        key = f"kinds.{name.lower().replace(' ', '_')}"
        return self(key) if f"connect.{key}" in catalogue() else name

    def remark(self, told: Mapping[str, Any]) -> str:
        """What the readers remarked about the file."""
        return text(f"reader.remark.{told['code']}", self.lang, **told["values"])

    def in_order(self, fields: Sequence[str]) -> list[str]:
        """Fields in the order of the catalogue, unknown ones last."""
        known = [key.removeprefix("connect.field.") for key in catalogue() if key.startswith("connect.field.")]
        return [f for f in known if f in fields] + [f for f in fields if f not in known]


def choose_settings(words: Words, found: Mapping[str, Any], key: str, city_zone: str) -> dict[str, Any]:
    """Draw the choices; gives order, formats, zone, datum and null_words for a profile."""
    left, middle, right = st.columns(3)
    clocks = found["clocks"]
    with left:
        order = st.selectbox(words("order"), ORDERS, index=ORDERS.index(clocks["order"]), key=f"{KEPT}order-{key}",
                             format_func=lambda o: words(f"order_{o}"))  # fmt: skip
        st.text(words(f"proof_{clocks['proof']}"))
    with middle:
        zone = st.selectbox(words("zone"), ZONES, key=f"{KEPT}zone-{key}", accept_new_options=True,
                            format_func=lambda z: z or words("zone_city", zone=city_zone))  # fmt: skip
        st.text(words("zone_offset" if clocks["has_offset"] else "zone_assumed"))
        if hours := clocks["odd_quiet_hours"]:
            st.text(words("zone_quiet", start=hours[0], end=hours[1]))
    with right:
        datum = _datum(words, found["datum"], key)
    blanks = [*found["null_words"], *clocks["blanks"]]
    nulls = st.text_input(words("nulls"), value=", ".join(blanks), key=f"{KEPT}nulls-{key}")
    formats = tuple(clocks["formats"]) if order == clocks["order"] else ()
    words_given = tuple(dict.fromkeys(w.strip() for w in nulls.replace("，", ",").split(",") if w.strip()))
    return {"order": order, "formats": formats, "zone": zone or "", "datum": datum, "null_words": words_given}


def _datum(words: Words, datum: Mapping[str, Any], key: str) -> str:
    chosen = st.selectbox(words("datum"), DATUMS, index=DATUMS.index(datum["name"]), key=f"{KEPT}datum-{key}",
                          format_func=lambda d: DATUM_NAMES.get(d) or words("datum_epsg"))  # fmt: skip
    if chosen == "EPSG":
        code = st.text_input(words("epsg"), value="4490", key=f"{KEPT}epsg-{key}")
        return f"EPSG:{code.strip().upper().removeprefix('EPSG:')}"
    st.text(words(f"datum_{datum['reason']}"))
    return chosen
