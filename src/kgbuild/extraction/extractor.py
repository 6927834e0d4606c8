"""Acts out of one article: the order in which the rules are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgbuild.extraction.agents import AgentFinder
from kgbuild.extraction.circumstances import Circumstances, is_media
from kgbuild.extraction.discourse import Discourse
from kgbuild.extraction.frames import FrameFinder
from kgbuild.extraction.gatherings import GatheringFinder
from kgbuild.extraction.heads import Heads
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line, build_lines
from kgbuild.extraction.occasions import share_occasions
from kgbuild.extraction.phrases import Agents
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.settling import Settler
from kgbuild.extraction.state import State, Told
from kgbuild.extraction.stretches import Stretches
from kgbuild.extraction.subject_phrases import SubjectFinder
from kgbuild.extraction.triggers import Found, TriggerFinder
from kgbuild.model import (
    ActMention,
    Analysis,
    Argument,
    Article,
    Entity,
    Issue,
    Polarity,
    Referent,
    Role,
    Span,
    TimeExpression,
    Trigger,
    Zone,
    ZoneKind,
)

UNJUDGED = 0.5
"""The confidence of acts where no head tells it."""
_OPENING_WORDS = 7
_FRAME_WORDS = 14
_AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Content:
    """What an act says: its stretch of text, and whether quotation marks hold it together."""

    span: Span
    act: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Extracted:
    """The acts of one article and what could not become one; ``triggers == len(acts) + len(issues)``."""

    acts: tuple[ActMention, ...]
    issues: tuple[Issue, ...]
    triggers: int


class Extractor:
    """Extracts acts with one lexicon and the gazetteer's entities by key."""

    def __init__(
        self,
        lexicon: Lexicon,
        entities: Mapping[str, Entity],
        heads: Heads | None = None,
        finder: type[AgentFinder] = AgentFinder,
    ) -> None:
        """Prepare the rules; the learned heads are those of the lexicon's folder when ``heads`` is None.

        Raises:
            DataFileError: for the first row of the heads' weights that makes no sense.
        """
        self._lexicon = lexicon
        self._entities = entities
        self._finder = TriggerFinder(lexicon)
        self._roles = RoleFinder(lexicon)
        self._frames = FrameFinder(self._roles, SubjectFinder(lexicon, self._roles))
        self._agents = finder(lexicon, self._roles)
        self._stretches = Stretches(lexicon, self._roles)
        self._circumstances = Circumstances(lexicon, self._roles)
        self._gatherings = GatheringFinder(lexicon, self._roles)
        weights = heads or Heads(lexicon.folder / "weights.tsv")
        self.settler = Settler(lexicon, self._roles, self._circumstances, weights)

    def extract(
        self,
        article: Article,
        zones: Sequence[Zone],
        analysis: Analysis,
        referents: Sequence[Referent],
        times: Sequence[TimeExpression],
        nisbas: Sequence[Referent] = (),
    ) -> Extracted:
        """The acts of ``article``, in textual order of their triggers."""
        state = self.read(article, zones, analysis, referents, times, nisbas)
        return Extracted(self.settler.settle(state), tuple(state.issues), state.triggers)

    def read(
        self,
        article: Article,
        zones: Sequence[Zone],
        analysis: Analysis,
        referents: Sequence[Referent],
        times: Sequence[TimeExpression],
        nisbas: Sequence[Referent] = (),
    ) -> State:
        """What the rules make of ``article``, before the learned heads are asked."""
        lines = build_lines(article.text, zones, analysis, referents, times, nisbas)
        words = [t.folded for line in lines for t in line.toks]
        state = State(
            article, Discourse(self._entities, self._lexicon.genders), self._circumstances.main_topics(words)
        )
        state.lines = lines
        credited = [z.span for z in zones if z.kind in {ZoneKind.SOURCE, ZoneKind.DATELINE}]
        state.agencies = tuple(
            referent
            for referent in referents
            if any(span.contains(referent.span) for span in credited)
            and all(entity.subtype == _AGENCY for entity in referent.entities)
        )
        state.named.update(
            state.discourse.actor(e).key for line in lines for r in line.referents for e in r.entities
        )
        for line in lines:
            self._line(state, line)
        share_occasions(state)
        return state

    def _line(self, state: State, line: Line) -> None:
        contents: list[Content] = []
        met = 0
        found = self._finder.find(line)
        others = frozenset(trigger.index for trigger in found)
        openers = self._agents.openers(line, others)
        for trigger in found:
            while openers and openers[0][0] < trigger.index:
                state.discourse.saw(openers.pop(0)[1], None)
            while met < len(line.referents) and line.referents[met].span.start < trigger.span.start:
                self._meet(state, line, line.referents[met])
                met += 1
            contents = [c for c in contents if trigger.span.start < c.span.end]
            self._leave_contents(state, line, trigger, contents)
            holder = self._holder(state, line, trigger, contents)
            teller = state.acts[holder.act].entities(Role.AGENT) if holder else ()
            agents = self._agents.find(state, line, trigger, teller)
            if agents is None and trigger.part == "noun":
                continue  # «المفاوضات» whose parties nobody names is what the text is about, not an act in it
            if agents is None:
                state.triggers += 1
                state.issue(
                    "trigger-without-agent",
                    f"no agent for {trigger.act_type} ({trigger.row.id})",
                    trigger.span,
                )
                continue
            content = self._stretches.content(line, trigger, agents, found)
            number = len(state.acts)
            act = self._act(state, line, trigger, agents, holder, content, others)
            parties = (*act.entities(Role.AGENT), *act.entities(Role.ADDRESSEE))
            if trigger.row.joint and any(is_media(entity) for entity in parties):
                continue  # «لقاء مع الجزيرة» is an interview
            state.triggers += 1
            told = Told(line, trigger, content[0] if content else None, content is not None and content[1])
            state.add(act, told)
            self._remember(state, trigger, agents, act, holder)
            if content is not None and len(content[0]) > 0:
                contents.append(Content(content[0], number, content[1]))
        for _, entities in openers:
            state.discourse.saw(entities, None)
        for referent in line.referents[met:]:
            self._meet(state, line, referent)

    def _holder(self, state: State, line: Line, trigger: Found, contents: list[Content]) -> Content | None:
        """What a trigger is told in: what is said, or for a meeting still to be held, what arranges it."""
        if self._gatherings.is_arranged(line, trigger):
            verbs = state.verbs_before(line, trigger)
            if verbs:
                return Content(trigger.span, state.acts.index(verbs[0]), quoted=False)
        around = [c for c in contents if c.span.start <= trigger.span.start]
        return around[-1] if around else None

    def _meet(self, state: State, line: Line, referent: Referent) -> None:
        state.discourse.meets(referent, self._lexicon.without_article(line.noun(referent.span)))

    def _leave_contents(self, state: State, line: Line, trigger: Found, contents: list[Content]) -> None:
        """Drop the contents that the trigger stands after rather than in.

        Outside quotation marks nothing shows where reported speech ends, but a participle («مضيفا») or
        a verb that goes on telling («وأضاف») speaks of the teller again.
        """
        while contents and not contents[-1].quoted:
            quoted_now = line.quote_at(trigger.span.start)
            if quoted_now is not None and contents[-1].span.start <= quoted_now.start:
                return
            joined = trigger.reading is not None and "conjunction" in trigger.reading.proclitics
            listed = joined and trigger.verbal and not state.told[contents[-1].act].trigger.row.speech
            listed = listed or (len(contents) > 1 and self._side_by_side(state, line, trigger, contents[-1]))
            again = len(contents) > 1 and self._stretches.goes_on(line, trigger, contents[-1].span)
            if not (trigger.part == "participle" or self._stretches.turns(line, trigger) or listed or again):
                return
            contents.pop()

    def _side_by_side(self, state: State, line: Line, trigger: Found, inner: Content) -> bool:
        """Whether a trigger is what the teller of the act before goes on to do: «أعترف بذلك وأطلب الصفح»."""
        before = state.told[inner.act].trigger
        if trigger.reading is None or before.reading is None or not (trigger.verbal and before.verbal):
            return False
        mine, theirs = trigger.reading.form.agreement, before.reading.form.agreement
        joined = "conjunction" in trigger.reading.proclitics
        turned = self._roles.is_a(line, trigger.index - 1, "complementizer-pronoun")
        return (joined or turned) and mine == theirs and mine.person == "1"

    def _act(
        self,
        state: State,
        line: Line,
        trigger: Found,
        agents: Agents,
        holder: Content | None,
        content: tuple[Span, bool] | None,
        others: frozenset[int],
    ) -> ActMention:
        discourse = state.discourse
        taken = [agents.phrase] if agents.phrase is not None else []
        start = trigger.index + 1 if trigger.complement is None else trigger.complement + 1
        found = self._frames.arguments(line, trigger, start, taken, others)
        arguments: list[Argument] = []
        for entity in agents.entities:
            span = agents.phrase.span if agents.phrase is not None else None
            actor = discourse.actor(entity)
            behalf = self._entities.get(actor.stands_for) if actor.stands_for else None
            arguments.append(Argument(Role.AGENT, actor, agents.how, span, behalf))
        for role, phrase in found:
            taken.append(phrase)
            for entity in phrase.entities:
                actor = discourse.actor(entity)
                if any(a.entity == actor for a in arguments):
                    continue
                how = f"frame:{self._lexicon.written.get(phrase.marker or '', 'object')}"
                arguments.append(Argument(Role(role), actor, how, phrase.span))
        arguments += self._frames.pronoun_object(state, line, trigger, arguments)
        act_type = self._type(line, trigger, content, agents.entities)
        evidence = self._stretches.evidence(line, trigger, content, taken, others)
        if holder is None or holder.quoted is False:
            first, last = line.told_range(trigger.index)
            for source, span in self._circumstances.sources(line, first, last):
                if holder is None and not any(a.entity == source for a in arguments):
                    arguments.append(Argument(Role.REPORTED_BY, source, "credited", span))
        if holder is None and not any(a.role is Role.REPORTED_BY for a in arguments):
            for referent in state.agencies:
                for source in referent.entities:
                    if not any(a.entity == source for a in arguments):
                        arguments.append(Argument(Role.REPORTED_BY, source, "source-line", referent.span))
        content_start = content[0].start if content is not None else evidence.end
        told_until = content_start
        if content is None or not trigger.row.speech:  # what opens a statement («في حديث») is no other act
            later = [line.toks[o].span.start for o in others if o > start]
            told_until = min([evidence.end, *later])
        first_token, last_token = trigger.index + 1, line.token_at(content_start)
        for place in self._circumstances.places(line, first_token, last_token, [p.span for p in taken]):
            arguments.append(Argument(Role.PLACE, place, "preposition"))
        known = {a.entity for a in arguments if a.role is Role.PLACE}
        beside = [one for one in self._gatherings.places(line, trigger) if one not in known]
        arguments += (Argument(Role.PLACE, place, "beside") for place in beside)
        condition = self._circumstances.condition(line, evidence, trigger)
        return ActMention(
            trigger=Trigger(trigger.span, trigger.row.id, act_type),
            arguments=tuple(dict.fromkeys(arguments)),
            evidence=evidence,
            topics=self._circumstances.topics(line, evidence, state.topics),
            time=self._circumstances.time(line, trigger, holder.span.start if holder else 0, told_until),
            polarity=Polarity.NEGATED if trigger.negated else Polarity.AFFIRMED,
            tense=self._circumstances.tense(line, trigger, arranged=_is_arranged(trigger, holder)),
            certainty=self._circumstances.certainty(line, trigger),
            condition=condition,
            within=holder.act if holder is not None else None,
            confidence=UNJUDGED,
        )

    def _type(
        self, line: Line, trigger: Found, content: tuple[Span, bool] | None, agents: tuple[Entity, ...]
    ) -> str:
        """The row's type, or what the first words of the content make of a neutral verb."""
        after = trigger.span.end
        if content is not None and trigger.row.speech:
            after = content[0].start
        inside = [t.folded for t in line.toks if t.span.start >= after][:_FRAME_WORDS]
        neutral = trigger.row.speech and trigger.act_type == "State"
        if neutral and agents and all(is_media(e) for e in agents):
            return "Report"
        for match in self._lexicon.contents.find(inside):
            scope = match.phrase.scope
            early = match.first < _OPENING_WORDS
            if trigger.row.id in scope or (neutral and early and content is not None and "speech" in scope):
                return match.phrase.value
        return trigger.act_type

    def _remember(
        self, state: State, trigger: Found, agents: Agents, act: ActMention, holder: Content | None
    ) -> None:
        entities = act.entities(Role.AGENT)
        agreement = trigger.reading.form.agreement if trigger.reading is not None else None
        named = agents.phrase is not None and trigger.part != "noun"
        if named:
            if len(entities) > len(agents.entities):
                state.discourse.saw(entities, None)  # «التقى الوزير نظيره. وأكدا»
            state.discourse.saw(agents.entities, agreement)
        if (
            holder is None
            and entities
            and trigger.part != "noun"
            and trigger.row.kind in {"speech", "light-speech", "performative", "light"}
        ):
            state.discourse.speaker = entities


def _is_arranged(trigger: Found, holder: Content | None) -> bool:
    return holder is not None and holder.span == trigger.span
