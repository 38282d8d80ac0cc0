"""Real servers on 127.0.0.1 that take deliveries: an HTTP server and an SMTP server that note what came and answer as they are told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from weisu.delivery.address_book import path_of
from weisu.settings import Workspace

KEY = "a-key-of-this-test-only"


class Hook:
    """An HTTP server: `came` holds (path, headers, body); the next answers are taken from `answers`, then 200 and `{}`."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.url = ""
        self.on_request: Any = None

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.came]


@contextmanager
def hook() -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.came.append((self.path, dict(self.headers), body))
            if made.on_request:
                made.on_request()
            status, answer = (
                made.answers.pop(0) if made.answers else (200, b'{"errcode": 0, "code": 0, "media_id": "m1"}')
            )
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", answer.decode())
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http{''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Postbox:
    """An SMTP server: `came` holds the mails taken; the next answers to DATA are taken from `answers`."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answers: list[str] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.came.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.to.append(envelope.rcpt_tos)
        return "250 taken"


@contextmanager
def postbox(**options: Any) -> Iterator[Postbox]:
    """`options` go to aiosmtpd (tls_context, authenticator …)."""
    made = Postbox()
    controller = Controller(made, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    made.port = controller.port
    try:
        yield made
    finally:
        controller.stop()


def write_address_book(workspace: Workspace, toml: str) -> None:
    """`var/delivery.toml` as it must be: for its owner alone."""
    path: Path = path_of(workspace)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(toml, encoding="utf-8")
    path.chmod(0o600)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
