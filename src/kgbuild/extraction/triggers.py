"""Which tokens of a line show an act: readings of the lexicon, weighed against the tags."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kgbuild.extraction.lexicon import Lexicon, TriggerRow
from kgbuild.extraction.lines import COLONS, QUOTE_OPENERS, Line, Tok
from kgbuild.extraction.morphology import VERBAL, Reading
from kgbuild.model import Span, ZoneKind
from kgbuild.text.folding import fold

_VERB_TAGS = frozenset({"VERB", "AUX"})
_NOUN_TAGS = frozenset({"NOUN", "X", "PROPN", "ADJ"})
_LIGHT_REACH = 7
_NEEDS_REACH = 12
_DOUBLED_WITHIN = 8
HEADLINE_ROW = "headline"
_ALEF = "\u0627"
_ALEF_HAMZA = "\u0623"


@dataclass(frozen=True, slots=True)
class Found:
    """A trigger in a line. ``part`` is perfect, imperfect, participle, noun or ``colon`` (a headline).

    ``complement`` is the token of the verbal noun that a light verb takes its sense from.
    """

    index: int
    row: TriggerRow
    act_type: str
    part: str
    reading: Reading | None
    span: Span
    negated: bool = False
    complement: int | None = None

    @property
    def verbal(self) -> bool:
        """Whether a finite verb."""
        return self.part in VERBAL


class TriggerFinder:
    """Finds triggers with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def find(self, line: Line) -> list[Found]:
        """All triggers of ``line``, in textual order; a light verb and its noun count as one."""
        headline = self._headline(line)
        credits = self._credits(line)
        found = [f for tok in line.toks for f in self._at(line, tok)]
        found = [f for f in found if f.index not in credits or f.row.kind == "relay"]
        merged: list[Found] = [headline] if headline else []
        consumed: set[int] = set()
        by_index = {f.index: f for f in found}
        for trigger in found:
            if trigger.index in consumed:
                continue
            noun = self._complement(line, trigger, by_index)
            if noun is not None:
                consumed.add(noun.index)
                merged.append(
                    Found(
                        trigger.index,
                        # «وجه تحذيرا إلى»: the verb's own prepositions carry roles too
                        replace(noun.row, frame={**trigger.row.frame, **noun.row.frame}),
                        noun.act_type,
                        trigger.part,
                        trigger.reading,
                        trigger.span,
                        trigger.negated,
                        noun.index,
                    )
                )
            elif trigger.row.kind not in {"light", "light-joint", "complement"} and not (
                trigger.part == "participle" and self._adds_nothing(line, trigger, merged)
            ):
                merged.append(trigger)
        return merged

    def _adds_nothing(self, line: Line, participle: Found, before: list[Found]) -> bool:
        """Whether a participle is an adverb («أكد مجددا») or doubles the verb («وأضاف الوزير قائلا»)."""
        if self._lexicon.is_a(line.toks[participle.index].folded, "adverb"):
            return True
        verb = before[-1] if before else None
        if verb is None or not (verb.verbal and verb.row.speech and participle.row.speech):
            return False
        if participle.index - verb.index > _DOUBLED_WITHIN or verb.complement is not None:
            return False
        between = line.toks[verb.index + 1 : participle.index]
        return not any(
            tok.is_comma
            or tok.folded in COLONS
            or self._lexicon.is_a(tok.folded, "complementizer", "about")
            or line.quote_from(tok.span.start, tok.span.end) is not None
            for tok in between
        )

    def _credits(self, line: Line) -> frozenset[int]:
        """The tokens of phrases that credit a source: the verb in «حسبما ذكرت» is no act of its own."""
        matches = self._lexicon.attributions.find([t.folded for t in line.toks])
        return frozenset(index for m in matches for index in range(m.first, m.last))

    def _headline(self, line: Line) -> Found | None:
        """The colon of «موسكو: …», «بايدن لبوتين: …»: nothing but names before it, in a title."""
        if line.kind not in {ZoneKind.TITLE, ZoneKind.SUBTITLE}:
            return None
        colon = next((t for t in line.toks[:8] if t.folded in COLONS), None)
        if colon is None or colon.index == 0 or colon.index + 1 >= len(line.toks):
            return None
        here = line.referent(colon.index - 1)
        if here is None:
            return None
        first = line.extent(here[0])[0]
        to = line.referent(first - 1) if first and line.prefix(here[0]) in self._lexicon.addressing else None
        if first != 0 and (to is None or line.extent(to[0])[0] != 0):
            return None
        row = TriggerRow(HEADLINE_ROW, "State", "speech", {}, None, "in a headline: X says")
        return Found(colon.index, row, "State", "colon", None, colon.span)

    def _at(self, line: Line, tok: Tok) -> Iterator[Found]:
        if line.referent(tok.index) is not None:
            return
        known = self._lexicon.readings(tok.folded)
        if not known:
            return
        opens = self._opens_clause(line, tok)
        speaks = self._speaks_of_self(line, tok)
        # taggers know no word that their treebank lacks; what can only be a verb is one all the same
        alone = tok.upos == "X" and all(r.form.part in VERBAL for r in known)
        readings = [r for r in known if _fits(tok, r, opens=opens or alone or speaks(r))]
        if not readings:
            return
        readings = [r for r in readings if self._has_needs(line, tok, r)]
        if not readings:
            return
        alone_third = any(r.form.agreement.person == "3" for r in readings)
        added = tok.index > 0 and line.toks[tok.index - 1].is_comma
        best = min(
            readings,
            key=lambda r: (
                r.form.agreement.person == "1" and line.quote_at(tok.span.start) is None and alone_third,
                _unlike(tok, r, line.text),
                _rank(tok, r, opens=opens, added=added),
                not self._lexicon.rows[r.form.row].needs,  # the sense whose words are there is the likelier
                r.offset,
                r.form.row,
            ),
        )
        row = self._lexicon.rows[best.form.row]
        denied = best.form.part == "noun" and row.negated_type is not None
        negated = (best.form.part in VERBAL or denied) and self._negated(line, tok.index)
        act_type = row.act_type
        if negated and row.negated_type:
            act_type, negated = row.negated_type, False
        yield Found(tok.index, row, act_type, best.form.part, best, _span(line, tok, best), negated)

    def _opens_clause(self, line: Line, tok: Tok) -> bool:
        """Whether a verb must stand at a token: a sentence opens before a name («بحث لافروف»), «إنه قبل»."""
        before = line.toks[tok.index - 1] if tok.index else None
        after = line.toks[tok.index + 1] if tok.index + 1 < len(line.toks) else None
        if before is not None and self._lexicon.is_a(before.folded, "complementizer-pronoun"):
            return after is not None and not line.in_time(after.index) and tok.upos != "NOUN"
        opens = before is None or before.is_stop or before.is_comma or before.folded in QUOTE_OPENERS
        follows = line.referent(tok.index + 1) if tok.index + 1 < len(line.toks) else None
        return opens and follows is not None and line.prefix(follows[0]) == ""

    def _speaks_of_self(self, line: Line, tok: Tok) -> Callable[[Reading], bool]:
        """Whether a reading is the first person in a quotation («نطالب»): no noun has its prefix there."""
        quoted = line.quote_at(tok.span.start) is not None
        return lambda reading: (
            quoted and reading.form.agreement.person == "1" and reading.form.part == "imperfect"
        )

    def _has_needs(self, line: Line, tok: Tok, reading: Reading) -> bool:
        """Whether a word that this sense of the verb needs follows it; verbal nouns need none."""
        needs = self._lexicon.rows[reading.form.row].needs
        if not needs or reading.form.part == "noun":
            return True
        around = [t.folded for t in line.toks[tok.index + 1 : tok.index + 1 + _NEEDS_REACH]]
        before = max(0, tok.index - 1)
        if reading.form.pronoun is not None and self._lexicon.is_a(line.toks[before].folded, "relative"):
            # «العقوبات التي فرضتها»
            around += [t.folded for t in line.toks[max(0, before - _NEEDS_REACH) : before]]
        return any(self._lexicon.matches(word, token) for word in needs for token in around)

    def _negated(self, line: Line, index: int) -> bool:
        return index > 0 and self._lexicon.is_a(_bare(line.toks[index - 1].folded, self._lexicon), "negator")

    def _complement(self, line: Line, verb: Found, by_index: dict[int, Found]) -> Found | None:
        """The verbal noun after a light verb, or after a statement verb as in «أكد رفضه»."""
        kind = verb.row.kind
        takes_noun = kind in {"light", "light-speech", "light-joint"}
        if not takes_noun and not (kind == "speech" and verb.row.act_type in {"State", "Announce"}):
            return None
        steps, quoted = 0, line.quote_at(verb.span.start)
        for index in range(verb.index + 1, len(line.toks)):
            tok = line.toks[index]
            steps += line.referent(index) is None
            if steps > _LIGHT_REACH or tok.is_stop or tok.folded in COLONS:
                return None
            if line.quote_at(tok.span.start) != quoted or (quoted is not None and kind != "light-speech"):
                return None  # in what somebody says, a noun is mostly an act of its own
            if self._lexicon.is_a(tok.folded, "complementizer", "relative", "subordinator"):
                return None
            other = by_index.get(index)
            if other is None:
                continue
            if other.part != "noun" or self._lexicon.is_a(line.toks[index - 1].folded, "preposition-time"):
                return None  # «بدأ بعد القمة» is no summit's beginning
            if verb.row.frame.get(line.toks[index - 1].folded) == "addressee":
                return None  # «رد على اتهامه» is no accusation
            if kind == "light-joint":
                return other if other.row.joint else None
            if other.row.joint and kind == "speech":
                return None
            if takes_noun:
                return other
            # «أكد رفضه»: only a noun that the speaker owns makes the statement the noun's act
            owned = other.reading is not None and other.reading.form.pronoun is not None
            defined = other.reading is not None and "article" in other.reading.proclitics
            return other if owned or (other.row.kind == "complement" and not defined) else None
        return None


def _bare(folded: str, lexicon: Lexicon) -> str:
    """A function word without a conjunction written before it."""
    if folded in lexicon.function_classes:
        return folded
    return folded[1:] if folded[1:] in lexicon.function_classes else folded


def _fits(tok: Tok, reading: Reading, *, opens: bool) -> bool:
    part = reading.form.part
    if part in VERBAL:
        return tok.upos in _VERB_TAGS or opens
    if part == "participle":
        # in the accusative of circumstance it looks like nothing else, whatever a tagger says
        return "article" not in reading.proclitics
    return tok.upos in _NOUN_TAGS


def _rank(tok: Tok, reading: Reading, *, opens: bool, added: bool) -> int:
    """Prefer the reading whose part of speech is the tag's own, and a verb where a clause opens.

    ``added``: whether a comma stands before: «، مقترحا» is what the speaker adds, no noun.
    """
    part = reading.form.part
    if added and part == "participle" and tok.folded.endswith(_ALEF) and tok.upos not in _VERB_TAGS:
        return -1
    if tok.upos in _VERB_TAGS or opens:
        return 0 if part in VERBAL else 1
    if tok.upos == "NOUN":
        return 0 if part == "noun" else 1
    return 0 if part == "participle" else 1


def _unlike(tok: Tok, reading: Reading, text: str) -> bool:
    """Whether the perfect has a bare alef («اعترف») where the text has the hamza of "I" («أعترف»)."""
    bare = reading.form.part == "perfect" and reading.form.base.startswith(_ALEF)
    return bare and text[tok.span.start + reading.offset : tok.span.end].startswith(_ALEF_HAMZA)


def _span(line: Line, tok: Tok, reading: Reading) -> Span:
    """The trigger's own letters: the token without its proclitics, the article kept.

    The article written into «لل» starts at its second letter.
    """
    folded = fold(tok.span.of(line.text))
    offset = min(reading.offset, len(folded.text))
    if "article" in reading.proclitics:
        whole = reading.proclitics[-2:-1] != ("preposition",) or folded.text[offset - 2] == _ALEF
        offset -= 2 if whole else 1
    inner = folded.span(offset, len(folded.text))
    return Span(tok.span.start + inner.start, tok.span.end)
