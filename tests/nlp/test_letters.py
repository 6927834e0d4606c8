import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stanza.models.common.doc import Document

from kgbuild.nlp import letters
from kgbuild.nlp.drafts import DraftToken, drafts_of
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

SENTENCE = "وقال وزير الخارجية سيرغي لافروف (71 عاما) إن بلاده «مستعدة للحوار»، وأضاف أن ذلك لن يتغير. "
TEXTS = [
    "قال",
    "؟",
    SENTENCE,
    f"{SENTENCE}\n\nعنوان قصير\n\n{SENTENCE * 3}",
    "مسافتان  بين   الكلمات .\n \n\n1 000 000 ريال",
    "راسلنا على a.b@example.com أو http://www.example.com/?q=1 الآن",
    f"حرف {'ا' * 400} طويل",
    (SENTENCE * 12).strip(),
    f"{SENTENCE * 14}\n\n{SENTENCE * 11}\n\nعنوان قصير",
    "كلمة " * 300,
]


def both(analyzer: StanzaAnalyzer, text: str) -> tuple[list[list[DraftToken]], list[list[DraftToken]]]:
    """Sentences as our reader and as Stanza finds them."""
    processor = analyzer._pipeline.processors["tokenize"]
    with torch.inference_mode():
        ours = letters.LetterReader(processor)(text)
        theirs = drafts_of(processor.process(Document([], text=text)))
    return [one.tokens for one in ours], [one.tokens for one in theirs]


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_stanza(analyzer: StanzaAnalyzer, text: str) -> None:
    ours, theirs = both(analyzer, text)
    assert ours == theirs
    assert ours


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from('ابوقل ،.\n"1a@'), max_size=120))
def test_tokens_of_odd_texts_are_those_of_stanza(analyzer: StanzaAnalyzer, text: str) -> None:
    if text.strip():
        ours, theirs = both(analyzer, text)
        assert ours == theirs


def test_a_text_without_letters_has_no_sentences(analyzer: StanzaAnalyzer) -> None:
    assert letters.LetterReader(analyzer._pipeline.processors["tokenize"])(" \n\n \n") == []


def test_a_tokenizer_with_other_features_is_left_to_stanza(analyzer: StanzaAnalyzer) -> None:
    processor = analyzer._pipeline.processors["tokenize"]
    assert letters.fits(processor)
    features = processor.trainer.args["feat_funcs"]
    processor.trainer.args["feat_funcs"] = features[:-1]
    try:
        assert not letters.fits(processor)
    finally:
        processor.trainer.args["feat_funcs"] = features
