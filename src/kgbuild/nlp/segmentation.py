"""Which words a token is made of: the tokenizer's guess, overruled by what is known of spellings.

The tokenizer reads letters and so finds a proclitic in ``وصل`` (arrived) or ``بريجنسكي`` (Brzezinski), and
the expander a pronoun at the end of ``شويبله`` (Schäuble). Three tables beside the models decide better:

- ``segmentation.tsv``: spellings whose history in the treebank or the news is clear;
- ``no-split.tsv``: words of names. A name is one word, and with a proclitic before it two;
- ``words.tsv``: words that are known at all. What is left of a token once its proclitics and pronouns are
  off must be one of them; else the token is a name that nobody has listed, and loses a letter only where
  names rather begin like what is left.

A folder without the tables leaves everything to the models.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kgbuild.errors import DataFileError, ModelError
from kgbuild.resources import data_path

DECISIONS = ("token", "decision")
NAMES = ("name",)
WORDS = ("word", "bears")
WHOLE, SPLIT = "whole", "split"
PRONOUN, NOTHING = "pronoun", "nothing"
"""What a known word can bear after it: a noun or verb a pronoun, a name nothing."""
_BARE_ALIF = str.maketrans("أإآ", "ااا")
_SHORTEST = 2
"""Letters that must be left of a token for something to be taken off it."""
_CONJUNCTION_LOSS = -2.0
_PREPOSITION_GAIN = 1.0
"""How much more plausible (natural logarithm) the rest of an unlisted token must begin. Set on PADT's
development part and on half of the names written down for it; conjunctions are far commoner than names
that begin like one."""
_LIKE_TWO_LETTERS = 0.03
_SMALLEST_SHARE = 0.015


def spelling(token: str) -> str:
    """The form that the tables list: hamza on alif is written or left out at will."""
    return token.translate(_BARE_ALIF)


@dataclass(frozen=True, slots=True)
class Clitics:
    """Letters written onto words, from the tables in ``seeds/lexicon``."""

    conjunctions: frozenset[str]
    prepositions: frozenset[str]
    future: frozenset[str]
    leading: frozenset[str]
    """Everything of one letter that can stand at the front."""
    article: str
    pronouns: frozenset[str]
    verb_prefixes: frozenset[str]
    """First letters of the imperfect, the only form that follows a sign of the future."""


@cache
def clitics() -> Clitics:
    """Read ``clitics.tsv``, and the prefixes of the imperfect from ``inflection.tsv``.

    Raises:
        DataFileError: if one is not as expected.

    """
    classes: dict[str, set[str]] = {}
    for form, kind in _cells("clitics.tsv", "form", "class"):
        classes.setdefault(kind, set()).add(form)
    article, *more = sorted(classes.pop("article", ()))
    if more:
        raise DataFileError(f"{data_path('seeds', 'lexicon', 'clitics.tsv')}: expected one article.")
    pronouns = frozenset(classes.pop("pronoun", ()))
    return Clitics(
        conjunctions=frozenset(classes.get("conjunction", ())),
        prepositions=frozenset(classes.get("preposition", ())),
        future=frozenset(classes.get("future", ())),
        leading=frozenset().union(*classes.values()),
        article=article,
        pronouns=pronouns,
        verb_prefixes=frozenset(
            p for part, p in _cells("inflection.tsv", "part", "prefix") if part == "imperfect"
        ),
    )


def _cells(name: str, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Two cells of every row of a table of the lexicon."""
    path = data_path("seeds", "lexicon", name)
    header: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            if first not in header or second not in header:
                raise DataFileError(f"{path}, line {number}: expected columns {first} and {second}.")
        elif len(cells) != len(header):
            raise DataFileError(f"{path}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        else:
            yield cells[header.index(first)], cells[header.index(second)]


@dataclass(frozen=True, slots=True)
class Segmenter:
    """What is known of spellings; every key is a :func:`spelling`."""

    decisions: Mapping[str, bool] = field(default_factory=dict)
    """``True`` for tokens of several words, ``False`` for tokens that are one."""
    names: frozenset[str] = frozenset()
    words: Mapping[str, bool] = field(default_factory=dict)
    """Known words, ``True`` for those that can bear a pronoun. Empty: nothing is checked."""

    @classmethod
    def load(cls, folder: Path) -> "Segmenter":
        """Read the tables in ``folder``; one that is not there is empty.

        Raises:
            ModelError: if a row is malformed.

        """
        return cls(
            {token: d == SPLIT for token, d in _rows(folder / "segmentation.tsv", DECISIONS, (WHOLE, SPLIT))},
            frozenset(name for name, _ in _rows(folder / "no-split.tsv", NAMES)),
            {word: b == PRONOUN for word, b in _rows(folder / "words.tsv", WORDS, (PRONOUN, NOTHING))},
        )

    def asks(self, token: str, guess: bool) -> bool:
        """Whether :meth:`split` may look up what the expander makes of ``token``."""
        key = spelling(token)
        decided = self.decisions.get(key, guess and key not in self.names)
        return decided and not self._name_with_proclitics(token)

    def split(
        self, tokens: Sequence[str], guesses: Sequence[bool], expansions: Mapping[str, str]
    ) -> Iterator[tuple[str, ...]]:
        """The words of each token of a sentence.

        Args:
            tokens: the sentence's tokens.
            guesses: for each, whether the tokenizer takes it for several words.
            expansions: what the expander makes of the tokens that :meth:`asks` names, words between spaces.

        """
        for position, (token, guess) in enumerate(zip(tokens, guesses, strict=True)):
            key = spelling(token)
            decided = self.decisions.get(key)
            if decided and key in self.names and self._beside_name(tokens, position):
                decided = False
            if decided is False or (decided is None and key in self.names):
                yield (token,)
            elif parts := self._name_with_proclitics(token):
                yield parts
            elif decided:
                yield tuple(expansions[token].split())
            elif guess:
                yield self._checked(token, tuple(expansions[token].split()))
            else:
                yield (token,)

    def _beside_name(self, tokens: Sequence[str], position: int) -> bool:
        """Whether a token beside this one can only be a name: ``فان`` before ``رومبوي``."""
        neighbors = (tokens[i] for i in (position - 1, position + 1) if 0 <= i < len(tokens))
        return any(self._only_name(token) for token in neighbors)

    def _only_name(self, token: str) -> bool:
        """Whether a token is a listed name that is no other word, or a word that nobody has listed."""
        key = spelling(token)
        if len(key) < _SHORTEST or not key.isalpha():
            return False
        if key in self.names:
            return not self.words.get(key, False)
        return bool(self.words) and key not in self.words and key not in self.decisions

    def _name_with_proclitics(self, token: str) -> tuple[str, ...]:
        """The words of a token that is a listed name after a conjunction, a preposition or both."""
        known = clitics()
        before: tuple[str, ...] = ()
        rest = token
        if rest[:1] in known.conjunctions and len(rest) > _SHORTEST:
            before, rest = (rest[0],), rest[1:]
            if spelling(rest) in self.names:
                return (*before, rest)
            if spelling(rest) in self.words or self.decisions.get(spelling(rest)) is False:
                return ()
        if rest[:1] not in known.prepositions or len(rest) <= _SHORTEST or spelling(token) in self.words:
            return ()
        preposition, name = rest[0], rest[1:]
        with_article = known.article + name[1:]
        if name.startswith(known.article[1:]) and spelling(with_article) in self.names:
            return (*before, preposition, with_article)  # لل is ل and ال
        return (*before, preposition, name) if spelling(name) in self.names else ()

    def _checked(self, token: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """The expander's words where they leave a known one; else what an unlisted word is."""
        if not self.words or len(words) < 2:
            return words
        known = clitics()
        stem = next((i for i, w in enumerate(words[:-1]) if w not in known.leading), len(words) - 1)
        core, after = words[stem], words[stem + 1 :]
        if known.future.intersection(words[:stem]) and core[:1] not in known.verb_prefixes:
            return self._unknown(token, words)
        if after:
            feminine = core[:-1] + "\u0629" if core.endswith("\u062a") else core
            bears = any(self.words.get(spelling(w), False) for w in (core, feminine))
            if bears and all(w in known.pronouns for w in after):
                return words
        elif spelling(core) in self.words:
            return words
        return self._unknown(token, words)

    def _unknown(self, token: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """An unlisted word: it loses the letter before it only where it begins more like a name without."""
        known = clitics()
        letter, rest = words[0], token[1:]
        if letter != token[:1] or len(rest) <= _SHORTEST:
            return (token,)
        gain = self._opening(rest) - self._opening(token)
        if letter in known.conjunctions:
            return (letter, rest) if gain > _CONJUNCTION_LOSS else (token,)
        return (letter, rest) if letter in known.prepositions and gain > _PREPOSITION_GAIN else (token,)

    def _opening(self, word: str) -> float:
        """Logarithm of the share of listed names that begin with the same three letters, or nearly so."""
        key = spelling(word)
        counts = _openings(self.names)
        like = counts[key[:3]] + _LIKE_TWO_LETTERS * counts[key[:2]] + _SMALLEST_SHARE
        return math.log(like / (len(self.names) + 1))


@cache
def _openings(names: frozenset[str]) -> Counter[str]:
    """How many names begin with each two and each three letters."""
    return Counter(name[:length] for name in names for length in (2, 3))


def _rows(path: Path, columns: tuple[str, ...], values: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """First and last cell of every row of a table; nothing where there is no file."""
    if not path.is_file():
        return
    header, *rows = path.read_text(encoding="utf-8").split("\n")
    if tuple(header.split("\t")) != columns:
        raise ModelError(f"{path}, line 1: the columns must be {', '.join(columns)}. Restore the file.")
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        cells = row.split("\t")
        if len(cells) != len(columns) or not cells[0] or (values and cells[-1] not in values):
            expected = f"a {columns[0]} and its {columns[-1]}" if values else f"a {columns[0]}"
            raise ModelError(f"{path}, line {number}: expected {expected}. Restore the file.")
        yield cells[0], cells[-1]
