"""Recorded analyses: the live models' output on disk, for tests and demonstrations without models."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kgbuild.errors import DataFileError, ModelError
from kgbuild.model import Analysis, Kind, Mention, Sentence, Span, Token, Word, Zone, ZoneKind
from kgbuild.nlp.analyzer import Analyzer

FORMAT = 1


def key(text: str, zones: Sequence[Zone]) -> str:
    """SHA-256 (hex) of the text and of which lines of it are analyzed."""
    lines = [[z.span.start, z.span.end] for z in zones if z.kind is not ZoneKind.BOILERPLATE]
    return hashlib.sha256(json.dumps([text, lines]).encode()).hexdigest()


class ReplayAnalyzer:
    """An :class:`kgbuild.nlp.analyzer.Analyzer` that looks recorded analyses up in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use the recordings ``folder/<key>.json``."""
        self._folder = folder

    @property
    def fingerprint(self) -> str:
        """Digest of the names and contents of all recordings."""
        digest = hashlib.sha256()
        for file in sorted(self._folder.glob("*.json")):
            digest.update(file.name.encode() + file.read_bytes())
        return f"replay-{digest.hexdigest()}"

    def analyze(self, text: str, zones: Sequence[Zone]) -> Analysis:
        """The analysis recorded for this text and these lines.

        Raises:
            ModelError: if none was recorded.
            DataFileError: if the recording is damaged.

        """
        path = self._folder / f"{key(text, zones)}.json"
        if not path.is_file():
            raise ModelError(
                f"no recorded analysis {path.name} in {self._folder}. Record it with the live models first."
            )
        try:
            return from_json(json.loads(path.read_text(encoding="utf-8")), text)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DataFileError(f"{path}: not a recorded analysis ({error}). Record it again.") from error

    def analyze_many(self, items: Iterable[tuple[str, Sequence[Zone]]]) -> Iterator[Analysis]:
        """Look articles up one after the other, in their order."""
        for text, zones in items:
            yield self.analyze(text, zones)


class RecordingAnalyzer:
    """Passes on what another analyzer says and writes it down for :class:`ReplayAnalyzer`."""

    def __init__(self, inner: Analyzer, folder: Path) -> None:
        """Write recordings of ``inner`` into ``folder``, which is made if missing."""
        self._inner = inner
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def fingerprint(self) -> str:
        """The inner analyzer's."""
        return self._inner.fingerprint

    def analyze(self, text: str, zones: Sequence[Zone]) -> Analysis:
        """Analyze and record."""
        analysis = self._inner.analyze(text, zones)
        payload = json.dumps(to_json(analysis), ensure_ascii=False, separators=(",", ":"))
        (self._folder / f"{key(text, zones)}.json").write_text(payload + "\n", encoding="utf-8")
        return analysis

    def analyze_many(self, items: Iterable[tuple[str, Sequence[Zone]]]) -> Iterator[Analysis]:
        """Analyze and record articles one after the other, in their order."""
        for text, zones in items:
            yield self.analyze(text, zones)


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Plain data for JSON; surfaces are left out, since the text holds them."""
    return {
        "format": FORMAT,
        "sentences": [
            [
                [
                    [token.span.start, token.span.end],
                    [
                        [w.text, w.lemma, w.upos, w.feats, w.head, w.deprel, w.span.start, w.span.end]
                        for w in token.words
                    ],
                ]
                for token in sentence.tokens
            ]
            for sentence in analysis.sentences
        ],
        "mentions": [[m.span.start, m.span.end, m.kind.value, m.source] for m in analysis.mentions],
    }


def from_json(data: dict[str, Any], text: str) -> Analysis:
    """The analysis of ``text`` that :func:`to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError, IndexError: if ``data`` is not of that form.

    """
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']!r}, expected {FORMAT}")
    sentences = []
    for rows in data["sentences"]:
        tokens = []
        index = 0
        for (start, end), words in rows:
            span = Span(start, end)
            parts = []
            for form, lemma, upos, feats, head, deprel, first, last in words:
                index += 1
                parts.append(Word(index, form, lemma, upos, feats, head, deprel, Span(first, last)))
            tokens.append(Token(span, span.of(text), tuple(parts)))
        sentences.append(Sentence(Span(tokens[0].span.start, tokens[-1].span.end), tuple(tokens)))
    found = []
    for start, end, kind, source in data["mentions"]:
        span = Span(start, end)
        found.append(Mention(span, span.of(text), Kind(kind), source))
    return Analysis(tuple(sentences), tuple(found))
