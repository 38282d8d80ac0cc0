from __future__ import annotations

import string

from weisu.texts import LANGUAGES, catalogue, text


def placeholders(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_text_exists_in_both_languages_and_is_not_empty() -> None:
    assert [key for key, pair in catalogue().items() if not all(pair[lang].strip() for lang in LANGUAGES)] == []


def test_both_languages_take_the_same_placeholders() -> None:
    assert [key for key, pair in catalogue().items() if placeholders(pair["zh"]) != placeholders(pair["en"])] == []


def test_text_fills_its_placeholders() -> None:
    assert text("demo.took", "en", seconds=3) == "3 s in all"
