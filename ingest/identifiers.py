"""Ticket ids as exports and spreadsheets write them -> the id itself, so that one ticket has one id in every file."""

from __future__ import annotations

import polars as pl

UNSEEN = r"\u{200b}-\u{200d}\u{2060}\u{feff}\u{ad}"  # signs that nobody sees
PLAIN = r"^[A-Za-z0-9_-]*$"
AROUND = rf"^['‘’`\s{UNSEEN}]+|[\s{UNSEEN}]+$|[{UNSEEN}]+"  # blanks, and a spreadsheet's text mark
FORMULA = r'^="(.*)"$'  # keeps a spreadsheet from reading a number
WHOLE = r"^([0-9]{1,16})\.0+$"  # a number that a program kept as floating point; longer ones have lost digits
WIDE = r"^[\u{ff01}-\u{ff5e}A-Za-z0-9_-]*[\u{ff10}-\u{ff19}][\u{ff01}-\u{ff5e}A-Za-z0-9_-]*$"  # full-width digits of a Chinese keyboard
GROUPED = r"^[0-9]{1,3}(?:,[0-9]{3}){2,}$"


def clean_ids(ids: pl.Series) -> pl.Series:
    """Ids without outer blanks, unseen signs, text marks (`'`, `="…"`), a trailing `.0` and thousands separators; full-width digits and letters as ASCII."""
    if ids.str.contains(PLAIN).all():
        return ids
    if ids.str.contains(WIDE).any():
        ids = ids.str.normalize("NFKC").zip_with(ids.str.contains(WIDE).fill_null(False), ids)
    bare = ids.str.replace_all(AROUND, "").str.replace(FORMULA, "$1").str.replace(WHOLE, "$1")
    grouped = bare.str.contains(GROUPED)
    return bare.str.replace_all(",", "", literal=True).zip_with(grouped, bare) if grouped.any() else bare
