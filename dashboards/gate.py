"""The gate before every request of the app: who may not enter is turned away here, before a page or a websocket; and the headers of every answer."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboards.door import Door, is_loopback, utc_now
from dashboards.front import COOKIE as WORKER_COOKIE
from weisu.sessions import account_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "weisu_session"
LOGIN, LOGOUT, HEALTH = "/account/login", "/account/logout", "/_stcore/health"
FILES = ("/media/", "/_stcore/upload_file/")  # what a page gives and takes beside its websocket
VOUCH = "x-weisu-vouch"  # set by this gate alone: the gateway's header came from a gateway
TOKEN = secrets.token_hex(16)  # of this process
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy() -> str:
    """Content-Security-Policy: own scripts (and the inline ones that Streamlit's page brings, by their hash), no other address at all.

    Vega compiles its charts ('unsafe-eval'), and Streamlit writes its styles as it goes ('unsafe-inline' of styles).
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in INLINE.findall(page)
    )
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-src 'self' blob: data:; frame-ancestors 'none'"
    )


class Gate:
    """ASGI middleware; everything of the app is behind it.

    `worker` is the number of this process where there are several: the front knows a browser by it.
    """

    def __init__(self, app: ASGIApp, door: Door, worker: str = "") -> None:
        self.app, self.door, self.worker = app, door, worker
        self.headers = {
            b"content-security-policy": policy().encode(),
            b"x-frame-options": b"DENY",
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"same-origin",
            b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
            b"cross-origin-opener-policy": b"same-origin",
        }
        if door.is_https:
            self.headers[b"strict-transport-security"] = b"max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, send it to the sign-in page, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        scope = scope | {"headers": [pair for pair in scope["headers"] if pair[0] != VOUCH.encode()]}
        dressed = self._dressed(send, self._marked(scope))
        if not self._is_called_rightly(scope):
            return await _refuse(scope, receive, dressed, 400)
        verdict = await run_in_threadpool(self._judge, scope)
        if isinstance(verdict, int):
            return await _refuse(scope, receive, dressed, verdict)
        if verdict is None:
            return await _to_login(scope, receive, dressed)
        return await self.app(verdict, receive, dressed)

    def _judge(self, scope: Scope) -> Scope | int | None:
        """The request as it goes on; a status to refuse it; None: sign in first."""
        mode, peer = self.door.access.mode, (scope.get("client") or ("", 0))[0]
        if scope["path"] == HEALTH:
            return scope
        if mode == "open":
            return scope if is_loopback(peer) else 403
        if mode == "header":
            return self._vouched(scope) if peer in self.door.access.proxies else 403
        if mode == "oidc" and scope["path"].startswith(FILES) and not _is_signed_in(scope):
            return 403  # pages ask for themselves who sits there; files do not
        if mode == "accounts" and scope["path"] not in (LOGIN, LOGOUT):
            hours = self.door.access.session_hours
            account = account_of(self.door.engine, session_token(scope), now=utc_now(), hours=hours)
            return scope if account else None
        return scope

    def _vouched(self, scope: Scope) -> Scope | int:
        """The request with this gate's word that its header is the gateway's; it must be there once."""
        wanted = self.door.access.header.lower().encode("latin-1")
        if sum(name == wanted for name, _ in scope["headers"]) != 1:
            return 403
        return scope | {"headers": [*scope["headers"], (VOUCH.encode(), TOKEN.encode())]}

    def _is_called_rightly(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        try:
            return len(hosts) == 1 and urlsplit(f"//{hosts[0]}").hostname in self.door.hosts
        except ValueError:
            return False

    def _marked(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The cookie that leads a browser back to this process, where it has another or none."""
        if not self.worker or cookie_of(scope, WORKER_COOKIE) == self.worker:
            return []
        return [(b"set-cookie", f"{WORKER_COOKIE}={self.worker}; Path=/; HttpOnly; SameSite=Lax".encode())]

    def _dressed(self, send: Send, more: list[tuple[bytes, bytes]]) -> Send:
        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() not in self.headers]
                told = [(k, self._secured(k, v)) for k, v in [*kept, *more]]
                message = message | {"headers": [*told, *self.headers.items()]}
            await send(message)

        return dress

    def _secured(self, name: bytes, value: bytes) -> bytes:
        is_open = self.door.is_https and name.lower() == b"set-cookie" and b"; secure" not in value.lower()
        return value + b"; Secure" if is_open else value


def session_token(scope: Scope) -> str:
    """The token in a request's cookie; "" without one."""
    return cookie_of(scope, COOKIE)


def cookie_of(scope: Scope, wanted: str) -> str:
    """The value of a request's cookie; "" without one."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(wanted)
            except CookieError:
                continue
            if morsel:
                return morsel.value
    return ""


def _is_signed_in(scope: Scope) -> bool:
    """Whether the identity provider signed somebody in here: the cookie is Streamlit's, and nobody else can sign it."""
    signed = cookie_of(scope, USER_COOKIE_NAME).encode("latin-1")
    return bool(signed) and decode_signed_value(get_cookie_secret(), USER_COOKIE_NAME, signed) is not None


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008})
    return await PlainTextResponse("refused", status)(scope, receive, send)


async def _to_login(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD"):
        return await _refuse(scope, receive, send, 403)
    asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    return await RedirectResponse(f"{LOGIN}?next={quote(asked, safe='')}", 303)(scope, receive, send)
