"""The gate: what of an article's graph may be committed, and what must wait in quarantine.

An act that fails a violation is taken out with all that belongs to it alone: its attributions, mentions,
targets, selectors, condition and time. So is what is told within it, since without it that would stand
there as a fact. Everything else stays. Warnings and notes keep nothing back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kgbuild.validation.report import Report, Severity
from kgbuild.vocab import ACT, ARTICLE, DA, MENTION, OA, RDF

Check = Callable[[Sequence[ox.Quad]], Report]

_FORWARD = frozenset(
    {
        DA.hasAttribution,
        DA.hasMention,
        DA.conditionalOn,
        DA.time,
        DA.relayedBy,
        DA.reportedTime,
        DA.evidence,
        DA.trigger,
        OA.hasTarget,
        OA.hasSelector,
    }
)
"""From an act to what belongs to it."""
_BACKWARD = frozenset({DA.ofAct, OA.hasBody})
"""From what belongs to an act to the act, where the act does not say so."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Gated:
    """An article's graph in two: what may be committed, and what may not."""

    kept: tuple[ox.Quad, ...]
    held: tuple[ox.Quad, ...]
    acts: frozenset[str]
    """IRIs of the acts that are held back."""
    mentions: frozenset[str]
    """IRIs of the mentions of entities that are held back."""


def gate(quads: Sequence[ox.Quad], report: Report, check: Check) -> Gated:
    """Divide an article's graph by what ``report`` found in it.

    What is kept is checked again, since taking an act out may leave something hanging; after a few
    rounds all acts and mentions that are left are held back. What the article itself lacks is only reported:
    no act is to blame for it.

    Args:
        quads: the graph, sorted.
        report: what the check of it found.
        check: checks what is left.
    """
    kept: list[ox.Quad] = list(quads)
    acts: set[str] = set()
    mentions: set[str] = set()
    for round_number in range(_ROUNDS):
        faulty = {one.focus for one in report.results if one.severity is Severity.VIOLATION}
        if not faulty:
            break
        graph = _Graph(kept)
        bad_acts, bad_mentions = graph.blamed(faulty)
        strays = faulty & graph.strays
        if round_number == _ROUNDS - 1:
            bad_acts, bad_mentions = set(graph.acts), set(graph.entity_mentions)
        if not bad_acts and not bad_mentions and not strays:
            break
        acts |= bad_acts
        mentions |= bad_mentions
        kept = graph.without(bad_acts, bad_mentions)
        report = check(kept)
    left = set(kept)
    return Gated(tuple(kept), tuple(q for q in quads if q not in left), frozenset(acts), frozenset(mentions))


class _Graph:
    """An article's graph, seen as acts and mentions with what belongs to each."""

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self._quads = quads
        self._next: dict[str, set[str]] = {}
        self._users: dict[str, set[str]] = {}
        self._within: dict[str, set[str]] = {}
        self.acts: set[str] = set()
        self.entity_mentions: set[str] = set()
        nodes: set[str] = set()
        for quad in quads:
            subject, predicate, value = _name(quad.subject), quad.predicate.value, _name(quad.object)
            nodes.add(subject)
            if subject.startswith(ACT):
                self.acts.add(subject)
            if predicate == RDF.type and value == DA.EntityMention:
                self.entity_mentions.add(subject)
            if predicate in _FORWARD:
                self._next.setdefault(subject, set()).add(value)
            if predicate in _BACKWARD and value.startswith(ACT):
                self._next.setdefault(value, set()).add(subject)
            if predicate == DA.within:
                self._within.setdefault(value, set()).add(subject)
            elif predicate == DA.content:
                self._within.setdefault(subject, set()).add(value)
            if not isinstance(quad.object, ox.Literal):
                self._users.setdefault(value, set()).add(subject)
        self._owned = {root: self._reach(root) for root in sorted(self.acts | self.entity_mentions)}
        reached = set().union(*self._owned.values()) if self._owned else set()
        self.strays = {
            node for node in nodes - reached if not node.startswith(ARTICLE) and not self._users.get(node)
        }
        """What nothing points to: no article, act or mention, and of no use to any."""

    def blamed(self, faulty: Iterable[str]) -> tuple[set[str], set[str]]:
        """The acts and the mentions of entities that faulty nodes belong to, or are parties of."""
        wrong = set(faulty)
        roots = {root for root, owned in self._owned.items() if owned & wrong}
        for node in wrong:
            if not node.startswith(ARTICLE) and not any(node in owned for owned in self._owned.values()):
                users = self._users.get(node, set())
                roots |= {root for root, owned in self._owned.items() if owned & users}
        bad = roots & self.acts
        waiting = sorted(bad)
        while waiting:
            inner = (self._within.get(waiting.pop(), set()) & self.acts) - bad
            bad |= inner
            waiting += sorted(inner)
        return bad, roots & self.entity_mentions

    def without(self, acts: set[str], mentions: set[str]) -> list[ox.Quad]:
        """The quads that stay when some acts and mentions go, with all that belongs to these alone.

        What nothing points to goes too: it may be what a faulty act should have pointed to.
        """
        gone = acts | mentions
        owned: set[str] = set().union(*(self._reach(root) for root in (*gone, *self.strays)))
        staying: set[str] = set().union(*(nodes for root, nodes in self._owned.items() if root not in gone))
        leaving = (owned - staying) | gone | self.strays
        kept = [q for q in self._quads if not {_name(q.subject), _name(q.object)} & leaving]
        # an entity that only what left has named is described in vain
        used = {_name(quad.object) for quad in kept}
        unused = {
            _name(q.subject)
            for q in kept
            if q.predicate.value == RDF.type
            and _name(q.object) == DA.NilEntity
            and _name(q.subject) not in used
        }
        return [quad for quad in kept if _name(quad.subject) not in unused]

    def _reach(self, root: str) -> set[str]:
        found, waiting = {root}, [root]
        while waiting:
            for node in self._next.get(waiting.pop(), ()):
                if node not in found and not node.startswith(ACT):
                    found.add(node)
                    waiting.append(node)
        return found


def held_mentions(held: Iterable[ox.Quad]) -> Mapping[str, str]:
    """IRI of each mention of an act that is held back, and of its act."""
    return {
        _name(quad.subject): _name(quad.object)
        for quad in held
        if quad.predicate.value == OA.hasBody and _name(quad.subject).startswith(MENTION)
    }


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else ""
