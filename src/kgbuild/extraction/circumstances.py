"""Condition, tense, certainty, time, place, topics and credited sources of an act."""

from collections.abc import Iterable

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line, Tok
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.triggers import Found
from kgbuild.model import Certainty, Entity, Kind, Span, Tense, TimeExpression

_MAX_TOPICS = 2
_TOPIC_SHARE = 0.5
_ARTICLE_WEIGHT = 3.0
_SOURCE_REACH = 8
_CREDITED = frozenset({"agency", "outlet", "media"})
_IN = "preposition-in"


class Circumstances:
    """Reads circumstances with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

    def condition(self, line: Line, evidence: Span, trigger: Found) -> Span | None:
        """The explicit condition in ``evidence``, or in the clause that the sentence opens with before it."""
        inside = [t for t in line.toks if evidence.contains(t.span)]
        found = self._condition_in(inside)
        if found is not None or trigger.row.speech:
            return found
        first, _ = line.sentence_range(trigger.index)
        ahead = [t for t in line.toks[first : trigger.index] if t.span.end <= evidence.start]
        opening = self._condition_in(ahead)
        return opening if opening is not None and opening.start == line.toks[first].span.start else None

    def _condition_in(self, inside: list[Tok]) -> Span | None:
        for match in self._lexicon.conditions.find([t.folded for t in inside]):
            before = inside[match.first - 1].folded if match.first else ""
            if self._lexicon.is_a(before, "whether"):
                continue
            last = match.last
            while last < len(inside) and not (inside[last].is_comma or inside[last].is_stop):
                last += 1
            if last > match.last:
                return Span(inside[match.first].span.start, inside[last - 1].span.end)
        return None

    def tense(self, line: Line, found: Found, *, arranged: bool = False) -> Tense:
        """Future for «سـ», «سوف» and «لن»; present for another imperfect unless «لم» stands before it.

        ``arranged``: an act that another one arranges is still to come.
        """
        if arranged:
            return Tense.FUTURE
        if found.part != "imperfect":
            return Tense.PAST
        if found.reading and "future" in found.reading.proclitics:
            return Tense.FUTURE
        before = line.toks[found.index - 1].folded if found.index else ""
        if self._lexicon.is_a(before, "future-marker"):
            return Tense.FUTURE
        return Tense.PAST if self._lexicon.is_a(before, "past-negator") else Tense.PRESENT

    def certainty(self, line: Line, found: Found) -> Certainty:
        """Possible where a hedge stands right before the trigger."""
        before = line.toks[found.index - 1].folded if found.index else ""
        if self._lexicon.is_a(before, "hedge"):
            return Certainty.POSSIBLE
        hedged = found.part == "imperfect" and self._lexicon.is_a(before, "hedge-imperfect")
        return Certainty.POSSIBLE if hedged else Certainty.CERTAIN

    def time(self, line: Line, found: Found, since: int, until: int) -> TimeExpression | None:
        """The time told beside the trigger from ``since`` to ``until``, not in what is said there."""
        first, _ = line.sentence_range(found.index)
        start = min(max(line.toks[first].span.start, since), found.span.start)
        clause = Span(start, max(until, found.span.end))
        near = [t for t in line.times if clause.contains(t.span) and not self._quoted(line, t, found)]
        return min(near, key=lambda t: (t.span.distance(found.span), t.span.start)) if near else None

    def _quoted(self, line: Line, time: TimeExpression, found: Found) -> bool:
        return line.quote_at(time.span.start) != line.quote_at(found.span.start)

    def places(self, line: Line, start: int, end: int, taken: Iterable[Span]) -> tuple[Entity, ...]:
        """Places named with a preposition of place in tokens ``[start, end)``, not in another role."""
        used = list(taken)
        places: list[Entity] = []
        for phrase in self._roles.phrases_after(line, start, end):
            located = phrase.marker is not None and self._lexicon.is_a(phrase.marker, _IN)
            if located and not any(phrase.span.overlaps(s) for s in used):
                places += [e for e in phrase.entities if e.kind is Kind.PLACE]
        return tuple(dict.fromkeys(places))

    def sources(
        self, line: Line, first: int, last: int, *, everyone: bool = False
    ) -> list[tuple[Entity, Span]]:
        """Agencies and outlets credited in tokens ``[first, last)``, outside quotations.

        With ``everyone``, others that are credited too: «بحسب الوزارة».
        """
        tokens = line.toks[first:last]
        found: list[tuple[Entity, Span]] = []
        for match in self._lexicon.attributions.find([t.folded for t in tokens]):
            start = first + match.first
            if line.quote_at(line.toks[start].span.start):
                continue
            for index in range(start, min(start + _SOURCE_REACH, last)):
                here = line.referent(index)
                if here is not None:
                    found += [(e, here[1].span) for e in here[1].entities if everyone or is_media(e)]
                    break
        return found

    def main_topics(self, tokens: list[str]) -> tuple[str, ...]:
        """The topics of a whole article: a word in passing makes none."""
        return self.scored(tokens, _ARTICLE_WEIGHT)

    def topics(self, line: Line, evidence: Span, article: tuple[str, ...]) -> tuple[str, ...]:
        """Topics shown by the words of the evidence, else by the sentence's, else the article's."""
        inside = [t for t in line.toks if evidence.overlaps(t.span)]
        own = self.scored([t.folded for t in inside])
        if not own and inside:
            first, last = line.sentence_range(inside[0].index)
            own = self.scored([t.folded for t in line.toks[first:last]])
        topics = tuple(dict.fromkeys((*own[:1], *article[:1], *own[1:])))
        return topics[:_MAX_TOPICS] or ("other",)

    def scored(self, tokens: list[str], least: float = 0.0) -> tuple[str, ...]:
        """The topics that weigh most in folded tokens, at most two, heaviest first, none under ``least``."""
        weights = self.weights(tokens)
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return tuple(t for t, w in ranked[:_MAX_TOPICS] if w >= max(least, ranked[0][1] * _TOPIC_SHARE))

    def weights(self, tokens: list[str]) -> dict[str, float]:
        """How much each topic weighs in folded tokens; topics that nothing shows are left out."""
        weights: dict[str, float] = {}
        for match in self._lexicon.topics.find(tokens):
            phrase = match.phrase
            weights[phrase.value] = weights.get(phrase.value, 0.0) + phrase.weight * len(phrase.words)
        return weights


def is_media(entity: Entity) -> bool:
    """Whether an agency or outlet."""
    return entity.subtype in _CREDITED
