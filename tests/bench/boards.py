"""Invented message boards with known issues: bursts in many wordings, pasted copies, one text at several places, one viral message."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHOICE = re.compile(r"\{([^{}]*)\}")
TEXTS = Path(__file__).parent / "boards"
SPAN, BURST = 150, (8, 45)  # days of a board; days of a burst


@dataclass(frozen=True)
class Message:
    """One message; `issue` names the scene it belongs to, "" = noise; `twin` the ticket whose text it carries to another place."""

    ticket_id: str
    day: int
    title: str
    text: str
    person: int
    likes: int
    issue: str
    twin: str = ""


@dataclass(frozen=True)
class Board:
    """Messages in time order, scenes by their number of messages and persons."""

    messages: list[Message]

    def members(self, issue: str) -> set[int]:
        return {k for k, m in enumerate(self.messages) if m.issue == issue}

    @property
    def scenes(self) -> list[str]:
        return sorted({m.issue for m in self.messages if m.issue.startswith("scene")})


def make_board(name: str, rng: np.random.Generator, noise: int = 900) -> Board:
    """A board from `boards/<name>.toml`: every scene 9 to 40 persons, two pairs of planted twins each, one viral message."""
    source = tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))
    maker = _Maker(source, rng)
    for at, scene in enumerate(source["scene"]):
        maker.burst(f"scene{at}", scene)
    maker.copies()
    maker.viral(source["viral"][0])
    for _ in range(noise):
        maker.noise(source["noise"][0])
    maker.made.sort(key=lambda m: (m.day, m.ticket_id))
    return Board(maker.made)


def read_letters(name: str) -> Board:
    """A board of letters that were written one by one (`letters_a`: wild, `letters_b`: usual), by somebody who knew no rule."""
    lines = (TEXTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted(map(json.loads, lines), key=lambda row: row["created_at"])
    first = dt.date.fromisoformat(rows[0]["created_at"][:10])
    persons = {person: code for code, person in enumerate(dict.fromkeys(row["person"] for row in rows))}
    made = []
    for row in rows:
        day = (dt.date.fromisoformat(row["created_at"][:10]) - first).days
        issue = f"scene{row['issue'][1:]}" if re.fullmatch(r"i\d+", row["issue"]) else row["issue"]
        said = (row["title"], row["text"].strip())
        made.append(Message(row["ticket_id"], day, *said, persons[row["person"]], row["likes"], issue))
    return Board(made)


class _Maker:
    def __init__(self, source: dict, rng: np.random.Generator) -> None:
        self.source, self.rng, self.made = source, rng, []
        noise = source["noise"][0]
        self.places = [head + kind for head in noise["heads"] for kind in noise["kinds"]]

    def burst(self, issue: str, scene: dict) -> None:
        begin, days = int(self.rng.integers(SPAN - BURST[1])), int(self.rng.integers(*BURST))
        district = self._district()
        people = self.rng.integers(10_000, size=int(self.rng.integers(9, 40)))
        first = len(self.made)
        for person in people:
            day = begin + int(self.rng.integers(days))
            title, text = self._worded(scene, scene["places"], district)
            pasted = self.rng.random() < 0.15 and len(self.made) > first
            if pasted:
                text = self.made[int(self.rng.integers(first, len(self.made)))].text
            self._add(day, title, text, int(person), issue)
        for _ in range(2):
            self._twin(self.made[int(self.rng.integers(first, len(self.made)))], scene["places"])

    def _twin(self, of: Message, places: list[str]) -> None:
        """The same words about another place."""
        title, text = of.title, of.text
        other = self._pick(self.places)
        for name in sorted((p.replace("<D>", "") for p in places), key=len, reverse=True):
            title, text = title.replace(name, other), text.replace(name, other)
        if title == of.title:
            return
        self._add(
            of.day + int(self.rng.integers(5)), title, text, self._person(), f"twin{len(self.made)}", twin=of.ticket_id
        )

    def copies(self) -> None:
        """One person pastes one text thirty times: no hot issue."""
        scene, district = self.source["noise"][0], self._district()
        title, text = self._worded(scene, [self._pick(self.places)], district)
        for day in range(30):
            self._add(60 + day, title, text, 7_000_001, "copies")

    def viral(self, scene: dict) -> None:
        title = self._spin(scene["title"], scene["places"], self._district())
        self._add(40, title, self._spin(scene["text"], scene["places"], ""), 7_000_002, "viral", likes=2000)

    def noise(self, scene: dict) -> None:
        title, text = self._worded(scene, [self._pick(self.places)], self._district())
        self._add(int(self.rng.integers(SPAN)), title, text, self._person(), "")

    def _worded(self, scene: dict, places: list[str], district: str) -> tuple[str, str]:
        said = [self._pick(scene["texts"]) for _ in range(int(self.rng.integers(1, 4)))]
        said += [self._pick(self.source["fill"]) for _ in range(int(self.rng.integers(0, 3)))]
        chosen = [said[k] for k in self.rng.permutation(len(said))]
        title = self._spin(self._pick(scene["titles"]), places, district)
        return title, "".join(self._spin(part, places, district) for part in dict.fromkeys(chosen))

    def _spin(self, template: str, places: list[str], district: str) -> str:
        while found := CHOICE.search(template):
            template = template[: found.start()] + self._pick(found[1].split("|")) + template[found.end() :]
        place = self._pick(places) if places else ""
        return template.replace("<P>", place).replace("<D>", district if self.rng.random() < 0.7 else "")

    def _add(self, day: int, title: str, text: str, person: int, issue: str, likes: int = 0, twin: str = "") -> None:
        liked = likes or int(self.rng.poisson(1.5))
        self.made.append(Message(f"t{len(self.made):05d}", day, title, text, person, liked, issue, twin))

    def _district(self) -> str:
        return f"A{self.rng.integers(1, 9)}{self._pick(['区', '区', '县'])}"

    def _person(self) -> int:
        return int(self.rng.integers(10_000, 5_000_000))

    def _pick(self, options: list[str]) -> str:
        return options[int(self.rng.integers(len(options)))]
