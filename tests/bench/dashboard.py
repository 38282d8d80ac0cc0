"""`make bench-dashboard`: the app as its readers meet it, over the very protocol that their browsers speak.

One reader opens every page and changes its filters; then twenty do, thinking two seconds between acts, at first alone and then while
200,000 rows are loaded, a build goes on and three publications are made.  Times are those until the last element has arrived; drawing is the browser's.
Argument: a workspace with a publication (it is copied); without one, `weisu simulate --size large` makes a city of SIZE tickets a year.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from figures import WEISU, Figure, at_most, plain
from large import loaded
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dashboards.server import usual_processes
from dashboards.shell import SCREENS
from tests.browser.serving import serve
from weisu.publishing import current, publish
from weisu.settings import Workspace

SIZE = 120_000  # tickets a year: as many areas and categories as the largest city, which is what pages read
PAGES = [name for name in SCREENS if name not in ("connect", "reports")]  # those two wait for files
USERS, THINK, SPAN = 20, 2.0, 120.0  # readers; seconds between their acts; seconds that they stay
CHANGES = 4  # filter changes on a page before the next
ROWS = 200_000  # loaded meanwhile
PUBLICATIONS = 3  # made meanwhile, spread over the time, beside the one that the build makes
PATIENCE = 60.0  # seconds until an answer counts as none


@dataclass
class Answers:
    """Seconds of each act by what it was, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def all(self) -> list[float]:
        return [s for found in self.seconds.values() for s in found]


@dataclass
class Choice:
    """A select box of the page that is shown."""

    widget: str
    options: list[str]
    fragment: str


class Reader:
    """One open browser tab."""

    def __init__(self, socket: ClientConnection, answers: Answers, draw: random.Random) -> None:
        self._socket, self._answers, self._draw = socket, answers, draw
        self._page = ""
        self._choices: dict[str, Choice] = {}
        self._states: dict[str, WidgetState] = {}

    async def open(self, page: str) -> None:
        """Go to a page by its name."""
        self._page, self._choices, self._states = page, {}, {}
        await self._ask(f"open {page}", "")

    async def change(self) -> None:
        """Choose something else in one of the page's select boxes."""
        able = [choice for choice in self._choices.values() if len(choice.options) > 1]
        if not able:
            return
        choice = self._draw.choice(able)
        value = self._draw.choice(choice.options)
        self._states[choice.widget] = WidgetState(id=choice.widget, string_value=value)
        await self._ask(f"change {self._page}", choice.fragment)

    async def _ask(self, what: str, fragment: str) -> None:
        asked = BackMsg()
        asked.rerun_script.page_name = "" if self._page == "today" else self._page
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        begun = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        try:
            await asyncio.wait_for(self._answered(what), PATIENCE)
        except TimeoutError:
            self._answers.errors.append(f"{what}: no answer")
        self._answers.seconds.setdefault(what, []).append(time.perf_counter() - begun)

    async def _answered(self, what: str) -> None:
        while True:
            message = ForwardMsg.FromString(await self._socket.recv())
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._see(message, what)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    self._answers.errors.append(f"{what}: did not run")
                return

    def _see(self, message: ForwardMsg, what: str) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            self._answers.errors.append(f"{what}: {element.exception.type}")
        elif element.WhichOneof("type") == "selectbox":
            box = element.selectbox
            self._choices[box.id] = Choice(box.id, list(box.options), message.delta.fragment_id)


def main() -> None:
    """Print each figure beside its target."""
    if sys.argv[1:2] == ["--publish"]:
        return publish_again(Workspace(Path(sys.argv[2])))
    print(f"{'figure':<64}{'measured':>16}  {'target':<22}")
    with tempfile.TemporaryDirectory() as folder:
        for figure in dashboard(Path(folder), Path(sys.argv[1]) if len(sys.argv) > 1 else None):
            mark = {True: "ok", False: "MISSED", None: ""}[figure.holds]
            print(f"{figure.name:<64}{figure.value:>16}  {figure.target:<22}{mark}", flush=True)
    return None


def dashboard(folder: Path, given: Path | None) -> Iterator[Figure]:
    """All figures of the app; the workspace itself is not touched."""
    place = _workspace(folder, given)
    export = _export(folder)
    processes = usual_processes()
    yield plain("processes of the app", str(processes))
    with serve(Workspace(place), processes=processes) as address:
        alone = Answers()
        asyncio.run(_one(address, alone))
        yield from _told_alone(alone)
        quiet = Answers()
        asyncio.run(_many(address, quiet))
        yield from _told_crowd(f"{USERS} readers", quiet)
        busy = Answers()
        with _work(place, export) as done:
            asyncio.run(_many(address, busy))
        yield from _told_crowd(f"{USERS} readers, beside loads and builds", busy)
        yield plain("steps done meanwhile", ", ".join(done) or "none ended")
        yield at_most("memory of a process of the app, the largest", max(_memory_mb(address)), 400, "MB")


def _workspace(folder: Path, given: Path | None) -> Path:
    if given:
        return Path(shutil.copytree(given, folder / "work"))
    place, _ = loaded(folder, SIZE)
    _run("build", "--workspace", str(place))
    return place


def _export(folder: Path) -> Path:
    """Rows to load while readers read: of another city, which does not matter to a load."""
    _run("simulate", "-o", str(folder / "more"), "--tickets", str(ROWS), "--seed", "5", "--layout", "core")
    return folder / "more" / "exports"


def _run(*arguments: str) -> None:
    subprocess.run([WEISU, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def _work(place: Path, export: Path) -> Iterator[list[str]]:
    """A load and then a build, and beside them publications, as long as the block runs; gives the names of those that ended."""
    steps = [("load", str(export), "--source", "hotline"), ("build", "--full")]
    line = " && ".join(
        f"{WEISU} {' '.join(step)} --workspace {place} >/dev/null 2>&1 && echo {step[0]}" for step in steps
    )
    commands = [["bash", "-c", line], ["nice", sys.executable, __file__, "--publish", str(place)]]
    processes = [subprocess.Popen(c, stdout=subprocess.PIPE, text=True, start_new_session=True) for c in commands]
    done: list[str] = []
    try:
        yield done
    finally:
        for process in processes:
            subprocess.run(["pkill", "-TERM", "-s", str(process.pid)], check=False)
            process.wait()
            done += process.stdout.read().split()


def publish_again(place: Workspace) -> None:
    """Make new publications of what is published: copied and flipped as every build does it."""
    for _ in range(PUBLICATIONS):
        time.sleep(SPAN / (PUBLICATIONS + 1))
        shown, now = current(place), dt.datetime.now(dt.UTC).replace(tzinfo=None)
        publish(place, shown.path, as_of=shown.as_of_on, data_version=shown.data_version, now=now)
        print("publication", flush=True)


async def _one(address: str, answers: Answers) -> None:
    """A reader opens each page anew, then changes what can be chosen; a first round warms the server up and is not counted."""
    for counted in (Answers(), answers):
        draw = random.Random(1)
        for page in PAGES:
            async with _tab(address) as socket:
                reader = Reader(socket, counted, draw)
                await reader.open(page)
                for _ in range(CHANGES * 3):
                    await reader.change()


async def _many(address: str, answers: Answers) -> None:
    ends = time.perf_counter() + SPAN
    await asyncio.gather(*(_browse(address, answers, random.Random(n), ends) for n in range(USERS)))


async def _browse(address: str, answers: Answers, draw: random.Random, ends: float) -> None:
    await asyncio.sleep(draw.random() * 2 * THINK)  # they do not come all at once
    async with _tab(address) as socket:
        reader = Reader(socket, answers, draw)
        acts: list[Callable[[], object]] = []
        while time.perf_counter() < ends:
            if not acts:
                page = draw.choice(PAGES)
                acts = [reader.change] * CHANGES + [lambda page=page: reader.open(page)]
            await acts.pop()()
            await asyncio.sleep(THINK)


def _tab(address: str) -> connect:
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(stream, subprotocols=["streamlit"], max_size=None, proxy=None, ping_interval=None)


def _told_alone(answers: Answers) -> Iterator[Figure]:
    opened = {what: s for what, s in answers.seconds.items() if what.startswith("open")}
    slowest = max(opened, key=lambda what: max(opened[what]))
    yield at_most(f"one reader: first view, slowest ({slowest})", max(opened[slowest]), 2.0, "s")
    changed = [s for what, found in answers.seconds.items() if what.startswith("change") for s in found]
    yield at_most(f"one reader: {len(changed)} filter changes, p95", float(np.quantile(changed, 0.95)), 0.4, "s")
    for what, found in sorted(answers.seconds.items()):
        yield plain(f"one reader: {what}, median of {len(found)}", f"{np.median(found):.2f} s")
    yield at_most("one reader: errors", len(answers.errors), 0, "")


def _told_crowd(name: str, answers: Answers) -> Iterator[Figure]:
    seconds = answers.all()
    yield plain(f"{name}: acts, median", f"{len(seconds)}, {np.median(seconds):.2f} s")
    yield at_most(f"{name}: p95", float(np.quantile(seconds, 0.95)), 1.0, "s")
    yield at_most(f"{name}: errors", len(answers.errors), 0, "")
    for error in sorted(set(answers.errors))[:5]:
        yield plain(f"  {error}", str(answers.errors.count(error)))


def _memory_mb(address: str) -> list[float]:
    """Resident memory of each process that draws pages."""
    port = address.rsplit(":", 1)[1]
    workers = subprocess.run(["pgrep", "-f", f"dashboards.worker .*\"server.port\": {port}[,}}]"], capture_output=True, text=True, check=True)  # fmt: skip
    lines = [line for pid in workers.stdout.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]


if __name__ == "__main__":
    main()
