"""When a statement was made whose own words do not say: on the occasion of the one that it goes on from."""

from dataclasses import replace

from kgbuild.extraction.state import State
from kgbuild.model import Entity, Role, Span, TimeExpression

_STATEMENTS = frozenset({"speech", "light-speech", "evaluation"})


def share_occasions(state: State) -> None:
    """Give the statements of a run the time that an earlier one of it has.

    «قال الوزير يوم الأربعاء إن … وأضاف … مشيرا إلى»: what the article itself tells one speaker to have said
    one after the other was said on one occasion, until somebody else speaks or another time is named. A time
    counts only where it stands between the verb and what is said: there it says when that was.
    """
    speakers: tuple[Entity, ...] = ()
    occasion: TimeExpression | None = None
    for number, act in enumerate(state.acts):
        told = state.told[number]
        stated = told.trigger.row.kind in _STATEMENTS or told.trigger.complement is not None
        if act.within is not None or not stated:
            continue
        agents = act.entities(Role.AGENT)
        if agents != speakers:
            speakers, occasion = agents, None
        if act.time is None and occasion is not None:
            state.acts[number] = replace(act, time=occasion)
        elif act.time is not None and agents:
            saying = Span(act.trigger.span.end, told.content.start if told.content else act.evidence.end)
            occasion = act.time if saying.contains(act.time.span) else occasion
