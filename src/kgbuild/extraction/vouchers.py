"""Who may be credited with telling an act: those it is told by, and sources named around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kgbuild.extraction.circumstances import Circumstances, is_media
from kgbuild.extraction.heads import Candidate
from kgbuild.extraction.state import State
from kgbuild.model import Entity, Role, Span

_BACK = 12
_MANY = 3


@dataclass(frozen=True, slots=True)
class Voucher:
    """A candidate source and the words that name it, if any do near the act."""

    entity: Entity
    span: Span | None


@dataclass(slots=True)
class _Source:
    entity: Entity
    span: Span | None
    names: set[str] = field(default_factory=set)


class VoucherFinder:
    """Finds candidate sources."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._circumstances = circumstances

    def candidates(self, state: State, number: int) -> list[Candidate[Voucher]]:
        """Whom the text may credit for act ``number``, in the order in which they are found."""
        act, told = state.acts[number], state.told[number]
        sources: dict[str, _Source] = {}
        for name, entity, span in self._found(state, number):
            source = sources.setdefault(entity.key, _Source(entity, span))
            source.names.add(name)
        agents = {e.key for e in act.entities(Role.AGENT)}
        kind, shape = act.trigger.act_type, told.trigger.part
        found: list[Candidate[Voucher]] = []
        for source in sources.values():
            entity = source.entity
            plain = {f"from={name}" for name in source.names}
            plain |= {f"kind={entity.kind.value}", f"subtype={entity.subtype or 'none'}"}
            plain |= {f"media={is_media(entity)}", f"agent={entity.key in agents}"}
            plain |= {f"type={kind}", f"class={told.trigger.row.kind}", f"part={shape}"}
            plain |= {f"agents={min(len(agents), 2)}", f"sources={min(len(sources), _MANY)}"}
            plain.add(f"tense={act.tense.value}")
            own = {s.key for s in state.discourse.states(act.entities(Role.AGENT))}
            mine = {s.key for s in state.discourse.states((entity,))}
            plain.add(f"compatriots={bool(own & mine)}")
            if act.within is not None:
                outer, around = state.acts[act.within], state.told[act.within]
                plain |= {f"outer-type={outer.trigger.act_type}", f"outer-part={around.trigger.part}"}
                plain |= {f"outer-quoted={around.quoted}", f"outer-class={around.trigger.row.kind}"}
                plain.add(f"told-agents={outer.entities(Role.AGENT) == act.entities(Role.AGENT)}")
                near = told.trigger.index - around.trigger.index
                plain.add(f"near={min(near // 6, 5)}")
            names = {"bias"} | plain
            for name in plain:
                names |= {f"{name}&from={source}" for source in source.names}
            found.append(Candidate(Voucher(entity, source.span), dict.fromkeys(sorted(names), 1.0)))
        return found

    def _found(self, state: State, number: int) -> Iterator[tuple[str, Entity, Span | None]]:
        act, told = state.acts[number], state.told[number]
        line = told.line
        for argument in act.arguments:
            if argument.role is Role.REPORTED_BY:
                yield argument.how, argument.entity, argument.span
        # where the whole article is an agency's, that is the source; `within` tells who speaks in it
        at, depth = (None if state.agencies else act.within), 1
        while at is not None and depth <= _MANY:
            for argument in state.acts[at].arguments:
                if argument.role is Role.AGENT:
                    yield f"outer-{depth}", argument.entity, argument.span
                elif argument.role is Role.REPORTED_BY:
                    yield f"outer-{argument.how}", argument.entity, argument.span
            at, depth = state.acts[at].within, depth + 1
        first, last = line.told_range(told.trigger.index)
        for entity, span in self._circumstances.sources(line, first, last, everyone=True):
            yield f"sentence-{'media' if is_media(entity) else 'other'}", entity, span
        begin, end = line.toks[first].span.start, line.toks[last - 1].span.end
        for referent in line.referents:
            if begin <= referent.span.start < end:
                for entity in referent.entities:
                    if is_media(entity):
                        yield "named-here", entity, referent.span
        agents = act.entities(Role.AGENT)
        for back in range(number - 1, max(-1, number - _BACK), -1):
            before = state.acts[back]
            same_line = state.told[back].line is line
            if before.entities(Role.AGENT) == agents and agents:
                for entity in before.entities(Role.REPORTED_BY):
                    yield f"carried-{'line' if same_line else 'far'}", entity, None
            if back == number - 1:
                for entity in before.entities(Role.REPORTED_BY):
                    yield "before", entity, None
                if same_line and act.within != back:
                    for entity in before.entities(Role.AGENT):
                        yield "before-agent", entity, None
            if before.trigger.row == "naqala" or all(is_media(e) for e in before.entities(Role.AGENT)):
                for entity in before.entities(Role.AGENT):
                    if is_media(entity):
                        yield f"told-{'line' if same_line else 'far'}", entity, None
