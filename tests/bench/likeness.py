"""Similar cases: a question over a million tickets in the app's own query, what the index costs, and whether the kind is right."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from figures import Figure, at_least, at_most, plain

from dashboards.queries import similar
from dashboards.queries.marts import Marts
from detectors.text.similar import SimilarConfig, Sketches, learn_names, matters, sketch, weigh_terms
from flows import similar_cases

SAMPLE = Path(__file__).parents[3] / "shared/data/teddy_zh/labelled_sample.csv"
KEPT_ASIDE, BEST = 0.3, 5
TICKETS, QUESTIONS = 1_000_000, 120
SECONDS = 700 * 86_400  # over which they came in
# as dbt/models/marts/alerts/mart_similar_*.sql, without rules and recurrences
MARTS = """
create table marts.mart_similar_cases as select s.case_no, issue_key as matter_case_key, case_key, s.ticket_key, created_at, category_l1_key as category_key,
    s.is_settled, reply is not null as is_answered, null::text as outcome_code, terms, weights
    from sense.similar_cases as s join marts.fct_tickets using (ticket_key) order by case_no;
create table marts.mart_similar_terms as select * from sense.similar_terms order by term, case_no;
"""
CITY = """
create table marts.fct_tickets as select 's:' || n as ticket_key, n::text as ticket_id, md5(n::text) as issue_key, 's:' || n as case_key,
    timestamp '2022-01-01' + to_seconds(n * {seconds} // {tickets}) as created_at, created_at::date as created_on, label as category_l1_key,
    null::text as category_l2_key, null::text as category_l3_key, if(n % 10 = 0, null, created_at + interval 4 day) as closed_at, closed_at::date as closed_on,
    null::boolean as is_solved, left(text, 20) as title, text, if(n % 10 > 3, '已处理：' || text, null) as reply, false as is_removed,
    '某局' as unit, '某区/某街' as place_key, 96.0::double as elapsed_hours
from frame
"""


def similar_bench(work: Path) -> Iterator[Figure]:
    """Quality on public messages with labels; speed on messages made of their sentences."""
    if not SAMPLE.is_file():
        yield plain("similar: precision of the nearest 5", "not measured")
        return
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list({row["text"]: row for row in csv.DictReader(file)}.values())
    texts, labels = [row["text"] for row in rows], np.array([row["label"] for row in rows])
    yield from _quality(texts, labels)
    yield from _speed(work, texts, labels)


def _quality(texts: list[str], labels: np.ndarray) -> Iterator[Figure]:
    """Messages kept aside ask; their own labels are used for judging alone."""
    aside = np.random.default_rng(20261123).random(len(texts)) < KEPT_ASIDE
    known = np.flatnonzero(~aside)
    plainly = _hits(_plain_cosine(texts, aside), labels, aside)
    for name, given in (("", labels), (", no categories known", np.full(len(labels), None))):
        config = SimilarConfig()
        said = matters([""] * len(texts), texts, learn_names([texts[k] for k in known], config), config)
        weights = weigh_terms([said[k] for k in known], list(given[known]), config)
        likeness = _cosine(sketch(said, weights, config), len(texts), aside)
        hits = _hits(likeness, labels, aside)
        yield at_least(f"similar: same kind among the nearest 5{name}", float(hits.mean()), 0.8 if not name else 0.6)
        if not name:
            shown = -np.sort(-likeness, axis=1)[:, :BEST] >= similar.FLOOR
            yield plain("similar: same, of those above the floor", f"{hits[shown].mean():.3f} ({shown.mean():.0%})")
    yield plain("similar: same, full TF-IDF cosine", f"{plainly.mean():.3f}")


def _cosine(rows: Sketches, texts: int, aside: np.ndarray) -> np.ndarray:
    from scipy import sparse

    wide = sparse.csr_matrix((rows.weight / 255, (rows.case, rows.term)), shape=(texts, 1 << SimilarConfig().bits))
    return (wide[aside] @ wide[~aside].T).toarray()


def _plain_cosine(texts: list[str], aside: np.ndarray) -> np.ndarray:
    """The slow reference: all pairs and triples of characters of the whole text."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True)
    reader.fit(text for text, is_aside in zip(texts, aside, strict=True) if not is_aside)
    wide = reader.transform(texts)
    return (wide[aside] @ wide[~aside].T).toarray()


def _hits(likeness: np.ndarray, labels: np.ndarray, aside: np.ndarray) -> np.ndarray:
    """[question, of the nearest 5] whether it has the question's label."""
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :BEST]
    return labels[~aside][nearest] == labels[aside][:, None]


def _speed(work: Path, texts: list[str], labels: np.ndarray) -> Iterator[Figure]:
    path = work / "cases.duckdb"
    _write_city(path, texts, labels)
    begun = time.process_time()
    similar_cases.run(path)
    spent = time.process_time() - begun
    with duckdb.connect(str(path)) as con:
        con.execute("checkpoint")
        before = _used(con)
        con.execute(MARTS + "checkpoint")
        size = _used(con) - before
    yield plain("similar: CPU seconds for 100,000 cases, built anew", f"{spent * 100_000 / TICKETS:.1f}")
    yield plain(f"similar: index of {TICKETS:,}", f"{size / 1e6:.0f} MB")
    yield from _answers(Marts(path, "bench"))


def _used(con: duckdb.DuckDBPyConnection) -> int:
    size = con.execute("select block_size * used_blocks from pragma_database_size()").fetchone()
    return int(size[0])


def _answers(marts: Marts) -> Iterator[Figure]:
    keys = marts.frame(
        f"select matter_case_key from marts.mart_similar_cases using sample {QUESTIONS} rows (reservoir, 7)"
    )
    walls, cpus, shown = [], [], 0
    for key in keys["matter_case_key"].to_list():
        wall, cpu = time.perf_counter(), time.process_time()
        shown += not similar.similar(marts, [key]).is_empty()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    marts.close()
    yield at_most(f"similar: p95 over {TICKETS:,}, CPU of the process", 1e3 * float(np.quantile(cpus, 0.95)), 300, "ms")
    yield plain(
        "similar: the same by the clock, median and p95",
        f"{1e3 * np.median(walls):.0f}, {1e3 * np.quantile(walls, 0.95):.0f} ms",
    )
    yield plain("similar: the first question by the clock", f"{1e3 * walls[0]:.0f} ms")
    yield plain("similar: questions with an answer", f"{shown / len(walls):.0%}")


def _write_city(path: Path, texts: list[str], labels: np.ndarray) -> None:
    """Each ticket is four to eleven sentences of messages of one label; no two are likely the same."""
    rng = np.random.default_rng(3)
    names = sorted(set(labels))
    parts = {
        name: [s for t, own in zip(texts, labels, strict=True) if own == name for s in _sentences(t)] for name in names
    }
    drawn = [names[k] for k in rng.integers(0, len(names), TICKETS)]
    made = ["".join(parts[n][k] for k in rng.integers(0, len(parts[n]), rng.integers(4, 12))) for n in drawn]
    frame = pl.DataFrame({"n": np.arange(TICKETS), "label": drawn, "text": made})
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        con.register("frame", frame)
        con.execute(CITY.format(seconds=SECONDS, tickets=TICKETS))
        con.execute("create table marts.dim_area as select '某区' as area_name, 'district' as area_level")


def _sentences(text: str) -> list[str]:
    return [part for part in re.split("(?<=[。，！？])", text) if len(part) > 5]
