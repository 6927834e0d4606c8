"""Who an act may be aimed at: the parties named around it, and what speaks for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kgbuild.extraction.heads import Candidate
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.state import State, Told
from kgbuild.model import ActMention, Entity, Kind, Role, Span
from kgbuild.text.folding import fold_key

_REGIONS = ("clause", "content", "before", "beyond", "recalled")
_NEAR = 3
_CHAIN = 4
_QUOTED_NAME = 4
_NOUNS = frozenset({"NOUN", "ADJ", "NUM", "X"})
_MARKS = frozenset({'"', "«", "“", "(", "[", "'"})
_RECALLED = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """An entity where it is named.

    ``marker`` is the preposition of the noun phrase that holds the name, which may begin with nouns before
    it («بجهود مصر»): ``obj`` when there is none. ``depth`` counts those nouns; ``attached`` tells that
    nothing but the subject stands between the trigger and the phrase.
    """

    entity: Entity
    span: Span
    token: int
    region: str
    how: str
    marker: str
    depth: int
    attached: bool
    framed: bool


@dataclass(slots=True)
class _Party:
    """All that is known of one entity as a party of one act."""

    entity: Entity
    seen: list[_Seen] = field(default_factory=list)
    memory: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Party:
    """A candidate entity and the words that name it, if it is named near the act."""

    entity: Entity
    span: Span | None


class PartyFinder:
    """Finds candidate parties with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

    def candidates(self, state: State, number: int) -> list[Candidate[Party]]:
        """The parties that act ``number`` may be aimed at, in textual order; never its own agents."""
        act, told = state.acts[number], state.told[number]
        agents = {e.key for role in (Role.AGENT, Role.REPORTED_BY) for e in act.entities(role)}
        parties: dict[str, _Party] = {}
        for seen in self._named(state, told, act):
            if seen.entity.key not in agents:
                parties.setdefault(seen.entity.key, _Party(seen.entity)).seen.append(seen)
        for memory, entity in self._recalled(state, number):
            if entity.key not in agents:
                parties.setdefault(entity.key, _Party(entity)).memory.append(memory)
        ordered = sorted(
            parties.values(), key=lambda p: (min((s.token for s in p.seen), default=9999), p.entity.key)
        )
        orders = _orders(ordered)
        return [
            Candidate(
                Party(p.entity, _best(p.seen).span if p.seen else None),
                self._features(state, number, p, orders),
            )
            for p in ordered
        ]

    def _named(self, state: State, told: Told, act: ActMention) -> Iterator[_Seen]:
        line = told.line
        first, last = line.sentence_range(told.trigger.index)
        framed = {a.entity.key for a in act.arguments if a.role is Role.ADDRESSEE}
        standing = [(line.extent(n)[0], r, r.how) for n, r in enumerate(line.referents) if n in line.placed]
        standing += [(index, nisba, "adjective") for index, nisba in line.nisbas.items()]
        opens = self._clause_end(line, told.trigger.index + 1, last)
        for token, referent, how in sorted(standing, key=lambda item: (item[0], item[1].span)):
            region = _region(told, act, token, (first, last), opens)
            if region is None:
                continue
            marker, depth, start = self._chain(line, token, referent.span)
            attached = region == "clause" and self._attached(line, told, act, start)
            for entity in referent.entities:
                actor = state.discourse.actor(entity)
                named = actor.key in framed
                yield _Seen(actor, referent.span, token, region, how, marker, depth, attached, named)

    def _clause_end(self, line: Line, start: int, last: int) -> int:
        """The token where the trigger's own clause ends: what is said, another verb, a relative clause."""
        for index in range(start, last):
            tok = line.toks[index]
            if self._roles.boundary(line, index) or tok.upos == "VERB":
                return index
            quote = line.quote_from(tok.span.start, tok.span.end)
            if quote is not None and len([t for t in line.toks if quote.contains(t.span)]) > _QUOTED_NAME:
                return index
        return last

    def _chain(self, line: Line, token: int, span: Span) -> tuple[str, int, int]:
        """The preposition of the noun phrase around a name, the nouns before the name, the first token."""
        index, depth = token, 0
        letters = fold_key(
            line.text[line.toks[token].span.start : max(span.start, line.toks[token].span.start)]
        )
        while depth < _CHAIN:
            letters = letters[1:] if self._lexicon.is_a(letters[:1], "conjunction-letter") else letters
            if letters and self._lexicon.is_a(letters, "preposition-letter"):
                return letters, depth, index
            before = index - 1
            while before >= 0 and line.toks[before].folded in _MARKS:
                before -= 1
            if before < 0 or line.toks[before].is_comma or self._roles.boundary(line, before):
                return "obj", depth, index
            if self._roles.is_a(line, before, "preposition"):
                folded = line.toks[before].folded
                return (folded if self._lexicon.is_a(folded, "preposition") else folded[1:]), depth, before
            if line.toks[before].upos not in _NOUNS or line.referent(before) is not None:
                return "obj", depth, index
            index, depth = before, depth + 1
            tok = line.toks[index]
            letters = tok.folded[:1] if tok.adposition else ""
        return "obj", depth, index

    def _attached(self, line: Line, told: Told, act: ActMention, start: int) -> bool:
        """Whether only the subject, adverbs and times stand between the trigger and a token."""
        subject = [a.span for a in act.arguments if a.role is Role.AGENT and a.span is not None]
        at = told.trigger.index + 1 if told.trigger.complement is None else told.trigger.complement + 1
        for index in range(at, start):
            tok = line.toks[index]
            inside = any(s.start <= tok.span.start and tok.span.end <= s.end for s in subject)
            before_subject = any(tok.span.end <= s.start for s in subject)
            if not (
                inside or before_subject or line.in_time(index) or self._roles.is_a(line, index, "adverb")
            ):
                return False
        return True

    def _recalled(self, state: State, number: int) -> Iterator[tuple[str, Entity]]:
        """Parties of the acts before: whom the same agent spoke to, who spoke last."""
        act = state.acts[number]
        agents = act.entities(Role.AGENT)
        same = other = 0
        for back in range(number - 1, -1, -1):
            before = state.acts[back]
            if before.entities(Role.AGENT) == agents and same < _RECALLED:
                same += 1
                for entity in before.entities(Role.ADDRESSEE):
                    yield f"own-addressee-{same}", entity
            elif before.entities(Role.AGENT) != agents and other < _RECALLED:
                other += 1
                for entity in before.entities(Role.AGENT):
                    yield f"other-agent-{other}", entity
                for entity in before.entities(Role.ADDRESSEE):
                    yield f"other-addressee-{other}", entity
            if same >= _RECALLED and other >= _RECALLED:
                return

    def _features(
        self, state: State, number: int, party: _Party, orders: dict[str, dict[str, int]]
    ) -> dict[str, float]:
        act, told = state.acts[number], state.told[number]
        entity, kind, row = party.entity, act.trigger.act_type, act.trigger.row
        best = _best(party.seen) if party.seen else None
        region = best.region if best is not None else "recalled"
        relation = _relation(state, act, entity)
        plain = {f"region={region}", f"kind={entity.kind.value}", f"subtype={entity.subtype or 'none'}"}
        plain |= {f"is={relation}", f"salience={state.salience(entity)}"}
        plain |= {f"memory={m}" for m in party.memory}
        if best is not None:
            plain |= self._standing(told, best, party.seen, orders)
        pronoun = told.trigger.reading.form.pronoun if told.trigger.reading is not None else None
        if pronoun is not None and told.trigger.verbal:
            agrees = state.discourse.agrees((entity,), pronoun)
            plain.add(f"pronoun={'agrees' if agrees else 'differs'}")
        if any(a.role is Role.ADDRESSEE for a in act.arguments):
            plain.add("framed" if best is not None and best.framed else "rival")
        if act.within is not None:
            outer = state.acts[act.within]
            plain.add("nested")
            if entity in outer.entities(Role.AGENT):
                plain.add("outer-agent")
            if entity in outer.entities(Role.ADDRESSEE):
                plain.add("outer-addressee")
        names = {"bias", f"type={kind}", f"class={told.trigger.row.kind}", f"part={told.trigger.part}"}
        names |= {f"row={row}", f"row={row}&region={region}"} | plain
        for name in plain:
            names |= {f"{name}&type={kind}", f"{name}&region={region}"}
            if name.startswith(("marker", "is", "order", "foreign")):
                names |= {f"{name}&row={row}", f"{name}&region={region}&type={kind}"}
                names |= {f"{name}&region={region}&is={relation}"}
        return dict.fromkeys(sorted(names), 1.0)

    def _standing(
        self, told: Told, best: _Seen, seen: list[_Seen], orders: dict[str, dict[str, int]]
    ) -> set[str]:
        """What the place where a party is named says."""
        marker = self._lexicon.written.get(best.marker, best.marker)
        order = orders[best.region][best.entity.key]
        names = {f"how={best.how}", f"marker={marker}", f"depth={min(best.depth, _NEAR)}"}
        names |= {f"order={min(order, _NEAR)}", f"of={min(len(orders[best.region]), _NEAR)}"}
        names.add(f"distance={_bucket(abs(best.token - told.trigger.index))}")
        if best.attached:
            names |= {"attached", f"marker={marker}&attached"}
        if best.token:
            names.add(f"before={told.line.toks[best.token - 1].upos}")
        names |= {f"also={other}" for other in {s.region for s in seen} - {best.region}}
        names.add(f"named={min(len(seen), _NEAR)}")
        return names


def _relation(state: State, act: ActMention, entity: Entity) -> str:
    """How a party stands to the agents: its own state, its own people, another state."""
    agents = act.entities(Role.AGENT)
    if not agents:
        return "no-agent"
    own = {s.key for s in state.discourse.states(agents)}
    if entity.key in own:
        return "own-state"
    if own & {s.key for s in state.discourse.states((entity,))}:
        return "compatriot"
    return "other-state" if entity.kind is Kind.PLACE and entity.subtype == "country" else "other"


def _region(told: Told, act: ActMention, token: int, sentence: tuple[int, int], opens: int) -> str | None:
    """Where a token stands to an act whose own clause ends at token ``opens``; None for far away."""
    span = told.line.toks[token].span
    first, last = sentence
    if token >= first and token < told.trigger.index:
        return "before"
    if first <= token < opens:
        return "clause"
    if act.evidence.contains(span) or (told.content is not None and told.content.contains(span)):
        return "content"
    return "beyond" if first <= token < last else None


def _best(seen: Iterable[_Seen]) -> _Seen:
    """The naming that counts: where the frame puts a party, else in the nearest region, else the first."""
    return min(seen, key=lambda s: (not s.framed, _REGIONS.index(s.region), s.token))


def _orders(parties: Iterable[_Party]) -> dict[str, dict[str, int]]:
    """For each region, the parties whose best naming is there, numbered in textual order."""
    orders: dict[str, dict[str, int]] = {}
    for party in parties:
        if party.seen:
            here = orders.setdefault(_best(party.seen).region, {})
            here[party.entity.key] = len(here)
    return orders


def _bucket(distance: int) -> str:
    for limit in (1, 2, 4, 7, 12, 20):
        if distance <= limit:
            return str(limit)
    return "far"
