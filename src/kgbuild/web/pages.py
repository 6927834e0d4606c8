"""The pages: which template, with what in it. They know of the graph, and nothing of HTTP."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kgbuild.errors import UsageError
from kgbuild.querying.catalog import Question
from kgbuild.store.embedded import Store
from kgbuild.text.folding import fold_key
from kgbuild.vocab import topics
from kgbuild.web import marks
from kgbuild.web.counts import Counts, by_size
from kgbuild.web.details import Reader
from kgbuild.web.families import family_of
from kgbuild.web.filters import Filter, read_filter
from kgbuild.web.index import Act, Index
from kgbuild.web.network import network
from kgbuild.web.paging import NotFoundError, Page, paged
from kgbuild.web.picture import histogram
from kgbuild.web.reading import read_index

_MOST_TURTLE: Final = 40
_MOST_FOUND: Final = 30
_LONGEST_SEARCH: Final = 200


class Browser:
    """A store, open for reading, and the pages that show it.

    Args:
        store: open for as long as pages are made.
        catalog: the questions.
        folder: where the store is, for queries in a process of their own.
        index: of the store; read from it if not given.
    """

    def __init__(
        self, store: Store, catalog: Mapping[str, Question], folder: Path, index: Index | None = None
    ) -> None:
        self.store = store
        self.catalog = catalog
        self.folder = folder
        self.index: Index = read_index(store) if index is None else index
        self.counts = Counts(self.index)
        self.reader = Reader(store.database)

    def overview(self) -> Page:
        """Counts, newest acts, most active actors, topics, who addressed whom."""
        return Page("overview.html", "", ":nav.overview", "overview", self.counts.outlines)

    def articles(self, query: Mapping[str, str], *, everything: bool = False) -> Page:
        """All articles, newest first, or those whose title or outlet holds ``?q=``."""
        wanted = fold_key(query.get("q", "")[:_LONGEST_SEARCH])
        found = [source for source in self.index.articles.values() if wanted in source.called]
        values = {"q": query.get("q", "")[:_LONGEST_SEARCH], **paged(found, query, everything=everything)}
        return Page("articles.html", "articles", ":nav.articles", "articles", values)

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
        wanted = fold_key(query.get("q", "")[:_LONGEST_SEARCH])
        kind = query.get("kind", "")
        rows = [
            row
            for row in self.counts.by_activity
            if wanted in self.index.actor(row[0]).called
            and (not kind or self.index.actor(row[0]).kind == kind)
        ]
        values = {
            "q": query.get("q", "")[:_LONGEST_SEARCH],
            "kind": kind,
            **paged(rows, query, everything=everything),
        }
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
                "positions": by_size(by_topic),
                "counterparts": counterparts.most_common(8),
                "histogram": histogram(acts),
                "published": self.index.by_outlet.get(key, ()),
            },
        )

    def topics(self) -> Page:
        """All topics, with how they are acted upon."""
        return Page("topics.html", "topics", ":nav.topics", "topics", {"rows": self.counts.topic_rows})

    def topic(self, name: str, query: Mapping[str, str], *, everything: bool = False) -> Page:
        """A topic's acts in time; the timeline with that topic chosen."""
        if name not in topics():
            raise NotFoundError("topic")
        return self.timeline({**query, "topic": name}, path=f"topic/{name}", everything=everything)

    def timeline(self, query: Mapping[str, str], *, path: str = "timeline", everything: bool = False) -> Page:
        """Acts in time, those that the address asks for; ``everything`` puts all on one page."""
        chosen, strange = read_filter(query, self.index)
        acts = chosen.acts(self.index)
        return Page(
            "timeline.html",
            path,
            ":nav.timeline",
            "topics" if path.startswith("topic/") else "timeline",
            {
                "chosen": chosen,
                "strange": strange,
                "histogram": histogram(acts),
                "undated": sum(act.day is None for act in acts),
                "fixed_topic": chosen.topic if path.startswith("topic/") else "",
                "choices": self._choices(chosen),
                **paged(acts, query, everything=everything),
            },
        )

    def graph(self, query: Mapping[str, str]) -> Page:
        """Actors as nodes, acts as edges: the busiest ones among the acts that the address asks for."""
        chosen, strange = read_filter(query, self.index)
        shown = network(chosen.acts(self.index))
        values = {"chosen": chosen, "strange": strange, "shown": shown, "choices": self._choices(chosen)}
        return Page("graph.html", "graph", ":nav.graph", "graph", values)

    def search(self, query: Mapping[str, str]) -> Page:
        """Actors, topics and articles whose names hold ``?q=``."""
        asked = query.get("q", "")[:_LONGEST_SEARCH]
        wanted = fold_key(asked)
        actors, articles = [], []
        if wanted:
            index = self.index
            keys = dict.fromkeys([*(key for key, _, _ in self.counts.by_activity), *index.actors])
            actors = [key for key in keys if wanted in index.actor(key).called]
            articles = [one for one in index.articles.values() if wanted in one.called]
        values = {
            "q": asked,
            "actors": actors[:_MOST_FOUND],
            "articles": articles[:_MOST_FOUND],
            "more_actors": max(0, len(actors) - _MOST_FOUND),
            "article_count": len(articles),
            "themes": self.counts.themes,
        }
        return Page("search.html", "search", ":nav.search", "search", values)

    def _choices(self, chosen: Filter) -> Mapping[str, Sequence[str]]:
        """What the selects of the filters offer: the busiest actors, and whoever is chosen."""
        busiest = self.counts.busiest
        extra = tuple(key for key in (chosen.actor, chosen.whom) if key and key not in busiest)
        return {"actors": (*extra, *busiest), "types": self.counts.types, "topics": self.counts.themes}
