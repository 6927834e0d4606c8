"""What the learned heads add to what the rules found: addressees, sources, topics, confidence."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

from kgbuild.extraction.circumstances import Circumstances
from kgbuild.extraction.heads import Candidate, Heads
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.parties import Party, PartyFinder
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.state import State
from kgbuild.extraction.subjects import GENERAL, Subjects
from kgbuild.extraction.trust import features
from kgbuild.extraction.vouchers import Voucher, VoucherFinder
from kgbuild.model import ActMention, Argument, Role

ADDRESSEE, REPORTED_BY, TOPIC, ACT = "addressee", "reported_by", "topic", "act"
_MAX_TOPICS = 2


class Settler:
    """Asks the heads of one lexicon."""

    def __init__(
        self, lexicon: Lexicon, roles: RoleFinder, circumstances: Circumstances, heads: Heads
    ) -> None:
        self._heads = heads
        self._parties = PartyFinder(lexicon, roles)
        self._vouchers = VoucherFinder(circumstances)
        self._circumstances = circumstances
        self._topics = lexicon.topic_names

    def with_heads(self, heads: Heads) -> "Settler":
        """The same settler asking other heads."""
        made = copy(self)
        made._heads = heads
        return made

    def settle(self, state: State) -> tuple[ActMention, ...]:
        """The acts of ``state`` with what the heads choose; the rules' own contents stay."""
        subjects = self.subjects(state)
        settled: list[ActMention] = []
        for number, act in enumerate(state.acts):
            kept = [a for a in act.arguments if a.role not in {Role.ADDRESSEE, Role.REPORTED_BY}]
            kept += self._addressees(state, number)
            kept += self._sources(state, number)
            topics, possible = self._chosen_topics(subjects, state, number)
            trust = self.confidence(state, number) if self._heads.knows(ACT) else act.confidence
            settled.append(
                replace(
                    act,
                    arguments=_in_order(kept),
                    topics=topics,
                    possible_topics=possible,
                    confidence=trust,
                )
            )
        return tuple(settled)

    def confidence(self, state: State, number: int) -> float:
        """How probable it is that act ``number`` is right in type and agent, with two decimals."""
        return round(self._heads.probability(ACT, features(state, number)), 2)

    def parties(self, state: State, number: int) -> list[Candidate[Party]]:
        """Candidates for the addressee of act ``number``."""
        return self._parties.candidates(state, number)

    def vouchers(self, state: State, number: int) -> list[Candidate[Voucher]]:
        """Candidates for the credited source of act ``number``."""
        return self._vouchers.candidates(state, number)

    def subjects(self, state: State) -> Subjects:
        """Candidates for the topics of the article's acts."""
        return Subjects(state.lines, self._circumstances, self._topics)

    def _addressees(self, state: State, number: int) -> Iterable[Argument]:
        """Whom the frame names; where it names nobody, whom the head chooses. Joint acts have parties."""
        ruled = [a for a in state.acts[number].arguments if a.role is Role.ADDRESSEE]
        if ruled or state.told[number].trigger.row.joint:
            yield from ruled
            return
        least = self._heads.threshold(ADDRESSEE)
        for probability, one in self._heads.ranked(ADDRESSEE, self.parties(state, number)):
            if probability >= least:
                how = f"learned {probability:.2f}: {self._heads.reasons(ADDRESSEE, one.features)}"
                yield Argument(Role.ADDRESSEE, one.value.entity, how, one.value.span)

    def _sources(self, state: State, number: int) -> Iterable[Argument]:
        """Those whom the text credits in so many words; where it credits nobody, whom the head chooses."""
        ruled = [a for a in state.acts[number].arguments if a.role is Role.REPORTED_BY]
        if ruled:
            yield from ruled
            return
        least = self._heads.threshold(REPORTED_BY)
        for probability, one in self._heads.ranked(REPORTED_BY, self.vouchers(state, number)):
            if probability >= least:
                how = f"learned {probability:.2f}: {self._heads.reasons(REPORTED_BY, one.features)}"
                yield Argument(Role.REPORTED_BY, one.value.entity, how, one.value.span)

    def _chosen_topics(
        self, subjects: Subjects, state: State, number: int
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The topics of an act, and those that it may have besides.

        It is about what the head holds most probable and about what its own words settle; a general topic is
        for acts that no other fits. The head's second choice is right in one case of four: a possibility.
        """
        ranked = self._heads.shares(TOPIC, subjects.candidates(state, number))[:_MAX_TOPICS]
        first = [one.value for _, one in ranked[:1]] or list(state.acts[number].topics)
        named = subjects.settled(state, number)
        if named:
            first = [topic for topic in first if topic not in GENERAL]
        topics = tuple(dict.fromkeys((*first, *named)))
        least = self._heads.threshold(TOPIC)
        told = (one.value for share, one in ranked if share >= least)
        return topics, tuple(topic for topic in told if topic not in topics)


def _in_order(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Arguments by role, each once: agents, addressees, sources, places."""
    order = list(Role)
    return tuple(sorted(dict.fromkeys(arguments), key=lambda a: order.index(a.role)))
