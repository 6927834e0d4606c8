"""Which acts a rule compares: groups of acts that share what its scope names, kept beside the store."""

import hashlib
import json
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kgbuild.querying.rules import Rule
from kgbuild.querying.scopes import Path
from kgbuild.store.embedded import Store
from kgbuild.store.tellings import Tellings
from kgbuild.vocab import ACT


class Groups:
    """Puts the acts of an open store into groups; ``tellings`` keeps them."""

    def __init__(self, store: Store, tellings: Tellings) -> None:
        self._store = store
        self._tellings = tellings

    def group_all(self, rule: Rule) -> None:
        """Put all acts into their groups; what copies share is looked up where there are others."""
        for act in self._tellings.acts(ACT):
            alike = self._alike(rule, act)
            self._tellings.classify(rule.id, act, (alike, act) if alike else None)
        for group in list(self._tellings.groups(rule.id)):
            for one in self._tellings.members(rule.id, group):
                self._tellings.classify(rule.id, one.act, (group, self._copy(rule, one.act)))

    def regroup(self, rule: Rule, touched: Iterable[str]) -> set[str]:
        """Put the acts among ``touched`` into their groups; return these and those that they were in."""
        groups: set[str] = set()
        for act in sorted(node for node in touched if node.startswith(ACT)):
            groups.add(self._tellings.group_of(rule.id, act) or "")
            alike = self._alike(rule, act) if self._tellings.tellers(act) else ""
            self._tellings.classify(rule.id, act, (alike, self._copy(rule, act)) if alike else None)
            groups.add(alike)
        for group in groups:
            for one in self._tellings.members(rule.id, group):
                if one.copy == one.act:  # so far alone in its group
                    self._tellings.classify(rule.id, one.act, (group, self._copy(rule, one.act)))
        return groups - {""}

    def _alike(self, rule: Rule, act: str) -> str:
        """A digest of what an act must share with others; empty where it lacks one of the properties."""
        values = [self._values(act, path) for path in rule.extent.alike]
        return _digest(values) if all(values) else ""

    def _copy(self, rule: Rule, act: str) -> str:
        """A digest of what copies share besides."""
        return _digest([self._values(act, path) for path in rule.extent.copies] or [[act]])

    def _values(self, node: str, path: Path) -> list[str]:
        nodes: set[str] = {node}
        for step in path:
            quads = (
                quad
                for one in nodes
                if not one.startswith('"')
                for quad in self._store.database.quads_for_pattern(
                    ox.NamedNode(one), ox.NamedNode(step), None, ox.DefaultGraph()
                )
            )
            nodes = {q.object.value if isinstance(q.object, ox.NamedNode) else str(q.object) for q in quads}
        return sorted(nodes)


def _digest(values: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:20]
