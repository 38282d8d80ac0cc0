"""Why a report cannot be made."""

from __future__ import annotations

from weisu.errors import WeisuError


class ReportError(WeisuError):
    """A period, a publication or a context is not fit for a report."""

    code = "report"
