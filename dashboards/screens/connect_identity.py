"""The choice of what tells a ticket from others where no column is its number: several columns joined, or a hash of some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.queries.connect import Identity
from dashboards.screens.connect_settings import KEPT, Words

NONE, JOINED, DERIVED = "none", "joined", "derived"


def choose_identity(words: Words, found: Mapping[str, Any], key: str) -> Identity | None:
    """Draw the choice; None where nothing is chosen, or too little.

    A column that is the id is chosen among the columns, so the choice begins with none: that two tickets are one is for a person to say.
    """
    how = st.selectbox(words("identity_how"), (NONE, JOINED, DERIVED), key=f"{KEPT}identity-{key}",
                       format_func=lambda way: words(f"identity_{way}"))  # fmt: skip
    if how == NONE:
        return None
    names = list(dict.fromkeys(column["name_in_profile"] for column in found["columns"]))
    chosen = st.multiselect(
        words("identity_columns"), names, default=[name for name in found["identity"] if name in names] if how == DERIVED else [],
        key=f"{KEPT}identity-columns-{how}-{key}", placeholder=words("identity_choose"),
    )  # fmt: skip
    separator = "-"
    if how == JOINED:
        separator = st.text_input(words("identity_separator"), value=separator, key=f"{KEPT}identity-separator-{key}")
    st.text(words(f"identity_{how}_note"))
    identity = Identity(tuple(chosen), separator, how == DERIVED)
    return identity if identity.is_enough else None
