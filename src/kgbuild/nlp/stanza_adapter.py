"""Articles in, :class:`kgbuild.model.Analysis` out: where Stanza's models are run."""

import contextlib
import functools
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from pickle import UnpicklingError

import stanza
import torch
from stanza.models.common import utils as stanza_utils
from stanza.models.common.crf import CRFLoss
from stanza.models.common.doc import LEMMA, TEXT, UPOS, Document
from stanza.models.common.foundation_cache import BertRecord, FoundationCache
from stanza.models.depparse import model as depparse_model
from stanza.pipeline.core import PipelineRequirementsException

from kgbuild.errors import ModelError
from kgbuild.model import Analysis, Mention, Zone, ZoneKind
from kgbuild.nlp import encoder, letters
from kgbuild.nlp.arcs import ArcScorer, fits
from kgbuild.nlp.chunks import BREAK, origins_of, pieces
from kgbuild.nlp.documents import sentence_of
from kgbuild.nlp.drafts import Draft, bounded, document_of, drafts_of, take_over, with_whole_letters
from kgbuild.nlp.encoding import IntegerEncoder
from kgbuild.nlp.hub import PROCESSORS, quiet
from kgbuild.nlp.letters import LetterReader
from kgbuild.nlp.mentions import mentions
from kgbuild.nlp.models import ModelFolder
from kgbuild.nlp.reading import read
from kgbuild.nlp.recurrence import PaddedLSTM, replaceable
from kgbuild.nlp.segmentation import Segmenter
from kgbuild.nlp.steps import expander, steps
from kgbuild.nlp.trees import best_tree

_RUN = 2
"""Raised whenever the same models come to give other analyses, so that recorded ones are made again."""
_EXPANSIONS_KEPT = 200_000
_KERNELS_KEPT = "128"
"""Kernels that oneDNN keeps: it makes one a length of sentence, and would keep 1,024 of 0.1 MB each."""
ENCODER = "encoder"
"""The encoder's folder, the name that taggers know it by, and the package of taggers that use it."""
_UNLOADABLE = (OSError, ValueError, KeyError, RuntimeError, UnpicklingError, PipelineRequirementsException)

logging.getLogger("stanza").setLevel(logging.CRITICAL)
depparse_model.chuliu_edmonds_one_root = best_tree  # the same trees, many times as fast


class StanzaAnalyzer:
    """An :class:`kgbuild.nlp.analyzer.Analyzer` that runs Stanza's Arabic models on the CPU.

    It sets torch to ``threads`` threads, for the whole process: sums are split otherwise on another
    number, so only one number gives the same output everywhere. Each article is a batch of its own,
    which keeps its analysis independent of the articles around it.
    """

    def __init__(self, folder: ModelFolder, *, threads: int = 1) -> None:
        """Load the models of a checked folder.

        Raises:
            ModelError: if Stanza cannot load them.

        """
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _KERNELS_KEPT)
        torch.set_num_threads(threads)
        self._folder = folder
        self._expansions: dict[str, str] = {}
        self._segmenter = Segmenter.load(folder.path / "ar")
        try:
            with quiet(), _without_optimizers():
                self._pipeline = stanza.Pipeline(
                    "ar",
                    dir=str(folder.path),
                    processors=",".join(PROCESSORS),
                    download_method=None,
                    use_gpu=False,
                    logging_level="CRITICAL",
                    lemma_store_results=True,
                    **_with_encoder(folder.path / "ar" / ENCODER),
                )
        except _UNLOADABLE as error:
            raise ModelError(
                f"Stanza cannot load the models in {folder.path}: {error}. They must be Arabic models "
                f"for Stanza {stanza.__version__} with {', '.join(PROCESSORS)}."
            ) from error
        self._read_letters = self._letter_reader()
        self._score_sentence_by_sentence()
        self._expand = expander(self._pipeline.processors["mwt"])
        self._find_our_names_only()
        self._steps = steps(self._pipeline)

    @property
    def fingerprint(self) -> str:
        """The model files' digest, the versions of Stanza and torch, and how the models are run."""
        return f"{self._folder.fingerprint}-stanza{stanza.__version__}-torch{torch.__version__}-run{_RUN}"

    def analyze(self, text: str, zones: Sequence[Zone]) -> Analysis:
        """Analyze one article, line by line; boilerplate is left out.

        Args:
            text: the article's text as given.
            zones: its lines, in order.

        """
        reading = read(text)
        parts = [
            part
            for zone in zones
            if zone.kind is not ZoneKind.BOILERPLATE
            for part in pieces(reading, zone.span)
        ]
        if not parts:
            return Analysis((), ())
        joined = BREAK.join(reading.text[start:end] for start, end in parts)
        origins = origins_of(parts)
        with quiet(), torch.inference_mode():
            drafts = self._run(joined, [reading.offsets[o] if o >= 0 else o for o in origins])
        sentences = []
        found: list[Mention] = []
        for draft in drafts:
            sentence = sentence_of(draft, text, reading, origins)
            sentences.append(sentence)
            found.extend(mentions(text, sentence.tokens, [token.label for token in draft.tokens]))
        return Analysis(tuple(sentences), tuple(found))

    def analyze_many(self, items: Iterable[tuple[str, Sequence[Zone]]]) -> Iterator[Analysis]:
        """Analyze articles one after the other, in their order."""
        for text, zones in items:
            yield self.analyze(text, zones)

    def _run(self, text: str, sources: Sequence[int]) -> list[Draft]:
        drafts = self._drafts(text, sources)
        if self._steps is None:
            document = document_of(drafts, text)
            for name in PROCESSORS[2:]:
                process = self._lemmatize if name == "lemma" else self._pipeline.processors[name].process
                document = process(document)
            take_over(drafts, document)
        else:
            self._steps(drafts)
        return drafts

    def _lemmatize(self, document: Document) -> Document:
        """Look lemmas up, after the lemmatizer has been asked once for each word and tag that it lacks.

        A lemma depends on the letters and the tag of its word alone, and Stanza keeps those it made. It would
        prepare all words twice, and make a lemma as often as its word occurs in an article.
        """
        processor = self._pipeline.processors["lemma"]
        trainer, config = processor.trainer, processor.config
        if config.get("dict_only") or not config.get("ensemble_dict") or trainer.has_contextual_lemmatizers():
            return processor.process(document)
        pairs = document.get([TEXT, UPOS])
        known = trainer.skip_seq2seq(pairs)
        lacking = sorted({(w, tag or "") for (w, tag), skip in zip(pairs, known, strict=True) if not skip})
        if lacking:
            rows = [[{"id": (1,), "text": word, "upos": tag or None}] for word, tag in lacking]
            processor.process(Document(rows))
        document.set([LEMMA], [lemma or "_" for lemma in trainer.ensemble(pairs, [""] * len(pairs))])
        return document

    def _segmented(self, text: str, sources: Sequence[int]) -> Document:
        """Sentences, tokens and words of ``text``, whose characters come from the offsets ``sources``."""
        return document_of(self._drafts(text, sources), text)

    def _drafts(self, text: str, sources: Sequence[int]) -> list[Draft]:
        if self._read_letters is not None:
            drafts = self._read_letters(text)
        else:
            tokenizer = self._pipeline.processors["tokenize"]
            drafts = drafts_of(tokenizer.process(Document([], text=text)))
        if len(set(sources)) < len(sources):
            drafts = with_whole_letters(drafts, text, sources)
        drafts = bounded(drafts)
        self._split(drafts)
        return drafts

    def _letter_reader(self) -> LetterReader | None:
        """Give the tokenizer's LSTMs, which take a step a letter, a kernel for all steps at once."""
        processor = self._pipeline.processors["tokenize"]
        model = processor.trainer.model
        for name in ("rnn", "rnn2"):
            lstm = getattr(model, name, None)
            if replaceable(lstm):
                setattr(model, name, PaddedLSTM(lstm))
        return LetterReader(processor) if letters.fits(processor) else None

    def _score_sentence_by_sentence(self) -> None:
        """Leave out what the parser computes for words that a sentence does not have."""
        parser = self._pipeline.processors["depparse"].trainer.model
        if fits(parser):
            parser.predict = ArcScorer(parser)

    def _find_our_names_only(self) -> None:
        """Leave out what the name finder computes besides our labels: a loss, and other columns."""
        trainer = self._pipeline.processors["ner"].trainer
        column = trainer.args["predict_tagset"]
        if column == 0:
            trainer.model.tag_clfs = trainer.model.tag_clfs[:1]
            trainer.model.crits = trainer.model.crits[:1]
        for criterion in trainer.model.crits:
            criterion.forward = functools.partial(_no_loss, criterion)

    def _split(self, drafts: Sequence[Draft]) -> None:
        """Split multi-word tokens. An expansion depends on the letters of its token alone, so it is kept."""
        sentences = [[token.text for token in draft.tokens] for draft in drafts]
        guesses = [[token.several for token in draft.tokens] for draft in drafts]
        asked = {
            token
            for row, flags in zip(sentences, guesses, strict=True)
            for token, guess in zip(row, flags, strict=True)
            if self._segmenter.asks(token, guess)
        }
        unknown = sorted(asked - self._expansions.keys())
        if unknown:
            if len(self._expansions) + len(unknown) > _EXPANSIONS_KEPT:
                self._expansions.clear()
                unknown = sorted(asked)
            self._expansions.update(zip(unknown, self._expand(unknown), strict=True))
        for draft, row, flags in zip(drafts, sentences, guesses, strict=True):
            draft.split(list(self._segmenter.split(row, flags, self._expansions)))


def _no_loss(criterion: CRFLoss, *_: torch.Tensor) -> tuple[float, torch.Tensor]:
    return 0.0, criterion._transitions


def _with_encoder(folder: Path) -> dict[str, object]:
    """What makes Stanza's pipeline find names with the text encoder of a folder; nothing if there is none."""
    if not folder.is_dir():
        return {}
    model, pieces = encoder.load(folder)
    cache = FoundationCache()
    cache.bert[ENCODER] = BertRecord(IntegerEncoder(model), pieces, {})
    return {"package": {"ner": ENCODER}, "foundation_cache": cache}


@contextlib.contextmanager
def _without_optimizers() -> Iterator[None]:
    """Let Stanza load models without the optimizers that only training needs: half of the loading time."""
    names = ("get_optimizer", "get_split_optimizer")
    originals = {name: getattr(stanza_utils, name) for name in names}
    try:
        for name in names:
            setattr(stanza_utils, name, lambda *_, **__: {})
        yield
    finally:
        for name, original in originals.items():
            setattr(stanza_utils, name, original)
