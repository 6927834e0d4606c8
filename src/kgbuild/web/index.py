"""What every page needs, out of the graph: acts, actors and articles, small and in memory.

An aggregate over a million triples takes SPARQL seconds; over these tuples it takes milliseconds.
Nothing is kept of mentions, attributions and text: pages look them up where they show them.
:mod:`kgbuild.web.reading` makes the index, :mod:`kgbuild.web.keeping` keeps it beside the store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Actor:
    """An entity: who or what acts, is addressed, publishes or is named."""

    key: str
    label_en: str = ""
    label_ar: str = ""
    kind: str = ""
    wikidata: str = ""
    known: bool = True
    """Whether the gazetteer knows it (and it is no NIL entity)."""
    called: str = ""
    """Its names and key as searches look for them, folded."""

    def name(self, language: str) -> str:
        """Label in ``language``, else in the other one, else the key."""
        first, second = (self.label_ar, self.label_en) if language == "ar" else (self.label_en, self.label_ar)
        return first or second or self.key

    def language(self, language: str) -> str:
        """The language that :meth:`name` answers in when asked for ``language``."""
        wanted = self.label_ar if language == "ar" else self.label_en
        return language if wanted else ("ar" if self.label_ar else "en")


@dataclass(frozen=True, slots=True)
class Source:
    """An article, as the graph describes it."""

    key: str
    id: str
    title: str
    day: date | None
    outlet: str
    url: str
    called: str = ""
    """Title, id and names of the outlet as searches look for them, folded."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act; entities by key, topics by notation, articles by key. ``day`` is the first it can mean."""

    key: str
    type: str
    family: str
    agents: tuple[str, ...]
    addressees: tuple[str, ...]
    behalf: tuple[str, ...]
    topics: tuple[str, ...]
    day: date | None
    until: date | None
    articles: tuple[str, ...]
    affirmed: bool
    negated: bool
    within: bool
    conditional: bool

    @property
    def parties(self) -> tuple[str, ...]:
        """Agents, addressees and those who are spoken for, each once."""
        return tuple(dict.fromkeys((*self.agents, *self.addressees, *self.behalf)))


@dataclass(frozen=True)
class Index:
    """Acts, newest first and the undated last; actors and articles by key."""

    acts: tuple[Act, ...]
    actors: Mapping[str, Actor]
    articles: Mapping[str, Source]
    triples: int
    """Triples of the merged default graph: one that two named graphs hold is one."""

    def actor(self, key: str) -> Actor:
        """The entity with this key; one that the graph does not describe has its key for a name."""
        return self.actors.get(key) or Actor(key, called=key)

    @cached_property
    def by_key(self) -> Mapping[str, Act]:
        """Acts by their keys."""
        return {act.key: act for act in self.acts}

    @cached_property
    def by_actor(self) -> Mapping[str, tuple[Act, ...]]:
        """Acts in which an entity is agent, addressee or spoken for, in the order of :attr:`acts`."""
        return _grouped((key, act) for act in self.acts for key in act.parties)

    @cached_property
    def by_article(self) -> Mapping[str, tuple[Act, ...]]:
        """Acts that an article tells."""
        return _grouped((key, act) for act in self.acts for key in act.articles)

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Act, ...]]:
        """Acts that are about a topic."""
        return _grouped((name, act) for act in self.acts for name in act.topics)

    @cached_property
    def by_id(self) -> Mapping[str, str]:
        """Key of the article with an id."""
        return {source.id: key for key, source in self.articles.items()}

    @cached_property
    def by_outlet(self) -> Mapping[str, tuple[Source, ...]]:
        """Articles that an organization published, in the order of :attr:`articles`."""
        found: dict[str, list[Source]] = {}
        for source in self.articles.values():
            if source.outlet:
                found.setdefault(source.outlet, []).append(source)
        return {key: tuple(found[key]) for key in sorted(found)}

    @property
    def outlets(self) -> tuple[str, ...]:
        """Keys of the organizations that published articles, sorted by key."""
        return tuple(self.by_outlet)


def _grouped(pairs: Iterable[tuple[str, Act]]) -> dict[str, tuple[Act, ...]]:
    found: dict[str, list[Act]] = {}
    for key, act in pairs:
        found.setdefault(key, []).append(act)
    return {key: tuple(acts) for key, acts in found.items()}
