"""The derived graph of a store, brought up to date piece by piece, so that time goes by what changed."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

import pyoxigraph as ox

from kgbuild.copies import first_of_each, with_copies
from kgbuild.errors import DataFileError
from kgbuild.querying.rules import SOURCES, Rule, properties
from kgbuild.querying.scopes import Path, Scope
from kgbuild.store.embedded import Store
from kgbuild.store.excerpts import Excerpts
from kgbuild.store.tellings import Member, Tellings
from kgbuild.vocab import ACT, DA, DERIVED_GRAPH, RDF, RULE

_ACTS_AT_ONCE: Final = 400
_LINES_AT_ONCE: Final = 4_000
_LINKS_AT_ONCE: Final = 1_000
_NODES_AT_ONCE: Final = 500
_Item = TypeVar("_Item")
_GRAPH: Final = ox.NamedNode(DERIVED_GRAPH)
_TYPE: Final = ox.NamedNode(RDF.type)
_SUBJECT, _OBJECT, _PROPERTY, _BY = (
    ox.NamedNode(name) for name in (DA.derivedSubject, DA.derivedObject, DA.derivedProperty, DA.byRule)
)


class Deriving:
    """Derives for an open store; ``tellings`` is its table of who tells of what."""

    def __init__(self, store: Store, tellings: Tellings, rules: Sequence[Rule]) -> None:
        self._store = store
        self._tellings = tellings
        self._rules = rules
        self._excerpts = Excerpts(store.database, properties(rules))

    @property
    def can_go_on(self) -> bool:
        """Whether the rules allow to derive what changed alone."""
        return not self._of(Scope.EVERYTHING)

    def everything(self, articles: Iterable[tuple[str, str]]) -> None:
        """Derive everything anew from all ``articles`` (key and digest of the graph).

        Rules ask all of the database, which joins on disk, and their links wait in a file until all rules
        are through: nothing is derived from what was derived, and memory does not grow with the links.
        """
        self._tellings.clear()
        self._store.remove_graph(DERIVED_GRAPH)
        for key, graph in articles:
            self._tell(key, graph)
        with self._store.aside() as file:
            for rule in self._rules:
                if rule.extent.scope is not Scope.ALIKE:
                    for some in _chunks(rule.drawn(self._store), _LINKS_AT_ONCE):
                        file.write(_lines(rule, some))
            for rule in self._of(Scope.ALIKE):
                self._group_all(rule)
                for links in self._among_alike(rule, self._tellings.groups(rule.id)):
                    file.write(_lines(rule, links))
            file.seek(0)
            for lines in _chunks(file, _LINES_AT_ONCE):
                self._store.add_lines(DERIVED_GRAPH, b"".join(lines))
        self._describe_rules()

    def update(
        self, changed: Iterable[tuple[str, str]], gone: Iterable[str], *, most: int
    ) -> set[str] | None:
        """Derive anew what hangs on articles that ``changed`` (key and digest of the graph) or are ``gone``.

        Returns:
            IRIs of the acts and attributions whose links may be others now, or ``None`` where the changes
            touch more than ``most`` articles, or entities that several articles describe: then
            :meth:`everything` is called for.
        """
        changed, touched = list(changed), set()
        for key in (*gone, *(key for key, _ in changed)):
            touched.update(self._tellings.nodes(key))
            self._tellings.drop(key)
        for key, graph in changed:
            touched.update(self._tell(key, graph))
        if not all(node.startswith(SOURCES) for node in touched):
            return None
        near = {key for node in touched for key in self._tellings.tellers(node)}
        owners = touched.union(*(self._tellings.nodes(key) for key in near))
        again = {key for node in owners if node.startswith(ACT) for key in self._tellings.tellers(node)}
        if len(again) > most:
            return None
        self._forget(owners, self._of(Scope.ARTICLE))
        self._within_articles(sorted(again), owners)
        for rule in self._of(Scope.ALIKE):
            groups = self._regroup(rule, touched)
            alike = {one.act for group in groups for one in self._tellings.members(rule.id, group)} | touched
            self._forget(alike, [rule])
            for links in self._among_alike(rule, sorted(groups)):
                self._add(rule, links)
            owners |= alike
        for rule in self._of(Scope.GRAPH):
            owners |= self._replace(rule)
        self._describe_rules()
        return owners

    def pieces(self, owners: Collection[str]) -> Iterator[list[ox.Quad]]:
        """What of the derived graph hangs on some acts and attributions, and the rules, piece by piece."""
        yield [quad for rule in self._rules for quad in self._quads(ox.NamedNode(RULE + rule.id))]
        for some in _chunks(sorted(owners), _NODES_AT_ONCE):
            nodes = [ox.NamedNode(node) for node in some]
            derivations = [one for node in some for one in self._derivations(node, self._rules)]
            yield [quad for node in (*nodes, *derivations) for quad in self._quads(node)]

    def _of(self, scope: Scope) -> list[Rule]:
        return [rule for rule in self._rules if rule.extent.scope is scope]

    def _tell(self, key: str, graph: str) -> list[str]:
        outlet, nodes = self._store.told_by(key)
        self._tellings.put(key, graph, outlet, nodes)
        return nodes

    def _within_articles(self, keys: Iterable[str], owners: Collection[str]) -> None:
        """What the rules draw within articles, as far as it starts from ``owners``."""
        rules = self._of(Scope.ARTICLE)
        if not rules:
            return
        for articles, acts in self._batches(keys):
            excerpt = self._excerpts.of(acts, articles)
            for rule in rules:
                links = rule.links(excerpt)
                self._add(rule, {link for link in links if _name(link.subject) in owners})

    def _batches(self, keys: Iterable[str]) -> Iterator[tuple[list[str], set[str]]]:
        articles: list[str] = []
        acts: set[str] = set()
        for key in keys:
            articles.append(key)
            acts.update(node for node in self._tellings.nodes(key) if node.startswith(ACT))
            if len(acts) >= _ACTS_AT_ONCE:
                yield articles, acts
                articles, acts = [], set()
        if acts:
            yield articles, acts

    def _among_alike(self, rule: Rule, groups: Iterable[str]) -> Iterator[set[ox.Triple]]:
        """What a rule draws in each of some groups of acts."""
        members: dict[str, list[Member]] = {}
        firsts: dict[str, list[Member]] = {}
        for group in groups:
            members[group] = self._tellings.members(rule.id, group)
            firsts[group] = first_of_each(members[group])
            if sum(map(len, firsts.values())) >= _ACTS_AT_ONCE:
                yield from self._drawn_among(rule, members, firsts)
                members, firsts = {}, {}
        yield from self._drawn_among(rule, members, firsts)

    def _drawn_among(
        self, rule: Rule, members: Mapping[str, Sequence[Member]], firsts: Mapping[str, Sequence[Member]]
    ) -> Iterator[set[ox.Triple]]:
        group_of = {one.act: group for group, some in firsts.items() for one in some}
        found: dict[str, set[ox.Triple]] = {group: set() for group in firsts}
        for link in rule.drawn(self._excerpts.of(group_of)):
            group = group_of.get(_name(link.subject))
            if group is None or group != group_of.get(_name(link.object)):
                raise DataFileError(
                    f"{rule.question.path.name} draws {link} between acts that do not share what its "
                    "line '# scope: alike' names. Correct that line, or the rule."
                )
            found[group].add(link)
        for group, links in found.items():
            yield with_copies(links, members[group], firsts[group])

    def _group_all(self, rule: Rule) -> None:
        """Put all acts into their groups; what copies share is looked up where there are others."""
        for act in self._tellings.acts(ACT):
            alike = self._alike(rule, act)
            self._tellings.classify(rule.id, act, (alike, act) if alike else None)
        for group in list(self._tellings.groups(rule.id)):
            for one in self._tellings.members(rule.id, group):
                self._tellings.classify(rule.id, one.act, (group, self._copy(rule, one.act)))

    def _regroup(self, rule: Rule, touched: Iterable[str]) -> set[str]:
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

    def _add(self, rule: Rule, links: Collection[ox.Triple]) -> None:
        if links:
            self._store.add_lines(DERIVED_GRAPH, _lines(rule, links))

    def _replace(self, rule: Rule) -> set[str]:
        """Put what a rule draws now in place of what it drew; the nodes at which the two differ."""
        drawn = {link for one in self._derivations(None, [rule]) for link in self._links_of(one)}
        links = rule.links(self._store)
        nodes = {_name(link.subject) for link in drawn ^ links}
        self._forget(nodes, [rule])
        self._add(rule, {link for link in links if _name(link.subject) in nodes})
        return nodes

    def _forget(self, nodes: Collection[str], rules: Sequence[Rule]) -> None:
        """Remove the links that these rules drew from some nodes, but those that another rule drew too."""
        for some in _chunks(sorted(nodes), _NODES_AT_ONCE):
            derivations = {one for node in some for one in self._derivations(node, rules)}
            removed = {quad for one in derivations for quad in self._quads(one)}
            for one in derivations:
                for link in self._links_of(one):
                    others = self._derivations(_name(link.subject), self._rules)
                    if not any(link in self._links_of(other) for other in others if other not in derivations):
                        removed.add(ox.Quad(link.subject, link.predicate, link.object, _GRAPH))
            self._store.discard(DERIVED_GRAPH, removed)

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
            and any(_name(by.object) in names for by in self._quads(quad.subject, _BY))
        ]

    def _links_of(self, derivation: ox.NamedNode) -> set[ox.Triple]:
        subjects, properties, values = (
            [quad.object for quad in self._quads(derivation, name)] for name in (_SUBJECT, _PROPERTY, _OBJECT)
        )
        return {
            ox.Triple(one, ox.NamedNode(_name(prop)), value)
            for one in subjects
            if isinstance(one, ox.NamedNode)
            for prop in properties
            for value in values
            # links of one derivation need not be all that its properties and ends could make
            if ox.Quad(one, ox.NamedNode(_name(prop)), value, _GRAPH) in self._store.database
        }

    def _quads(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | None = None,
    ) -> list[ox.Quad]:
        return list(self._store.database.quads_for_pattern(subject, predicate, value, _GRAPH))

    def _describe_rules(self) -> None:
        """Let the rules that drew a link be described, and no other."""
        known = {rule.id: rule for rule in self._rules}
        for quad in self._quads(None, _TYPE, ox.NamedNode(DA.Rule)):
            if _name(quad.subject).removeprefix(RULE) not in known and isinstance(quad.subject, ox.NamedNode):
                self._store.discard(DERIVED_GRAPH, self._quads(quad.subject))
        for name, rule in known.items():
            node = ox.NamedNode(RULE + name)
            quads = {ox.Quad(one.subject, one.predicate, one.object, _GRAPH) for one in rule.described()}
            pattern = self._store.database.quads_for_pattern(None, _BY, node, _GRAPH)
            if next(iter(pattern), None) is None:
                self._store.discard(DERIVED_GRAPH, self._quads(node))
            else:
                self._store.add_quads(DERIVED_GRAPH, quads)


def _chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some


def _lines(rule: Rule, links: Iterable[ox.Triple]) -> bytes:
    """The links of a rule and their derivations as N-Quads.

    Raises:
        DataFileError: if a link starts from what is neither act nor attribution.
    """
    known = set(links)
    stray = next((link for link in known if not _name(link.subject).startswith(SOURCES)), None)
    if stray is not None:
        raise DataFileError(
            f"{rule.question.path.name} draws {stray}: let links start from acts or attributions."
        )
    quads = {ox.Quad(one.subject, one.predicate, one.object, _GRAPH) for one in rule.explained(known)}
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


def _digest(values: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:20]


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
