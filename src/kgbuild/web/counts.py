"""What is counted over all acts of the index, once: the overview, the topics, who is busiest."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from kgbuild.vocab import act_classes
from kgbuild.web.index import Act, Index
from kgbuild.web.picture import flow, histogram, pairs

_NEWEST: Final = 6
_NEWEST_AN_ARTICLE: Final = 2
_NO_TOPIC: Final = "other"
_OFFERED: Final = 150
"""Actors that the selects of filters offer."""

Activity = tuple[str, int, int]
"""An actor's key, its acts as agent, its acts as addressee."""


def activity(acts: Iterable[Act]) -> list[Activity]:
    """Actors by how much they do, the busiest first."""
    acts = list(acts)
    agents = Counter(key for act in acts for key in act.agents)
    addressees = Counter(key for act in acts for key in act.addressees)
    keys = sorted({*agents, *addressees}, key=lambda key: (-agents[key], -addressees[key], key))
    return [(key, agents[key], addressees[key]) for key in keys]


def by_size(groups: Mapping[str, Sequence[Act]]) -> list[tuple[str, Sequence[Act]]]:
    """Topics with their acts, the largest first; what belongs to no topic of the list stands last."""
    return sorted(groups.items(), key=lambda item: (item[0] == _NO_TOPIC, -len(item[1]), item[0]))


class Counts:
    """Figures over a whole index, each counted when it is first asked for and then kept."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def warm(self) -> None:
        """Count now what the first visitor would wait for."""
        for counted in (self.outlines, self.topic_rows, self.types, self.index.by_article, self.index.by_id):
            len(counted)

    @cached_property
    def outlines(self) -> Mapping[str, Any]:
        """What the overview shows."""
        index = self.index
        days = sorted(source.day for source in index.articles.values() if source.day)
        return {
            "newest": self._newest(),
            "active": self.by_activity[:10],
            "themes": [(topic, len(acts)) for topic, acts in by_size(self.index.by_topic)],
            "families": Counter(act.family for act in index.acts),
            "flow": flow(index.acts),
            "pair_rows": pairs(index.acts).most_common(12),
            "histogram": histogram(index.acts),
            "period": (days[0], days[-1]) if days else None,
            "actor_count": len(self.by_activity),
        }

    def _newest(self) -> list[Act]:
        """Acts that the newest articles tell outright, a few of each article."""
        found: list[Act] = []
        for key in self.index.articles:
            told = (act for act in self.index.by_article.get(key, ()) if not act.within and act not in found)
            found += itertools.islice(told, min(_NEWEST_AN_ARTICLE, _NEWEST - len(found)))
            if len(found) == _NEWEST:
                break
        return found

    @cached_property
    def topic_rows(self) -> list[tuple[str, Sequence[Act], Counter[str], list[Activity]]]:
        """Topics with their acts, families of acts and busiest actors."""
        return [
            (topic, acts, Counter(act.family for act in acts), activity(acts)[:4])
            for topic, acts in by_size(self.index.by_topic)
        ]

    @cached_property
    def by_activity(self) -> list[Activity]:
        """All actors that act or are addressed, the busiest first."""
        return activity(self.index.acts)

    @cached_property
    def busiest(self) -> tuple[str, ...]:
        """Keys of those who act most."""
        return tuple(key for key, _, _ in self.by_activity[:_OFFERED])

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Act classes that occur, sorted."""
        used = {act.type for act in self.index.acts}
        return tuple(name for name in sorted(act_classes()) if name in used)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Topics that occur, sorted."""
        return tuple(sorted(self.index.by_topic))
