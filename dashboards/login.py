"""The sign-in page of local accounts: plain HTML outside of Streamlit, so that nothing of the app is sent before a password was right."""

from __future__ import annotations

import html
from functools import partial
from urllib.parse import parse_qs, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards.door import Door, utc_now
from dashboards.gate import COOKIE, LOGIN, LOGOUT, session_token
from dashboards.style import sheet
from weisu.accounts import verify
from weisu.sessions import close_session, open_session
from weisu.texts import LANGUAGES, text
from weisu.theme import LIGHT

MOST_BYTES = 4096  # of a form
AT_ONCE, MOST_WAITING = 2, 20  # passwords looked at, and waiting: a flood of them takes no thread from the readers
LOOK = """<style>body{font-family:system-ui,sans-serif;background:var(--paper);color:var(--ink);display:grid;place-items:center;min-height:96vh;margin:0}
main{width:22rem;max-width:92vw}label{display:block;margin:14px 0 4px;font-size:14px;color:var(--quiet)}
input{width:100%;box-sizing:border-box;font-size:16px;padding:9px 10px;border:1px solid var(--hairline);border-radius:4px;background:var(--paper);color:var(--ink)}
button{margin-top:20px;width:100%;font-size:16px;padding:10px;border:0;border-radius:4px;background:var(--primary);color:var(--paper);cursor:pointer}
input:focus-visible,button:focus-visible{outline:2px solid var(--primary);outline-offset:2px}
.wrong{margin-top:16px;padding:10px 12px;border:1px solid var(--unusual);border-radius:4px;color:var(--unusual);font-size:14px}</style>"""


def routes(door: Door) -> list[Route]:
    """The addresses of the sign-in page."""
    looking = CapacityLimiter(AT_ONCE)

    async def show(request: Request) -> Response:
        return _page(door, request, next_of(request.query_params.get("next")))

    async def enter(request: Request) -> Response:
        return await _enter(door, request, looking)

    async def leave(request: Request) -> Response:
        return await _leave(door, request)

    return [
        Route(LOGIN, show, methods=["GET"]),
        Route(LOGIN, enter, methods=["POST"]),
        Route(LOGOUT, leave, methods=["GET"]),
    ]


async def _enter(door: Door, request: Request, looking: CapacityLimiter) -> Response:
    if not _is_from_here(request):
        return PlainTextResponse("refused", 403)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return PlainTextResponse("refused", 413)
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    name, password = form.get("name", "").strip(), form.get("password", "")
    address = request.client.host if request.client else ""
    look = partial(verify, door.engine, name, password, now=utc_now(), address=address)
    if looking.statistics().tasks_waiting >= MOST_WAITING:
        return PlainTextResponse("busy", 503, headers={"Retry-After": "5"})
    account = await to_thread.run_sync(look, limiter=looking)
    wanted = next_of(form.get("next"))
    if account is None:
        return _page(door, request, wanted, is_wrong=True)
    token = await run_in_threadpool(open_session, door.engine, account, now=utc_now())
    answer = RedirectResponse(wanted, 303)
    hours = door.access.session_hours
    answer.set_cookie(COOKIE, token, max_age=hours * 3600, httponly=True, samesite="lax", secure=door.is_https, path="/")  # fmt: skip
    return answer


async def _leave(door: Door, request: Request) -> Response:
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return PlainTextResponse("refused", 403)
    await run_in_threadpool(close_session, door.engine, session_token(request.scope), now=utc_now())
    answer = RedirectResponse(LOGIN, 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=door.is_https)
    return answer


def next_of(asked: str | None) -> str:
    """Where to go after signing in: a path of this app, never another address."""
    path = asked or "/"
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_path and not urlsplit(path).netloc else "/"


def _is_from_here(request: Request) -> bool:
    """Whether a form was sent from the page of this app: browsers say where a POST comes from."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _page(door: Door, request: Request, wanted: str, *, is_wrong: bool = False) -> Response:
    asked = request.query_params.get("lang", "")
    lang = asked if asked in LANGUAGES else door.language
    city = door.workspace.settings().city
    name = (city.name_en if lang == "en" else city.name) or city.name
    said, e = (lambda key: html.escape(text(f"access.login.{key}", lang))), html.escape
    wrong = f'<p class="wrong" role="alert">{said("wrong")}</p>' if is_wrong else ""
    page = f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{said("title")}</title>
{sheet(LIGHT)}{LOOK}</head><body><main><div class="masthead"><b>{e(name)}</b><span>Weisu 未诉先办</span></div><h1 class="lead">{said("title")}</h1>{wrong}
<form method="post" action="{LOGIN}?lang={lang}"><input type="hidden" name="next" value="{e(wanted)}">
<label for="name">{said("name")}</label><input id="name" name="name" autocomplete="username" maxlength="64" required autofocus>
<label for="password">{said("password")}</label><input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>
<button>{said("do")}</button></form><p class="sub">{said("note")}</p></main></body></html>"""
    return HTMLResponse(page, 401 if is_wrong else 200, headers={"Cache-Control": "no-store"})
