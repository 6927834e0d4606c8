"""The words of time expressions: their table, and a text as a row of such words.

Each word class has one letter, so that a rule over classes is a regular expression over a string with
one letter a word (:mod:`kgbuild.text.dates`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from kgbuild.resources import data_path
from kgbuild.text.folding import fold_key
from kgbuild.text.tables import read_table

COLUMNS = ("form", "class", "value", "note")

LETTERS = {
    "month": "M",
    "month-homograph": "M",
    "hijri-month": "H",
    "hijri-month-homograph": "H",
    "weekday": "W",
    "no-time-before": "X",
    "relative-day": "r",
    "today": "T",
    "day-noun-before": "a",
    "day-noun-after": "z",
    "day-part": "p",
    "day-word": "d",
    "matching": "k",
    "unit": "U",
    "unit-plural": "R",
    "general-before": "g",
    "year-word": "y",
    "month-word": "m",
    "past": "P",
    "before-past": "Q",
    "next": "N",
    "current": "C",
    "this": "t",
    "period-part": "b",
    "in": "I",
    "intro": "i",
    "intro-weak": "j",
    "of": "f",
    "ago": "A",
    "counted-unit": "u",
    "count": "n",
    "ordinal": "O",
    "earlier": "L",
    "vague": "V",
    "event-noun": "e",
    "era": "h",
}
"""Class in the table -> letter in the rules. Numbers are ``D`` (1 to 31), ``Y`` (a year) or ``#``, a
date in digits ``Z``, a standing «و» ``v``, any other word ``.``; punctuation stands for itself."""

INTEGERS = {
    "month": range(1, 13),
    "month-homograph": range(1, 13),
    "hijri-month": range(1, 13),
    "hijri-month-homograph": range(1, 13),
    "weekday": range(1, 8),
    "relative-day": range(-7, 8),
    "today": range(1),
    "past": range(-1, 0),
    "before-past": range(-2, -1),
    "next": range(1, 2),
    "current": range(1),
    "this": range(1),
    "count": range(1, 100),
    "ordinal": range(1, 32),
}
CHOICES = {
    "unit": ("week", "month", "year"),
    "year-word": ("year",),
    "month-word": ("month",),
    "ago": ("since", "before"),
    "era": ("gregorian", "hijri"),
    "counted-unit": ("hour", "day", "week", "month", "year"),
}

YEARS = range(1200, 2200)
MAX_DAY = 31

_TOKEN = re.compile(
    r"(?P<digits>(?<![\d/.-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}(?P<sep>[-/.])\d{1,2}(?P=sep)\d{4})(?![\d/-]))"
    r"|(?P<other>\d+(?:[.,٫٬:/]\d+)+%?|\d+%)|(?P<number>\d+)|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])|(?P<line>\n)|_"
)
_PROCLITICS = re.compile("[وف]?[بلك]?")
_MARKS = {"،": ",", "–": "-", "—": "-", "−": "-", "‐": "-"}
_AND = "و"
_REMEMBERED = 20_000
_PAIRS = (("M", 2), ("/M", 3), (",M", 3), ("-M", 3), ("(M)", 4))
"""How a month's second name follows the first: letters behind the first, and words in all."""


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A word, number or mark of the folded text: its class letter, value and place there.

    ``unit`` is what the class needs beside a number: ``month`` of a unit, ``since``, the digits of a date.
    """

    letter: str
    kind: str
    value: int
    unit: str
    start: int
    end: int
    prefix: str = ""
    """The proclitics that were taken off in front of ``start``."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A row: class and value of a form."""

    kind: str
    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class TimeVocabulary:
    """All forms, by their words."""

    forms: dict[tuple[str, ...], _Form]
    longest: int
    _firsts: set[str] = field(default_factory=set, compare=False)
    """The first words of all forms."""
    _known: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self._firsts.update(words[0] for words in self.forms)

    def words(self, folded: str) -> tuple[TimeWord, ...]:
        """Divide folded text into words, numbers and marks; the longest form wins."""
        tokens = list(_TOKEN.finditer(folded))
        result: list[TimeWord] = []
        position = 0
        while position < len(tokens):
            word, used = self._at(tokens, position, folded)
            result.append(word)
            position += used
        return tuple(_merge_months(result))

    def _beginnings(self, word: str) -> tuple[tuple[int, str], ...]:
        """The readings of a word, as :func:`_without_proclitics` gives them, that begin a form."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = tuple((cut, first) for cut, first in _without_proclitics(word) if first in self._firsts)
            self._known[word] = known
        return known

    def _at(self, tokens: list[re.Match[str]], position: int, folded: str) -> tuple[TimeWord, int]:
        """Read the word at a position, and how many tokens it takes."""
        token = tokens[position]
        start, end, text = token.start(), token.end(), token.group()
        match token.lastgroup:
            case "digits" | "sep":
                return TimeWord("Z", "digits", 0, text, start, end), 1
            case "number":
                value = int(text) if len(text) <= 4 else 0
                letter = "Y" if value in YEARS else "D" if 1 <= value <= MAX_DAY and len(text) <= 2 else "#"
                return TimeWord(letter, "number", value, "", start, end), 1
            case "word":
                found = self._form_at(tokens, position, folded)
                if found is not None:
                    return found
                return TimeWord("v" if text == _AND else ".", "", 0, "", start, end), 1
            case "mark":
                return TimeWord(_MARKS.get(text, text), "", 0, "", start, end), 1
            case "line":
                return TimeWord("\n", "", 0, "", start, end), 1
            case _:
                return TimeWord("#" if token.lastgroup == "other" else ".", "", 0, "", start, end), 1

    def _form_at(
        self, tokens: list[re.Match[str]], position: int, folded: str
    ) -> tuple[TimeWord, int] | None:
        """Find the longest form that begins at a word, with proclitics taken off it if need be."""
        beginnings = self._beginnings(tokens[position].group())
        if not beginnings:
            return None
        words = [token.group() for token in tokens[position : position + self.longest]]
        for cut, first in beginnings:
            for size in range(len(words), 0, -1):
                form = self.forms.get((first, *words[1:size]))
                if form is None or not _one_line(tokens[position : position + size], folded):
                    continue
                start = tokens[position].start() + cut
                end = tokens[position + size - 1].end()
                prefix = folded[tokens[position].start() : start]
                return TimeWord(
                    LETTERS[form.kind], form.kind, form.value, form.unit, start, end, prefix
                ), size
        return None


def _merge_months(words: list[TimeWord]) -> list[TimeWord]:
    """Make one word, with unit ``pair``, of a month's two names («حزيران/يونيو», «أغسطس (آب)»)."""
    merged: list[TimeWord] = []
    position = 0
    while position < len(words):
        word = words[position]
        for join, size in _PAIRS if word.letter == "M" else ():
            group = words[position : position + size]
            other = next((w for w in group[1:] if w.letter == "M"), None)
            joined = "".join(w.letter for w in group[1:]) == join
            if joined and other is not None and other.value == word.value:
                word = replace(word, kind="month", unit="pair", end=group[-1].end)
                position += size - 1
                break
        merged.append(word)
        position += 1
    return merged


def _without_proclitics(word: str) -> Iterator[tuple[int, str]]:
    """Give a word as it is, and with each run of proclitics taken off: (letters cut, form)."""
    yield 0, word
    for cut in range(1, min(3, len(word) - 1)):
        if _PROCLITICS.fullmatch(word, 0, cut) is None:
            break
        rest = word[cut:]
        yield cut, rest
        if word[cut - 1] == "ل" and rest.startswith("ل"):
            yield cut, "ا" + rest  # the article loses its alef after «ل»


def _one_line(tokens: list[re.Match[str]], folded: str) -> bool:
    """Whether only spaces stand between the tokens."""
    return all(not folded[left.end() : right.start()].strip(" ") for left, right in pairwise(tokens))


def load_time_words(path: Path) -> TimeVocabulary:
    """Read a table of time words.

    Raises:
        DataFileError: if a row is malformed, names an unknown class, has a value that its class does not
            take, or repeats a form.

    """
    forms: dict[tuple[str, ...], _Form] = {}
    for row in read_table(path, COLUMNS):
        kind, value = row["class"], row["value"]
        if kind not in LETTERS:
            raise row.malformed(f"class {kind!r} is none of {', '.join(LETTERS)}")
        words = tuple(fold_key(row["form"]).split())
        if words in forms:
            raise row.malformed(f"the form {row['form']!r} has a row already (forms are compared folded)")
        number, unit = 0, ""
        if kind in INTEGERS:
            if not re.fullmatch(r"-?\d{1,3}", value) or int(value) not in INTEGERS[kind]:
                allowed = INTEGERS[kind]
                raise row.malformed(
                    f"a {kind} takes a value from {allowed[0]} to {allowed[-1]}, not {value!r}"
                )
            number = int(value)
        elif kind in CHOICES:
            unit, _, count = value.partition(":")
            if unit not in CHOICES[kind] or not re.fullmatch(r"\d{0,3}", count):
                raise row.malformed(f"a {kind} takes one of {', '.join(CHOICES[kind])}, not {value!r}")
            number = int(count or 0)
        elif value:
            raise row.malformed(f"a {kind} takes no value, not {value!r}")
        forms[words] = _Form(kind, number, unit)
    return TimeVocabulary(forms, max(map(len, forms), default=1))


@lru_cache(maxsize=1)
def bundled_time_words() -> TimeVocabulary:
    """Load the table that comes with kgbuild."""
    return load_time_words(data_path("seeds", "lexicon", "times.tsv"))
