"""The paper: monthly report, weekly digest and special note; one context of claims, five renderers."""

from __future__ import annotations

from reports.issue import write, write_note
from reports.renderers import render

__all__ = ["render", "write", "write_note"]
