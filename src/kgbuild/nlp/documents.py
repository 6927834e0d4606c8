"""Drafts, once they are read, become the model's sentences."""

from kgbuild.model import Sentence, Span, Token, Word
from kgbuild.nlp.alignment import part_ranges
from kgbuild.nlp.drafts import Draft
from kgbuild.text.folding import Folded

_NOT_IN_LEMMAS = dict.fromkeys([*range(0x064B, 0x0653), 0x0670, 0x0640])


def sentence_of(draft: Draft, text: str, reading: Folded, origins: list[int]) -> Sentence:
    """A draft that was read, as a sentence with offsets into ``text``.

    ``origins`` are as :func:`kgbuild.nlp.chunks.origins_of` gives them.
    """
    tokens = []
    index = 0
    for token in draft.tokens:
        start, end = origins[token.start], origins[token.end - 1] + 1
        span = reading.span(start, end)
        surface = reading.text[start:end]
        ranges = part_ranges(surface, tuple(w.text for w in token.words)) if len(token.words) > 1 else None
        words = []
        for position, word in enumerate(token.words):
            index += 1
            own = (
                span
                if ranges is None
                else reading.span(start + ranges[position][0], start + ranges[position][1])
            )
            words.append(
                Word(
                    index=index,
                    text=word.text if len(token.words) > 1 else surface,
                    lemma=(word.lemma or word.text).translate(_NOT_IN_LEMMAS) or word.text,
                    upos=word.upos or "X",
                    feats=word.feats,
                    head=word.head,
                    deprel=word.deprel or "dep",
                    span=own,
                )
            )
        tokens.append(Token(span, span.of(text), tuple(words)))
    return Sentence(Span(tokens[0].span.start, tokens[-1].span.end), tuple(tokens))
