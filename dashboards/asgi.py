"""The app as its server runs it: the pages behind the gate, beside the sign-in page."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboards.door import Door, provider
from dashboards.front import WORKER_VARIABLE
from dashboards.gate import Gate
from dashboards.login import routes
from dashboards.server import LANGUAGE_VARIABLE
from weisu.settings import find_workspace

door = Door.of(find_workspace(), os.environ.get(LANGUAGE_VARIABLE, ""))
app = App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Gate, door=door, worker=os.environ.get(WORKER_VARIABLE, ""))],
    routes=routes(door),
    secrets=provider(door.access),
)
