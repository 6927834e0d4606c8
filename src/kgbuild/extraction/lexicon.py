"""The extraction's data files, read, checked and indexed: ``seeds/lexicon/*.tsv``."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kgbuild.extraction.morphology import Agreement, Inflector, Reading, as_mapping
from kgbuild.extraction.patterns import PhraseTable
from kgbuild.resources import data_path
from kgbuild.text.folding import fold_key
from kgbuild.text.tables import Row, read_table

_TRIGGER_COLUMNS = (
    "id",
    "type",
    "class",
    "perfect",
    "imperfect",
    "participle",
    "nouns",
    "frame",
    "needs",
    "extra",
    "negated_type",
    "example",
    "gloss",
    "source",
)
_FEMININE_ENDINGS = ("\u0629", "\u0627\u062a")
"""Teh marbuta, and the plural in alef and teh."""
_ALEF = "\u0627"
_OBJECT = "obj"
_SHORTEST_ACCUSATIVE = 3
CLASSES = frozenset(
    {
        "speech",
        "performative",
        "relay",
        "light",
        "light-speech",
        "evaluation",
        "joint",
        "nominal",
        "light-joint",
        "nominal-joint",
        "complement",
    }
)
_IRREGULAR = {
    "perfect": ("perfect", Agreement("1", "c", "")),
    "imperfect": ("imperfect", Agreement("1", "c", "s")),
    "verb": ("imperfect", Agreement("1", "c", "p")),
    "passive": ("perfect", Agreement("3", "", "s")),
    "jussive": ("imperfect", Agreement("3", "", "s")),
    "participle": ("participle", Agreement("3", "m", "s")),
    "noun": ("noun", Agreement()),
}
OTHER = "other"
ROLES = frozenset({"addressee", "agent"})


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """A row of ``triggers.tsv``. ``frame`` maps a preposition (or ``obj``) to the role it carries."""

    id: str
    act_type: str
    kind: str
    frame: Mapping[str, str]
    negated_type: str | None
    gloss: str
    needs: tuple[str, ...] = ()

    @property
    def joint(self) -> bool:
        """Whether the parties do the act together."""
        return self.kind in {"joint", "light-joint", "nominal-joint"}

    @property
    def speech(self) -> bool:
        """Whether the trigger introduces what somebody says."""
        return self.kind == "speech"


class Lexicon:
    """All language data of the extraction, from one folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the tables of ``folder`` (the bundled ``seeds/lexicon`` when None).

        Raises:
            DataFileError: for the first row that makes no sense, with file and line.
        """
        self.folder = folder or data_path("seeds", "lexicon")
        self._inflector = Inflector(self.folder)
        self.rows: dict[str, TriggerRow] = {}
        self.written: dict[str, str] = {}
        """The prepositions of the frames, folded and as they are written."""
        for row in read_table(self.folder / "triggers.tsv", _TRIGGER_COLUMNS):
            self._add_trigger(row)
        words = list(read_table(self.folder / "function-words.tsv", ("form", "class", "gloss")))
        self.function_words: Mapping[str, str] = as_mapping(
            (row for row in words if " " not in row["form"]), "form", "class"
        )
        self.function_classes: dict[str, set[str]] = defaultdict(set)
        for row in words:
            self.function_classes[fold_key(row["form"])].add(row["class"])
        self._members: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for form, kinds in sorted(self.function_classes.items(), key=lambda item: (-len(item[0]), item[0])):
            for kind in sorted(kinds):
                self._members[kind] += (form,)
        self.prefixes = prefixes = self._inflector.noun_prefixes()
        self._forms: dict[str, tuple[str, ...]] = {}
        """Words of the tables behind each noun prefix."""
        self.conditions = PhraseTable(
            self.folder / "conditions.tsv", ("form", "kind", "gloss"), prefixes=prefixes
        )
        self.attributions = PhraseTable(
            self.folder / "attribution.tsv", ("form", "side", "gloss"), prefixes=prefixes
        )
        self.topics = PhraseTable(
            self.folder / "topics.tsv", ("pattern", "topic", "weight"), prefixes=prefixes, weight="weight"
        )
        self.topic_names = tuple(sorted({OTHER, *self.topics.values}))
        """Every topic that a pattern shows, and the one of acts that none fits."""
        self.contents = PhraseTable(
            self.folder / "content.tsv", ("pattern", "type", "rows", "gloss"), prefixes=prefixes, scope="rows"
        )
        patterns = read_table(self.folder / "verbal-noun-patterns.tsv", ("pattern", "example", "gloss"))
        self._verbal_nouns = re.compile("|".join(_pattern(row) for row in patterns))
        self.genders: Mapping[str, str] = as_mapping(
            read_table(self.folder / "noun-gender.tsv", ("word", "gender", "gloss")), "word", "gender"
        )

    def _add_trigger(self, row: Row) -> None:
        key = row["id"]
        if not key or key in self.rows:
            raise row.malformed(f"the id {key!r} is {'missing' if not key else 'used twice'}")
        if row["class"] not in CLASSES:
            raise row.malformed(f"class {row['class']!r} is none of {', '.join(sorted(CLASSES))}")
        frame: dict[str, str] = {}
        for item in _values(row, "frame"):
            marker, sign, role = item.partition("=")
            if not sign or role not in ROLES:
                raise row.malformed(f"frame {item!r} is not MARKER=ROLE with ROLE addressee or agent")
            frame[fold_key(marker)] = role
            if marker != _OBJECT:
                self.written[fold_key(marker)] = marker
        self.rows[key] = TriggerRow(
            key,
            row["type"],
            row["class"],
            frame,
            row["negated_type"] or None,
            row["gloss"],
            tuple(fold_key(word) for word in _values(row, "needs")),
        )
        for part in ("perfect", "imperfect", "participle"):
            if row[part]:
                self._inflector.add(key, part, row[part])
        for noun in _values(row, "nouns"):
            self._inflector.add(key, "noun", noun)
        for item in _values(row, "extra"):
            part, sign, form = item.partition(":")
            if not sign or part not in _IRREGULAR:
                raise row.malformed(f"extra {item!r} is not PART:FORM with PART of {', '.join(_IRREGULAR)}")
            kind, agreement = _IRREGULAR[part]
            self._inflector.add_irregular(key, kind, form, agreement)

    def readings(self, folded_token: str) -> tuple[Reading, ...]:
        """How a folded token can be read as a trigger, with proclitics."""
        return self._inflector.readings(folded_token)

    def matches(self, word: str, token: str) -> bool:
        """Whether a folded token is ``word`` (``*`` for any ending) after any noun proclitics."""
        forms = self._forms.get(word)
        if forms is None:
            forms = self._forms[word] = tuple(prefix + word.removesuffix("*") for prefix in self.prefixes)
        return token.startswith(forms) if word.endswith("*") else token in forms

    def is_feminine(self, noun: str) -> bool:
        """Whether a noun, as written, is feminine by its ending or by ``noun-gender.tsv``."""
        return self.genders.get(fold_key(noun)) == "f" or noun.endswith(_FEMININE_ENDINGS)

    def is_accusative(self, folded_noun: str) -> bool:
        """Whether a folded noun without the article ends as an indefinite accusative does."""
        return (
            len(folded_noun) > _SHORTEST_ACCUSATIVE
            and folded_noun.endswith(_ALEF)
            and self.without_article(folded_noun) == folded_noun
        )

    def is_verbal_noun(self, noun: str) -> bool:
        """Whether a noun, as written but without article, has the pattern of a verbal noun."""
        return self._verbal_nouns.fullmatch(noun) is not None

    def without_article(self, folded_word: str) -> str:
        """A folded word without the article before it."""
        for article in self._inflector.articles:
            if folded_word.startswith(article) and len(folded_word) > len(article) + 1:
                return folded_word[len(article) :]
        return folded_word

    @property
    def addressing(self) -> tuple[str, ...]:
        """Letters written onto a name that is spoken to: «لبوتين»."""
        return self.members("addressing")

    def members(self, kind: str) -> tuple[str, ...]:
        """The folded function words of a class, the longest first."""
        return self._members[kind]

    def is_a(self, folded_word: str, *classes: str) -> bool:
        """Whether a folded word belongs to one of the function-word ``classes``."""
        known = self.function_classes.get(folded_word)
        return known is not None and not known.isdisjoint(classes)

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over the names and bytes of the folder's tables."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.glob("*.tsv")):
            digest.update(path.name.encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def _pattern(row: Row) -> str:
    """A regular expression for a row of ``verbal-noun-patterns.tsv``, which its example must fit."""
    written = "".join("." if char == "." else re.escape(char) for char in row["pattern"])
    if not written or re.fullmatch(written, row["example"]) is None:
        raise row.malformed(f"the example {row['example']!r} does not fit the pattern {row['pattern']!r}")
    return written


def _values(row: Row, column: str) -> tuple[str, ...]:
    """The ``|``-separated values of a cell, without empty ones."""
    return tuple(value.strip() for value in row[column].split("|") if value.strip())
