"""Which reports were issued: one row per period, kind and language, with the files as they were, kept in `var/deliveries`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from weisu.settings import Workspace
from weisu.store_tables import ISSUES

FOLDER = "deliveries"


@dataclass(frozen=True)
class Issue:
    """One issued report."""

    name: str  # weekly-2015-W13-zh
    kind: str  # weekly or monthly
    period: str
    lang: str
    files: dict[str, str]  # name -> SHA-256
    is_complete: bool  # False: page one says what is missing
    issued_at: dt.datetime  # naive UTC


def keep(workspace: Workspace, name: str, paths: Sequence[Path]) -> dict[str, str]:
    """Copy a report's files to where nothing rewrites them; name -> SHA-256.  What a killed run left there is replaced."""
    target = workspace.var / FOLDER / name
    draft = target.with_name(f".{name}")
    for left in (draft, target):
        shutil.rmtree(left, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    for path in paths:
        shutil.copyfile(path, draft / path.name)
    draft.rename(target)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(target.iterdir())}


def record(engine: sa.Engine, issue: Issue) -> bool:
    """Append the row of an issue; False when it was issued before."""
    try:
        with engine.begin() as con:
            con.execute(sa.insert(ISSUES).values(**asdict(issue) | {"files": json.dumps(issue.files)}))
    except sa.exc.IntegrityError:
        return False
    return True


def list_issues(engine: sa.Engine) -> list[Issue]:
    """Every issue, oldest first."""
    query = sa.select(ISSUES).order_by(ISSUES.c.issued_at, ISSUES.c.name)
    with engine.connect() as con:
        return [Issue(**dict(row) | {"files": json.loads(row["files"])}) for row in con.execute(query).mappings()]
