"""How Chinese characters sound, for names that people write with another character of the same sound: 南唐苑 for 南塘苑."""

from __future__ import annotations


class _Syllables(dict[int, str]):
    """Character -> one character that stands for its commonest syllable, without the tone; what is not Chinese stays."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}

    def __missing__(self, char: int) -> str:
        if not 0x4E00 <= char < 0xA000:
            self[char] = chr(char)
        else:
            from pypinyin import lazy_pinyin

            syllable = lazy_pinyin(chr(char))[0]
            self[char] = self._codes.setdefault(syllable, chr(0xF0000 + len(self._codes)))
        return self[char]


_SYLLABLES = _Syllables()


def sound_of(text: str) -> str:
    """A text of the same length that is equal for equal sounds; its characters mean nothing else."""
    return text.translate(_SYLLABLES)
