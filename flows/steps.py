"""The steps of one build: prepare → facts → sense → scores → judge → cases → alerts, each filling the same private file further."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import category_help, judge, sense, similar_cases
from flows.standing import Standing, read_before, standing, used_new_goalposts
from ingest.reference import load_reference
from weisu import goalposts, rulebook, store, transform
from weisu.settings import Settings, Workspace
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

Report = Callable[[str], None]


@dataclass(frozen=True)
class Done:
    """What the steps took, and what they left as it was published."""

    seconds: dict[str, float]  # step -> wall seconds
    stands: Standing | None  # None: all periods were judged


@dataclass(frozen=True)
class Build:
    """One build under way."""

    workspace: Workspace
    settings: Settings
    path: Path  # the private file
    as_of: dt.date
    alert_from: dt.date  # first day on which alerts are raised
    variables: dict[str, Any]  # what the dbt project is told
    full: bool  # nothing is taken from the last publication

    @property
    def casebook(self) -> Path:
        """Which alert each case was told as."""
        return self.workspace.var / "cases.duckdb"

    def run(self, report: Report) -> Done:
        """All steps in order; `report` is told the name of each that begins."""
        seconds: dict[str, float] = {}
        results: dict[str, Any] = {}
        steps: dict[str, Callable[[], object]] = {
            "prepare": self._prepare,
            "facts": self._state_facts,
            "sense": self._sense,
            "scores": lambda: self._score(results["sense"]),
            "judge": self._judge,
            "cases": self._compare_texts,
            "alerts": lambda: self._pass("alerts"),
        }
        for name, step in steps.items():
            report(name)
            begun = time.perf_counter()
            results[name] = step()
            seconds[name] = time.perf_counter() - begun
        return Done(seconds, results["scores"])

    def _pass(self, name: str, published: Path | None = None, **told: Any) -> None:
        transform.run_pass(self.path, self.workspace.ledger, name, variables=self.variables | told, published=published)

    def _prepare(self) -> None:
        con = connect(self.path)
        try:
            load_reference(self.workspace, con)
            store.copy_into(self.workspace, con)
            rulebook.copy_into(self.workspace, con, as_of=self.as_of)
        finally:
            con.close()

    def _state_facts(self) -> None:
        """Texts that the last publication read by the same rules are not read again."""
        read = None if self.full else read_before(self.workspace, basis=self.variables["basis_version"])
        self._pass("facts", read, words_stand=read is not None)
        goalposts.let_go(self.path, as_of=self.as_of)

    def _sense(self) -> Standing | None:
        return sense.run(
            self.path,
            self.settings,
            as_of=self.as_of,
            alert_from=self.alert_from,
            memory=self.workspace.var / "scans.duckdb",
            find_standing=self._find_standing,
        )

    def _find_standing(self, con: duckdb.DuckDBPyConnection) -> Standing | None:
        if self.full:
            return None
        return standing(con, self.workspace, as_of=self.as_of, basis=self.variables["basis_version"])

    def _score(self, stands: Standing | None) -> Standing | None:
        """Judge the periods of which something new is known (what stands is returned); all of them where new goalposts are needed."""
        if stands:
            self._pass("scores", stands.published, **stands.variables)
            if not used_new_goalposts(self.path):
                return stands
            sense.expect_all(self.path, self.settings, as_of=self.as_of)
        self._pass("scores")
        return None

    def _compare_texts(self) -> None:
        """What people wrote, compared: cases that are alike, categories that would fit."""
        similar_cases.run(self.path)
        category_help.run(self.path, self.as_of)

    def _judge(self) -> None:
        judge.run(self.path, self.settings, as_of=self.as_of, alert_from=self.alert_from, casebook=self.casebook)
