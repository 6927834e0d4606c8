"""What the tables of ``seeds/entities`` say about the language of titles, groups and institutions."""

from collections.abc import Collection, Container
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from kgbuild.model import Kind
from kgbuild.text.folding import fold_key
from kgbuild.text.tables import Row, read_table

FORMS_SEPARATOR = "|"
_INSIDE = "preposition-in"
ANY_OFFICE = "*"
HONORIFIC = "honorific"
COUNTERPART = "counterpart"
LAST_MINISTRY = "last-ministry"
GROUP_MEANINGS = frozenset({"parties", "states", "persons", "side", "own-state", LAST_MINISTRY, "last-org"})
_OF = frozenset({"", "state", "org", "any"})


@dataclass(frozen=True, slots=True)
class Demonym:
    """Nisba adjectives of ``entity`` (a key), with the article."""

    entity: str
    masculine: tuple[str, ...]
    feminine: tuple[str, ...]
    plural: tuple[str, ...]
    row: Row = field(compare=False, repr=False)

    def first(self, gender: str) -> str:
        """The usual form of one gender (``m`` or ``f``)."""
        return (self.feminine if gender == "f" else self.masculine)[0]


@dataclass(frozen=True, slots=True)
class Title:
    """A title noun of one class of office and one gender; see ``titles.tsv``."""

    office: str
    gender: str
    definite: tuple[str, ...]
    construct: tuple[str, ...]
    covers: frozenset[str]
    of: str
    sent: bool

    def may_mean(self, office: str) -> bool:
        """Whether this title can stand for an office of that class."""
        return office == self.office or office in self.covers or ANY_OFFICE in self.covers


@dataclass(frozen=True, slots=True)
class TitleWord:
    """A word after a title noun; see ``title-words.tsv``."""

    form: str
    part: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution that every state has; see ``institutions.tsv``."""

    key: str
    subtype: str
    label_en: str
    label_ar: str
    gender: str
    definite: tuple[str, ...]
    construct: tuple[str, ...]
    short: tuple[str, ...]
    bare: bool
    stands_for: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A noun that stands for parties named elsewhere; see ``groups.tsv``."""

    form: str
    means: str
    count: int
    offices: tuple[str, ...] = ()

    def may_hold(self, offices: Collection[str]) -> bool:
        """Whether somebody with these classes of office can be one of those meant."""
        if not self.offices:
            return bool(offices)
        return any(fnmatchcase(office, wanted) for office in offices for wanted in self.offices)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word before a name that says of what kind it is; see ``cues.tsv``."""

    form: str
    kind: Kind
    subtype: str


@dataclass(frozen=True, slots=True)
class Clitics:
    """Letters that Arabic writes onto the word after them; ``contracting`` ones swallow an article's alef.

    ``inside``: what says that something happens in the place after it, words and letters.
    """

    proclitics: frozenset[str]
    contracting: frozenset[str]
    article: str
    inside: frozenset[str] = frozenset()

    def definite(self, word: str) -> bool:
        """Whether a word (folded) has the article, behind proclitics or swallowed by one."""
        if any(word.startswith(clitic + self.article) for clitic in self.proclitics):
            return True
        return any(word.startswith(clitic + self.article[-1]) for clitic in self.contracting)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The tables, read and checked."""

    demonyms: tuple[Demonym, ...]
    titles: tuple[Title, ...]
    title_words: tuple[TitleWord, ...]
    institutions: tuple[Institution, ...]
    groups: tuple[Group, ...]
    cues: tuple[Cue, ...]
    particles: tuple[str, ...]
    spellings: tuple[tuple[str, str], ...]

    @property
    def offices(self) -> frozenset[str]:
        """Every class of office that a title names."""
        return frozenset(title.office for title in self.titles)

    @classmethod
    def load(cls, folder: Path) -> "Grammar":
        """Read the grammar tables of ``folder``.

        Raises:
            DataFileError: for the first row that makes no sense, naming file and line.
        """
        titles = _titles(folder)
        return cls(
            demonyms=_demonyms(folder),
            titles=titles,
            title_words=tuple(
                TitleWord(row["form"], _one_of(row, "part", {"modifier", "link"}), row["meaning"])
                for row in read_table(folder / "title-words.tsv", ("form", "part", "meaning"))
            ),
            institutions=_institutions(folder),
            groups=_groups(folder, frozenset(title.office for title in titles)),
            cues=tuple(
                Cue(row["form"], Kind(_one_of(row, "kind", {k.value for k in Kind})), row["subtype"])
                for row in read_table(folder / "cues.tsv", ("form", "kind", "subtype"))
            ),
            particles=tuple(
                row["particle"] for row in read_table(folder / "name-particles.tsv", ("particle",))
            ),
            spellings=_spellings(folder),
        )

    def check_keys(self, entities: Container[str]) -> None:
        """Check that every demonym's entity is known.

        Raises:
            DataFileError: naming the demonym whose entity is not.
        """
        for demonym in self.demonyms:
            if demonym.entity not in entities:
                raise demonym.row.malformed(f"the entity {demonym.entity!r} is the key of no row")


def forms(cell: str) -> tuple[str, ...]:
    """The values of a cell, in order, each once."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(FORMS_SEPARATOR) if part.strip()))


def clitics(folder: Path) -> Clitics:
    """What can be written onto a name: a conjunction, a preposition, or both.

    ``folder`` is the lexicon's: ``clitics.tsv`` lists them, ``function-words.tsv`` the words for "in".

    Raises:
        DataFileError: if the table is malformed or has no article.
    """
    columns = ("form", "class", "before", "person", "gender", "number", "gloss")
    rows = read_table(folder / "clitics.tsv", columns)
    by_class: dict[str, list[str]] = {}
    for row in rows:
        by_class.setdefault(row["class"], []).append(row["form"])
    articles = by_class.get("article", [])
    if len(articles) != 1:
        raise rows[0].malformed("the table should have one row of the class article")
    conjunctions = ["", *by_class.get("conjunction", [])]
    prepositions = ["", *by_class.get("preposition", [])]
    contracting = [form for form in prepositions if form and form == articles[0][-1]]
    return Clitics(
        frozenset(c + p for c in conjunctions for p in prepositions),
        frozenset(c + p for c in conjunctions for p in contracting),
        articles[0],
        frozenset(
            c + fold_key(row["form"])
            for row in read_table(folder / "function-words.tsv", ("form", "class", "gloss"))
            if row["class"] == _INSIDE
            for c in conjunctions
        ),
    )


def _one_of(row: Row, column: str, allowed: Collection[str]) -> str:
    value = row[column]
    if value not in allowed:
        raise row.malformed(f"{column} is {value!r} and should be one of {', '.join(sorted(allowed))}")
    return value


def _demonyms(folder: Path) -> tuple[Demonym, ...]:
    found = []
    for row in read_table(folder / "demonyms.tsv", ("entity", "masculine", "feminine", "plural")):
        masculine, feminine = forms(row["masculine"]), forms(row["feminine"])
        if not masculine or not feminine:
            raise row.malformed("a masculine or feminine form is missing")
        found.append(Demonym(row["entity"], masculine, feminine, forms(row["plural"]), row))
    return tuple(found)


def _titles(folder: Path) -> tuple[Title, ...]:
    columns = ("office", "gender", "definite", "construct", "covers", "of", "sent")
    found = []
    for row in read_table(folder / "titles.tsv", columns):
        definite, construct = forms(row["definite"]), forms(row["construct"])
        if not definite and not construct:
            raise row.malformed("a title needs a definite or a construct form")
        found.append(
            Title(
                office=row["office"],
                gender=_one_of(row, "gender", {"m", "f"}),
                definite=definite,
                construct=construct,
                covers=frozenset(forms(row["covers"])),
                of=_one_of(row, "of", _OF),
                sent=_one_of(row, "sent", {"", "yes"}) == "yes",
            )
        )
    return tuple(found)


def _groups(folder: Path, known: Collection[str]) -> tuple[Group, ...]:
    found = []
    for row in read_table(folder / "groups.tsv", ("form", "means", "count", "offices")):
        offices = forms(row["offices"])
        for wanted in offices:
            if not any(fnmatchcase(office, wanted) for office in known):
                raise row.malformed(f"{wanted!r} is no office of titles.tsv")
        means = _one_of(row, "means", GROUP_MEANINGS)
        found.append(Group(row["form"], means, int(_one_of(row, "count", {"1", "2"})), offices))
    return tuple(found)


def _institutions(folder: Path) -> tuple[Institution, ...]:
    columns = (
        "key",
        "subtype",
        "label_en",
        "label_ar",
        "gender",
        "definite",
        "construct",
        "short",
        "bare",
        "stands_for",
    )
    found = []
    for row in read_table(folder / "institutions.tsv", columns):
        if row["label_en"].count("{}") != 1:
            raise row.malformed("label_en should hold {} once, where the state's name goes")
        found.append(
            Institution(
                key=row["key"],
                subtype=row["subtype"],
                label_en=row["label_en"],
                label_ar=row["label_ar"],
                gender=_one_of(row, "gender", {"m", "f"}),
                definite=forms(row["definite"]),
                construct=forms(row["construct"]),
                short=forms(row["short"]),
                bare=_one_of(row, "bare", {"", "yes"}) == "yes",
                stands_for=_one_of(row, "stands_for", {"", "yes"}) == "yes",
            )
        )
    return tuple(found)


def _spellings(folder: Path) -> tuple[tuple[str, str], ...]:
    """Pairs (from, to), folded by the caller. Spaces at the ends of a cell are written as ``_``."""
    found = []
    for row in read_table(folder / "spelling.tsv", ("from", "to", "gloss")):
        if row["from"] == row["to"]:
            raise row.malformed("from and to are the same")
        found.append((row["from"].replace("_", " "), row["to"].replace("_", " ")))
    return tuple(found)
