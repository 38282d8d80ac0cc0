"""Numbers that identify a person: with check digits where the standard has them (GB 11643, ISO/IEC 7812)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ingest.privacy.spans import Span

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
SPOKEN = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
GAP = r"[-\s.·•—–_]?"

ID_CARD = re.compile(
    rf"(?<![\dA-Za-z])[1-9]\d{{5}}{GAP}(?:18|19|20)\d\d{GAP}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}{GAP}[\dXx](?![\dA-Za-z])"
)
OLD_ID_CARD = re.compile(r"(?<=证号)[:：是为\s]*([1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)")
PASSPORT = re.compile(r"(?:护照|通行证|港澳通行证|台胞证|证件)(?:号码?|编号)?[:：是为\s]*([A-Z]{1,2}\d{7,9})(?!\d)")
BANK_CARD = re.compile(r"(?<![\dA-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?![\dA-Za-z])")
CARD_WORD = re.compile(r"(?:卡号|银行卡|账号|帐号|账户|帐户)(?:号码?)?[:：是为\s]*(\d{12,19})(?!\d)")
MOBILE = re.compile(rf"(?<![\dA-Za-z])(?:(?:\+|00)?86{GAP})?(1[3-9]\d(?:{GAP}\d){{8}})(?!\d)")
LANDLINE = re.compile(
    r"(?<![\dA-Za-z.])(?:[(（]?0(?:10|2\d|[3-9]\d{2})[)）]?[-—\s]?[2-9]\d{6,7}(?:(?:[-转]|分机)\d{1,6})?|400[-\s]?\d{3,4}[-\s]?\d{3,4}(?![\d]))(?![\d])"
)
PHONE_WORD = re.compile(
    r"(?:电话|手机|热线|座机|联系方式|联系我|致电|来电号码|手机号|号码|拨打)(?:号码?)?[:：是为\s]*([2-9]\d{6,7}|1\d{10})(?![\d年月日元])"
)
SPOKEN_MOBILE = re.compile(
    r"(?<![〇零一二三四五六七八九幺])[一幺1][-\s]?(?:[三四五六七八九3-9])(?:[-\s]?[〇零一二三四五六七八九幺0-9]){9}(?![〇零一二三四五六七八九幺])"
)
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-Z][-·•.\s]?(?:[A-HJ-NP-Z0-9]{5}[挂学警港澳]|[A-HJ-NP-Z0-9]{5,6})(?![A-Za-z0-9])"
)
ACCOUNT = re.compile(
    r"(?:微信号?|加[vV微]|[wW]e[cC]hat|[vV][xX]|(?<![A-Za-z])wx)(?:号|id|ID|是|为|同号|联系|[:：\s])*([A-Za-z][-_A-Za-z0-9]{4,19}|\d{5,11})(?![A-Za-z0-9])"
)
QQ = re.compile(r"(?<![A-Za-z])[qQ]{2}(?:群)?(?:号码?)?[:：是为\s]*([1-9]\d{4,11})(?!\d)")
PATTERNS = (
    ID_CARD,
    OLD_ID_CARD,
    PASSPORT,
    BANK_CARD,
    CARD_WORD,
    MOBILE,
    LANDLINE,
    PHONE_WORD,
    SPOKEN_MOBILE,
    EMAIL,
    PLATE,
    ACCOUNT,
    QQ,
)
DIGIT = re.compile(r"[0-9０-９]{3}|[〇零一二三四五六七八九幺]{6}|@|＠|[A-Za-z]\w{3}|[A-ZＡ-Ｚ][·•]?[A-Z0-9]{4}")


def flat(text: str) -> str:
    """Full-width letters and digits as ASCII, character for character, so that places stay the same."""
    if text.isascii():
        return text
    return "".join(_narrow(c) if c > "\uff00" or c in "①②③④⑤⑥⑦⑧⑨　" else c for c in text)


def _narrow(char: str) -> str:
    normal = unicodedata.normalize("NFKC", char)
    return normal if len(normal) == 1 else char


def find_numbers(text: str) -> Iterator[Span]:
    """Spans in a text that went through `flat`."""
    if not DIGIT.search(text):
        return
    for match in ID_CARD.finditer(text):
        if is_id_card(re.sub(GAP, "", match[0])):
            yield Span(*match.span(), "id_card")
    for pattern in (OLD_ID_CARD, PASSPORT):
        yield from (Span(*m.span(1), "id_card") for m in pattern.finditer(text))
    for match in BANK_CARD.finditer(text):
        if passes_luhn(re.sub(r"\D", "", match[0])):
            yield Span(*match.span(), "bank_card")
    yield from (Span(*m.span(1), "bank_card") for m in CARD_WORD.finditer(text))
    yield from (Span(*m.span(), "phone") for m in MOBILE.finditer(text) if _is_mobile(m[1]))
    yield from (Span(*m.span(), "phone") for pattern in (LANDLINE, SPOKEN_MOBILE) for m in pattern.finditer(text))
    yield from (Span(*m.span(1), "phone") for m in PHONE_WORD.finditer(text))
    yield from (Span(*m.span(), "email") for m in EMAIL.finditer(text))
    yield from (Span(*m.span(), "plate") for m in PLATE.finditer(text) if any(c.isdigit() for c in m[0]))
    yield from (Span(*m.span(1), "account") for pattern in (ACCOUNT, QQ) for m in pattern.finditer(text))


def is_id_card(number: str) -> bool:
    """Check digit of an 18-digit ID-card number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == number[17].upper()


def passes_luhn(number: str) -> bool:
    """Check digit of a bank card (ISO/IEC 7812); 15 to 19 digits."""
    if not 15 <= len(number) <= 19 or len(set(number)) < 2:
        return False
    doubled = (int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_mobile(number: str) -> bool:
    return len(re.sub(r"\D", "", number)) == 11
