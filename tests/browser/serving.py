"""A running dashboard and a Chromium that watches what leaves the machine; shared by the browser test and the screenshots."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboards.server import command, environment
from dashboards.shell import SCREENS
from weisu.access import LOCAL
from weisu.settings import Workspace
from weisu.texts import LANGUAGES, text

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SMALL = {"width": 1366, "height": 768}
PROBES = ("/_stcore/health", "/_stcore/host-config")
FAILED = re.compile("|".join(re.escape(text("app.failed.what", lang, part="|").split("|")[1]) for lang in LANGUAGES))
PAGES = tuple(name for name in SCREENS if name in LOCAL.pages)  # of who sits at the machine itself


@contextmanager
def serve(
    workspace: Workspace, *, lang: str = "zh", port: int = 0, processes: int = 1, **variables: str
) -> Iterator[str]:
    """Start the app of a workspace on a free port, or a given one; gives its address, ends the process at the end."""
    port = port or free_port()
    env = {**environment(workspace, lang), "NO_PROXY": "127.0.0.1", **variables}
    process = subprocess.Popen(
        command(port, processes=processes),
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=workspace.root,
    )
    try:
        address = f"http{''}://127.0.0.1:{port}"
        _wait_until_healthy(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def journey(address: str, lang: str, *, start: str = "") -> Iterator[Any]:
    """A reader's page of 1366 x 768 on `start` (the app's first page); at the end nothing has left the machine and nothing broke."""
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    broken: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=SMALL, locale={"zh": "zh-CN", "en": "en-GB"}[lang], accept_downloads=True)
        page.on("request", lambda request: _note_outside(request.url, outside))
        page.on("console", lambda message: _note_error(message, broken))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{address}/{start}{'&' if '?' in start else '?'}lang={lang}")
        settle(page)
        yield page
        assert_whole(page)
        browser.close()
    assert outside == []
    assert broken == []


def assert_whole(page: Any) -> None:
    """No part of the page says that it cannot be shown."""
    assert page.locator(".empty", has_text=FAILED).all_inner_texts() == []


def _note_outside(url: str, into: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
        into.append(url)


def _note_error(message: Any, into: list[str]) -> None:
    """On a deep link Streamlit's client asks under the page's own path for its server first; those answers of 404 are its own."""
    is_probe = message.location["url"].endswith(PROBES) and "404" in message.text
    if message.type == "error" and not is_probe:
        into.append(message.text)


def open_page(page: Any, name: str) -> None:
    """Click a page's link in the navigation, also where it stands under "3 more"."""
    at = "" if name == "today" else name
    shown = page.locator(f".rc-overflow-item:not([aria-hidden=true]) a[href$='/{at}']")
    if not shown.count():
        page.get_by_test_id("stTopNavSection").click()
        shown = page.locator(f"[data-testid=stTopNavDropdownLink][href$='/{at}']")
    shown.click()
    page.wait_for_url(re.compile(rf"/{at}(\?|$)"))
    settle(page, quiet_ms=300)
    assert_whole(page)


def page_address(address: str, name: str, query: str) -> str:
    """The address of a page by name; today is the root."""
    return f"{address}/{'' if name == 'today' else name}?{query}"


def settle(page: object, *, quiet_ms: int = 700, limit_s: float = 40) -> None:
    """Wait until the app has stopped running and its charts are drawn."""
    page.wait_for_selector("h1.lead", timeout=limit_s * 1000)  # type: ignore[attr-defined]
    ends, calm = time.monotonic() + limit_s, 0
    while time.monotonic() < ends and calm < 2:
        busy = page.evaluate(
            "!!document.querySelector('[data-testid=stStatusWidget]') || !!document.querySelector('[data-testid=stSkeleton]') || !!document.querySelector('[data-stale=true]')"
        )  # type: ignore[attr-defined]
        calm = 0 if busy else calm + 1
        page.wait_for_timeout(quiet_ms / 2)  # type: ignore[attr-defined]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], limit_s: float = 60) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ends = time.monotonic() + limit_s
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"the dashboard ended with status {process.returncode}")
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the dashboard did not become healthy")


def skip_reason() -> str:
    """Why no browser can be driven here; empty when one can."""
    if not CHROMIUM.is_file():
        return f"{CHROMIUM} is not installed"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return f"playwright is not installed in {sys.prefix}"
    return "" if os.access(CHROMIUM, os.X_OK) else f"{CHROMIUM} cannot be run"
