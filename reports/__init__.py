"""The paper: monthly report and weekly digest; one context of claims, three renderers."""

from __future__ import annotations

from reports.issue import write
from reports.renderers import render

__all__ = ["render", "write"]
