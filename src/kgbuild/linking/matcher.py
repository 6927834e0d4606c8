"""Finding many phrases in one pass over folded text, at word boundaries and behind proclitics."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import ahocorasick

from kgbuild.linking.grammar import Clitics
from kgbuild.model import Span
from kgbuild.text.folding import Folded, fold, fold_key

T = TypeVar("T", bound=Hashable)

_JOINERS = dict.fromkeys(map(ord, "-_\u2010\u2011\u2012\u2013\u2014"), " ")
_SKIPPED = "#"


@lru_cache(maxsize=65536)
def phrase_key(text: str) -> str:
    """``text`` as phrases are compared: folded, joiners as spaces, spaces collapsed."""
    return " ".join(fold_key(text).translate(_JOINERS).replace(_SKIPPED, "").split(" ")).strip()


@dataclass(frozen=True, slots=True)
class SearchText:
    """A text as it is searched, with the way back to the article.

    Beyond folding: hyphens and underscores are spaces, ``#`` is left out, runs of spaces are one space.
    ``index`` holds for each character its place in the folded text.
    """

    text: str
    index: tuple[int, ...]
    folded: Folded

    @classmethod
    def of(cls, source: str) -> "SearchText":
        """Prepare the text of an article."""
        folded = fold(source)
        text = folded.text.translate(_JOINERS)
        if _SKIPPED not in text and "  " not in text:
            return cls(text, tuple(range(len(text))), folded)
        letters: list[str] = []
        index: list[int] = []
        last = ""
        for place, char in enumerate(text):
            if char == _SKIPPED or (char == " " == last):
                continue
            letters.append(char)
            index.append(place)
            last = char
        return cls("".join(letters), tuple(index), folded)

    def span(self, start: int, end: int) -> Span:
        """The article's stretch for ``text[start:end]`` (not empty)."""
        return self.folded.span(self.index[start], self.index[end - 1] + 1)

    def locate(self, span: Span) -> tuple[int, int]:
        """Range of ``text`` that comes from a stretch of the article."""
        first, last = self.folded.index(span.start), self.folded.index(span.end)
        return bisect_left(self.index, first), bisect_left(self.index, last)

    def skip_spaces(self, at: int) -> int:
        """The next place from ``at`` on that is no space; line breaks are not passed."""
        while at < len(self.text) and self.text[at] == " ":
            at += 1
        return at

    def word_start(self, at: int) -> int:
        """Where the word begins that holds place ``at``."""
        while at > 0 and self.text[at - 1].isalnum():
            at -= 1
        return at

    def word_end(self, at: int) -> int:
        """Where the word ends that holds place ``at``."""
        while at < len(self.text) and self.text[at].isalnum():
            at += 1
        return at

    def previous_word(self, at: int) -> str:
        """The word before place ``at`` with only spaces between; empty when there is none."""
        end = at
        while end > 0 and self.text[end - 1] == " ":
            end -= 1
        return self.text[self.word_start(end) : end] if end < at else ""


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found at ``[start, end)`` of a search text, and what is known under it.

    ``before`` are the proclitics written onto it.
    """

    start: int
    end: int
    before: str
    items: tuple[T, ...]


class Matcher(Generic[T]):
    """An automaton over all phrases; built once, searched in time linear in the text."""

    def __init__(self, phrases: Mapping[str, Sequence[T]], clitics: Clitics) -> None:
        """Build from phrases as :func:`phrase_key` makes them."""
        self._clitics = clitics
        self._longest = max(map(len, clitics.proclitics))
        self._automaton = ahocorasick.Automaton()
        article = clitics.article
        patterns: dict[str, list[tuple[bool, tuple[T, ...]]]] = {}
        for phrase, items in phrases.items():
            if not phrase:
                continue
            patterns.setdefault(phrase, []).append((False, tuple(items)))
            if phrase.startswith(article) and len(phrase) > len(article) + 1:
                patterns.setdefault(self._contracted(phrase), []).append((True, tuple(items)))
        for pattern, kinds in patterns.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(kinds)))
        if patterns:
            self._automaton.make_automaton()
        self._empty = not patterns

    def _contracted(self, phrase: str) -> str:
        """What is left of a phrase behind a ``ل`` that swallows the alef of its article."""
        article = self._clitics.article
        doubled = phrase[len(article)] == article[-1]
        return phrase[len(article) if doubled else len(article) - 1 :]

    def hits(self, text: str) -> list[Hit[T]]:
        """All phrases in ``text`` at word boundaries, by start, the longest first."""
        if self._empty:
            return []
        found: dict[tuple[int, int], list[tuple[str, tuple[T, ...]]]] = {}
        for last, (length, kinds) in self._automaton.iter(text):
            end = last + 1
            if end < len(text) and text[end].isalnum():
                continue
            start = end - length
            word = start
            while word > 0 and start - word <= self._longest and text[word - 1].isalnum():
                word -= 1
            before = text[word:start]
            for contracted, items in kinds:
                allowed = self._clitics.contracting if contracted else self._clitics.proclitics
                if before in allowed:
                    found.setdefault((start, end), []).append((before, items))
        return [
            Hit(start, end, parts[0][0], tuple(dict.fromkeys(item for _, items in parts for item in items)))
            for (start, end), parts in sorted(found.items(), key=lambda pair: (pair[0][0], -pair[0][1]))
        ]


def spelled(text: str, spellings: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """``text`` as :func:`phrase_key` makes it, and with each systematic respelling that applies to it."""
    key = phrase_key(text)
    found = {key: None}
    for before, after in spellings:
        for known in tuple(found):
            if before in known:
                found[" ".join(known.replace(before, after).split())] = None
    return tuple(found)
