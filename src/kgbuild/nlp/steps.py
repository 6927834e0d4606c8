"""Which of Stanza's models are run on drafts, and how."""

from collections.abc import Callable, Sequence
from typing import Any

import stanza
from stanza.models.common.doc import Document
from stanza.models.mwt.data import DataLoader

from kgbuild.nlp import decoding, naming, parsing, tagging
from kgbuild.nlp.drafts import SEVERAL, Draft

Step = Callable[[Sequence[Draft]], None]


def steps(pipeline: stanza.Pipeline) -> Step | None:
    """Tags, lemmas, trees and names for drafts; None where one of the models must be run by Stanza."""
    processors = pipeline.processors
    tagger, parser, namer = processors["pos"], processors["depparse"], processors["ner"]
    lemmatizer = _Lemmatizer(processors["lemma"]) if _looks_up(processors["lemma"]) else None
    if not (tagging.fits(tagger) and parsing.fits(parser) and naming.fits(namer) and lemmatizer):
        return None
    one_after_the_other = (
        tagging.DraftTagger(tagger),
        lemmatizer,
        parsing.DraftParser(parser),
        _Namer(namer),
    )

    def run(drafts: Sequence[Draft]) -> None:
        for step in one_after_the_other:
            step(drafts)

    return run


def expander(processor: Any) -> Callable[[Sequence[str]], list[str]]:
    """What finds the words of tokens, between spaces.

    Stanza's own way, for models of another kind, decodes with a beam: its trainer passes the beam size where
    the model expects parts of speech.
    """
    trainer, config = processor.trainer, processor.config
    if config.get("dict_only"):
        return lambda tokens: list(trainer.predict_dict(tokens))
    if decoding.fits(trainer.model):
        writer = decoding.Writer(trainer.model, processor.vocab, unknown=False)

        def write(tokens: Sequence[str]) -> list[str]:
            return decoding.expansions(writer, tokens)
    else:

        def write(tokens: Sequence[str]) -> list[str]:
            return _stanzas_expansions(processor, tokens)

    if not config.get("ensemble_dict"):
        return write

    def expand(tokens: Sequence[str]) -> list[str]:
        known = {token: trainer.dict_expansion(token) for token in tokens}
        asked = [token for token in tokens if known[token] is None]
        if asked:
            known.update(zip(asked, write(asked), strict=True))
        return [known[token] for token in tokens]

    return expand


def _stanzas_expansions(processor: Any, tokens: Sequence[str]) -> list[str]:
    rows = [[{"id": (1,), "text": token, "misc": SEVERAL}] for token in tokens]
    config = processor.config
    loader = DataLoader(
        Document(rows),
        config["batch_size"],
        config,
        vocab=processor.vocab,
        evaluation=True,
        expand_unk_vocab=True,
    )
    predicted: list[str] = []
    for batch in loader.to_loader():
        predicted += processor.trainer.predict(batch, never_decode_unk=True, vocab=loader.vocab)
    return predicted


def _looks_up(processor: Any) -> bool:
    """Whether a lemmatizer has a table and a model of the kind that :mod:`kgbuild.nlp.decoding` runs."""
    trainer, config = processor.trainer, processor.config
    return (
        not config.get("dict_only")
        and bool(config.get("ensemble_dict"))
        and not trainer.caseless
        and not trainer.has_contextual_lemmatizers()
        and config["beam_size"] == 1
        and decoding.fits(trainer.model)
    )


class _Lemmatizer:
    """Finds lemmas, which depend on a word's letters and part of speech alone: made once, and kept."""

    def __init__(self, processor: Any) -> None:
        self._trainer = processor.trainer
        self._tags = processor.vocab["pos"]
        self._writer = decoding.Writer(self._trainer.model, processor.vocab["char"], unknown=True)

    def __call__(self, drafts: Sequence[Draft]) -> None:
        pairs = [(word.text, word.upos) for draft in drafts for word in draft.words]
        known = self._trainer.skip_seq2seq(pairs)
        lacking = sorted({pair for pair, skip in zip(pairs, known, strict=True) if not skip})
        if lacking:
            words = [word for word, _ in lacking]
            made = decoding.lemmas(self._writer, words, [self._tags.unit2id(tag) for _, tag in lacking])
            rows = [(word, tag, lemma) for (word, tag), lemma in zip(lacking, made, strict=True)]
            self._trainer.train_dict(rows, update_word_dict=False)
        found = iter(self._trainer.ensemble(pairs, [""] * len(pairs)))
        for draft in drafts:
            for word, lemma in zip(draft.words, found, strict=False):
                word.lemma = "" if lemma == "_" and word.text != "_" else lemma


class _Namer:
    """Finds names; where the encoder cannot read a sentence at once, the article is left to Stanza."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor
        self._namer = naming.DraftNamer(processor)

    def __call__(self, drafts: Sequence[Draft]) -> None:
        if self._namer.fits(drafts):
            self._namer(drafts)
            return
        rows = [[{"id": (i,), "text": t.text} for i, t in enumerate(d.tokens, 1)] for d in drafts]
        document = self._processor.process(Document(rows))
        for draft, sentence in zip(drafts, document.sentences, strict=True):
            for token, parsed in zip(draft.tokens, sentence.tokens, strict=True):
                token.label = parsed.ner or "O"
