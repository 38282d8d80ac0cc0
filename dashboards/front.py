"""The front of the app: it owns the port and hands every connection to the process that knows its browser.

Python draws one page at a time in a process, so a crowd of readers needs several; and Streamlit keeps a reader's session, files and uploads in the
process that drew it.  So each process gives its browsers a cookie, and the front looks at the head of a connection's first request without taking it
(MSG_PEEK) and passes the open socket on (SCM_RIGHTS).  Nothing is proxied: the process answers the peer itself.  docs/decisions/0019 says why.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

COOKIE = "weisu_worker"  # which process drew the page
WORKER_VARIABLE = "WEISU_WORKER"  # its number, where there are several
SECRET_VARIABLE = (
    "STREAMLIT_SERVER_COOKIE_SECRET"  # signs Streamlit's cookies; one for all processes, new at each start
)
CHOICE = re.compile(rb"^cookie:[^\r\n]*\b" + COOKIE.encode() + rb"=(\d{1,3})\b", re.IGNORECASE | re.MULTILINE)
END = b"\r\n\r\n"
LONGEST = 1 << 16  # bytes of a request's head
PATIENCE = 15.0  # seconds until it is there
PAUSE, LONGEST_PAUSE = 0.02, 1.0  # seconds between looks at a head that is half there; twice as long each time
MOST_WAITING = 500  # connections without a head; the oldest goes when one more comes: an honest head is there at once
QUICK, ATTEMPTS = 10.0, 3  # a process that ends within seconds of its start so many times in a row cannot run
GRACE = 8.0  # seconds for processes to end


class Front:
    """A listening socket and the processes behind it."""

    def __init__(self, listener: socket.socket, processes: int, options: dict[str, Any]) -> None:
        self.listener, self.options = listener, options
        self.channels: list[socket.socket | None] = [None] * processes
        self.workers: dict[int, asyncio.subprocess.Process] = {}
        self.passing: dict[asyncio.Task[None], None] = {}  # the oldest first
        self.next = 0
        self.over = asyncio.Event()
        self.failed = False

    async def serve(self) -> int:
        """Serve until a signal comes; 1 when a process cannot run."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.over.set)
        kept = [asyncio.create_task(self._keep(index)) for index in range(len(self.channels))]
        accepting = asyncio.create_task(self._accept())
        await self.over.wait()
        accepting.cancel()
        self.listener.close()
        for channel in filter(None, self.channels):
            channel.close()  # a process without a front ends
        await asyncio.wait(kept, timeout=GRACE)
        for worker in self.workers.values():
            worker.kill()
        await asyncio.gather(*kept)
        return int(self.failed)

    async def _keep(self, index: int) -> None:
        """Run one process, and start it anew when it ends."""
        loop, quick = asyncio.get_running_loop(), 0
        while not self.over.is_set():
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            begun = loop.time()
            with theirs:
                worker = await self._start(index, theirs)
            self.workers[index], self.channels[index] = worker, ours
            await worker.wait()
            del self.workers[index]
            ours.close()
            quick = quick + 1 if loop.time() - begun < QUICK else 0
            if quick >= ATTEMPTS:
                self.failed = True
                self.over.set()

    async def _start(self, index: int, channel: socket.socket) -> asyncio.subprocess.Process:
        several = {WORKER_VARIABLE: str(index)} if len(self.channels) > 1 else {}
        order = [sys.executable, "-m", "dashboards.worker", str(channel.fileno()), json.dumps(self.options)]
        return await asyncio.create_subprocess_exec(*order, pass_fds=[channel.fileno()], env={**os.environ, **several}, start_new_session=True)  # fmt: skip

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self.listener)
            except OSError:  # too many open files, or the peer is gone already
                await asyncio.sleep(PAUSE)
                continue
            if len(self.passing) >= MOST_WAITING:
                oldest = next(iter(self.passing))
                del self.passing[oldest]
                oldest.cancel()
            task = asyncio.create_task(self._pass_on(connection))
            self.passing[task] = None
            task.add_done_callback(lambda task: self.passing.pop(task, None))

    async def _pass_on(self, connection: socket.socket) -> None:
        """Hand the connection over, or close it when no request comes; our own handle on it ends here."""
        with connection:
            head = await _head(connection) if len(self.channels) > 1 else b""
            if head is not None:
                self._hand_over(connection, CHOICE.search(head))

    def _hand_over(self, connection: socket.socket, chosen: re.Match[bytes] | None) -> None:
        wanted = int(chosen[1]) if chosen else len(self.channels)
        if wanted >= len(self.channels):  # a browser that is new here
            wanted = self.next = (self.next + 1) % len(self.channels)
        for index in (wanted, *(i for i in range(len(self.channels)) if i != wanted)):
            channel = self.channels[index]
            try:
                if channel is not None and socket.send_fds(channel, [b"c"], [connection.fileno()]):
                    return
            except OSError:  # this process has just ended, or takes no more: another will do
                continue


async def _head(connection: socket.socket) -> bytes | None:
    """The head of the first request, which stays in the socket; None where none came."""
    loop = asyncio.get_running_loop()
    ends, seen, pause = loop.time() + PATIENCE, b"", PAUSE
    while (left := ends - loop.time()) > 0:
        try:
            await asyncio.wait_for(_readable(connection), left)
            found = connection.recv(LONGEST, socket.MSG_PEEK)
        except (OSError, TimeoutError):
            return None
        if END in found:
            return found
        if not found or len(found) >= LONGEST:
            return None
        if len(found) == len(seen):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        seen = found
    return None


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(connection, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(connection)


def main(arguments: Sequence[str]) -> int:
    """Listen and serve: `address port processes options-as-JSON`."""
    address, port, processes, options = arguments
    os.environ.setdefault(SECRET_VARIABLE, secrets.token_hex(32))
    with socket.create_server((address, int(port)), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=2048) as listener:  # fmt: skip
        listener.setblocking(False)
        return asyncio.run(_serve(listener, int(processes), json.loads(options)))


async def _serve(listener: socket.socket, processes: int, options: dict[str, Any]) -> int:
    return await Front(listener, processes, options).serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
