"""Every form in which a trigger of the lexicon can stand in a text, derived by ``inflection.tsv``.

A lexicon row names base forms (perfect and imperfect of the third person masculine singular,
active participle, verbal nouns). This module spells out their inflection with the pronouns that can
follow, and reads a written token as proclitics + form. Forms are compared folded
(:func:`kgbuild.text.folding.fold_key`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.text.folding import fold_key
from kgbuild.text.tables import Row, read_table

_INFLECTION_COLUMNS = (
    "part",
    "ending",
    "strip",
    "prefix",
    "suffix",
    "person",
    "gender",
    "number",
    "pronoun",
    "before",
)
_REMEMBERED = 20_000
_CLITIC_COLUMNS = ("form", "class", "before", "person", "gender", "number", "gloss")
VERBAL = frozenset({"perfect", "imperfect"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """Person (1, 2, 3), gender (m, f, c) and number (s, d, p) of a form; empty where it shows none."""

    person: str = ""
    gender: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One inflected form of a lexicon row. ``pronoun`` is that of the suffix, if it has one."""

    row: str
    part: str
    base: str
    agreement: Agreement
    pronoun: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as found in a token, with the classes of the proclitics before it.

    ``offset`` is the length of those proclitics in letters of the folded token.
    """

    form: Form
    proclitics: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class _Clitic:
    form: str
    kind: str
    before: str
    agreement: Agreement


class Inflector:
    """Derives forms and reads tokens; built once from the two tables."""

    def __init__(self, folder: Path) -> None:
        """Read ``inflection.tsv`` and ``clitics.tsv`` of ``folder``.

        Raises:
            DataFileError: for a row that makes no sense, with its line.
        """
        self._patterns: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in read_table(folder / "inflection.tsv", _INFLECTION_COLUMNS):
            if not row["strip"].isdigit():
                raise row.malformed(f"strip is a number of letters, not {row['strip']!r}")
            if row["pronoun"] not in {"yes", "no", "only"}:
                raise row.malformed(f"pronoun is yes, no or only, not {row['pronoun']!r}")
            self._patterns[row["part"], row["ending"]].append(row)
        self._clitics = tuple(
            _Clitic(
                fold_key(row["form"]),
                row["class"],
                row["before"],
                Agreement(row["person"], row["gender"], row["number"]),
            )
            for row in read_table(folder / "clitics.tsv", _CLITIC_COLUMNS)
        )
        self._pronouns = tuple(c for c in self._clitics if c.kind == "pronoun")
        self._index: dict[str, list[Form]] = defaultdict(list)
        self._known: dict[str, tuple[Reading, ...]] = {}
        """What tokens were read as, until another form is added."""

    def add(self, row: str, part: str, base: str) -> None:
        """Derive all forms of ``base`` (as written in the lexicon) and make them known."""
        self._known.clear()
        for written, agreement, pronoun in self._inflect(part, base):
            form = Form(row, part, base, agreement, pronoun)
            known = self._index[fold_key(written)]
            if form not in known:
                known.append(form)

    def add_irregular(self, row: str, part: str, written: str, agreement: Agreement) -> None:
        """Make one irregular form known as it is written."""
        self._known.clear()
        self._index[fold_key(written)].append(Form(row, part, written, agreement))

    def _inflect(self, part: str, base: str) -> Iterator[tuple[str, Agreement, Agreement | None]]:
        patterns = self._patterns.get((part, base[-1])) or self._patterns[part, "*"]
        for pattern in patterns:
            stem = base[: len(base) - int(pattern["strip"])]
            if part == "imperfect":
                stem = pattern["prefix"] + stem[1:]
            agreement = Agreement(pattern["person"], pattern["gender"], pattern["number"])
            if pattern["pronoun"] != "only":
                yield stem + pattern["suffix"], agreement, None
            if pattern["pronoun"] != "no":
                # `before` replaces the suffix where a pronoun follows: اتهموا + ه = اتهموه
                inner = stem if _keeps_ending(stem, pattern["before"]) else stem + pattern["before"]
                for pronoun in self._pronouns:
                    yield inner + pronoun.form, agreement, pronoun.agreement

    def readings(self, token: str) -> tuple[Reading, ...]:
        """All ways to read a folded token as proclitics and a known form, longest form first."""
        known = self._known.get(token)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[token] = self._read(token)
        return known

    def _read(self, token: str) -> tuple[Reading, ...]:
        found: list[Reading] = []
        for offset, proclitics in self._prefixes(token):
            for form in self._index.get(token[offset:], ()):
                if _allowed(form, proclitics):
                    found.append(Reading(form, tuple(c.kind for c in proclitics), offset))
        return tuple(found)

    def _prefixes(self, token: str) -> Iterator[tuple[int, tuple[_Clitic, ...]]]:
        """Offsets after zero or more proclitics, with those proclitics."""
        order = {"conjunction": 0, "future": 1, "emphatic": 1, "preposition": 1, "article": 2}
        stack: list[tuple[int, tuple[_Clitic, ...]]] = [(0, ())]
        while stack:
            offset, taken = stack.pop(0)
            yield offset, taken
            rank = order[taken[-1].kind] if taken else -1
            for clitic in self._clitics:
                if clitic.kind == "pronoun" or order[clitic.kind] <= rank:
                    continue
                form = clitic.form
                if clitic.kind == "article" and taken and taken[-1].form == "ل":
                    form = form[1:]  # ل + ال is written لل
                if token.startswith(form, offset) and offset + len(form) < len(token):
                    stack.append((offset + len(form), (*taken, clitic)))

    @property
    def articles(self) -> tuple[str, ...]:
        """The folded article."""
        return tuple(c.form for c in self._clitics if c.kind == "article")

    def noun_prefixes(self) -> tuple[str, ...]:
        """The folded proclitics that can stand before a noun, with the empty one and all combinations."""
        combined = {""}
        for kind in ("article", "preposition", "conjunction"):
            inner = sorted(combined)
            for clitic in (c.form for c in self._clitics if c.kind == kind):
                combined |= {clitic + rest for rest in inner}
                if kind == "preposition":
                    # a preposition and the article that starts with an alef after it: ل + ال = لل
                    combined |= {clitic + rest[1:] for rest in inner if rest.endswith(clitic)}
        return tuple(sorted(combined))


def _keeps_ending(stem: str, before: str) -> bool:
    """Whether the stem already ends as it must before a pronoun (ي of ينفي, و of يدعو)."""
    return len(before) == 1 and stem.endswith(before) and before in "يو"


def _allowed(form: Form, proclitics: Sequence[_Clitic]) -> bool:
    kinds = {c.kind for c in proclitics}
    if form.part in VERBAL:
        if "future" in kinds and form.part != "imperfect":
            return False
        return all(c.before in {"verb", "both"} for c in proclitics)
    if any(c.before == "verb" for c in proclitics):
        return False
    if form.part == "participle" and "preposition" in kinds:
        return False  # «كاملا» is "whole", not "like one who hopes"
    return not ("article" in kinds and form.pronoun is not None)


def as_mapping(rows: Iterable[Row], key: str, value: str) -> Mapping[str, str]:
    """Folded ``key`` column to ``value`` column of ``rows``."""
    return {fold_key(row[key]): row[value] for row in rows}
