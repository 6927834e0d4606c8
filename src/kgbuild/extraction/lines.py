"""A line of an article as the extraction sees it: tokens, quotations, referents, times.

The line, not the sentence, is the unit: a sentence splitter cuts inside quotations, and what a
speaker says runs to the end of the quotation, wherever that is.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from kgbuild.model import Analysis, Referent, Span, TimeExpression, Token, Word, Zone, ZoneKind
from kgbuild.text.folding import fold_key

_PAIRS = {"«": "»", "“": "”", "‘": "’", "„": "”", "‹": "›"}
_CLOSERS = frozenset(_PAIRS.values())
_STRAIGHT = '"'
_FULL_STOPS = frozenset({".", "!", "؟", "?", "…"})
_TOKENS_A_MARK = 40
_TOLD_BEFORE = 12
_TOLD_AFTER = 20
COMMAS = frozenset({"،", ",", "؛", ";"})
COLONS = frozenset({":", "::"})
QUOTE_OPENERS = frozenset({'"', "«", "“", "‘", "„", "‹"})
_CONTENT_TAGS = frozenset({"VERB", "NOUN", "PROPN", "ADJ", "X", "NUM", "ADV"})


@dataclass(frozen=True, slots=True)
class Tok:
    """A token with what the rules ask of it. ``upos`` is that of its main word, not of its clitics."""

    index: int
    span: Span
    folded: str
    upos: str
    sentence: int
    word: Word
    adposition: bool
    """Whether a preposition is written together with it."""

    @property
    def is_comma(self) -> bool:
        """Whether this is a comma or semicolon."""
        return self.folded in COMMAS

    @property
    def is_stop(self) -> bool:
        """Whether this ends a sentence."""
        return self.folded in _FULL_STOPS or (self.folded[:1] == "." and not self.folded.strip("."))


@dataclass(slots=True)
class Line:
    """One zone's tokens in order, and lookups over them. Token ranges are half-open."""

    kind: ZoneKind
    span: Span
    text: str
    """The whole article's text: spans point into it."""
    toks: tuple[Tok, ...]
    quotes: tuple[Span, ...]
    """Quotations, marks included, outermost and nested, by start."""
    referents: tuple[Referent, ...]
    times: tuple[TimeExpression, ...]
    nisbas: dict[int, Referent] = field(default_factory=dict)
    """Nisba adjectives by the index of their token."""
    punctuated: bool = True
    """Whether the line has commas or full stops as written news has: one in forty tokens at least."""
    _referent_at: dict[int, int] = field(default_factory=dict)
    _extent: dict[int, tuple[int, int]] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    """Indices of the tokens that end a sentence."""
    _timed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        marks = sum(t.is_comma or t.is_stop for t in self.toks)
        self.punctuated = marks * _TOKENS_A_MARK >= len(self.toks)
        bounds = [(t.index, t.span.start, t.span.end) for t in self.toks]
        for number, referent in enumerate(self.referents):
            first, last = referent.span.start, referent.span.end
            covered = [index for index, start, end in bounds if start < last and first < end]
            if not covered:
                continue
            self._extent[number] = (covered[0], covered[-1] + 1)
            for index in covered:
                self._referent_at.setdefault(index, number)
        self._starts = [tok.span.start for tok in self.toks]
        self._ends = [tok.index for tok in self.toks if self._ends_sentence(tok.index)]
        times = [(time.span.start, time.span.end) for time in self.times]
        self._timed = {
            index for first, last in times for index, start, end in bounds if start < last and first < end
        }

    def referent(self, index: int) -> tuple[int, Referent] | None:
        """The referent at a token, with its number in this line."""
        number = self._referent_at.get(index)
        return None if number is None else (number, self.referents[number])

    @property
    def placed(self) -> frozenset[int]:
        """Numbers of the referents that cover a token of this line."""
        return frozenset(self._extent)

    def extent(self, number: int) -> tuple[int, int]:
        """Token range of the referent with this number."""
        return self._extent[number]

    def prefix(self, number: int) -> str:
        """Folded letters written before a referent in its first token: its proclitics, no marks («#»)."""
        first, _ = self._extent[number]
        start = self.toks[first].span.start
        letters = self.text[start : max(start, self.referents[number].span.start)]
        return fold_key("".join(char for char in letters if char.isalnum()))

    def noun(self, span: Span) -> str:
        """The first word of a stretch, as written but for marks."""
        word = (span.of(self.text).split() or [""])[0]
        return "".join(char for char in word if char.isalnum())

    def token_at(self, offset: int) -> int:
        """Index of the first token that starts at ``offset`` or after it; their number when none does."""
        return bisect_left(self._starts, offset)

    def quote_at(self, offset: int) -> Span | None:
        """The innermost quotation around an offset."""
        inside = [q for q in self.quotes if q.start < offset < q.end]
        return max(inside, key=lambda q: q.start) if inside else None

    def quote_from(self, start: int, end: int) -> Span | None:
        """The first quotation that opens in ``[start, end)``."""
        return next((q for q in self.quotes if start <= q.start < end), None)

    def in_time(self, index: int) -> bool:
        """Whether a token is part of a time expression."""
        return index in self._timed

    def sentence_range(self, index: int) -> tuple[int, int]:
        """Token range of the sentence around a token.

        A full stop inside a quotation ends none, but one right before its closing mark does when what
        follows opens a sentence with "and": «نرحب بذلك." وأضاف».
        """
        place = bisect_left(self._ends, index)
        first = self._ends[place - 1] + 1 if place else 0
        return first, self._ends[place] + 1 if place < len(self._ends) else len(self.toks)

    def told_range(self, index: int) -> tuple[int, int]:
        """Token range of what is told around a token: its sentence, or some words where nothing ends one."""
        first, last = self.sentence_range(index)
        if self.punctuated:
            return first, last
        return max(first, index - _TOLD_BEFORE), min(last, index + _TOLD_AFTER)

    def _ends_sentence(self, index: int) -> bool:
        tok = self.toks[index]
        if tok.is_stop:
            return self.quote_at(tok.span.start) is None
        stopped = index > 0 and self.toks[index - 1].is_stop and index + 1 < len(self.toks)
        if not stopped or self.quote_at(self.toks[index - 1].span.start) is None:
            return False
        closes = any(quote.end == tok.span.end for quote in self.quotes)
        following = self.toks[index + 1]
        joined = following.word.span.start > following.span.start
        return closes and self.quote_at(tok.span.end) is None and following.upos == "VERB" and joined


def quotations(text: str, span: Span) -> tuple[Span, ...]:
    """Quotations within ``span``, marks included, by start; one left open ends with the span.

    A straight mark opens after white space or a bracket and before a letter, and closes otherwise;
    typographic marks are paired by kind, and one typed the wrong way round closes what is open.
    """
    found: list[Span] = []
    stack: list[tuple[str, int]] = []
    for at in range(span.start, span.end):
        char = text[at]
        if char == _STRAIGHT:
            is_open = any(mark == _STRAIGHT for mark, _ in stack)
            opens = not is_open
            if is_open:
                before = text[at - 1] if at > span.start else " "
                after = text[at + 1] if at + 1 < span.end else " "
                # a second opening mark inside an open quotation: nested, as in "… يمارسون "إرهاب الدولة" …"
                opens = before.isspace() and after.isalpha() and _closes_later(text, at + 1, span.end)
        elif char in _PAIRS:
            open_already = any(mark == char for mark, _ in stack)
            opens = not (open_already and not text[at - 1].isspace())
        elif char in _CLOSERS:
            opens = False
        else:
            continue
        if opens:
            stack.append((char, at))
        else:
            _close(stack, found, char, at + 1)
    found += [Span(start, span.end) for _, start in stack]
    return tuple(sorted(found))


def _closes_later(text: str, start: int, end: int) -> bool:
    """Whether two more straight marks follow, as a nested quotation needs."""
    return text.count(_STRAIGHT, start, end) >= 2


def _close(stack: list[tuple[str, int]], found: list[Span], char: str, end: int) -> None:
    for depth in range(len(stack) - 1, -1, -1):
        mark, start = stack[depth]
        if mark == char or _PAIRS.get(mark) == char:
            del stack[depth:]
            found.append(Span(start, end))
            return


def build_lines(
    text: str,
    zones: Sequence[Zone],
    analysis: Analysis,
    referents: Sequence[Referent],
    times: Sequence[TimeExpression],
    nisbas: Sequence[Referent] = (),
) -> list[Line]:
    """The title, subtitle and body lines that hold at least one token, in textual order."""
    tokens = [
        (token.span.start, token.span.end, n, token)
        for n, sentence in enumerate(analysis.sentences)
        for token in sentence.tokens
    ]
    lines: list[Line] = []
    for zone in zones:
        if zone.kind not in {ZoneKind.TITLE, ZoneKind.SUBTITLE, ZoneKind.BODY}:
            continue
        first, last = zone.span.start, zone.span.end
        inside = [(n, token) for start, end, n, token in tokens if first <= start and end <= last]
        if not inside:
            continue
        toks = tuple(_tok(i, n, token) for i, (n, token) in enumerate(inside))
        here = [nisba for nisba in nisbas if zone.span.contains(nisba.span)]
        lines.append(
            Line(
                zone.kind,
                zone.span,
                text,
                toks,
                quotations(text, zone.span),
                tuple(r for r in referents if zone.span.contains(r.span)),
                tuple(t for t in times if zone.span.contains(t.span)),
                {tok.index: nisba for tok in toks for nisba in here if tok.span.contains(nisba.span)},
            )
        )
    return lines


def _tok(index: int, sentence: int, token: Token) -> Tok:
    main = next((w for w in token.words if w.upos in _CONTENT_TAGS), token.words[0])
    adposition = len(token.words) > 1 and any(w.upos == "ADP" for w in token.words)
    return Tok(index, token.span, fold_key(token.text), main.upos, sentence, main, adposition)
