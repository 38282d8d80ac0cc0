"""Make the bundled copy of Boston's exports from the open data: yearly .csv.gz with `closure_reason` masked.

Run once, by hand: `python -m weisu.cities.make_boston311 FOLDER_OF_CSV [OUT]`.  The same input gives the same bytes.

The free text names officers and callers.  A list of the ordinary words that occur in it (closure_words.txt, read through
by a person) is kept and **every other word is masked**: a rare word or a misspelling is lost, a name is not kept.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from weisu.cities import city_folder

TEXT_COLUMN = "closure_reason"
TITLE_COLUMN, TYPE_COLUMN = "case_title", "type"
MAIL, PHONE, NAME = "〔邮箱〕", "〔电话〕", "〔姓名〕"

# ordinary words that are surnames too: kept only in lower case and not after a title
AMBIGUOUS = frozenset(
    [
        "angel",
        "bell",
        "bells",
        "black",
        "blue",
        "brown",
        "bush",
        "cedar",
        "chance",
        "cross",
        "crow",
        "dove",
        "fox",
        "friend",
        "free",
        "gray",
        "hall",
        "hawk",
        "hill",
        "hung",
        "little",
        "long",
        "main",
        "man",
        "may",
        "parks",
        "robin",
        "snow",
        "sparrow",
        "storm",
        "swan",
        "wall",
        "walls",
        "weeks",
        "white",
        "will",
        "wing",
        "wood",
        "woods",
        "young",
    ]
)
TITLES = frozenset(
    [
        "officer",
        "officers",
        "aco",
        "ac",
        "acc",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "sgt",
        "det",
        "lt",
        "capt",
        "inspector",
        "mayor",
        "ranger",
        "supervisor",
    ]
)

MAIL_PATTERN = re.compile(r"\S+@\S*|@\S+")
PHONE_PATTERN = re.compile(
    r"(?<!\d)(?:1[-. ]?)?\(?\d{3}\)?[-. /]*\d{3}[-. ]?\d{4}(?!\d)|(?<![\d-])\d{3}[-. ]?\d{4}(?!\d)"
)
WORD_PATTERN = re.compile(r"(?i:AC&C|[ap]\.m\.|e-form)|[^\W\d_][\w'’]*(?:\s?[/#]\s?\d+)?")
PHRASES = frozenset({"ac&c", "a.m.", "p.m.", "e-form", "邮箱", "电话"})
BADGE_PATTERN = re.compile(r"\b(?:(?-i:[A-Z]{2,3})|ms|im|dg|vw|rb|pj|mj|bm)\s?\d{2,3}\b", re.IGNORECASE)
RUN_PATTERN = re.compile(rf"{NAME}(?:[\s.\-&/,']*{NAME})+")


@cache
def ordinary_words() -> frozenset[str]:
    """The words that may stay, lower case."""
    lines = (city_folder("boston311") / "closure_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def mask_closure(text: str) -> str:
    """`text` with e-mail addresses, phone numbers and every word that is not an ordinary one replaced."""
    masked = BADGE_PATTERN.sub("Xx", PHONE_PATTERN.sub(PHONE, MAIL_PATTERN.sub(MAIL, text)))
    pieces, beside_name, at = [], False, 0
    for match in WORD_PATTERN.finditer(masked):
        word, between = match.group(), masked[at : match.start()]
        keep = _is_ordinary(word, beside_name and not between.strip(" ."))
        pieces += [between, word if keep else NAME]
        beside_name, at = not keep or word.lower() in TITLES, match.end()
    return RUN_PATTERN.sub(NAME, "".join([*pieces, masked[at:]]))


def _is_ordinary(word: str, beside_name: bool) -> bool:
    plain = word.lower().replace("’", "'").strip("'")
    if plain in AMBIGUOUS:
        return not beside_name and word[0].islower()
    return plain in ordinary_words() or plain in PHRASES


def mask_row(row: dict[str, str]) -> dict[str, str]:
    """One row with its free text masked; a title written by hand falls back to the type."""
    row[TEXT_COLUMN] = mask_closure(row[TEXT_COLUMN])
    if row[TITLE_COLUMN].startswith("for "):
        row[TITLE_COLUMN] = row[TYPE_COLUMN]
    return row


def masked_csv(source: Path) -> Iterator[str]:
    """The lines of one yearly export, masked, columns in their original order."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        for row in reader:
            writer.writerow(mask_row(row))
        yield buffer.getvalue()


def make(source: Path, out: Path) -> list[Path]:
    """Write one masked .csv.gz per .csv of `source`; deterministic bytes (no name, no time in the gzip header)."""
    made = []
    for path in sorted(source.glob("boston311_*.csv")):
        target = out / f"{path.name}.gz"
        with target.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
            for chunk in masked_csv(path):
                packed.write(chunk.encode("utf-8"))
        made.append(target)
    return made


if __name__ == "__main__":
    made = make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else city_folder("boston311"))
    sys.exit(0 if made else "no boston311_*.csv in that folder")
