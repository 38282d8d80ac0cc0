"""What the door says when it does not let a file in."""

from __future__ import annotations

from weisu.errors import WeisuError


class IngestError(WeisuError):
    """Base of the door's errors: a code, the file or row it is about, and what to do."""

    code = "ingest"


class Refused(IngestError):
    """A file that cannot be read without loss; nothing of it was written."""

    def __init__(self, what: str, *, code: str, where: str = "", todo: str = "") -> None:
        super().__init__(what, where=where, todo=todo)
        self.code = code


class TooManyQuarantined(IngestError):
    """More rows than allowed would be set aside: the whole file is refused; exit status 1."""

    exit_code = 1
    code = "quarantine_limit"


class ProfileError(IngestError):
    """A source profile is missing or wrong."""

    code = "profile"


class ReferenceFileError(IngestError):
    """A reference CSV of the workspace is wrong."""

    code = "reference"
