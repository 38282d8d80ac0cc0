"""The lexicon against the labelled sentences, through the SQL that dbt builds: dbt's own macros, rendered without dbt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
from figures import Figure, at_least

HERE = Path(__file__).parent
DBT = HERE.parents[1] / "dbt"
MACROS = ("values", "engine", "hanzi", "rules", "lexicon")
GRAVE = ("life_safety", "self_harm", "threat", "crowd")
VEXED = ("reproach", "indignation", "waiting", "repeat")
PLAIN = (*GRAVE, "urgency", "risk", "repeat", "escalation", "sensitive")
ALL = (*PLAIN, "emotion", "reproach", "indignation", "waiting")
SETS = ("tuned", "held_out", "aside", "fresh", "voices_dev", "voices_final", "escape")
LENGTH, COPIES = 60, 60_000  # characters and number of the tickets that are timed
AGITATED = 0.6  # emotion from here on: 急躁 or 失控


@dataclass(frozen=True)
class Sentence:
    """`danger`: L life, S self-harm, T threat, M crowd, - none; `emotion`: 0 calm to 3 out of control."""

    danger: str
    emotion: int
    text: str

    @property
    def language(self) -> str:
        return "en" if self.text.isascii() else "zh"


@dataclass(frozen=True)
class Judged:
    """What the lexicon made of a sentence."""

    kinds: frozenset[str]
    emotion: float


def sentences(name: str) -> list[Sentence]:
    """The labelled sentences of `sentences/<name>.txt`."""
    lines = (HERE / "sentences" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.split("|", 1) for line in lines if line and not line.startswith("#")]
    return [Sentence(label[0], int(label[1]), text) for label, text in parts]


class _Table:
    """As much of dbt's query result as the macros use."""

    def __init__(self, rows: list[tuple]) -> None:
        self.rows = rows
        self.columns = [_Column(values) for values in zip(*rows, strict=True)] or [_Column(())]


class _Column(tuple):
    def values(self) -> tuple:
        return tuple(self)


def judge(texts: list[str]) -> list[Judged]:
    """Kinds of grave words and the emotion of each text."""
    con = duckdb.connect()
    macro = _seeded(con)
    con.execute("create table t as select unnest(range(?)) as n, unnest(?) as joined", [len(texts), texts])
    values = ", ".join(f"{k}_value" for k in GRAVE)
    sql = f"{_valued(macro, (*GRAVE, 'emotion', *VEXED), (*GRAVE, 'repeat'))} select {values}, {_emotion(macro)} from v order by n"
    return [
        Judged(frozenset(k for k, v in zip(GRAVE, row[:-1], strict=True) if v), row[-1])
        for row in con.execute(sql).fetchall()
    ]


def texts_per_second(texts: list[str]) -> float:
    """Tickets that two cores bring into matching form and read with all words and their evidence, by the CPU seconds of one."""
    con = duckdb.connect(config={"threads": 1})
    macro = _seeded(con)
    con.execute("create table t as select unnest(range(?)) as n, unnest(?) as joined", [len(texts), texts])
    values = ", ".join(f"{k}_value" for k in PLAIN)
    hits = ", ".join(macro("lexicon_hits", macro.lexicon, k, f"{k}_words") + f" as {k}_hits" for k in ALL)
    begun = time.process_time()
    con.execute(
        f"create table r as {_valued(macro, ALL, PLAIN)} select {values}, {_emotion(macro)} as emotion, {hits} from v"
    )
    return 2 * len(texts) / (time.process_time() - begun)


def _seeded(con: duckdb.DuckDBPyConnection) -> _Macros:
    for seed in ("lexicon", "lexicon_scopes", "lexicon_classes", "rules"):
        con.execute(f"create table {seed} as from read_csv('{DBT / 'seeds' / seed}.csv', header=true)")
    return _Macros(con)


def _valued(macro: _Macros, kinds: tuple[str, ...], valued: tuple[str, ...]) -> str:
    counted = ", ".join(f"{macro('counted_words', macro.lexicon, k, 'words')} as {k}_words" for k in kinds)
    values = ", ".join(macro("lexicon_value", macro.lexicon, k, f"{k}_words") + f" as {k}_value" for k in valued)
    words = f"select n, {macro('matching_form', 'joined')} as words from t"
    return f"with w as ({words}), s as (select *, {counted} from w), v as (select *, {values} from s)"


def _emotion(macro: _Macros) -> str:
    vexed = ("reproach_words", "indignation_words", "waiting_words", "repeat_value")
    return macro("emotion_value", macro.lexicon, "emotion_words", "threat_value", *vexed)


class _Macros:
    """dbt's own macros over a connection that holds the seeds, with as much of dbt around them as they use."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        source = "".join((DBT / "macros" / f"{part}.sql").read_text(encoding="utf-8") for part in MACROS)
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        environment.globals.update(
            ref=lambda model: model,
            execute=True,
            modules=SimpleNamespace(re=re),
            run_query=lambda sql: _Table(con.execute(sql).fetchall()),
            adapter=self,
            **{"return": lambda value: value},
        )
        self._module = environment.from_string(source).module
        self.lexicon: dict[str, Any] = {}
        self("add_lexicon", self.lexicon)

    def dispatch(self, name: str, _package: str) -> Callable[..., str]:
        return getattr(self._module, f"duckdb__{name}")

    def __call__(self, name: str, *arguments: Any) -> str:
        return getattr(self._module, name)(*arguments).strip()


def intensity_bench(_work: Path) -> Iterator[Figure]:
    """F1 by language on sentences written before the composed lexicon, and its speed."""
    said = sentences("voices_final")
    judged = judge([s.text for s in said])
    for language in ("zh", "en"):
        mine = [(s, j) for s, j in zip(said, judged, strict=True) if s.language == language]
        danger = f1([(s.danger != "-", bool(j.kinds)) for s, j in mine])
        life = f1([(s.danger == "L", "life_safety" in j.kinds) for s, j in mine if s.danger in "L-"])
        threat = f1([(s.danger == "T", "threat" in j.kinds) for s, j in mine if s.danger in "T-"])
        emotion = f1([(s.emotion >= 2, j.emotion >= AGITATED) for s, j in mine])
        yield at_least(f"text: any danger, F1 ({language}, voices)", danger, 0.85)
        yield at_least(f"text: life-safety, F1 ({language}, voices)", life, 0.85)
        yield at_least(f"text: threat, F1 ({language}, voices)", threat, 0.85)
        yield at_least(f"text: emotion from agitated on, F1 ({language}, voices)", emotion, 0.80)
    spoken = "，".join(s.text for name in SETS for s in sentences(name) if s.language == "zh")
    pieces = [spoken[k : k + LENGTH] for k in range(0, len(spoken) - LENGTH, LENGTH)]
    copies = COPIES // max(len(pieces), 1) // 10
    yield at_least("text: tickets a second, all of them heated or nearly", texts_per_second(pieces * copies), 20_000)


def f1(pairs: list[tuple[bool, bool]]) -> float:
    """Of (true, told)."""
    hits = sum(t and p for t, p in pairs)
    return 2 * hits / max(sum(t for t, _ in pairs) + sum(p for _, p in pairs), 1)
