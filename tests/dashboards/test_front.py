"""Several processes behind one port: a browser meets its own, a dead one is replaced, nobody can hold the front up, and all end together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboards.front import LONGEST, MOST_WAITING
from dashboards.server import command, environment
from tests.browser.serving import free_port
from tests.fixtures_publication import make_workspace

pytestmark = pytest.mark.slow
HEAD = b"GET /_stcore/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


class Served:
    """A front and its two processes."""

    def __init__(self, root: Path) -> None:
        self.port = free_port()
        self.front = subprocess.Popen(command(self.port, processes=2), env=environment(make_workspace(root), "zh"), cwd=root, stderr=subprocess.DEVNULL)  # fmt: skip

    def workers(self) -> list[int]:
        """Their process numbers."""
        children = Path(f"/proc/{self.front.pid}/task/{self.front.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def ask(self, cookie: str = "") -> tuple[int, str]:
        """Status, and the number that the answer gives the browser ("" = it keeps the one it has)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/", headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        given = answer.getheader("set-cookie") or ""
        return answer.status, given.partition("weisu_worker=")[2].partition(";")[0]

    def connect(self, sent: bytes) -> socket.socket:
        """A client that says just this."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        client.sendall(sent)
        return client


def wait_for(fact: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it becomes true in time."""
    ends = time.monotonic() + seconds
    while not (holds := fact()) and time.monotonic() < ends:
        time.sleep(0.05)
    return holds


def is_closed(client: socket.socket) -> bool:
    """Whether the other side has closed without a word."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("front") / "city")
    assert wait_for(lambda: _answers(made), 60)
    yield made
    made.front.terminate()
    made.front.wait(20)


def _answers(made: Served) -> bool:
    try:
        return made.ask()[0] == 200
    except OSError:
        return False


def test_browser_when_new_then_given_a_process_and_then_meets_it_again(app: Served) -> None:
    assert {app.ask()[1] for _ in range(4)} == {"0", "1"}
    for number in ("0", "1"):
        assert [app.ask(f"a=b; weisu_worker={number}; c=d") for _ in range(3)] == [(200, "")] * 3
    assert app.ask("weisu_worker=77")[1] in {"0", "1"}


def test_clients_when_slow_or_strange_then_others_are_answered_all_the_same(app: Served) -> None:
    slow = [app.connect(sent) for sent in (b"", b"GET / HT", HEAD) for _ in range(40)]
    begun = time.monotonic()
    assert app.ask()[0] == 200
    assert time.monotonic() - begun < 5
    with app.connect(b"GET / HTTP/1.1\r\nX: " + b"a" * LONGEST) as flood:
        assert is_closed(flood)
    late = slow[-1]
    late.sendall(b"\r\n")  # the head is whole now
    assert late.recv(15).startswith(b"HTTP/1.1 200")
    for client in slow:
        client.close()
    assert app.ask()[0] == 200


def test_clients_when_more_wait_than_may_then_the_oldest_goes_and_a_reader_is_answered(app: Served) -> None:
    silent = [app.connect(b"GET / HT") for _ in range(MOST_WAITING + 20)]
    begun = time.monotonic()
    assert app.ask()[0] == 200
    assert time.monotonic() - begun < 5
    assert is_closed(silent[0])
    for client in silent:
        client.close()


def test_process_when_killed_then_started_anew_and_its_browsers_are_answered(app: Served) -> None:
    before = set(app.workers())
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    assert wait_for(lambda: len(after := set(app.workers())) == 2 and after != before)
    assert [app.ask(f"weisu_worker={number}")[0] for number in "01"] == [200, 200]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_front_when_it_ends_then_no_process_is_left_and_the_port_is_free(tmp_path: Path, end: signal.Signals) -> None:
    made = Served(tmp_path / "city")
    assert wait_for(lambda: _answers(made), 60)
    workers = made.workers()
    made.front.send_signal(end)
    assert made.front.wait(20) == (0 if end == signal.SIGTERM else -end)
    assert wait_for(lambda: not any(_runs(pid) for pid in workers), 20)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", made.port))


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_front_when_no_process_can_run_then_ends_with_an_error(tmp_path: Path) -> None:
    told = environment(make_workspace(tmp_path / "city"), "zh") | {"WEISU_WORKSPACE": str(tmp_path / "nowhere")}
    done = subprocess.run(command(free_port(), processes=1), env=told, cwd=tmp_path, capture_output=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 1
    assert b"weisu.toml" in done.stderr
