"""The gazetteer: known things and their names, read from ``seeds/entities/*.tsv``."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kgbuild.linking.grammar import Demonym, Grammar, Institution, forms
from kgbuild.model import Entity, Kind, Tenure
from kgbuild.text.tables import Row, read_table

ENTITY_COLUMNS = (
    "key",
    "subtype",
    "label_en",
    "label_ar",
    "aliases_ar",
    "weak_ar",
    "wikidata",
    "country",
    "stands_for",
)
PERSON_COLUMNS = ("key", "label_en", "label_ar", "aliases_ar", "weak_ar", "wikidata", "country", "gender")
ROLE_COLUMNS = ("person", "office", "title_ar", "title_en", "of", "to", "from_year", "to_year", "source")
TABLES = (
    ("states.tsv", Kind.PLACE),
    ("cities.tsv", Kind.PLACE),
    ("regions.tsv", Kind.PLACE),
    ("organizations.tsv", Kind.ORGANIZATION),
    ("agencies.tsv", Kind.ORGANIZATION),
)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_YEAR = re.compile(r"([12][0-9]{3})(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one entity's name. A weak one is also a common word or somebody else's name."""

    text: str
    entity: Entity
    weak: bool


@dataclass(frozen=True, slots=True)
class Office:
    """What linking needs of a tenure: ``office`` is a class of ``titles.tsv``, ``to`` where it is exercised.

    ``first`` and ``last`` are months (inclusive) as :func:`month` counts them; ``last`` None is still in
    office.
    """

    person: str
    office: str
    of: str
    to: str | None
    first: int
    last: int | None

    def held_in(self, first: int, last: int) -> bool:
        """Whether the office was held at some time of the months ``first`` to ``last``."""
        return self.first <= last and (self.last is None or first <= self.last)


def month(year: int, number: int) -> int:
    """A month (1 to 12) of a year as a number that grows by one each month."""
    return year * 12 + number - 1


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All that ``seeds/entities`` holds. ``entities`` has the institutions of every state, too."""

    entities: Mapping[str, Entity]
    names: tuple[Name, ...]
    genders: Mapping[str, str]
    tenures: tuple[Tenure, ...]
    offices: tuple[Office, ...]
    grammar: Grammar
    content_hash: str
    """SHA-256 (hex) over the names and bytes of the folder's tables: equal gazetteers have equal hashes."""

    @classmethod
    def load(cls, folder: Path) -> "Gazetteer":
        """Read and check every table of ``folder``.

        Raises:
            DataFileError: for the first row that makes no sense, naming file and line.
        """
        grammar = Grammar.load(folder)
        entities: dict[str, Entity] = {}
        names: list[Name] = []
        rows: list[Row] = []
        for file, kind in TABLES:
            for row in read_table(folder / file, ENTITY_COLUMNS):
                _add(row, kind, entities, names)
                rows.append(row)
        genders = {}
        for row in read_table(folder / "people.tsv", PERSON_COLUMNS):
            _add(row, Kind.PERSON, entities, names)
            rows.append(row)
            if row["gender"] not in ("m", "f"):
                raise row.malformed(f"the gender is {row['gender']!r} and should be m or f")
            genders[row["key"]] = row["gender"]
        states = [entities[row["key"]] for row in rows if row.path.name == TABLES[0][0]]
        for entity in _institutions(grammar, states, entities):
            entities.setdefault(entity.key, entity)
        for row in rows:
            for column in ("country", "stands_for"):
                if row.cells.get(column) and row[column] not in entities:
                    raise row.malformed(f"{column} {row[column]!r} is the key of no row")
        grammar.check_keys(entities)
        tenures, offices = _read_roles(folder, entities, grammar)
        return cls(
            entities=entities,
            names=tuple(names),
            genders=genders,
            tenures=tenures,
            offices=offices,
            grammar=grammar,
            content_hash=_hash(folder),
        )


def institution_key(institution: Institution, state: Entity) -> str:
    """Key of a state's institution: ``ministry-of-foreign-affairs-of-russia``."""
    return f"{institution.key}-of-{state.key}"


def _add(row: Row, kind: Kind, entities: dict[str, Entity], names: list[Name]) -> None:
    key = row["key"]
    if not _KEY.fullmatch(key):
        raise row.malformed(f"the key {key!r} holds more than lower-case letters, digits and hyphens")
    if key in entities or key.startswith("nil-"):
        raise row.malformed(f"the key {key!r} is taken")
    if not row["label_en"] or not row["label_ar"]:
        raise row.malformed("a label is missing")
    if row["wikidata"] and not _WIKIDATA.fullmatch(row["wikidata"]):
        raise row.malformed(f"{row['wikidata']!r} is no Wikidata id")
    aliases = forms(row["aliases_ar"])
    weak = set(forms(row["weak_ar"]))
    spellings = tuple(dict.fromkeys((row["label_ar"], *aliases)))
    if weak - set(spellings):
        unknown = sorted(weak - set(spellings))[0]
        raise row.malformed(f"weak_ar has {unknown!r}, which is neither the label nor an alias")
    entity = Entity(
        key=key,
        kind=kind,
        label_ar=row["label_ar"],
        label_en=row["label_en"],
        wikidata=row["wikidata"] or None,
        subtype=row.cells.get("subtype") or None,
        country=row["country"] or None,
        stands_for=row.cells.get("stands_for") or None,
        aliases=aliases,
        gender=row.cells.get("gender") or None,
    )
    entities[key] = entity
    names.extend(Name(text, entity, text in weak) for text in spellings)


def _institutions(
    grammar: Grammar, states: Iterable[Entity], known: Mapping[str, Entity]
) -> Iterator[Entity]:
    """Every institution of every state, with labels made of the state's."""
    demonyms: dict[str, Demonym] = {demonym.entity: demonym for demonym in grammar.demonyms}
    for state in sorted(states, key=lambda state: state.key):
        demonym = demonyms.get(state.key)
        for institution in grammar.institutions:
            if demonym:
                label_ar = f"{institution.label_ar} {demonym.first(institution.gender)}"
            else:
                label_ar = f"{institution.label_ar} ({state.label_ar})"
            key = institution_key(institution, state)
            entity = Entity(
                key=key,
                kind=Kind.ORGANIZATION,
                label_ar=label_ar,
                label_en=institution.label_en.format(state.label_en),
                subtype=institution.subtype,
                country=state.key,
                stands_for=state.key if institution.stands_for else None,
            )
            given = known.get(key)
            yield replace(given, kind=Kind.ORGANIZATION) if given else entity


def _read_roles(
    folder: Path, entities: Mapping[str, Entity], grammar: Grammar
) -> tuple[tuple[Tenure, ...], tuple[Office, ...]]:
    tenures: list[Tenure] = []
    offices: list[Office] = []
    for row in read_table(folder / "roles.tsv", ROLE_COLUMNS):
        for column in ("person", "of", "to"):
            if (column != "to" or row["to"]) and row[column] not in entities:
                raise row.malformed(f"{column} {row[column]!r} is the key of no row")
        if row["office"] not in grammar.offices:
            raise row.malformed(f"titles.tsv knows no office {row['office']!r}")
        first, last = _month(row, "from_year", 1), _month(row, "to_year", 12) if row["to_year"] else None
        if last is not None and last < first:
            raise row.malformed("the office ends before it begins")
        if not row["title_ar"]:
            raise row.malformed("title_ar is empty")
        tenures.append(
            Tenure(
                person=row["person"],
                title_ar=row["title_ar"],
                title_en=row["title_en"] or None,
                of=row["of"],
                from_year=first // 12,
                to_year=None if last is None else last // 12,
            )
        )
        offices.append(Office(row["person"], row["office"], row["of"], row["to"] or None, first, last))
    return tuple(tenures), tuple(offices)


def _month(row: Row, column: str, default: int) -> int:
    match = _YEAR.fullmatch(row[column])
    if match is None:
        raise row.malformed(
            f"{column} is {row[column]!r} and should be a year or a year and month, as 2017-02"
        )
    return month(int(match[1]), int(match[2] or default))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        digest.update(path.name.encode())
        digest.update(b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
