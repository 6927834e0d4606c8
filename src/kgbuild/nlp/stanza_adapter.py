"""The only module that touches Stanza: articles in, :class:`kgbuild.model.Analysis` out."""

import contextlib
import logging
import socket
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from pickle import UnpicklingError

import stanza
import torch
from stanza.models.common import utils as stanza_utils
from stanza.models.common.doc import Document
from stanza.models.depparse import model as depparse_model
from stanza.models.mwt.data import DataLoader
from stanza.pipeline.core import PipelineRequirementsException
from stanza.resources.common import DEFAULT_RESOURCES_URL, DEFAULT_RESOURCES_VERSION

from kgbuild.errors import ModelError
from kgbuild.model import Analysis, Mention, Sentence, Span, Token, Word, Zone, ZoneKind
from kgbuild.nlp.alignment import part_ranges
from kgbuild.nlp.mentions import mentions
from kgbuild.nlp.models import ModelFolder
from kgbuild.nlp.reading import read
from kgbuild.nlp.segmentation import SegmentationTable
from kgbuild.nlp.trees import best_tree
from kgbuild.text.folding import Folded

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
LONGEST_SENTENCE = 120
"""Tokens; a longer one is cut, since the parser's memory grows with the square of its words."""
LONGEST_LINE = 4000
"""Characters read at once; a longer line is cut at white space."""
_SEVERAL = "MWT=Yes"
_EXPANSIONS_KEPT = 200_000
_BREAK = "\n\n"
_CLAUSE_ENDS = frozenset(",،؛;:.!?؟")
_UNLOADABLE = (OSError, ValueError, KeyError, RuntimeError, UnpicklingError, PipelineRequirementsException)
_NOT_IN_LEMMAS = dict.fromkeys([*range(0x064B, 0x0653), 0x0670, 0x0640])

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
        torch.set_num_threads(threads)
        self._folder = folder
        self._expansions: dict[str, str] = {}
        self._segmentation = SegmentationTable.load(folder.path / "ar" / "segmentation.tsv")
        try:
            with _quiet(), _without_optimizers():
                self._pipeline = stanza.Pipeline(
                    "ar",
                    dir=str(folder.path),
                    processors=",".join(PROCESSORS),
                    download_method=None,
                    use_gpu=False,
                    logging_level="CRITICAL",
                )
        except _UNLOADABLE as error:
            raise ModelError(
                f"Stanza cannot load the models in {folder.path}: {error}. They must be Arabic models "
                f"for Stanza {stanza.__version__} with {', '.join(PROCESSORS)}."
            ) from error
        self._use_greedy_expansion()

    @property
    def fingerprint(self) -> str:
        """The model files' digest with the versions of Stanza and torch."""
        return f"{self._folder.fingerprint}-stanza{stanza.__version__}-torch{torch.__version__}"

    def analyze(self, text: str, zones: Sequence[Zone]) -> Analysis:
        """Analyze one article, line by line; boilerplate is left out.

        Args:
            text: the article's text as given.
            zones: its lines, in order.

        """
        reading = read(text)
        pieces = [
            piece
            for zone in zones
            if zone.kind is not ZoneKind.BOILERPLATE
            for piece in _pieces(reading, zone.span)
        ]
        if not pieces:
            return Analysis((), ())
        joined = _BREAK.join(reading.text[start:end] for start, end in pieces)
        origins = _origins(pieces)
        with _quiet(), torch.no_grad():
            document = self._run(joined, [reading.offsets[o] if o >= 0 else o for o in origins])
        sentences = []
        found: list[Mention] = []
        for parsed in document.sentences:
            sentence = _sentence(parsed, text, reading, origins)
            sentences.append(sentence)
            found.extend(mentions(text, sentence.tokens, [token.ner or "O" for token in parsed.tokens]))
        return Analysis(tuple(sentences), tuple(found))

    def analyze_many(self, items: Iterable[tuple[str, Sequence[Zone]]]) -> Iterator[Analysis]:
        """Analyze articles one after the other, in their order."""
        for text, zones in items:
            yield self.analyze(text, zones)

    def _run(self, text: str, sources: Sequence[int]) -> Document:
        document = self._segmented(text, sources)
        for name in PROCESSORS[2:]:
            document = self._pipeline.processors[name].process(document)
        return document

    def _segmented(self, text: str, sources: Sequence[int]) -> Document:
        """Sentences, tokens and words of ``text``, whose characters come from the offsets ``sources``."""
        document = self._pipeline.processors["tokenize"].process(Document([], text=text))
        if len(set(sources)) < len(sources):
            document = _with_whole_letters(document, sources)
        document = _bounded(document)
        for sentence in document.sentences:
            for token in sentence.tokens:
                several = self._segmentation.is_split(token.text, token.misc == _SEVERAL)
                token.misc = _SEVERAL if several else None
        self._expand(document)
        return document

    def _use_greedy_expansion(self) -> None:
        """Make the expander decode greedily.

        The trainer of Stanza 1.15.0 passes the beam size where the model expects parts of speech, so the
        default beam of 5 always runs: the same words, 3.5 times as slow.
        """
        trainer = self._pipeline.processors["mwt"].trainer
        if trainer.model is not None and hasattr(trainer.model, "predict_greedy"):
            greedy = trainer.model.predict_greedy
            trainer.model.predict = lambda src, mask, *_, never_decode_unk=False, **__: greedy(
                src, mask, never_decode_unk=never_decode_unk
            )

    def _expand(self, document: Document) -> None:
        """Split multi-word tokens. What a token splits into depends on its letters alone, so it is kept."""
        tokens = document.get_mwt_expansions(evaluation=True)
        unknown = sorted({t for t in tokens if t not in self._expansions})
        if unknown:
            if len(self._expansions) + len(unknown) > _EXPANSIONS_KEPT:
                self._expansions.clear()
                unknown = sorted(set(tokens))
            self._expansions.update(zip(unknown, self._expansions_of(unknown), strict=True))
        document.set_mwt_expansions([self._expansions[t] for t in tokens], process_manual_expanded=False)

    def _expansions_of(self, tokens: list[str]) -> list[str]:
        processor = self._pipeline.processors["mwt"]
        trainer, config = processor.trainer, processor.config
        rows = [[{"id": (1,), "text": token, "misc": _SEVERAL}] for token in tokens]
        if config.get("dict_only"):
            return list(trainer.predict_dict(tokens))
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
            predicted += trainer.predict(batch, never_decode_unk=True, vocab=loader.vocab)
        return list(trainer.ensemble(tokens, predicted)) if config.get("ensemble_dict") else predicted


def download(folder: Path, timeout: float) -> None:
    """Fetch the official Arabic models into ``folder``.

    Args:
        folder: where to; made if missing.
        timeout: seconds of silence after which the hub counts as not answering.

    Raises:
        ModelError: if the hub does not answer, or what it sends is not what it promised.

    """
    url = f"{DEFAULT_RESOURCES_URL}/resources_{DEFAULT_RESOURCES_VERSION}.json"
    advice = "Try again where it can be reached, or go on with the bundled models (--models bundled)."
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)
    try:
        if not url.startswith("https://"):
            raise ModelError(f"STANZA_RESOURCES_URL is {url!r}: models are fetched over https only.")
        urllib.request.urlopen(url, timeout=timeout).close()  # noqa: S310
        with _quiet():
            stanza.download(
                "ar",
                model_dir=str(folder),
                processors=",".join(PROCESSORS),
                logging_level="CRITICAL",
                verbose=False,
            )
    except (urllib.error.URLError, TimeoutError) as error:
        raise ModelError(f"the model hub does not answer ({url}: {error}). {advice}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"the official models could not be fetched: {error}. {advice}") from error
    finally:
        socket.setdefaulttimeout(before)


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


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Stanza's and torch's warnings about their own insides from users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _pieces(reading: Folded, span: Span) -> list[tuple[int, int]]:
    """Ranges of the reading that a line covers, stripped; a very long line is cut at white space."""
    start, end = reading.index(span.start), reading.index(span.end)
    result = []
    while start < end:
        stop = end
        if end - start > LONGEST_LINE:
            space = reading.text.rfind(" ", start + 1, start + LONGEST_LINE)
            stop = space if space > start else start + LONGEST_LINE
        piece = reading.text[start:stop]
        left = start + len(piece) - len(piece.lstrip(" "))
        right = start + len(piece.rstrip(" "))
        if left < right:
            result.append((left, right))
        start = stop
    return result


def _origins(pieces: Sequence[tuple[int, int]]) -> list[int]:
    """For each character of the joined pieces, its place in the reading; below 0 and unique in breaks."""
    origins: list[int] = []
    for start, end in pieces:
        if origins:
            origins += [-len(origins) - i for i in range(1, len(_BREAK) + 1)]
        origins += range(start, end)
    return origins


def _with_whole_letters(document: Document, sources: Sequence[int]) -> Document:
    """The document with tokens joined that share a character of the source (a ligature, cut in two).

    ``sources`` gives for each character of the document's text the offset it comes from.
    """
    result = []
    for rows in document.to_dict():
        joined = rows[:1]
        for row in rows[1:]:
            before = joined[-1]
            if sources[before["end_char"] - 1] == sources[row["start_char"]]:
                text = document.text[before["start_char"] : row["end_char"]]
                joined[-1] = {**before, "text": text, "end_char": row["end_char"]}
            else:
                joined.append(row)
        result.append([{**row, "id": (number,)} for number, row in enumerate(joined, 1)])
    return Document(result, document.text)


def _bounded(document: Document) -> Document:
    """The document with overlong sentences cut, after punctuation where there is some."""
    if all(len(sentence.tokens) <= LONGEST_SENTENCE for sentence in document.sentences):
        return document
    result = []
    for rows in document.to_dict():
        while rows:
            cut = len(rows)
            if cut > LONGEST_SENTENCE:
                marks = [
                    i
                    for i in range(LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
                    if rows[i]["text"] in _CLAUSE_ENDS
                ]
                cut = marks[-1] + 1 if marks else LONGEST_SENTENCE
            result.append([{**row, "id": (number,)} for number, row in enumerate(rows[:cut], 1)])
            rows = rows[cut:]
    return Document(result, document.text)


def _sentence(
    parsed: stanza.models.common.doc.Sentence, text: str, reading: Folded, origins: list[int]
) -> Sentence:
    tokens = []
    for token in parsed.tokens:
        start, end = origins[token.start_char], origins[token.end_char - 1] + 1
        span = reading.span(start, end)
        surface = reading.text[start:end]
        ranges = part_ranges(surface, tuple(w.text for w in token.words)) if len(token.words) > 1 else None
        words = []
        for position, word in enumerate(token.words):
            own = (
                span
                if ranges is None
                else reading.span(start + ranges[position][0], start + ranges[position][1])
            )
            words.append(
                Word(
                    index=word.id,
                    text=word.text if len(token.words) > 1 else surface,
                    lemma=(word.lemma or word.text).translate(_NOT_IN_LEMMAS) or word.text,
                    upos=word.upos or "X",
                    feats=word.feats or "",
                    head=word.head or 0,
                    deprel=word.deprel or "dep",
                    span=own,
                )
            )
        tokens.append(Token(span, span.of(text), tuple(words)))
    return Sentence(Span(tokens[0].span.start, tokens[-1].span.end), tuple(tokens))
