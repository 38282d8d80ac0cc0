"""Numbers that identify a person: with check digits where the standard has them (GB 11643, ISO/IEC 7812)."""

from __future__ import annotations

import re
import unicodedata

from ingest.privacy.spans import Rule

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
KEPT_WIDE = "，：（）！？；～"  # marks of Chinese texts, which the rules know as they are
WIDE = re.compile(f"(?![{KEPT_WIDE}])[\uff01-\uffef]|[①-⑨]|\u3000")
GAP = r"[-\s.·•—–_]?"

ID_CARD = re.compile(
    rf"(?<![\dA-Za-z])[1-9]\d{{5}}{GAP}(?:18|19|20)\d\d{GAP}(?:0[1-9]|1[0-2]){GAP}(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}{GAP}[\dXx](?![\dA-Za-z])"
)
OLD_ID_CARD = re.compile(
    r"(?<![\dA-Za-z])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{6}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![\dA-Za-z])"
)
STATED_ID_CARD = re.compile(
    r"(?:身份证|证件|证号)(?:号码?|编号)?[:：是为\s]*(\d{17}[\dXx]|\d{15}|\d{14,16}[Xx])(?![\dA-Za-z])"
)
PASSPORT = re.compile(r"(?:护照|通行证|台胞证|证件)(?:号码?|编号)?[:：是为\s]*([A-Z]{1,2}\d{7,9})(?!\d)")
BANK_CARD = re.compile(r"(?<![\dA-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?![\dA-Za-z])")
CARD_WORD = re.compile(
    r"(?:卡号|银行卡|[\u4e00-\u9fff]行卡|储蓄卡|信用卡|借记卡|工资卡|卡上|账号|帐号|账户|帐户)(?:号码?)?[:：是为\s]*(\d{12,19})(?!\d)"
)
EXTENSION = r"(?:[ ]?(?:-|—|转|分机|转分机|ext\.?)[:： ]?\d{1,6}(?!\d))?"
MOBILE = re.compile(
    rf"(?=[+\d])(?<![\dA-Za-z])(?:(?:\+|00)?86{GAP}|0)?(1(?:[3-9]\d[)）]?(?:{GAP}\d){{8}}|[ ][3-9](?:[ ]\d){{9}}(?![ ]\d)))(?!\d)"
)
LANDLINE = re.compile(
    rf"(?=[+(（\d])(?<![\dA-Za-z.])(?:(?:\+86[- ]?)?[(（]?0(?:10|2\d|[3-9]\d{{2}})[)）]?[-—\s]{{0,2}}[2-9]\d{{2,3}}[- ]?\d{{4}}|[48]00[-\s]?\d{{3,4}}[-\s]?\d{{3,4}}){EXTENSION}(?!\d)"
)
PHONE_WORD = re.compile(
    rf"(?:电话|手机|热线|座机|固话|联系方式|联系我|致电|来电号码|手机号|号码|拨打)(?:号码?)?[:：是为\s]*([2-9]\d{{2,3}}[- ]?\d{{4}}{EXTENSION}|1\d{{10}})(?![\d年月日元])"
)
SPOKEN_DIGIT = "〇零一二三四五六七八九幺"
PAUSE = r"[-\s、,，]?"
SPOKEN_MOBILE = re.compile(
    rf"(?<![{SPOKEN_DIGIT}0-9])(?:[一幺]{PAUSE}[{SPOKEN_DIGIT}0-9]|(?=1[-\s、0-9]{{0,20}}[{SPOKEN_DIGIT}])1[-\s、]?[3-9三四五六七八九])(?:{PAUSE}[{SPOKEN_DIGIT}0-9]){{9}}(?![{SPOKEN_DIGIT}0-9])"
)
SOME_SPOKEN = rf"[一幺]{PAUSE}[{SPOKEN_DIGIT}0-9]|1[-\s、0-9]*[{SPOKEN_DIGIT}]"
SPOKEN_LANDLINE = re.compile(rf"(?<![{SPOKEN_DIGIT}])[零〇](?:[-\s]?[{SPOKEN_DIGIT}]){{10,11}}(?![{SPOKEN_DIGIT}])")
EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s?(?:@|[(（]at[)）]|\[at\]|艾特|\s(?:at|AT)\s)\s?[A-Za-z0-9-]{1,63}"
    r"(?:\s?(?:\.|点)\s?[A-Za-z0-9-]{1,63}){0,5}\s?(?:\.|点)\s?[A-Za-z]{2,24}(?![A-Za-z0-9._%+-]*@)"
)
PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_GAP = r"[-·•.・\s]{0,2}"
PLATE = re.compile(
    rf"(?=[W使领\d{PROVINCE}])(?:(?:WJ{PLATE_GAP})?[{PROVINCE}]{PLATE_GAP}[A-Z]{PLATE_GAP}(?:[A-HJ-NP-Z0-9]{PLATE_GAP}(?:[A-HJ-NP-Z0-9] ?){{3}}[挂学警港澳领试超使]|(?:[A-HJ-NP-Z0-9]{PLATE_GAP}){{4,5}}[A-HJ-NP-Z0-9])(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9])WJ{PLATE_GAP}[{PROVINCE}]?{PLATE_GAP}\d{{4,5}}[A-Z0-9]?(?![A-Za-z0-9])"
    rf"|[使领]{PLATE_GAP}\d{{3}}{PLATE_GAP}\d{{3}}(?!\d)|(?<!\d)\d{{3}}{PLATE_GAP}\d{{3}}[使领](?![\u4e00-\u9fff]))"
)
ACCOUNT_WORD = r"(?=[微薇威vVＶ抖快小钉支闲加wW])(?:(?:微信|薇信|威信|[vVＶ]信|抖音|快手|小红书|钉钉|微博|支付宝|闲鱼)(?:账号|帐号|号码|号)?|加(?:个|我|一下|我的)?(?:微信?|[vV][xX]?)|[wW]e[cC]hat|[wW]ei[xX]in|(?<![A-Za-z])[vV][xX]|(?<![A-Za-z])[wW][xX])"
ACCOUNT = re.compile(
    rf"{ACCOUNT_WORD}(?:账号|号|id|ID|是|为|叫|同号|联系|(?:转账|转|付款|付|打款|汇款)?给|添加|搜索?|[:：\s(（])*([A-Za-z][-_A-Za-z0-9]{{4,19}}|\d{{5,11}})(?![A-Za-z0-9]|\s*[元块万])"
)
BARE_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])wxid_[A-Za-z0-9]{6,20}")
QQ = re.compile(r"(?<![A-Za-z])[qQ]{2}(?:群|邮箱)?(?:号码?)?[:：是为\s]*([1-9]\d{4,11})(?!\d)")


def flat(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, character for character, so that places stay the same."""
    return text if text.isascii() else WIDE.sub(_narrow, text)


def _narrow(match: re.Match[str]) -> str:
    normal = unicodedata.normalize("NFKC", match[0])
    return normal if len(normal) == 1 else match[0]


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


RULES = (  # for the column engine: the most frequent first, alike beside alike
    Rule(MOBILE, "phone"),
    Rule(PHONE_WORD, "phone", 1),
    Rule(LANDLINE, "phone"),
    Rule(SPOKEN_MOBILE, "phone", needs=SOME_SPOKEN),
    Rule(SPOKEN_LANDLINE, "phone"),
    Rule(ID_CARD, "id_card", accepts=lambda m: is_id_card(re.sub(GAP, "", m[0]))),
    Rule(OLD_ID_CARD, "id_card"),
    Rule(STATED_ID_CARD, "id_card", 1),
    Rule(BANK_CARD, "bank_card", accepts=lambda m: passes_luhn(re.sub(r"\D", "", m[0]))),
    Rule(CARD_WORD, "bank_card", 1),
    Rule(PASSPORT, "id_card", 1),
    Rule(EMAIL, "email"),
    Rule(PLATE, "plate", accepts=lambda m: any(c.isdigit() for c in m[0])),
    Rule(ACCOUNT, "account", 1),
    Rule(BARE_ACCOUNT, "account"),
    Rule(QQ, "account", 1),
)
