"""What a trigger's frame names around it: prepositional roles, objects, object pronouns."""

from collections.abc import Sequence

from kgbuild.extraction.lines import Line
from kgbuild.extraction.phrases import Phrase
from kgbuild.extraction.roles import ARGUMENT_REACH, RoleFinder
from kgbuild.extraction.state import State
from kgbuild.extraction.subject_phrases import SubjectFinder
from kgbuild.extraction.triggers import Found
from kgbuild.model import Argument, Role


class FrameFinder:
    """Fills frames."""

    def __init__(self, roles: RoleFinder, subjects: SubjectFinder) -> None:
        self._roles = roles
        self._subjects = subjects

    def arguments(
        self, line: Line, trigger: Found, start: int, taken: Sequence[Phrase], others: frozenset[int]
    ) -> list[tuple[str, Phrase]]:
        """The phrases in the trigger's frame from token ``start`` on, as (role, phrase)."""
        if trigger.part == "colon":
            here = line.referent(trigger.index - 1)
            to = here is not None and line.extent(here[0])[0] > 0
            return [("addressee", self._roles.phrase(line, here[0]))] if here is not None and to else []
        frame = trigger.row.frame
        found: list[tuple[str, Phrase]] = []
        roles: set[str] = set()
        for phrase in self._roles.phrases_after(line, start, start + ARGUMENT_REACH):
            if any(phrase.first < t.last and t.first < phrase.last for t in taken):
                continue
            key = phrase.marker if phrase.marker is not None else "obj"
            role = frame.get(key)
            possessed = phrase.possessed and phrase.first != start
            if role is None or role in roles or (key == "obj" and possessed):
                continue
            if _verb_between(line, start, phrase.first) or any(start <= o < phrase.first for o in others):
                break
            roles.add(role)
            found.append((role, phrase))
        return found

    def pronoun_object(
        self, state: State, line: Line, trigger: Found, arguments: list[Argument]
    ) -> list[Argument]:
        """The addressee that a verb's object pronoun means: «تتهمه»."""
        reading = trigger.reading
        if reading is None or reading.form.pronoun is None or not trigger.verbal:
            return []
        if trigger.row.frame.get("obj") != "addressee":
            return []
        agents = tuple(a.entity for a in arguments if a.role is Role.AGENT)
        before = self._subjects.before_verb(line, trigger.index)
        if before is not None and before.how == "antecedent" and before.phrase is not None:
            actors = [state.discourse.actor(e) for e in before.phrase.entities]
            return [Argument(Role.ADDRESSEE, e, "object-pronoun", before.phrase.span) for e in actors]
        first, _ = line.sentence_range(trigger.index)
        last = state.acts[-1] if state.acts else None
        near = last is not None and last.trigger.span.start >= line.toks[first].span.start
        if last is not None and (near or last.entities(Role.AGENT) == agents):
            # «تعاقب موسكو وتتهمها», «واتهم اليونان. وحذرها»: the pronoun takes up the object before
            objects = last.entities(Role.ADDRESSEE)
            if objects and objects != agents and state.discourse.agrees(objects, reading.form.pronoun):
                return [Argument(Role.ADDRESSEE, e, "object-pronoun") for e in objects]
        for entities in reversed(state.discourse.subjects[-6:]):
            if entities != agents and state.discourse.agrees(entities, reading.form.pronoun):
                return [Argument(Role.ADDRESSEE, e, "object-pronoun") for e in entities]
        return []


def _verb_between(line: Line, start: int, end: int) -> bool:
    return any(line.toks[i].upos == "VERB" for i in range(start, end))
