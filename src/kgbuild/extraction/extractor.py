"""Acts out of one article: the order in which the rules are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.circumstances import Circumstances, is_media
from kgbuild.extraction.discourse import Discourse
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line, build_lines
from kgbuild.extraction.morphology import Agreement
from kgbuild.extraction.roles import Phrase, RoleFinder, Subject, is_person
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
)

_CONTENT_REACH = 45
_OPENING_WORDS = 7
_EVIDENCE_TOKENS = 40
_SAID_WITHIN = 25
_CITY = "city"
_TELLING = frozenset({"speech", "light-speech"})

# Share of acts whose type and agent were right, of all that a rule gave an agent to, on the hundred
# development articles (rules seen fewer than 20 times take the value of the nearest one).
CONFIDENCE = {
    "headline": 0.88,
    "after-verb": 0.88,
    "before-verb": 0.83,
    "antecedent": 0.81,
    "head-noun": 0.73,
    "speaker": 0.73,
    "after-verb-apposition": 0.7,
    "after-noun": 0.66,
    "between": 0.66,
    "after-verb-possessor": 0.58,
    "teller": 0.54,
    "first-person": 0.42,
    "recent-subject": 0.38,
    "common-noun": 0.35,
    "unresolved": 0.35,
    "nisba": 0.34,
    "teller-state": 0.17,
}


@dataclass(frozen=True, slots=True)
class _Content:
    """What an act says: its stretch of text, and whether quotation marks hold it together."""

    span: Span
    act: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Agents:
    entities: tuple[Entity, ...]
    how: str
    phrase: Phrase | None = None


@dataclass(slots=True)
class _State:
    article: Article
    discourse: Discourse
    topics: tuple[str, ...]
    acts: list[ActMention] = field(default_factory=list)
    nominal: list[bool] = field(default_factory=list)
    """Whether each act's trigger is a noun, beside ``acts``."""
    issues: list[Issue] = field(default_factory=list)
    triggers: int = 0

    def issue(self, code: str, message: str, span: Span) -> None:
        self.issues.append(Issue("extract", code, self.article.id, message, span))


@dataclass(frozen=True, slots=True)
class Extracted:
    """The acts of one article and what could not become one; ``triggers == len(acts) + len(issues)``."""

    acts: tuple[ActMention, ...]
    issues: tuple[Issue, ...]
    triggers: int


class Extractor:
    """Extracts acts with one lexicon and the gazetteer's entities by key."""

    def __init__(self, lexicon: Lexicon, entities: Mapping[str, Entity]) -> None:
        self._lexicon = lexicon
        self._entities = entities
        self._finder = TriggerFinder(lexicon)
        self._roles = RoleFinder(lexicon)
        self._circumstances = Circumstances(lexicon, self._roles)

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
        lines = build_lines(article.text, zones, analysis, referents, times, nisbas)
        words = [t.folded for line in lines for t in line.toks]
        state = _State(
            article, Discourse(self._entities, self._lexicon.genders), self._circumstances.main_topics(words)
        )
        for line in lines:
            self._line(state, line)
        return Extracted(tuple(state.acts), tuple(state.issues), state.triggers)

    def _line(self, state: _State, line: Line) -> None:
        contents: list[_Content] = []
        met = 0
        found = self._finder.find(line)
        others = frozenset(trigger.index for trigger in found)
        for trigger in found:
            while met < len(line.referents) and line.referents[met].span.start < trigger.span.start:
                self._meet(state, line, line.referents[met])
                met += 1
            contents = [c for c in contents if trigger.span.start < c.span.end]
            self._leave_contents(line, trigger, contents)
            around = [c for c in contents if c.span.start <= trigger.span.start]
            holder = around[-1] if around else None
            agents = self._agents(state, line, trigger, holder)
            if agents is None and trigger.part == "noun":
                continue  # «المفاوضات» whose parties nobody names is what the text is about, not an act in it
            state.triggers += 1
            if agents is None:
                state.issue(
                    "trigger-without-agent",
                    f"no agent for {trigger.act_type} ({trigger.row.id})",
                    trigger.span,
                )
                continue
            content = self._content(line, trigger, agents, found)
            number = len(state.acts)
            act = self._act(state, line, trigger, agents, holder, content, others)
            state.acts.append(act)
            state.nominal.append(trigger.part == "noun")
            self._remember(state, trigger, agents, act, holder)
            if content is not None and len(content[0]) > 0:
                contents.append(_Content(content[0], number, content[1]))
        for referent in line.referents[met:]:
            self._meet(state, line, referent)

    def _meet(self, state: _State, line: Line, referent: Referent) -> None:
        state.discourse.meets(referent, self._lexicon.without_article(line.noun(referent.span)))

    def _leave_contents(self, line: Line, trigger: Found, contents: list[_Content]) -> None:
        """Drop the contents that the trigger stands after rather than in.

        Outside quotation marks nothing shows where reported speech ends, but a participle («مضيفا») or
        a verb that goes on telling («وأضاف») speaks of the teller again.
        """
        while contents and not contents[-1].quoted:
            quoted_now = line.quote_at(trigger.span.start)
            if quoted_now is not None and contents[-1].span.start <= quoted_now.start:
                return
            joined = trigger.reading is not None and "conjunction" in trigger.reading.proclitics
            after_comma = trigger.index > 0 and line.toks[trigger.index - 1].is_comma
            participle = trigger.part == "participle" and trigger.row.kind not in {"joint", "nominal"}
            tells_on = joined and after_comma and trigger.part == "perfect"
            if not (participle or tells_on):
                return
            contents.pop()

    def _agents(self, state: _State, line: Line, trigger: Found, holder: _Content | None) -> _Agents | None:
        teller = state.acts[holder.act].entities(Role.AGENT) if holder else ()
        if trigger.part == "colon":
            here = line.referent(trigger.index - 1)
            if here is None:
                return None
            return _Agents(here[1].entities, "headline", self._roles.phrase(line, here[0]))
        if trigger.verbal:
            return self._verb_agents(state, line, trigger, teller)
        if trigger.part == "participle":
            return self._participle_agents(state, line, trigger, teller)
        return self._noun_agents(state, line, trigger, teller)

    def _verb_agents(
        self, state: _State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> _Agents | None:
        assert trigger.reading is not None  # noqa: S101 - a verb is always read from a form
        agreement = trigger.reading.form.agreement
        discourse = state.discourse
        if agreement.person == "1":
            # "we call on" does what it says; "we see" and "I said" tell of the teller's mind, no act
            entities, how = discourse.dropped(agreement, teller)
            return _Agents(entities, how) if entities and not trigger.row.speech else None
        before = self._roles.before_verb(line, trigger.index)
        after = self._roles.after_verb(line, trigger.index)
        choice = self._subject(line, discourse, trigger, agreement, before, after)
        mate = self._clause_mate(state, line, trigger, teller)
        goes_on = (
            bool(mate) and "conjunction" in trigger.reading.proclitics and discourse.agrees(mate, agreement)
        )
        if choice is not None and choice.how == "after-verb-possessor" and goes_on:
            return _Agents(mate, "speaker")
        if choice is not None and choice.phrase is not None:
            return _Agents(choice.phrase.entities, choice.how, choice.phrase)
        if choice is not None and self._can_be_subject(line, choice.noun, agreement):
            return self._common_noun(state, line, trigger, choice.noun)
        if trigger.row.kind == "relay" or (trigger.row.speech and not self._says_something(line, trigger)):
            return None
        if mate and discourse.agrees(mate, agreement):
            return _Agents(mate, "speaker")
        entities, how = discourse.dropped(agreement, teller)
        return _Agents(entities, how) if entities or trigger.row.kind in _TELLING else None

    def _clause_mate(
        self, state: _State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> tuple[Entity, ...]:
        """The agents of the last verb of the same sentence and the same teller: «زار طهران ولم يتوصل»."""
        first, _ = line.sentence_range(trigger.index)
        start = line.toks[first].span.start
        for act, nominal in zip(reversed(state.acts), reversed(state.nominal), strict=True):
            if act.trigger.span.start < start or act.trigger.span.start >= trigger.span.start:
                break
            within = state.acts[act.within].entities(Role.AGENT) if act.within is not None else ()
            if not nominal and within == teller:
                return act.entities(Role.AGENT)
        return ()

    def _can_be_subject(self, line: Line, noun: int | None, agreement: Agreement) -> bool:
        """Whether a common noun after a verb can be its subject rather than its object.

        «وعرضت تمديدا»: an indefinite accusative cannot, nor a noun whose gender is not the verb's. Nouns
        that mean many take either.
        """
        if noun is None or agreement.gender not in {"m", "f"}:
            return True
        tok = line.toks[noun]
        if self._lexicon.is_accusative(tok.folded):
            return False
        feminine = self._lexicon.is_feminine(line.noun(tok.span))
        if agreement.gender == "m":
            return not feminine
        return feminine or tok.upos != "NOUN" or not self._lexicon.readings(tok.folded)

    def _common_noun(self, state: _State, line: Line, trigger: Found, noun: int | None) -> _Agents | None:
        """The agents of a verb whose subject is a common noun.

        «البيان» speaks for whoever spoke last, «الرابطة» for the body named last that is one. Others
        («مسؤول كبير») are nobody known: what they say is kept without an agent, what they do is not.
        """
        folded = line.toks[noun].folded if noun is not None else ""
        if self._lexicon.is_a(folded, "document-noun") and state.discourse.speaker:
            return _Agents(state.discourse.speaker, "speaker")
        body = state.discourse.headed(self._lexicon.without_article(folded))
        if body is not None and folded != self._lexicon.without_article(folded):
            return _Agents((body,), "head-noun")
        speaks = trigger.row.kind in _TELLING and self._says_something(line, trigger)
        return _Agents((), "common-noun") if speaks else None

    def _says_something(self, line: Line, trigger: Found) -> bool:
        """Whether what is said, or a preposition of what it is about, follows the trigger."""
        for index in range(trigger.index + 1, min(trigger.index + 1 + _SAID_WITHIN, len(line.toks))):
            tok = line.toks[index]
            if tok.folded in COLONS or self._roles.is_a(line, index, "complementizer"):
                return True
            if line.quote_from(tok.span.start, tok.span.end) is not None:
                return True
            if index == trigger.index + 1 and self._roles.is_a(line, index, "about"):
                return True
            if tok.is_stop:
                return False
        return False

    def _subject(
        self,
        line: Line,
        discourse: Discourse,
        trigger: Found,
        agreement: Agreement,
        before: Subject | None,
        after: Subject | None,
    ) -> Subject | None:
        """Which of the phrases around a verb is its subject."""
        if after is not None and after.phrase is not None:
            fits = _agrees(discourse, line, after.phrase, agreement)
            takes_object = trigger.row.frame.get("obj") is not None
            if fits and not (before is not None and takes_object and before.how != "antecedent"):
                return after
            if before is None and fits:
                return after
        # «روسيا التي تتهمها أوكرانيا»: the pronoun takes the antecedent up, so it is no subject
        taken_up = before is not None and before.how == "antecedent" and _has_pronoun(trigger)
        if (
            before is not None
            and not taken_up
            and before.phrase is not None
            and _agrees(discourse, line, before.phrase, agreement)
        ):
            return before
        if after is not None and after.phrase is None:
            return after
        return None

    def _participle_agents(
        self, state: _State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> _Agents | None:
        """A participle shares the subject of the verb that it goes with."""
        assert trigger.reading is not None  # noqa: S101 - a participle is always read from a form
        agreement = trigger.reading.form.agreement
        first, _ = line.sentence_range(trigger.index)
        start = line.toks[first].span.start
        lost = [i.span.start for i in state.issues if i.span is not None and i.span.start >= start]
        for act, nominal in zip(reversed(state.acts), reversed(state.nominal), strict=True):
            if act.trigger.span.start < start or act.trigger.span.start >= trigger.span.start:
                break
            if nominal:
                continue
            if lost and lost[-1] > act.trigger.span.start:
                break
            within = state.acts[act.within].entities(Role.AGENT) if act.within is not None else ()
            agents = act.entities(Role.AGENT)
            if within == teller and agents and state.discourse.may_be_subject(agents, agreement):
                return _Agents(agents, "speaker")
        if lost:
            return None  # its verb has a subject that nobody knows, and so has it
        for index in range(first, trigger.index):
            here = line.referent(index)
            if here is None or line.extent(here[0])[0] != index:
                continue
            phrase = self._roles.phrase(line, here[0])
            if phrase.marker is None and is_person(phrase.entities):
                return _Agents(phrase.entities, "speaker", phrase)
        entities, how = state.discourse.dropped(agreement, teller)
        return _Agents(entities, how)

    def _noun_agents(
        self, state: _State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> _Agents | None:
        assert trigger.reading is not None  # noqa: S101 - a noun is always read from a form
        form = trigger.reading.form
        after = trigger.index + 1
        if trigger.row.speech and not self._opens_content(line, after):
            return None
        if form.pronoun is not None and trigger.row.speech:
            source = self._source_before(line, trigger.index)
            if source is not None:
                return _Agents(source.entities, "before-verb", source)
        if form.pronoun is not None and form.pronoun.person != "2":
            entities, how = state.discourse.dropped(form.pronoun, teller)
            if form.pronoun.person == "1" and form.pronoun.number == "p":
                entities = state.discourse.states(entities)
            return _Agents(entities, how) if entities else None
        adjectives = self._adjectives(line, after)
        if adjectives and (trigger.row.joint or len(adjectives) == 1):
            return _Agents(adjectives, "nisba")
        phrase = self._following(line, after)
        if phrase is not None and phrase.first <= after + 1:
            if phrase.marker is not None and self._lexicon.is_a(phrase.marker, "preposition-from"):
                giver = trigger.row.frame.get(phrase.marker) is None and not trigger.row.joint
                return _Agents(phrase.entities, "after-noun", phrase) if giver else None
            if trigger.row.joint and all(e.subtype == _CITY for e in phrase.entities):
                return None  # «قمة جنيف» is a summit in Geneva
            if phrase.marker is None and phrase.first == after:
                return _Agents(phrase.entities, "after-noun", phrase)
            if trigger.row.joint and phrase.marker is not None:
                if len(phrase.entities) > 1:
                    return _Agents(phrase.entities, "between", phrase)
                if trigger.row.frame.get(phrase.marker) == "agent":
                    party = self._clause_subject(state, line, trigger)
                    return _Agents(party, "speaker") if party else None
        return None

    def _source_before(self, line: Line, index: int) -> Phrase | None:
        """The phrase that ends right before a token and is quoted there: «نقلت عن الوزير قوله»."""
        here = line.referent(index - 1) if index else None
        if here is None:
            return None
        phrase = self._roles.phrase(line, here[0])
        return phrase if phrase.marker is not None and phrase.last == index else None

    def _opens_content(self, line: Line, index: int) -> bool:
        """Whether reported content opens within three tokens from ``index``."""
        for at in range(index, min(index + 3, len(line.toks))):
            tok = line.toks[at]
            if self._roles.is_a(line, at, "complementizer") or tok.folded in COLONS:
                return True
            if line.quote_from(tok.span.start, tok.span.end) is not None:
                return True
        return False

    def _clause_subject(self, state: _State, line: Line, trigger: Found) -> tuple[Entity, ...]:
        """The agents of the last act before the trigger in its sentence."""
        first, _ = line.sentence_range(trigger.index)
        start = line.toks[first].span.start
        for act in reversed(state.acts):
            if start <= act.trigger.span.start < trigger.span.start:
                return act.entities(Role.AGENT)
            break
        return ()

    def _adjectives(self, line: Line, index: int) -> tuple[Entity, ...]:
        """The states that nisba adjectives right after a noun say: «الحوار الروسي الأمريكي»."""
        found: list[Entity] = []
        skipped = False
        while index < len(line.toks):
            nisba = line.nisbas.get(index)
            if nisba is not None:
                found.extend(nisba.entities)
            elif found or skipped or line.toks[index].upos != "ADJ":
                break
            else:
                skipped = True
            index += 1
        return tuple(dict.fromkeys(found))

    def _following(self, line: Line, index: int) -> Phrase | None:
        """The first phrase within two tokens from ``index``."""
        for at in range(index, min(index + 2, len(line.toks))):
            if self._roles.boundary(line, at) or line.toks[at].is_comma:
                return None
            here = line.referent(at)
            if here is not None:
                return self._roles.phrase(line, here[0])
        return None

    def _content(
        self, line: Line, trigger: Found, agents: _Agents, found: Sequence[Found]
    ) -> tuple[Span, bool] | None:
        """The stretch that the act says, and whether it is quoted; None for acts that say nothing."""
        if trigger.part == "noun" or trigger.row.joint:
            return None
        _, last = line.sentence_range(trigger.index)
        last = min([last, *(f.index for f in found if f.index > trigger.index and self._turns_back(line, f))])
        start_token = trigger.index + 1
        outer = line.quote_at(trigger.span.start)
        for index in range(start_token, min(last, start_token + _CONTENT_REACH)):
            tok = line.toks[index]
            quote = line.quote_from(tok.span.start, tok.span.end)
            if quote is not None and quote != outer and not self._names_only(line, quote):
                return Span(quote.start, quote.end), True
            opens = tok.folded in COLONS or self._roles.is_a(line, index, "complementizer")
            if opens:
                begin = tok.span.end
                nearby = line.quote_from(begin, line.toks[min(index + 2, len(line.toks) - 1)].span.end)
                if nearby is not None and nearby != outer and not self._names_only(line, nearby):
                    return Span(nearby.start, nearby.end), True
                end = self._end(line, index, last, outer)
                return (Span(begin, end), False) if begin < end else None
        begin = line.toks[min(start_token, len(line.toks) - 1)].span.start
        if agents.phrase is not None and agents.phrase.first >= start_token:
            begin = agents.phrase.span.end
        end = self._end(line, trigger.index, last, outer)
        return (Span(begin, end), False) if begin < end else None

    def _turns_back(self, line: Line, trigger: Found) -> bool:
        """Whether a trigger outside quotation marks speaks of the teller again: «، مضيفا», «، ودعا»."""
        if line.quote_at(trigger.span.start) is not None:
            return False
        if not (trigger.index and line.toks[trigger.index - 1].is_comma):
            return False
        if trigger.part == "participle":
            return trigger.row.kind not in {"joint", "nominal"}
        joined = trigger.reading is not None and "conjunction" in trigger.reading.proclitics
        return joined and trigger.part == "perfect"

    def _names_only(self, line: Line, quote: Span) -> bool:
        """Whether quotation marks set off one name or word rather than speech."""
        inside = [t for t in line.toks if quote.contains(t.span)]
        if len(inside) <= 4:
            return True
        return any(quote.overlaps(r.span) and len(quote) <= len(r.span) + 4 for r in line.referents)

    def _end(self, line: Line, index: int, last: int, outer: Span | None) -> int:
        end = line.toks[last - 1].span.end
        if line.toks[last - 1].is_stop and last - 2 > index:
            end = line.toks[last - 2].span.end
        return min(end, outer.end - 1) if outer is not None else end

    def _act(
        self,
        state: _State,
        line: Line,
        trigger: Found,
        agents: _Agents,
        holder: _Content | None,
        content: tuple[Span, bool] | None,
        others: frozenset[int],
    ) -> ActMention:
        discourse = state.discourse
        taken = [agents.phrase] if agents.phrase is not None else []
        start = trigger.index + 1 if trigger.complement is None else trigger.complement + 1
        found = self._roles.arguments(line, trigger, start, taken, others)
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
        arguments += self._pronoun_object(state, line, trigger, arguments)
        act_type = self._type(line, trigger, content, agents.entities)
        evidence = self._evidence(line, trigger, content, taken, others)
        if holder is None or holder.quoted is False:
            first, last = line.sentence_range(trigger.index)
            for source, span in self._circumstances.sources(line, first, last):
                if holder is None and not any(a.entity == source for a in arguments):
                    arguments.append(Argument(Role.REPORTED_BY, source, "credited", span))
        content_start = content[0].start if content is not None else evidence.end
        told_until = content_start if content is not None and trigger.row.speech else evidence.end
        later = [line.toks[o].span.start for o in others if o > start]
        told_until = min([told_until, *later])
        first_token, last_token = trigger.index + 1, self._token_at(line, content_start)
        for place in self._circumstances.places(line, first_token, last_token, [p.span for p in taken]):
            arguments.append(Argument(Role.PLACE, place, "preposition"))
        condition = self._circumstances.condition(line, evidence)
        return ActMention(
            trigger=Trigger(trigger.span, trigger.row.id, act_type),
            arguments=tuple(dict.fromkeys(arguments)),
            evidence=evidence,
            topics=self._circumstances.topics(line, evidence, state.topics),
            time=self._circumstances.time(line, trigger, told_until),
            polarity=Polarity.NEGATED if trigger.negated else Polarity.AFFIRMED,
            tense=self._circumstances.tense(line, trigger),
            certainty=self._circumstances.certainty(line, trigger),
            condition=condition,
            within=holder.act if holder is not None else None,
            confidence=CONFIDENCE[agents.how],
        )

    def _pronoun_object(
        self, state: _State, line: Line, trigger: Found, arguments: list[Argument]
    ) -> list[Argument]:
        """The addressee that a verb's object pronoun means: «تتهمه»."""
        reading = trigger.reading
        if reading is None or reading.form.pronoun is None or not trigger.verbal:
            return []
        if trigger.row.frame.get("obj") != "addressee":
            return []
        agents = tuple(a.entity for a in arguments if a.role is Role.AGENT)
        before = self._roles.before_verb(line, trigger.index)
        if before is not None and before.how == "antecedent" and before.phrase is not None:
            actors = [state.discourse.actor(e) for e in before.phrase.entities]
            return [Argument(Role.ADDRESSEE, e, "object-pronoun", before.phrase.span) for e in actors]
        first, _ = line.sentence_range(trigger.index)
        if state.acts and state.acts[-1].trigger.span.start >= line.toks[first].span.start:
            # «تعاقب موسكو وتتهمها»: the pronoun takes up the object of the verb before
            objects = state.acts[-1].entities(Role.ADDRESSEE)
            if objects and objects != agents and state.discourse.agrees(objects, reading.form.pronoun):
                return [Argument(Role.ADDRESSEE, e, "object-pronoun") for e in objects]
        for entities in reversed(state.discourse.subjects[-6:]):
            if entities != agents and state.discourse.agrees(entities, reading.form.pronoun):
                return [Argument(Role.ADDRESSEE, e, "object-pronoun") for e in entities]
        return []

    def _type(
        self, line: Line, trigger: Found, content: tuple[Span, bool] | None, agents: tuple[Entity, ...]
    ) -> str:
        """The row's type, or what the first words of the content make of a neutral verb."""
        after = trigger.span.end
        if content is not None and trigger.row.speech:
            after = content[0].start
        inside = [t.folded for t in line.toks if t.span.start >= after][:_OPENING_WORDS]
        neutral = trigger.row.speech and trigger.act_type == "State"
        if neutral and agents and all(is_media(e) for e in agents):
            return "Report"
        for match in self._lexicon.contents.find(inside):
            scope = match.phrase.scope
            if trigger.row.id in scope or (neutral and content is not None and "speech" in scope):
                return match.phrase.value
        return trigger.act_type

    def _evidence(
        self,
        line: Line,
        trigger: Found,
        content: tuple[Span, bool] | None,
        taken: list[Phrase],
        others: frozenset[int],
    ) -> Span:
        """From the trigger (or a subject right before it) to the end of what it governs."""
        start = trigger.span.start
        for phrase in taken:
            if phrase.last <= trigger.index and trigger.index - phrase.last <= 3:
                start = min(start, phrase.span.start)
        end = max([trigger.span.end, *(p.span.end for p in taken)])
        if content is not None and (trigger.row.speech or content[1]):
            return Span(start, max(end, content[0].end))
        index = self._token_at(line, end)
        limit = min(len(line.toks), trigger.index + _EVIDENCE_TOKENS)
        while index < limit and not line.toks[index].is_stop:
            tok = line.toks[index]
            if tok.is_comma and self._turns(line, index + 1, others):
                break
            if not tok.is_comma:
                end = max(end, tok.span.end)
            index += 1
        return Span(start, end)

    def _turns(self, line: Line, index: int, others: frozenset[int]) -> bool:
        """Whether what follows a comma is another act or clause rather than more of this one."""
        if index >= len(line.toks) or index in others:
            return True
        tok = line.toks[index]
        joined = tok.upos == "VERB" and self._lexicon.is_a(tok.folded[:1], "conjunction-letter")
        return joined or self._roles.is_a(line, index, "subordinator", "relative")

    def _token_at(self, line: Line, offset: int) -> int:
        """Index of the first token that starts at ``offset`` or after it."""
        return next((t.index for t in line.toks if t.span.start >= offset), len(line.toks))

    def _remember(
        self, state: _State, trigger: Found, agents: _Agents, act: ActMention, holder: _Content | None
    ) -> None:
        entities = act.entities(Role.AGENT)
        agreement = trigger.reading.form.agreement if trigger.reading is not None else None
        named = agents.phrase is not None and trigger.part != "noun"
        if named:
            state.discourse.saw(agents.entities, agreement)
        if (
            holder is None
            and entities
            and trigger.part != "noun"
            and trigger.row.kind in {"speech", "light-speech", "performative", "light"}
        ):
            state.discourse.speaker = entities


def _has_pronoun(trigger: Found) -> bool:
    """Whether the trigger carries an object or possessive pronoun."""
    return trigger.reading is not None and trigger.reading.form.pronoun is not None


def _agrees(discourse: Discourse, line: Line, phrase: Phrase, agreement: Agreement) -> bool:
    """Whether a phrase beside a verb agrees with it."""
    group = phrase.referents[0].how in {"group", "nisba"}
    return discourse.may_be_subject(phrase.entities, agreement, line.noun(phrase.span), group=group)
