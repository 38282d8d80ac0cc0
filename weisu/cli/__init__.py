"""The command `weisu`.  Each module of this folder adds its commands; heavy imports stay inside the functions."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import typer
from typer._click.exceptions import (
    ClickException,
    NoArgsIsHelpError,
)  # typer carries its own click and names no public home for these

from weisu.errors import WeisuError
from weisu.offline import stay_offline

DEBUG = "WEISU_DEBUG"
LONG = ("load", "build", "run", "serve", "replay", "backtest", "simulate")  # readers of the app go before these
NICENESS = 10

# one module per topic, each with `def register(app: typer.Typer) -> None`
TOPICS = (
    "workspace",
    "door",
    "purge",
    "profile",
    "build",
    "export",
    "detect",
    "scan",
    "issues",
    "similar",
    "text",
    "report",
    "serve",
    "users",
    "settings",
    "schedule",
    "deliver",
    "subscriptions",
    "simulate",
    "demo",
    "doctor",
    "backtest",
    "explain",
    "docs",
)


def build_app() -> typer.Typer:
    """The Typer application with every command registered."""
    app = typer.Typer(
        name="weisu",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Early-warning warehouse for hotline tickets (未诉先办). Works offline on one machine.",
    )
    app.callback()(_root)
    for topic in TOPICS:
        import_module(f"weisu.cli.{topic}").register(app)
    return app


def main(argv: list[str] | None = None) -> None:
    """Run the command line: exit 0, 1 (a check failed) or 2 (bad use or bad input: one clear line)."""
    stay_offline()
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")  # polars reuses its memory
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: more threads only wait for each other
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] and arguments[0] in LONG and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), NICENESS))
    sys.exit(run(arguments))


def run(argv: list[str]) -> int:
    """Run one command and return its exit status; errors become one line on stderr."""
    try:
        return build_app()(args=argv, prog_name="weisu", standalone_mode=False) or 0
    except NoArgsIsHelpError as error:
        print(error.format_message())
        return 0
    except ClickException as error:
        return _fail(" ".join(error.format_message().split()), 2)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("stopped", 130)
    except WeisuError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        return 0
    except PermissionError as error:
        return _fail(f"{error.filename}: permission denied – check owner and permissions", 2)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        return _fail(f"{error.filename or 'disk'}: {error.strerror}", 2)
    except Exception as error:
        if DEBUG in os.environ:
            raise
        return _fail(_defect(error), 1)


def _defect(error: Exception) -> str:
    """One line for a fault of ours; the message is left out, for it may quote a ticket."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno}"
    return f"a defect of weisu ({place}) – please report this line; {DEBUG}=1 shows more"


def _root() -> None:
    """Early-warning warehouse for hotline tickets (未诉先办)."""


def _fail(line: str, status: int) -> int:
    print(f"weisu: {line}", file=sys.stderr)
    return status
