"""The learned heads: reading weights, choosing, and what they may never change."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import DataFileError
from kgbuild.extraction.heads import Candidate, Heads
from kgbuild.extraction.lexicon import Lexicon

HEADER = "head\tfeature\tweight\n"


def table(folder: Path, rows: str) -> Heads:
    path = folder / "weights.tsv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return Heads(path)


def test_a_probability_is_the_logistic_function_of_the_weights_that_apply(tmp_path: Path) -> None:
    heads = table(tmp_path, "role\tnear\t1.5\nrole\tfar\t-2\nother\tnear\t9\n")
    assert heads.probability("role", {"near": 1.0, "unknown": 1.0}) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert heads.probability("role", {"near": 2.0, "far": 1.5}) == 0.5
    assert heads.probability("nobody", {"near": 1.0}) == 0.5


def test_the_most_probable_comes_first_and_ties_keep_their_order(tmp_path: Path) -> None:
    heads = table(tmp_path, "role\tnear\t1\n")
    given_order = [Candidate("a", {}), Candidate("b", {"near": 1.0}), Candidate("c", {})]
    assert [one.value for _, one in heads.ranked("role", given_order)] == ["b", "a", "c"]
    assert [one.value for _, one in heads.shares("role", given_order)] == ["b", "a", "c"]


def test_reasons_name_what_spoke_for_a_candidate_heaviest_first(tmp_path: Path) -> None:
    heads = table(tmp_path, "role\tbias\t9\nrole\ta\t0.5\nrole\tb\t2\nrole\tc\t-3\n")
    assert heads.reasons("role", {"bias": 1.0, "a": 1.0, "b": 1.0, "c": 1.0}) == "b +2.0, a +0.5"


def test_a_threshold_is_a_row(tmp_path: Path) -> None:
    heads = table(tmp_path, "role\tthreshold\t0.3\n")
    assert heads.threshold("role") == 0.3
    assert heads.threshold("nobody") == 0.5


@pytest.mark.parametrize(
    "rows", ["role\tnear\tmuch\n", "role\tnear\tnan\n", "role\tnear\t1\nrole\tnear\t2\n", "role\t\t1\n"]
)
def test_a_malformed_row_is_named_with_its_line(tmp_path: Path, rows: str) -> None:
    with pytest.raises(DataFileError, match=r"weights\.tsv, line \d"):
        table(tmp_path, rows)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(-50, 50)), max_size=6))
def test_shares_are_probabilities_of_one_right_candidate(features: list[dict[str, float]]) -> None:
    heads = Heads.of([("role", "a", 3.0), ("role", "b", -20.0), ("role", "c", 0.1)])
    shares = heads.shares("role", [Candidate(n, one) for n, one in enumerate(features)])
    assert len(shares) == len(features)
    assert not shares or sum(share for share, _ in shares) == pytest.approx(1)
    assert [share for share, _ in shares] == sorted((share for share, _ in shares), reverse=True)


def test_the_bundled_weights_are_small_and_of_the_known_heads() -> None:
    path = Lexicon().folder / "weights.tsv"
    assert path.stat().st_size < 1_000_000
    heads = Heads(path)
    for name in ("addressee", "reported_by", "topic"):
        assert 0 < heads.threshold(name) < 1
