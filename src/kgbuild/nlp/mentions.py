"""Entity labels on tokens become mentions, without the proclitics that Arabic writes onto a name."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from kgbuild.errors import DataFileError
from kgbuild.model import Kind, Mention, Span, Token
from kgbuild.resources import data_path

KINDS = {
    "PER": Kind.PERSON,
    "PERS": Kind.PERSON,
    "PERSON": Kind.PERSON,
    "LOC": Kind.PLACE,
    "GPE": Kind.PLACE,
    "FAC": Kind.PLACE,
    "ORG": Kind.ORGANIZATION,
    "EVENT": Kind.EVENT,
    "EVT": Kind.EVENT,
}
"""Labels of Arabic tag sets that name one of our kinds. MISC does not: no mention is made of it."""


@cache
def proclitics() -> frozenset[tuple[str, str]]:
    """Pairs of a one-letter word that can be written onto a name, and its part of speech."""
    path = data_path("seeds", "lexicon", "proclitics.tsv")
    rows: set[tuple[str, str]] = set()
    header: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if header is None:
            header = cells
            if header[:2] != ["proclitic", "upos"]:
                raise DataFileError(f"{path}, line {number}: the columns must begin with proclitic and upos.")
            continue
        if len(cells) != len(header) or not cells[0] or not cells[1]:
            raise DataFileError(
                f"{path}, line {number}: expected {len(header)} filled columns, found {len(cells)}."
            )
        rows.update((cells[0], upos) for upos in cells[1].split(","))
    return frozenset(rows)


def mentions(text: str, tokens: Sequence[Token], labels: Sequence[str]) -> Iterator[Mention]:
    """Mentions of one sentence, in textual order.

    Args:
        text: the article's text.
        tokens: the sentence's tokens.
        labels: one BIO or BIOES label for each token.

    """
    for first, last, label in _stretches(labels):
        kind = KINDS.get(label)
        if kind is None:
            continue
        named = [t for t in tokens[first : last + 1] if any(c.isalnum() for c in t.text)]
        if not named:
            continue
        span = without_signs(text, Span(without_proclitics(named[0]), named[-1].span.end))
        if any(c.isalnum() for c in span.of(text)):
            yield Mention(span, span.of(text), kind)


def without_proclitics(token: Token) -> int:
    """Offset where the name in ``token`` begins: after proclitic words whose letters are known."""
    *leading, name = token.words
    start = token.span.start
    for word in leading:
        if (word.text, word.upos) not in proclitics() or word.span == token.span:
            break
        start = word.span.end
    return min(start, name.span.end)


def without_signs(text: str, span: Span) -> Span:
    """``span`` without what is no letter, digit or mark at its ends, such as the sign of a hashtag."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or unicodedata.category(text[end - 1])[0] == "M"):
        end -= 1
    return Span(start, end) if start < end else span


def _stretches(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First token, last token and bare label of each labeled stretch."""
    start, current = 0, ""
    for index, label in enumerate([*labels, "O"]):
        prefix, _, bare = label.partition("-")
        goes_on = prefix in ("I", "E") and bare == current
        if current and not goes_on:
            yield start, index - 1, current
            current = ""
        if bare and not current:
            start, current = index, bare
