"""The derived graph of a store, brought up to date piece by piece, so that time goes by what changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from kgbuild.copies import first_of_each, with_copies
from kgbuild.derived import Derived, chunks, name_of, nquads
from kgbuild.errors import DataFileError
from kgbuild.groups import Groups
from kgbuild.querying.rules import SOURCES, Rule, properties
from kgbuild.querying.scopes import Scope
from kgbuild.store.embedded import Store
from kgbuild.store.excerpts import Excerpts
from kgbuild.store.tellings import Member, Tellings
from kgbuild.vocab import ACT, DERIVED_GRAPH

_ACTS_AT_ONCE: Final = 400
_LINES_AT_ONCE: Final = 16_000
_LINKS_AT_ONCE: Final = 1_000


class Deriving:
    """Derives for an open store; ``tellings`` is its table of who tells of what."""

    def __init__(self, store: Store, tellings: Tellings, rules: Sequence[Rule]) -> None:
        self._store = store
        self._tellings = tellings
        self._rules = rules
        self._derived = Derived(store, rules)
        self._groups = Groups(store, tellings)
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
                    for some in chunks(rule.drawn(self._store), _LINKS_AT_ONCE):
                        file.write(nquads(rule, some))
            for rule in self._of(Scope.ALIKE):
                self._groups.group_all(rule)
                for links in self._among_alike(rule, self._tellings.groups(rule.id)):
                    file.write(nquads(rule, links))
            file.seek(0)
            for lines in chunks(file, _LINES_AT_ONCE):
                self._store.add_lines(DERIVED_GRAPH, b"".join(lines))
        self._derived.describe_rules()

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
        self._derived.forget(owners, self._of(Scope.ARTICLE))
        self._within_articles(sorted(again), owners)
        for rule in self._of(Scope.ALIKE):
            groups = self._groups.regroup(rule, touched)
            alike = {one.act for group in groups for one in self._tellings.members(rule.id, group)} | touched
            self._derived.forget(alike, [rule])
            for links in self._among_alike(rule, sorted(groups)):
                self._derived.add(rule, links)
            owners |= alike
        for rule in self._of(Scope.GRAPH):
            owners |= self._derived.replace(rule)
        self._derived.describe_rules()
        return owners

    def pieces(self, owners: Collection[str]) -> Iterator[list[ox.Quad]]:
        """What of the derived graph hangs on some acts and attributions, and the rules, piece by piece."""
        return self._derived.pieces(owners)

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
                self._derived.add(rule, {link for link in links if name_of(link.subject) in owners})

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
            group = group_of.get(name_of(link.subject))
            if group is None or group != group_of.get(name_of(link.object)):
                raise DataFileError(
                    f"{rule.question.path.name} draws {link} between acts that do not share what its "
                    "line '# scope: alike' names. Correct that line, or the rule."
                )
            found[group].add(link)
        for group, links in found.items():
            yield with_copies(links, members[group], firsts[group])
