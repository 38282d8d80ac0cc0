"""Callers who do not exist: names, telephone numbers, identity numbers and plates that nobody holds."""

from __future__ import annotations

import numpy as np
import polars as pl

SURNAMES = (*"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾", "欧阳", "司马", "诸葛")
GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国志红海燕玉梅春花晓东文博子涵雨轩欣怡")
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"


def full_names(person: np.ndarray) -> pl.Series:
    """A name per person number; the same number has the same name."""
    mixed = _mix(person, 7)
    surname = pl.Series(SURNAMES)[(mixed % len(SURNAMES)).astype(np.int64)]
    first = pl.Series(GIVEN)[(_mix(person, 11) % len(GIVEN)).astype(np.int64)]
    second = pl.Series((*GIVEN, *[""] * 12))[(_mix(person, 13) % (len(GIVEN) + 12)).astype(np.int64)]
    return surname + first + second


def surnames(person: np.ndarray) -> pl.Series:
    """The surname of `full_names` with 先生 or 女士."""
    surname = pl.Series(SURNAMES)[(_mix(person, 7) % len(SURNAMES)).astype(np.int64)]
    return surname + pl.Series(("先生", "女士"))[(_mix(person, 17) % 2).astype(np.int64)]


def phones(person: np.ndarray) -> pl.Series:
    """Eleven digits beginning with 154, a prefix that is not assigned; one number per person."""
    tail = (person.astype(np.int64) * 61_803_399 + 27_182_818) % 100_000_000
    return "154" + pl.Series(tail).cast(pl.String).str.zfill(8)


def identity_numbers(person: np.ndarray) -> list[str]:
    """Eighteen characters of the region code 990001, which does not exist, with a right check digit."""
    numbers = []
    for n in person.tolist():
        body = f"990001{1950 + n % 55}{1 + n % 12:02d}{1 + n % 28:02d}{n * 7919 % 1000:03d}"
        numbers.append(
            body + ID_CHECK[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True)) % 11]
        )
    return numbers


def plates(person: np.ndarray) -> list[str]:
    """Number plates of the series 皖U, which is not issued."""
    return [f"皖U{PLATE_LETTERS[n % 24]}{n * 4243 % 10_000:04d}" for n in person.tolist()]


def _mix(person: np.ndarray, salt: int) -> np.ndarray:
    """A fixed scramble of person numbers (splitmix64), so that neighbours differ."""
    with np.errstate(over="ignore"):
        x = person.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * np.uint64(salt)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
