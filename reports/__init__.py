"""The paper: annual and monthly report, weekly digest and special note; one context of claims, five renderers."""

from __future__ import annotations

from reports.issue import completeness_of, write, write_annual, write_note
from reports.renderers import render

__all__ = ["completeness_of", "render", "write", "write_annual", "write_note"]
