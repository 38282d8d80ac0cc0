"""The matching form of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.normal import normalise


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("數(shù)據", "数据"),
        ("Ａ３區電梯", "A3区电梯"),
        ("滨江·御园", "滨江御园"),
        ("滨江 御园", "滨江御园"),
        ("请&nbsp;看<br/>这里", "请看这里"),
        ("联系〔电话〕的人", "联系的人"),
        ("电梯坏了 发自我的iPhone", "电梯坏了"),
        ("see https://example.org now", "see   now"),
        ("电\u200b梯", "电梯"),
        ("(a) 条件", "(a) 条件"),
        ("", ""),
    ],
)
def test_normal_when_odd_then_one_spelling(text, form):
    assert normalise(text) == form


@given(st.text(max_size=60))
def test_normal_when_anything_then_no_error_and_no_null(text):
    assert isinstance(normalise(text), str)
    assert normalise(None) == ""
