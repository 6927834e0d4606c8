"""What the pipeline asks of whatever analyzes text: the live models or recorded output."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kgbuild.model import Analysis, Zone


class Analyzer(Protocol):
    """Tokenizes, tags, parses and finds names.

    Offsets of what it returns count code points of the text as given; ``text[start:end]`` of every
    mention's span is its surface. No sentence and no mention crosses a zone, and none lies in
    boilerplate. An article's analysis never depends on the articles around it.
    """

    @property
    def fingerprint(self) -> str:
        """Hex digest of everything that the output depends on besides the text."""

    def analyze(self, text: str, zones: Sequence[Zone]) -> Analysis:
        """Analyze one article's text, line by line as ``zones`` cut it."""

    def analyze_many(self, items: Iterable[tuple[str, Sequence[Zone]]]) -> Iterator[Analysis]:
        """Analyze articles one after the other, in their order."""
