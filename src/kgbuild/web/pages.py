"""The pages: which template, with what in it. They know of the graph, and nothing of HTTP."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from kgbuild.errors import UsageError
from kgbuild.querying.catalog import Question
from kgbuild.store.embedded import Store
from kgbuild.text.folding import fold_key
from kgbuild.vocab import act_classes, topics
from kgbuild.web import marks
from kgbuild.web.details import Reader
from kgbuild.web.families import FAMILIES, family_of
from kgbuild.web.filters import Filter, read_filter
from kgbuild.web.index import Act, Index, read_index
from kgbuild.web.picture import flow, histogram, pairs

PAGE_SIZE: Final = 40
_MOST_TURTLE: Final = 40
_MOST_NODES: Final = 60
_MOST_EDGES: Final = 150
_ACTS_AN_EDGE: Final = 3
_MOST_FOUND: Final = 30
_LONGEST_SEARCH: Final = 200


class NotFoundError(UsageError):
    """The graph has no such thing; becomes a page that says so."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be shown: ``title`` is text, the key of a message where it begins with ``:``."""

    template: str
    path: str
    title: str
    section: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


class Browser:
    """A store, open for reading, and the pages that show it.

    Args:
        store: open for as long as pages are made.
        catalog: the questions.
        folder: where the store is, for queries in a process of their own.
    """

    def __init__(self, store: Store, catalog: Mapping[str, Question], folder: Path) -> None:
        self.store = store
        self.catalog = catalog
        self.folder = folder
        self.index: Index = read_index(store)
        self.reader = Reader(store.database)

    @cached_property
    def outlines(self) -> Mapping[str, Any]:
        """What the overview shows, counted once."""
        index = self.index
        published = {key: source.day or date.min for key, source in index.articles.items()}
        newest = sorted(
            index.acts,
            key=lambda act: max((published.get(key, date.min) for key in act.articles), default=date.min),
            reverse=True,
        )
        outright = [act for act in newest if not act.within]
        days = sorted(source.day for source in index.articles.values() if source.day)
        return {
            "newest": outright[:6],
            "active": self.by_activity[:10],
            "themes": Counter(topic for act in index.acts for topic in act.topics).most_common(),
            "families": Counter(act.family for act in index.acts),
            "flow": flow(index.acts),
            "pair_rows": pairs(index.acts).most_common(12),
            "histogram": histogram(index.acts),
            "period": (days[0], days[-1]) if days else None,
            "actor_count": len(index.by_actor),
        }

    @staticmethod
    def active(acts: Iterable[Act]) -> list[tuple[str, int, int]]:
        """Actors by how much they do: key, acts as agent, acts as addressee."""
        agents = Counter(key for act in acts for key in act.agents)
        addressees = Counter(key for act in acts for key in act.addressees)
        keys = sorted({*agents, *addressees}, key=lambda key: (-agents[key], -addressees[key], key))
        return [(key, agents[key], addressees[key]) for key in keys]

    def overview(self) -> Page:
        """Counts, newest acts, most active actors, topics, who addressed whom."""
        return Page("overview.html", "", ":nav.overview", "overview", self.outlines)

    def articles(self, query: Mapping[str, str], *, everything: bool = False) -> Page:
        """All articles, newest first, or those whose title or outlet holds ``?q=``."""
        wanted = fold_key(query.get("q", "")[:_LONGEST_SEARCH]).strip()
        index = self.index
        found = [
            source
            for source in index.articles.values()
            if not wanted
            or wanted in fold_key(source.title)
            or wanted in fold_key(source.id)
            or any(wanted in fold_key(index.actor(source.outlet).name(lang)) for lang in ("en", "ar"))
        ]
        return Page(
            "articles.html",
            "articles",
            ":nav.articles",
            "articles",
            {
                "q": query.get("q", "")[:_LONGEST_SEARCH],
                **_paged(found, query, max(len(found), 1) if everything else PAGE_SIZE),
            },
        )

    def article(self, key: str) -> Page:
        """An article's text with what was read in it."""
        source = self.index.articles.get(key)
        if source is None:
            raise NotFoundError("article")
        try:
            extraction = self.store.record(key)
        except UsageError:  # the graph came without records: no text to show
            acts = self.index.by_article.get(key, ())
            bare = {"pieces": (), "told": (), "panels": [(act, "") for act in acts], "turtle": {}}
            title = source.title or source.id
            return Page("article.html", f"article/{key}", title, "articles", {"source": source, **bare})
        told = marks.told(extraction)
        seen: Counter[str] = Counter()
        panels = []
        for one in told:
            seen[one.key] += 1
            suffix = "" if seen[one.key] == 1 else f"-{seen[one.key]}"
            panels.append((one.key, f"act-{one.key}{suffix}", one))
        with_turtle = {one.key for one in told} if len(told) <= _MOST_TURTLE else set()
        return Page(
            "article.html",
            f"article/{key}",
            source.title or source.id,
            "articles",
            {
                "source": source,
                "pieces": list(marks.pieces(extraction.article.text, marks.marks(extraction))),
                "told": told,
                "full_text": extraction.article.text,
                "panels": panels,
                "families": Counter(family_of().get(one.type, "Other") for one in told),
                "turtle": {one: self.reader.turtle(one) for one in with_turtle},
            },
        )

    def act(self, key: str) -> Page:
        """One act with all its tellings and its Turtle."""
        act = self.index.by_key.get(key)
        if act is None:
            raise NotFoundError("act")
        return Page("act.html", f"act/{key}", "", "timeline", {"act": act, "turtle": self.reader.turtle(key)})

    def actors(self, query: Mapping[str, str], *, everything: bool = False) -> Page:
        """Everybody who acts or is addressed, the busiest first, or those that ``?q=`` names."""
        wanted = fold_key(query.get("q", "")[:_LONGEST_SEARCH]).strip()
        kind = query.get("kind", "")
        rows = [
            row
            for row in self.by_activity
            if (not wanted or self._is_called(row[0], wanted))
            and (not kind or self.index.actor(row[0]).kind == kind)
        ]
        size = max(len(rows), 1) if everything else PAGE_SIZE
        values = {"q": query.get("q", "")[:_LONGEST_SEARCH], "kind": kind, **_paged(rows, query, size)}
        return Page("actors.html", "actors", ":nav.actors", "actors", values)

    def actor(self, key: str) -> Page:
        """One actor: names, offices, acts, positions by topic."""
        if key not in self.index.actors and key not in self.index.by_actor:
            raise NotFoundError("actor")
        acts = self.index.by_actor.get(key, ())
        by_topic: dict[str, list[Act]] = {}
        for act in acts:
            if key in act.agents or key in act.behalf:
                for topic in act.topics:
                    by_topic.setdefault(topic, []).append(act)
        counterparts = Counter(
            other
            for act in acts
            for other in (*act.agents, *act.addressees)
            if other != key and (key in act.agents or key in act.addressees)
        )
        published = [source for source in self.index.articles.values() if source.outlet == key]
        return Page(
            "actor.html",
            f"actor/{key}",
            "",
            "actors",
            {
                "actor": self.index.actor(key),
                "tenures": self.reader.tenures(key),
                "as_agent": [act for act in acts if key in act.agents],
                "as_addressee": [act for act in acts if key in act.addressees],
                "spoken_for": [act for act in acts if key in act.behalf and key not in act.agents],
                "positions": sorted(by_topic.items(), key=lambda item: (-len(item[1]), item[0])),
                "counterparts": counterparts.most_common(8),
                "histogram": histogram(acts),
                "published": published,
            },
        )

    def warm(self) -> None:
        """Count now what the first visitor would wait for."""
        for counted in (
            self.outlines,
            self.topic_rows,
            self.by_activity,
            self._names,
            self._types,
            self._themes,
        ):
            len(counted)

    def topics(self) -> Page:
        """All topics, with how they are acted upon."""
        return Page("topics.html", "topics", ":nav.topics", "topics", {"rows": self.topic_rows})

    @cached_property
    def topic_rows(self) -> list[tuple[str, list[Act], Counter[str], list[tuple[str, int, int]]]]:
        """Topics with their acts, families of acts and busiest actors."""
        groups: dict[str, list[Act]] = {}
        for act in self.index.acts:
            for topic in act.topics:
                groups.setdefault(topic, []).append(act)
        return [
            (topic, acts, Counter(act.family for act in acts), self.active(acts)[:4])
            for topic, acts in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        ]

    def topic(self, name: str, query: Mapping[str, str], *, everything: bool = False) -> Page:
        """A topic's acts in time; the timeline with that topic chosen."""
        if name not in topics():
            raise NotFoundError("topic")
        return self.timeline({**query, "topic": name}, path=f"topic/{name}", everything=everything)

    def timeline(self, query: Mapping[str, str], *, path: str = "timeline", everything: bool = False) -> Page:
        """Acts in time, those that the address asks for; ``everything`` puts all on one page."""
        chosen, strange = read_filter(query, self.index)
        acts = chosen.acts(self.index)
        in_time = [act for act in acts if act.day], [act for act in acts if not act.day]
        size = max(len(acts), 1) if everything else PAGE_SIZE
        return Page(
            "timeline.html",
            path,
            ":nav.timeline",
            "topics" if path.startswith("topic/") else "timeline",
            {
                "chosen": chosen,
                "strange": strange,
                "histogram": histogram(acts),
                "undated": len(in_time[1]),
                "fixed_topic": chosen.topic if path.startswith("topic/") else "",
                "choices": self._choices(chosen),
                **_paged([*in_time[0], *in_time[1]], query, size),
            },
        )

    def graph(self, query: Mapping[str, str]) -> Page:
        """Actors as nodes, acts as edges: the busiest ones among the acts that the address asks for."""
        chosen, strange = read_filter(query, self.index)
        acts = [act for act in chosen.acts(self.index) if act.agents and act.addressees]
        edges: dict[tuple[str, str], list[Act]] = {}
        for act in acts:
            for agent in act.agents:
                for addressee in act.addressees:
                    if agent != addressee:
                        edges.setdefault((agent, addressee), []).append(act)
        weight: Counter[str] = Counter()
        for (agent, addressee), found in edges.items():
            weight[agent] += len(found)
            weight[addressee] += len(found)
        nodes = sorted(weight, key=lambda key: (-weight[key], key))[:_MOST_NODES]
        kept = [(pair, found) for pair, found in edges.items() if {*pair} <= {*nodes}]
        kept.sort(key=lambda item: (-len(item[1]), item[0]))
        rows = [
            (agent, addressee, found[:_ACTS_AN_EDGE], Counter(act.family for act in found), len(found))
            for (agent, addressee), found in kept[:_MOST_EDGES]
        ]
        values = {
            "chosen": chosen,
            "strange": strange,
            "nodes": [(key, weight[key]) for key in nodes],
            "edges": rows,
            "left_out": len(weight) - len(nodes),
            "choices": self._choices(chosen),
        }
        return Page("graph.html", "graph", ":nav.graph", "graph", values)

    def search(self, query: Mapping[str, str]) -> Page:
        """Actors, topics and articles whose names hold ``?q=``."""
        asked = query.get("q", "")[:_LONGEST_SEARCH]
        wanted = fold_key(asked).strip()
        index = self.index
        actors = [key for key, _, _ in self.by_activity if wanted and self._is_called(key, wanted)] + [
            key
            for key in index.actors
            if wanted and key not in index.by_actor and self._is_called(key, wanted)
        ]
        articles = [
            one for one in index.articles.values() if wanted and wanted in fold_key(f"{one.title} {one.id}")
        ]
        values = {
            "q": asked,
            "actors": actors[:_MOST_FOUND],
            "articles": articles[:_MOST_FOUND],
            "themes": self._themes,
        }
        return Page("search.html", "search", ":nav.search", "search", values)

    def _is_called(self, key: str, folded: str) -> bool:
        return folded in self._names.get(key, key)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {
            key: fold_key(f"{actor.label_en} {actor.label_ar} {key}")
            for key, actor in self.index.actors.items()
        }

    def _choices(self, chosen: Filter) -> Mapping[str, Sequence[str]]:
        """What the selects of the filters offer: the busiest actors, and whoever is chosen."""
        busiest = self.busiest
        extra = tuple(key for key in (chosen.actor, chosen.whom) if key and key not in busiest)
        return {"actors": (*extra, *busiest), "types": self._types, "topics": self._themes}

    @cached_property
    def by_activity(self) -> list[tuple[str, int, int]]:
        """All actors, the busiest first, as :meth:`active` gives them."""
        return self.active(self.index.acts)

    @cached_property
    def busiest(self) -> tuple[str, ...]:
        """Keys of those who act most."""
        return tuple(key for key, _, _ in self.by_activity[:150])

    @cached_property
    def _types(self) -> tuple[str, ...]:
        used = {act.type for act in self.index.acts}
        return tuple(name for name in sorted(act_classes()) if name in used)

    @cached_property
    def _themes(self) -> tuple[str, ...]:
        return tuple(sorted({topic for act in self.index.acts for topic in act.topics}))


def family_rank(family: str) -> int:
    """Place of a family in legends."""
    return FAMILIES.index(family)


def _paged(rows: Sequence[Any], query: Mapping[str, str], size: int = PAGE_SIZE) -> dict[str, Any]:
    """The rows of the page that ``?page=`` asks for; one that is out of range is the nearest."""
    last = max(1, -(-len(rows) // size))
    asked = query.get("page", "")
    number = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 10 else 1
    start = (number - 1) * size
    return {
        "rows": rows[start : start + size],
        "total": len(rows),
        "page": number,
        "pages": last,
        "start": start,
    }
