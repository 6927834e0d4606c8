import pytest
import torch
from stanza.models.common.doc import Document
from stanza.models.lemma.data import DataLoader

from kgbuild.nlp import decoding
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer
from kgbuild.nlp.steps import _stanzas_expansions, expander

TOKENS = ["وقالوا", "بالعربية", "سيكتبونها", "للمؤتمر", "وب", "وٱلسلام", "فسيكفيكهم", "وX5", "ل", "كت" * 30]
WORDS = [("المفاوضات", "NOUN"), ("يستنكرون", "VERB"), ("ژنيف", "X"), ("ٱلسلام", "NOUN"), ("هم", "PRON")]


def test_tokens_are_expanded_as_by_stanza(analyzer: StanzaAnalyzer) -> None:
    processor = analyzer._pipeline.processors["mwt"]
    model = processor.trainer.model
    writer = decoding.Writer(model, processor.vocab, unknown=False)
    beam = model.predict
    model.predict = lambda src, mask, *_, never_decode_unk, **__: model.predict_greedy(
        src, mask, never_decode_unk=never_decode_unk
    )
    try:
        with torch.inference_mode():
            assert decoding.expansions(writer, TOKENS) == _stanzas_expansions(processor, TOKENS)
    finally:
        model.predict = beam


def test_words_that_are_known_are_not_asked_for(analyzer: StanzaAnalyzer) -> None:
    processor = analyzer._pipeline.processors["mwt"]
    known = processor.trainer.expansion_dict
    known["وططط"] = "و ططط"
    try:
        assert expander(processor)(["وططط"]) == ["و ططط"]
    finally:
        del known["وططط"]


def test_lemmas_are_those_of_stanza(analyzer: StanzaAnalyzer) -> None:
    processor = analyzer._pipeline.processors["lemma"]
    vocab = processor.vocab
    writer = decoding.Writer(processor.trainer.model, vocab["char"], unknown=True)
    rows = Document([[{"id": (1,), "text": word, "upos": tag}] for word, tag in WORDS])
    loader = DataLoader(rows, 50, processor.config, vocab=vocab, evaluation=True, expand_unk_vocab=True)
    with torch.inference_mode():
        (batch,) = loader
        raw, _ = processor.trainer.predict(batch, 1, loader.vocab)
        theirs = processor.trainer.postprocess([word for word, _ in WORDS], raw)
        tags = [vocab["pos"].unit2id(tag) for _, tag in WORDS]
        ours = decoding.lemmas(writer, [word for word, _ in WORDS], tags)
    assert ours == theirs


@pytest.mark.parametrize("model", [None, torch.nn.Linear(1, 1)])
def test_other_models_are_left_alone(model: object) -> None:
    assert not decoding.fits(model)
