import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stanza.models.common.crf import viterbi_decode

from kgbuild.model import Span, Zone, ZoneKind
from kgbuild.nlp.naming import best_paths
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

NEWS = (
    "وزير الخارجية الروسي سيرغي لافروف يصل إلى القاهرة\n"
    "وقال المتحدث باسم الكرملين دميتري بيسكوف إن بلاده «مستعدة للحوار» مع واشنطن، وأضاف: لماذا لا؟!\n"
    "_ ... 2021 %"
)
LONG = f"قال بيسكوف {'http://example.com/' + 'x7' * 140} في موسكو\n{'ق٪' * 140} لافروف"


def body(text: str) -> list[Zone]:
    return [Zone(Span(0, len(text)), ZoneKind.BODY, "test")]


@pytest.mark.parametrize("text", [NEWS, LONG], ids=["news", "words longer than the encoder reads"])
def test_analyses_are_those_that_stanza_gives(
    analyzer: StanzaAnalyzer, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    ours = analyzer.analyze(text, body(text))
    monkeypatch.setattr(analyzer, "_steps", None)
    monkeypatch.setattr(analyzer, "_read_letters", None)
    assert analyzer.analyze(text, body(text)) == ours
    assert ours.mentions


def test_bundled_models_are_run_on_drafts(analyzer: StanzaAnalyzer) -> None:
    assert analyzer._steps is not None
    assert analyzer._read_letters is not None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 2**32))
def test_paths_are_those_of_stanza(lengths: list[int], tags: int, seed: int) -> None:
    lengths.sort(reverse=True)
    random = np.random.default_rng(seed)
    scores = random.normal(size=(len(lengths), lengths[0], tags)).astype(np.float32)
    steps = random.normal(size=(tags, tags)).astype(np.float32)
    expected = [viterbi_decode(row[:length], steps)[0] for row, length in zip(scores, lengths, strict=True)]
    assert best_paths(scores, lengths, steps) == [[int(tag) for tag in path] for path in expected]
