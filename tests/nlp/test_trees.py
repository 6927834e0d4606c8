import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stanza.models.common.chuliu_edmonds import chuliu_edmonds_one_root

from kgbuild.nlp.trees import best_tree


def is_tree(heads: np.ndarray) -> bool:
    for word in range(1, len(heads)):
        seen = set()
        while word != 0:
            if word in seen:
                return False
            seen.add(word)
            word = int(heads[word])
    return int((heads[1:] == 0).sum()) == 1


def total(scores: np.ndarray, heads: np.ndarray) -> float:
    return float(sum(scores[d, heads[d]] for d in range(1, len(heads))))


@settings(max_examples=150, deadline=None)
@given(size=st.integers(2, 5), seed=st.integers(0, 10_000))
def test_no_tree_scores_higher(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size))
    heads = best_tree(scores)
    assert is_tree(heads)
    trees = (np.array([0, *t]) for t in itertools.product(range(size), repeat=size - 1))
    assert total(scores, heads) == pytest.approx(max(total(scores, t) for t in trees if is_tree(t)))


@settings(max_examples=60, deadline=None)
@given(size=st.integers(6, 40), seed=st.integers(0, 10_000))
def test_the_tree_is_the_one_that_stanza_finds(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(scale=3, size=(size, size)).astype(np.float32)
    np.fill_diagonal(scores, -np.inf)
    assert best_tree(scores).tolist() == chuliu_edmonds_one_root(scores).tolist()


def test_a_lone_word_hangs_on_the_root() -> None:
    assert best_tree(np.zeros((2, 2), dtype=np.float32)).tolist() == [0, 0]


def test_scores_are_left_as_they_were() -> None:
    scores = np.random.default_rng(1).normal(size=(8, 8))
    before = scores.copy()
    best_tree(scores)
    assert np.array_equal(scores, before)
