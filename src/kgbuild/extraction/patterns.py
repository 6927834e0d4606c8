"""Tables of phrases, and finding them in a line of tokens."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.text.folding import fold_key
from kgbuild.text.tables import Row, read_table

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of a phrase table: its folded words (each may end in ``*``), its value, weight and scope."""

    words: tuple[str, ...]
    value: str
    weight: float
    scope: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at tokens ``[first, last)``."""

    phrase: Phrase
    first: int
    last: int


class PhraseTable:
    """The phrases of one table, indexed by their first word."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[str],
        *,
        prefixes: Sequence[str],
        weight: str | None = None,
        scope: str | None = None,
    ) -> None:
        """Read ``path``; of its ``columns``, the first is looked for and the second is the value.

        ``weight`` and ``scope`` name the columns of weights and of what the row applies to.

        ``prefixes`` are the folded proclitics (alone and in combination, with the empty one) that may
        stand before a phrase's first word.

        Raises:
            DataFileError: for an empty pattern or a weight that is no number.
        """
        self._ordered = tuple(prefixes)
        self._prefixes = {prefix: order for order, prefix in enumerate(self._ordered)}
        self._longest_prefix = max(map(len, self._ordered), default=0)
        pattern, value = columns[:2]
        self._exact: dict[str, list[Phrase]] = defaultdict(list)
        self._stems: dict[str, list[Phrase]] = defaultdict(list)
        self._seen: dict[str, tuple[Phrase, ...]] = {}
        """What tokens begin, and those that begin nothing."""
        self._idle: set[str] = set()
        self.values: set[str] = set()
        """All values that stand in the table."""
        for row in read_table(path, columns):
            self.values.add(row[value])
            phrase = Phrase(
                _words(row, pattern),
                row[value],
                _weight(row, weight),
                frozenset(row[scope].split("|")) if scope else frozenset(),
            )
            first = phrase.words[0]
            if first.endswith("*"):
                self._stems[first[:-1]].append(phrase)
            else:
                self._exact[first].append(phrase)
        self._longest_stem = max(map(len, self._stems), default=0)

    def find(self, tokens: Sequence[str]) -> Iterator[Match]:
        """All phrases in ``tokens`` (folded), at each place the longest only; proclitics do not matter."""
        if self._idle.issuperset(tokens):
            return
        seen = self._seen
        for first, token in enumerate(tokens):
            starting = seen.get(token)
            if starting is None:
                starting = self._remembered(token)
            best: Match | None = None
            for phrase in starting:
                last = first + len(phrase.words)
                if last > len(tokens):
                    continue
                if best is not None and last <= best.last:
                    continue
                rest = zip(phrase.words[1:], tokens[first + 1 : last], strict=True)
                if all(_word_matches(word, other) for word, other in rest):
                    best = Match(phrase, first, last)
            if best is not None:
                yield best

    def _remembered(self, token: str) -> tuple[Phrase, ...]:
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
            self._idle.clear()
        found = self._seen[token] = tuple(self._looked_up(token))
        if not found:
            self._idle.add(token)
        return found

    def _looked_up(self, token: str) -> Iterator[Phrase]:
        """The phrases whose first word the token is, behind each proclitic in the order of these."""
        beginnings = [token[:length] for length in range(min(self._longest_prefix, len(token)) + 1)]
        for order in sorted([self._prefixes[start] for start in beginnings if start in self._prefixes]):
            rest = token[len(self._ordered[order]) :]
            yield from self._exact.get(rest, ())
            for end in range(2, min(self._longest_stem, len(rest)) + 1):
                yield from self._stems.get(rest[:end], ())


def _word_matches(word: str, token: str) -> bool:
    return token.startswith(word[:-1]) if word.endswith("*") else token == word


def _words(row: Row, column: str) -> tuple[str, ...]:
    words = tuple(fold_key(row[column]).split())
    if not words or any(word in {"*", ""} for word in words):
        raise row.malformed(f"{column} {row[column]!r} has no word to look for")
    return words


def _weight(row: Row, column: str | None) -> float:
    if column is None:
        return 1.0
    try:
        weight = float(row[column])
    except ValueError as error:
        raise row.malformed(f"{column} {row[column]!r} is not a number") from error
    if not 0 < weight <= 1:
        raise row.malformed(f"{column} {weight} does not lie in (0, 1]")
    return weight
