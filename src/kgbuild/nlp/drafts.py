"""Sentences while they are read: tokens, their words, and what is known of them so far.

Stanza keeps these in documents, whose properties and checks cost more time than some of the models. Drafts
become a document only for models that Stanza itself runs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from stanza.models.common.doc import Document

LONGEST_SENTENCE = 120
"""Tokens; a longer one is cut, since the parser's memory grows with the square of its words."""
_CLAUSE_ENDS = frozenset(",،؛;:.!?؟")
_AT_ONCE = 64
"""Sentences that a model reads at once, at most."""
SEVERAL = "MWT=Yes"
"""How Stanza marks a token of several words."""


@dataclass(slots=True)
class DraftWord:
    """A syntactic word; an empty string stands for what a model left open."""

    text: str
    upos: str = ""
    feats: str = ""
    lemma: str = ""
    head: int = 0
    deprel: str = ""


@dataclass(slots=True)
class DraftToken:
    """A token: what stands between ``start`` and ``end`` of the text that is read."""

    text: str
    start: int
    end: int
    several: bool
    """Whether the tokenizer takes it for several words."""
    words: tuple[DraftWord, ...] = ()
    label: str = "O"
    """The label of the name that it is part of."""


@dataclass(slots=True)
class Draft:
    """A sentence; ``words`` are those of its tokens, once these are split."""

    tokens: list[DraftToken]
    words: list[DraftWord] = field(default_factory=list)

    def split(self, parts: Sequence[tuple[str, ...]]) -> None:
        """Give each token its words."""
        for token, texts in zip(self.tokens, parts, strict=True):
            token.words = tuple(DraftWord(text) for text in texts)
        self.words = [word for token in self.tokens for word in token.words]


def drafts_of(document: Document) -> list[Draft]:
    """The sentences of a document that the tokenizer made."""
    return [
        Draft([DraftToken(t.text, t.start_char, t.end_char, t.misc == SEVERAL) for t in sentence.tokens])
        for sentence in document.sentences
    ]


def with_whole_letters(drafts: Sequence[Draft], text: str, sources: Sequence[int]) -> list[Draft]:
    """The drafts with tokens joined that share a character of the source (a ligature, cut in two).

    ``sources`` gives for each character of ``text`` the offset it comes from.
    """
    result = []
    for draft in drafts:
        joined = draft.tokens[:1]
        for token in draft.tokens[1:]:
            before = joined[-1]
            if sources[before.end - 1] == sources[token.start]:
                joined[-1] = DraftToken(
                    text[before.start : token.end], before.start, token.end, before.several
                )
            else:
                joined.append(token)
        result.append(Draft(joined))
    return result


def bounded(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with overlong sentences cut, after punctuation where there is some."""
    result = []
    for draft in drafts:
        tokens = draft.tokens
        while tokens:
            cut = len(tokens)
            if cut > LONGEST_SENTENCE:
                marks = [
                    i
                    for i in range(LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
                    if tokens[i].text in _CLAUSE_ENDS
                ]
                cut = marks[-1] + 1 if marks else LONGEST_SENTENCE
            result.append(Draft(tokens[:cut]))
            tokens = tokens[cut:]
    return result


def batches(drafts: Sequence[Draft], length: Callable[[Draft], int]) -> Iterator[list[Draft]]:
    """Drafts that a model reads at once, the longest first; those of length 0 are left out."""
    longest = sorted(filter(length, drafts), key=length, reverse=True)
    for start in range(0, len(longest), _AT_ONCE):
        yield longest[start : start + _AT_ONCE]


def document_of(drafts: Sequence[Draft], text: str) -> Document:
    """A document for models that Stanza runs, with the drafts' tokens and words."""
    result = []
    for draft in drafts:
        rows: list[dict[str, Any]] = []
        number = 0
        for token in draft.tokens:
            place = {"start_char": token.start, "end_char": token.end}
            ids = tuple(range(number + 1, number + len(token.words) + 1))
            number += len(ids)
            if len(ids) == 1:
                rows.append({"id": ids, "text": token.words[0].text, **place})
            else:
                rows.append({"id": (ids[0], ids[-1]), "text": token.text, **place})
                rows += [{"id": (i,), "text": w.text} for i, w in zip(ids, token.words, strict=True)]
        result.append(rows)
    return Document(result, text)


def take_over(drafts: Sequence[Draft], document: Document) -> None:
    """What Stanza's models say in the document made of ``drafts``."""
    for draft, sentence in zip(drafts, document.sentences, strict=True):
        for token, parsed in zip(draft.tokens, sentence.tokens, strict=True):
            token.label = parsed.ner or "O"
        for word, given in zip(draft.words, sentence.words, strict=True):
            word.upos, word.feats, word.lemma = given.upos or "", given.feats or "", given.lemma or ""
            word.head, word.deprel = given.head or 0, given.deprel or ""
