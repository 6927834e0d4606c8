"""Which stretch of a line an act says, and which shows it."""

from collections.abc import Sequence

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.phrases import Agents, Phrase
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.triggers import Found
from kgbuild.model import Span

_CONTENT_REACH = 45
_CLAUSE_OPENS = 6
_EVIDENCE_TOKENS = 40


class Stretches:
    """Finds contents and evidence with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

    def turns(self, line: Line, trigger: Found) -> bool:
        """Whether a trigger speaks of the teller again, or of another one, rather than inside a content."""
        before = trigger.index - 1
        turn = before >= 0 and self._lexicon.is_a(line.toks[before].folded, "turn")
        return turns_back(line, trigger, turn=turn)

    def goes_on(self, line: Line, trigger: Found, inner: Span) -> bool:
        """Whether «وأن» before a trigger takes up the outer content: «إن كييف طلبت أسلحة وإن برلين رفضت»."""
        for index in range(trigger.index - 1, max(-1, trigger.index - _CLAUSE_OPENS), -1):
            tok = line.toks[index]
            if tok.span.start < inner.start or tok.is_stop:
                return False
            if self._roles.is_a(line, index, "complementizer"):
                return not self._lexicon.is_a(tok.folded, "complementizer")
        return False

    def content(
        self, line: Line, trigger: Found, agents: Agents, found: Sequence[Found]
    ) -> tuple[Span, bool] | None:
        """The stretch that the act says, and whether it is quoted; None for acts that say nothing."""
        if trigger.part == "noun" or trigger.row.joint:
            return None
        _, last = line.sentence_range(trigger.index)
        last = min([last, *(f.index for f in found if f.index > trigger.index and self.turns(line, f))])
        start_token = trigger.index + 1
        outer = line.quote_at(trigger.span.start)
        for index in range(start_token, min(last, start_token + _CONTENT_REACH)):
            tok = line.toks[index]
            quote = line.quote_from(tok.span.start, tok.span.end)
            if quote is not None and quote != outer and not self._names_only(line, quote):
                return Span(quote.start, quote.end), True
            if self._goes_on_outside(line, index):
                last = index
                break
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

    def _goes_on_outside(self, line: Line, index: int) -> bool:
        """Whether «وأن» at a token goes on with what an outer act says: a content opens without «و»."""
        joined = self._lexicon.is_a(line.toks[index].folded[:1], "conjunction-letter")
        return joined and self._roles.is_a(line, index, "complementizer")

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

    def evidence(
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
        index = line.token_at(end)
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


def turns_back(line: Line, trigger: Found, *, turn: bool = False) -> bool:
    """Whether a trigger outside quotation marks speaks of the teller again: «، مضيفا», «، ودعا».

    ``turn``: whether words before the trigger give the floor to somebody: «من جهته أعلن».
    """
    if line.quote_at(trigger.span.start) is not None:
        return False
    if turn and trigger.part == "perfect":
        return True
    joined = trigger.reading is not None and "conjunction" in trigger.reading.proclitics
    if not line.punctuated:
        # without punctuation, what follows «وأضاف» is all that shows where reported speech ends
        return joined and trigger.part == "perfect" and trigger.row.kind in {"speech", "light-speech"}
    if not (trigger.index and line.toks[trigger.index - 1].is_comma):
        return False
    if trigger.part == "participle":
        return trigger.row.kind not in {"joint", "nominal"}
    return joined and trigger.part == "perfect"
