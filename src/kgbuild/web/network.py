"""Who acts towards whom, as a graph small enough to be looked at: the busiest actors and what joins them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kgbuild.web.index import Act

_MOST_NODES: Final = 40
_MOST_EDGES: Final = 120


@dataclass(frozen=True, slots=True)
class Edge:
    """Acts of one actor towards another, in the order in which they were given."""

    agent: str
    addressee: str
    acts: Sequence[Act]

    @property
    def families(self) -> Counter[str]:
        """How many of the acts are of each family."""
        return Counter(act.family for act in self.acts)


@dataclass(frozen=True, slots=True)
class Network:
    """Actors with the number of acts on their edges, edges with the most acts first."""

    nodes: tuple[tuple[str, int], ...]
    edges: tuple[Edge, ...]
    left_out: int
    """Actors that are not shown."""


def network(acts: Iterable[Act]) -> Network:
    """The busiest actors among ``acts``, and what they did towards one another."""
    found: dict[tuple[str, str], list[Act]] = {}
    for act in acts:
        for agent in act.agents:
            for addressee in act.addressees:
                if agent != addressee:
                    found.setdefault((agent, addressee), []).append(act)
    weight: Counter[str] = Counter()
    for (agent, addressee), between in found.items():
        weight[agent] += len(between)
        weight[addressee] += len(between)
    busiest = sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NODES]
    shown = {key for key, _ in busiest}
    edges = [Edge(*pair, between) for pair, between in found.items() if shown.issuperset(pair)]
    edges.sort(key=lambda edge: (-len(edge.acts), edge.agent, edge.addressee))
    edges = edges[:_MOST_EDGES]
    joined = {key for edge in edges for key in (edge.agent, edge.addressee)}
    nodes = [node for node in busiest if node[0] in joined]
    return Network(tuple(nodes), tuple(edges), len(weight) - len(nodes))
