"""The one catalogue of all that a user reads, Chinese and English side by side.

Each `*.toml` beside this file is one domain.  A table is one text: `[key]` with `zh` and `en`; placeholders are `{name}`.
Keys are dotted by file: `alerts.why.rise` is the table `[why.rise]` of alerts.toml.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from weisu.errors import SettingsError
from weisu.settings import LANGUAGES


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: key -> {"zh": …, "en": …}."""
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), path.stem, texts)
    return texts


def text(key: str, lang: str, /, **values: object) -> str:
    """The text of `key` in `lang` ("zh" or "en") with its placeholders filled.

    Raises:
        KeyError: no such key; a missing text is a defect, not a runtime condition.
    """
    template = catalogue()[key][lang]
    return template.format(**values) if values else template


def check_language(lang: str, where: str = "--lang") -> None:
    """Raises SettingsError unless `lang` is one of LANGUAGES."""
    if lang not in LANGUAGES:
        raise SettingsError(f"unknown language {lang!r}", where=where, todo=f"known: {', '.join(LANGUAGES)}")


def _flatten(node: dict, prefix: str, into: dict[str, dict[str, str]]) -> None:
    if set(node) == set(LANGUAGES):
        into[prefix] = node
        return
    for name, child in node.items():
        if not isinstance(child, dict):
            raise ValueError(f"{prefix}: {name!r} stands alone; a text needs both {LANGUAGES}")
        _flatten(child, f"{prefix}.{name}", into)
