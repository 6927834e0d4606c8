from collections.abc import Sequence

import pytest
import torch
from stanza.models.common.utils import simplify_punct

from kgbuild.nlp.spellings import Spellings, read_letters, simple
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer


class Counted:
    """Vectors that hold the length of a spelling."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, spellings: Sequence[str]) -> torch.Tensor:
        self.asked += spellings
        return torch.tensor([[float(len(spelling))] * 2 for spelling in spellings])


def test_each_spelling_is_computed_once() -> None:
    compute = Counted()
    table = Spellings(compute, 2)
    assert table(["بب", "ج", "بب"])[:, 0].tolist() == [2, 1, 2]
    assert table(["ج", "ددد"])[:, 1].tolist() == [1, 3]
    assert sorted(compute.asked) == ["بب", "ج", "ددد"]


def test_no_more_are_kept_than_allowed() -> None:
    compute = Counted()
    table = Spellings(compute, 2, kept=2)
    table(["أ", "بب"])
    assert table(["ججج", "أ"])[:, 0].tolist() == [3, 1]
    assert compute.asked.count("أ") == 2
    many = ["د" * length for length in range(1, 9)]
    assert table(many)[:, 0].tolist() == [*range(1, 9)]


@pytest.mark.parametrize("word", ["؟", "??", "?!؟", "!!", "!؟!", "؟ نعم", "قال", "...", "!", "5!"])
def test_marks_are_simple_as_in_stanza(word: str) -> None:
    assert simple(word) == simplify_punct([[[word]]])[0][0][0]


def test_letters_are_read_as_by_stanza(analyzer: StanzaAnalyzer) -> None:
    model = analyzer._pipeline.processors["pos"].trainer.model.charmodel
    words = [[5, 6, 7], [8], [9, 10, 11, 12], [5, 6, 7]]
    order = [2, 3, 0, 1]
    lengths = [len(words[i]) for i in order]
    padded = torch.zeros(4, 4, dtype=torch.int64)
    for row, place in enumerate(order):
        padded[row, : lengths[row]] = torch.tensor(words[place])
    with torch.inference_mode():
        theirs = model(padded, padded == 0, order, [4], lengths).data
        ours = read_letters(model, words)
    assert torch.allclose(ours, theirs, atol=1e-6)
