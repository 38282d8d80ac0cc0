"""A sentence that somebody wrote in the place of a generated one: the same numbers, no new ones, not said stronger than it was tested."""

from __future__ import annotations

import re
from dataclasses import replace

from reports.context import Claim
from reports.errors import ReportError
from reports.given import loose_number
from weisu.texts import text

LONGEST = 500
CONCLUSION = 60  # Chinese characters of a sentence of the conclusion
STRONG = re.compile(r"显著|significant", re.IGNORECASE)
# quantities in words: a number that stands in no figure, told so that no digit shows it
SPELLED = {
    "zh": re.compile(
        r"(?!一一|万一|千万[不别要])[〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億]{2,}|[上近逾超过约成数几][百千万亿佰仟]"
        r"|[〇零一二两三四五六七八九十百千万亿半几数壹贰叁肆伍陆柒捌玖拾]+(?:余|多)?(?:成|倍|名|位|人次|次|宗|起|家|处|条|天|件|起|例|户|人|个百分点|个百分之)|[二两三四五六七八九十]+(?:个|周|月|年|份|所|台|辆|栋)|[廿卅俩仨]|[好]?几十|百分之[〇零一二三四五六七八九十百半]+|翻[了两]?[一二两三四五六七八九]?番|[过近超大]半|[一二三四五六七八九]分之[一二三四五六七八九]"
    ),
    "en": re.compile(
        r"(?<!no )(?<!this )(?<!which )\bone\b(?! another)|\b(?:couple|score|fortnight|[a-z]+teenth|[a-z]+tieth|eleventh|twelfth|hundredth|thousandth|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
        r"|dozens?|hundreds?|thousands?|millions?|half|quarter|twice|double[sd]?|doubling|triple[sd]?|tripling|halve[sd]?|[a-z]+fold|quadruple[sd]?|thirds?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)\b",
        re.IGNORECASE,
    ),
}


def rewritten(claim: Claim, sentence: str, lang: str, *, where: str, is_conclusion: bool = False) -> Claim:
    """`claim` in other words; it keeps the figures that the sentence still tells, and a hypothesis its label.

    Args:
        sentence: as typed, personal data masked.
        where: named in errors.
        is_conclusion: a sentence of the conclusion has at most 60 Chinese characters.

    Raises:
        ReportError: empty, too long, a number in digits or words that was not in the sentence, or "significant" where nothing was tested.
    """
    said = _whole(claim, " ".join(sentence.split()), lang)
    made = replace(claim, sentence=said, figures=tuple(f for f in claim.figures if f.text and f.text in said))
    if problem := _problem(claim, made, lang, is_conclusion):
        raise ReportError(problem[0], where=where, todo=problem[1])
    return made


def _whole(claim: Claim, said: str, lang: str) -> str:
    """With the full stop and the label of the sentence it replaces."""
    stop, label = text("report.stop", lang), text("report.hypothesis.lead", lang, text="").strip()
    if said and claim.sentence.endswith(stop) and not said.endswith((stop, "！", "？", "!", "?")):
        said += stop
    if said and claim.sentence.startswith(label) and not said.startswith(label):
        said = label + ("" if lang == "zh" else " ") + said
    return said


def _problem(claim: Claim, made: Claim, lang: str, is_conclusion: bool) -> tuple[str, str] | None:
    """What is wrong with a new sentence, and what to do about it."""
    said = made.sentence
    if not said:
        return "an empty sentence", "leave the part out instead"
    if len(said) > LONGEST:
        return f"longer than {LONGEST} characters", "say it in fewer words"
    if number := loose_number(replace(made, figures=claim.figures)):
        return f"{number} is none of the numbers of this sentence", f"its numbers: {_numbers(claim)}"
    if word := _new(SPELLED[lang], claim, said):
        return f"{word!r} is a number in words that this sentence did not tell", f"its numbers: {_numbers(claim)}"
    if word := _new(STRONG, claim, said):
        return f"{word!r} is said of what was tested only", "say how much instead"
    if is_conclusion and lang == "zh" and (longest := max(map(_characters, re.split("[。！？]", said)))) > CONCLUSION:
        return f"{longest} characters in a sentence of the conclusion", f"at most {CONCLUSION}: divide or shorten it"
    return None


def _new(pattern: re.Pattern[str], claim: Claim, said: str) -> str | None:
    """The first match that is neither in the generated sentence nor part of a name."""
    for name in sorted(claim.labels.values(), key=len, reverse=True):
        said = said.replace(name, " ") if name else said
    return next((m[0] for m in pattern.finditer(said) if m[0] not in claim.sentence), None)


def _characters(sentence: str) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for c in sentence)


def _numbers(claim: Claim) -> str:
    return ", ".join(dict.fromkeys(f.text for f in claim.figures if f.text)) or "none"
