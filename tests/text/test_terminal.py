"""Nothing that an article says gives the terminal orders."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.text.terminal import escaped, visible

ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jx", "⟨U+001B⟩[2Jx"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\rb", "a⟨U+000D⟩b"),
        ("a\ud800", "a⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("two\nlines", "two\nlines"),
        ("لافروف – «نعم»", "لافروف – «نعم»"),
    ],
)
def test_what_is_not_seen_is_shown(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@given(st.text(st.characters()))
def test_no_text_keeps_an_order(text: str) -> None:
    assert not ORDERS.search(visible(text))
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters()))
def test_json_means_the_same_without_orders(text: str) -> None:
    line = escaped(json.dumps(text, ensure_ascii=False))
    assert not ORDERS.search(line)
    assert json.loads(line) == text
