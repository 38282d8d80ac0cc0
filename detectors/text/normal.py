"""One spelling for matching: width, script, injected pinyin, entities, spam lines and masks out of the way.  Display keeps the original."""

from __future__ import annotations

import html
import re
import unicodedata

from detectors.text.hanzi import SIMPLIFIED, TRADITIONAL

_SCRIPT = str.maketrans(TRADITIONAL, SIMPLIFIED)
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_MASK = re.compile(r"〔[^〔〕]{1,8}〕|\[(?:redacted|removed|phone|name|email)\]|[*×✱]{2,}", re.IGNORECASE)
_SPAM = re.compile(
    r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+|(?:加|联系)?(?:微信|qq|vx)(?:号|群)?[::\s]*[a-z0-9_-]{5,}"
    r"|(?:发自|来自)我的(?:iphone|手机|华为|小米)[^\s，。]{0,12}|sent from my \w+|(?:点击|扫码|扫描)[^\n。]{0,12}(?:链接|二维码|关注|领取)[^\n。]{0,20}",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff])[.·•\s]+(?=[\u4e00-\u9fff])")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f]")


def normalise(text: str | None) -> str:
    """The matching form of one text: NFKC, simplified, without markup, pinyin in brackets, masks, links and footers; null is empty.

    A blank or dot between two Chinese characters is dropped: 滨江·御园 and 滨江 御园 are one name.
    """
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SCRIPT)
        text = _INVISIBLE.sub("", text)
    if "&" in text:
        text = unicodedata.normalize("NFKC", html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "(" in text:
        text = _PINYIN.sub("", text)
    return _GLUED.sub("", _SPAM.sub(" ", _MASK.sub(" ", text))).strip()
