"""The derived graph of a store: links with their derivations, added and taken back by rule and by node."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.querying.rules import SOURCES, Rule
from kgbuild.store.embedded import Store
from kgbuild.vocab import DA, DERIVED_GRAPH, RDF, RULE

_NODES_AT_ONCE: Final = 500
_Item = TypeVar("_Item")
_GRAPH: Final = ox.NamedNode(DERIVED_GRAPH)
_TYPE: Final = ox.NamedNode(RDF.type)
_SUBJECT, _OBJECT, _PROPERTY, _BY = (
    ox.NamedNode(name) for name in (DA.derivedSubject, DA.derivedObject, DA.derivedProperty, DA.byRule)
)


class Derived:
    """What rules drew in an open store."""

    def __init__(self, store: Store, rules: Sequence[Rule]) -> None:
        self._store = store
        self._rules = rules

    def pieces(self, owners: Collection[str]) -> Iterator[list[ox.Quad]]:
        """What of the derived graph hangs on some acts and attributions, and the rules, piece by piece."""
        yield [quad for rule in self._rules for quad in self._quads(ox.NamedNode(RULE + rule.id))]
        for some in chunks(sorted(owners), _NODES_AT_ONCE):
            nodes = [ox.NamedNode(node) for node in some]
            derivations = [one for node in some for one in self._derivations(node, self._rules)]
            yield [quad for node in (*nodes, *derivations) for quad in self._quads(node)]

    def add(self, rule: Rule, links: Collection[ox.Triple]) -> None:
        """Add links of a rule."""
        if links:
            self._store.add_lines(DERIVED_GRAPH, nquads(rule, links))

    def replace(self, rule: Rule) -> set[str]:
        """Put what a rule draws now in place of what it drew; the nodes at which the two differ."""
        drawn = {link for one in self._derivations(None, [rule]) for link in self._links_of(one)}
        links = rule.links(self._store)
        nodes = {name_of(link.subject) for link in drawn ^ links}
        self.forget(nodes, [rule])
        self.add(rule, {link for link in links if name_of(link.subject) in nodes})
        return nodes

    def forget(self, nodes: Collection[str], rules: Sequence[Rule]) -> None:
        """Remove the links that these rules drew from some nodes, but those that another rule drew too."""
        for some in chunks(sorted(nodes), _NODES_AT_ONCE):
            derivations = {one for node in some for one in self._derivations(node, rules)}
            removed = {quad for one in derivations for quad in self._quads(one)}
            for one in derivations:
                for link in self._links_of(one):
                    others = self._derivations(name_of(link.subject), self._rules)
                    if not any(link in self._links_of(other) for other in others if other not in derivations):
                        removed.add(ox.Quad(link.subject, link.predicate, link.object, _GRAPH))
            self._store.discard(DERIVED_GRAPH, removed)

    def describe_rules(self) -> None:
        """Let the rules that drew a link be described, and no other."""
        known = {rule.id: rule for rule in self._rules}
        for quad in self._quads(None, _TYPE, ox.NamedNode(DA.Rule)):
            if name_of(quad.subject).removeprefix(RULE) not in known and isinstance(
                quad.subject, ox.NamedNode
            ):
                self._store.discard(DERIVED_GRAPH, self._quads(quad.subject))
        for name, rule in known.items():
            node = ox.NamedNode(RULE + name)
            quads = {ox.Quad(one.subject, one.predicate, one.object, _GRAPH) for one in rule.described()}
            pattern = self._store.database.quads_for_pattern(None, _BY, node, _GRAPH)
            if next(iter(pattern), None) is None:
                self._store.discard(DERIVED_GRAPH, self._quads(node))
            else:
                self._store.add_quads(DERIVED_GRAPH, quads)

    def _derivations(self, node: str | None, rules: Sequence[Rule]) -> list[ox.NamedNode]:
        """The derivations of links from a node, or from any, by one of these rules."""
        names = {RULE + rule.id for rule in rules}
        if node is None:
            found = [q for name in names for q in self._quads(None, _BY, ox.NamedNode(name))]
            return [q.subject for q in found if isinstance(q.subject, ox.NamedNode)]
        found = self._quads(None, _SUBJECT, ox.NamedNode(node))
        return [
            quad.subject
            for quad in found
            if isinstance(quad.subject, ox.NamedNode)
            and any(name_of(by.object) in names for by in self._quads(quad.subject, _BY))
        ]

    def _links_of(self, derivation: ox.NamedNode) -> set[ox.Triple]:
        subjects, properties, values = (
            [quad.object for quad in self._quads(derivation, name)] for name in (_SUBJECT, _PROPERTY, _OBJECT)
        )
        return {
            ox.Triple(one, ox.NamedNode(name_of(prop)), value)
            for one in subjects
            if isinstance(one, ox.NamedNode)
            for prop in properties
            for value in values
            # links of one derivation need not be all that its properties and ends could make
            if ox.Quad(one, ox.NamedNode(name_of(prop)), value, _GRAPH) in self._store.database
        }

    def _quads(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | None = None,
    ) -> list[ox.Quad]:
        return list(self._store.database.quads_for_pattern(subject, predicate, value, _GRAPH))


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Items in lists of ``size``, the last one shorter."""
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some


def nquads(rule: Rule, links: Iterable[ox.Triple]) -> bytes:
    """The links of a rule and their derivations as N-Quads.

    Raises:
        DataFileError: if a link starts from what is neither act nor attribution.
    """
    known = set(links)
    stray = next((link for link in known if not name_of(link.subject).startswith(SOURCES)), None)
    if stray is not None:
        raise DataFileError(
            f"{rule.question.path.name} draws {stray}: let links start from acts or attributions."
        )
    quads = {ox.Quad(one.subject, one.predicate, one.object, _GRAPH) for one in rule.explained(known)}
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


def name_of(term: object) -> str:
    """The IRI of a node; of other terms what they are."""
    return str(getattr(term, "value", term))
