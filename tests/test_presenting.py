"""What a person is shown takes no orders from what an article says or a file is called."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from kgbuild.cli import main
from kgbuild.explain import Explanation, Marked
from kgbuild.graph.rows import jsonl
from kgbuild.model import Span
from kgbuild.presenting import show_explanation
from kgbuild.querying.rendering import render
from kgbuild.querying.run import Answer

HOSTILE = "لافروف\x1b]0;owned\x07\x1b[2J\x9b31m\u202eتاس\u2066\r\x7f"
ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_an_explanation_takes_no_orders(capsys: pytest.CaptureFixture[str]) -> None:
    plain = Explanation("act:1", "a", None, (), Span(0, 1), "Propose", "rule", 1.0, (), ("TASS",))
    show_explanation(
        replace(
            plain,
            article=HOSTILE,
            line=(Marked(HOSTILE), Marked(HOSTILE, "agent")),
            rule=HOSTILE,
            facts=(("topic", HOSTILE),),
            chain=(HOSTILE, "TASS"),
        )
    )
    shown = capsys.readouterr().out
    assert shown.count("لافروف⟨U+001B⟩]0;owned⟨U+0007⟩⟨U+001B⟩[2J⟨U+009B⟩31m⟨U+202E⟩تاس") == 6
    assert not ORDERS.search(shown)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_an_answer_takes_no_orders(form: str) -> None:
    shown = render(Answer(("who",), ((HOSTILE,),), False), form, 200)
    assert "⟨U+001B⟩" in shown
    assert not ORDERS.search(shown)


def test_rows_take_no_orders() -> None:
    assert not ORDERS.search(jsonl([{"text": HOSTILE}]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["acts", "--store", "none\x1b[2J\u202e"],
        ["build", "none\x1b[2J\u202e"],
        ["explain", "\x1b[2J\u202e"],
        ["ask", "who\x1b[2J\u202e"],
        ["export", "\x1b[2J\u202e"],
    ],
)
def test_an_error_takes_no_orders(arguments: list[str]) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (2, 3)
    assert done.stderr
    assert not ORDERS.search(done.stderr)
