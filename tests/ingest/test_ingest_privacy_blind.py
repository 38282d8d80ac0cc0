"""Masking on sentences of a helper who had not read the rules (`tests/bench/sentences/masking.txt`), half of them never used to mend any."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.privacy import mask

FILE = Path(__file__).parents[1] / "bench" / "sentences" / "masking.txt"
MARKED = re.compile(r"\{(.)([^}]*)\}")
MARKS = frozenset(" ，,。.：:()（）—-·#")  # between the parts of a number or a name


class Sentence(NamedTuple):
    """Text, and of each mark its kind, start and end."""

    lang: str
    text: str
    gold: tuple[tuple[str, int, int], ...]


def sentence(line: str) -> Sentence:
    number, _, marked = line.partition("|")
    text, gold, at = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[at : match.start()]
        gold.append((match[1], len(text), len(text) + len(match[2])))
        text, at = text + match[2], match.end()
    return Sentence(number[:2], text + marked[at:], tuple(gold))


def missed(one: Sentence) -> list[str]:
    """The kinds of which some character is left."""
    masked = {i for span in mask(one.text, one.lang)[1] for i in range(span.start, span.end)}
    return [
        kind
        for kind, start, end in one.gold
        if kind != "?" and any(i not in masked for i in range(start, end) if one.text[i] not in MARKS)
    ]


@pytest.mark.parametrize(
    ("half", "lang", "leaking"),
    [(0, "zh", 4), (0, "en", 1), (1, "zh", 11), (1, "en", 8)],  # sentences of 100, 50, 100 and 50
)
def test_sentences_of_a_stranger_leak_no_more_than_measured(half: int, lang: str, leaking: int) -> None:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    ours = [one for one in map(sentence, lines[half::2]) if one.lang == lang]
    assert sum(bool(missed(one)) for one in ours) <= leaking
    kinds = [kind for one in ours for kind in missed(one)]
    assert not {"B", "E", "I", "L", "W"} & set(kinds)


@pytest.mark.parametrize(
    ("lang", "text", "masked"),
    [
        ("zh", "手机1 3 7 0 5 5 3 2 2 1 8打不通", "手机〔电话〕打不通"),
        ("zh", "编号1 3 7 0 5 5 3 2 2 1 8 9共12项", "编号1 3 7 0 5 5 3 2 2 1 8 9共12项"),  # one digit too many
        ("zh", "电话一三三，五五三六，二八九一", "电话〔电话〕"),
        ("zh", "查处幸福小区6-1-402群租", "查处幸福小区6〔门牌〕群租"),
        ("zh", "网格员小高说下周来", "网格员小〔姓名〕说下周来"),
        ("zh", "小高层说明书丢了", "小高层说明书丢了"),
        ("en", "fax 617-555-0188 ext. 23, thanks", "fax 〔phone〕, thanks"),
        ("en", "number is 6 1 7 5 5 5 0 1 2 8", "number is 〔phone〕"),
        ("en", "leak at 12 Beacon St #3R", "leak at 12 Beacon St 〔unit〕"),
        ("en", "merged with ticket #31", "merged with ticket #31"),
        ("en", "Requester Dana K. is away", "Requester 〔name〕 is away"),
        ("en", "Bill Russell statue vandalized", "Bill Russell statue vandalized"),
    ],
)
def test_what_the_sentences_showed_is_masked_and_its_neighbours_are_left(lang: str, text: str, masked: str) -> None:
    assert mask(text, lang)[0] == masked
