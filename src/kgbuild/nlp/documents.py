"""Stanza's documents: cut to bounds, and turned into the model's sentences."""

from collections.abc import Sequence

import stanza
from stanza.models.common.doc import Document

from kgbuild.model import Sentence, Span, Token, Word
from kgbuild.nlp.alignment import part_ranges
from kgbuild.text.folding import Folded

LONGEST_SENTENCE = 120
"""Tokens; a longer one is cut, since the parser's memory grows with the square of its words."""
_CLAUSE_ENDS = frozenset(",،؛;:.!?؟")
_NOT_IN_LEMMAS = dict.fromkeys([*range(0x064B, 0x0653), 0x0670, 0x0640])


def with_whole_letters(document: Document, sources: Sequence[int]) -> Document:
    """The document with tokens joined that share a character of the source (a ligature, cut in two).

    ``sources`` gives for each character of the document's text the offset it comes from.
    """
    result = []
    for rows in document.to_dict():
        joined = rows[:1]
        for row in rows[1:]:
            before = joined[-1]
            if sources[before["end_char"] - 1] == sources[row["start_char"]]:
                text = document.text[before["start_char"] : row["end_char"]]
                joined[-1] = {**before, "text": text, "end_char": row["end_char"]}
            else:
                joined.append(row)
        result.append([{**row, "id": (number,)} for number, row in enumerate(joined, 1)])
    return Document(result, document.text)


def bounded(document: Document) -> Document:
    """The document with overlong sentences cut, after punctuation where there is some."""
    if all(len(sentence.tokens) <= LONGEST_SENTENCE for sentence in document.sentences):
        return document
    result = []
    for rows in document.to_dict():
        while rows:
            cut = len(rows)
            if cut > LONGEST_SENTENCE:
                marks = [
                    i
                    for i in range(LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
                    if rows[i]["text"] in _CLAUSE_ENDS
                ]
                cut = marks[-1] + 1 if marks else LONGEST_SENTENCE
            result.append([{**row, "id": (number,)} for number, row in enumerate(rows[:cut], 1)])
            rows = rows[cut:]
    return Document(result, document.text)


def sentence_of(
    parsed: stanza.models.common.doc.Sentence, text: str, reading: Folded, origins: list[int]
) -> Sentence:
    """A parsed sentence with offsets into ``text``; ``origins`` as :func:`kgbuild.nlp.chunks.origins_of`."""
    tokens = []
    for token in parsed.tokens:
        start, end = origins[token.start_char], origins[token.end_char - 1] + 1
        span = reading.span(start, end)
        surface = reading.text[start:end]
        ranges = part_ranges(surface, tuple(w.text for w in token.words)) if len(token.words) > 1 else None
        words = []
        for position, word in enumerate(token.words):
            own = (
                span
                if ranges is None
                else reading.span(start + ranges[position][0], start + ranges[position][1])
            )
            words.append(
                Word(
                    index=word.id,
                    text=word.text if len(token.words) > 1 else surface,
                    lemma=(word.lemma or word.text).translate(_NOT_IN_LEMMAS) or word.text,
                    upos=word.upos or "X",
                    feats=word.feats or "",
                    head=word.head or 0,
                    deprel=word.deprel or "dep",
                    span=own,
                )
            )
        tokens.append(Token(span, span.of(text), tuple(words)))
    return Sentence(Span(tokens[0].span.start, tokens[-1].span.end), tuple(tokens))
