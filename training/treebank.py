"""PADT and PUD as typed sentences, and what Stanza's trainers want to read of them."""

import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from folding import fold

VOWELS = re.compile("[\u064b-\u0652\u0670]")


@dataclass(frozen=True)
class Word:
    """One row of CoNLL-U: a syntactic word. ``head`` counts words of the sentence from 1."""

    form: str
    lemma: str = "_"
    upos: str = "_"
    feats: str = "_"
    head: int = 0
    deprel: str = "_"


@dataclass(frozen=True)
class Token:
    """A token as written and its words; ``spaced`` when white space follows it."""

    text: str
    words: tuple[Word, ...]
    spaced: bool = True


@dataclass(frozen=True)
class Sentence:
    """Tokens under a sentence's name."""

    name: str
    tokens: tuple[Token, ...] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        """The sentence as running text."""
        return "".join(t.text + (" " if t.spaced else "") for t in self.tokens).strip()

    @property
    def words(self) -> list[Word]:
        """All syntactic words in order."""
        return [w for t in self.tokens for w in t.words]


def bare(lemma: str, form: str) -> str:
    """A lemma without vowel marks (their writing differs between treebanks); digits keep their form."""
    plain = VOWELS.sub("", lemma)
    if plain in ("", "_") or form[:1].isdigit() or not any(c.isalpha() for c in form):
        return form
    return plain


def read(path: Path) -> Iterator[Sentence]:
    """Sentences of a CoNLL-U file, plain or ``.xz``, folded. Tokens that fold to nothing are dropped."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        name, rows = "", []
        for line in [*lines, "\n"]:
            line = line.rstrip("\n")
            if line.startswith("# sent_id"):
                name = line.split("=", 1)[1].strip()
            elif line and not line.startswith("#"):
                rows.append(line.split("\t"))
            elif not line and rows:
                yield _sentence(name, rows)
                rows = []


def _sentence(name: str, rows: list[list[str]]) -> Sentence:
    tokens: list[Token] = []
    spans = {}
    for row in rows:
        if "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            spans[first] = (last, row)
    words = {int(r[0]): r for r in rows if r[0].isdigit()}
    index = 1
    while index in words:
        last, row = spans.get(index, (index, words[index]))
        parts = tuple(
            Word(
                fold(w[1]) or w[1],
                bare(w[2], fold(w[1]) or w[1]),
                w[3],
                w[5],
                int(w[6]) if w[6].isdigit() else 0,
                w[7],
            )
            for w in (words[i] for i in range(index, last + 1))
        )
        tokens.append(Token(fold(row[1]) or row[1], parts, "SpaceAfter=No" not in row[9]))
        index = last + 1
    return Sentence(name, tuple(tokens))


def conllu(sentences: Iterable[Sentence], trees: bool = True) -> str:
    """CoNLL-U. Without ``trees`` every word hangs on the one before it, so that readers accept it."""
    out = []
    for sentence in sentences:
        out.append(f"# sent_id = {sentence.name}\n# text = {sentence.text}")
        index = 0
        for token in sentence.tokens:
            misc = "_" if token.spaced else "SpaceAfter=No"
            if len(token.words) > 1:
                ids = f"{index + 1}-{index + len(token.words)}"
                out.append("\t".join([ids, token.text, *"______", "_", misc]))
            for word in token.words:
                index += 1
                head, relation = (
                    (word.head, word.deprel) if trees else (index - 1, "dep" if index > 1 else "root")
                )
                misc_word = misc if len(token.words) == 1 else "_"
                out.append(
                    "\t".join(
                        [
                            str(index),
                            word.form,
                            word.lemma,
                            word.upos,
                            "_",
                            word.feats,
                            str(head),
                            relation,
                            "_",
                            misc_word,
                        ]
                    )
                )
        out.append("")
    return "\n".join(out) + "\n"


def paragraphs(sentences: Iterable[Sentence], longest: int = 4) -> list[list[Sentence]]:
    """Sentences as the lines of news: what has no final punctuation stands alone, like a headline."""
    result: list[list[Sentence]] = [[]]
    for number, sentence in enumerate(sentences):
        final = sentence.tokens[-1].text in ".!؟?"
        if not final and result[-1]:
            result.append([])
        result[-1].append(sentence)
        if not final or len(result[-1]) > number % longest:
            result.append([])
    return [p for p in result if p]


def tokenizer_files(groups: Iterable[list[Sentence]]) -> tuple[str, str]:
    """Running text and its labels, one digit a character, as Stanza's tokenizer trains on them.

    0 inside a token, 1 its last character, 2 also the sentence's last, 3 and 4 the same of a
    multi-word token.
    """
    text, labels = [], []
    for group in groups:
        characters, digits = [], []
        for sentence in group:
            for position, token in enumerate(sentence.tokens):
                last = position == len(sentence.tokens) - 1
                characters.append(token.text + (" " if token.spaced or last else ""))
                end = 1 + (1 if last else 0) + (2 if len(token.words) > 1 else 0)
                digits.append("0" * (len(token.text) - 1) + str(end) + ("0" if token.spaced or last else ""))
        text.append("".join(characters).rstrip())
        labels.append("".join(digits)[: len(text[-1])])
    return "\n\n".join(text) + "\n", "\n\n".join(labels) + "\n"


FEATURES = ("Aspect", "Definite", "Foreign", "Gender", "Number", "Person", "Polarity", "VerbForm", "Voice")
"""What a few hundred sentences can teach. Case and mood, mostly unwritten, they cannot."""


def learnable(sentence: Sentence) -> Sentence:
    """The sentence with only :data:`FEATURES` of its features."""

    def kept(feats: str) -> str:
        return "|".join(f for f in feats.split("|") if f.split("=")[0] in FEATURES) or "_"

    return replace(
        sentence,
        tokens=tuple(
            replace(t, words=tuple(replace(w, feats=kept(w.feats)) for w in t.words)) for t in sentence.tokens
        ),
    )


def modern_coordination(sentence: Sentence) -> Sentence:
    """PADT's coordination as version 2 of Universal Dependencies draws it, and as PUD does.

    A sentence-initial ``و`` hangs on the predicate instead of being the root above it, and a conjunction
    hangs on the conjunct after it instead of the first one.
    """
    words = sentence.words
    heads = [w.head for w in words]
    relations = [w.deprel for w in words]

    def children(position: int) -> list[int]:
        return [i for i, h in enumerate(heads) if h == position + 1]

    for i, word in enumerate(words):
        if word.upos != "CCONJ" or heads[i] != 0:
            continue
        predicates = [c for c in children(i) if relations[c].split(":")[0] not in ("punct", "cc")]
        if predicates:
            new = predicates[0]
            for child in children(i):
                heads[child] = new + 1
            heads[new], relations[new] = 0, "root"
            heads[i], relations[i] = new + 1, "cc"
    for i in range(len(words)):
        if relations[i] == "cc" and 0 < heads[i] <= i:
            after = [c for c in children(heads[i] - 1) if c > i and relations[c].split(":")[0] == "conj"]
            if after:
                heads[i] = after[0] + 1
    changed = iter(replace(w, head=h, deprel=r) for w, h, r in zip(words, heads, relations, strict=True))
    return replace(
        sentence,
        tokens=tuple(replace(t, words=tuple(next(changed) for _ in t.words)) for t in sentence.tokens),
    )


def without_proper_nouns(sentence: Sentence) -> Sentence:
    """PUD's names tagged X, as PADT tags what its lexicon lacks."""
    return replace(
        sentence,
        tokens=tuple(
            replace(t, words=tuple(replace(w, upos="X") if w.upos == "PROPN" else w for w in t.words))
            for t in sentence.tokens
        ),
    )


def tags_only(sentence: Sentence) -> Sentence:
    """The sentence with parts of speech, and without lemmas and features."""
    return replace(
        sentence,
        tokens=tuple(
            replace(t, words=tuple(replace(w, lemma="_", feats="_") for w in t.words))
            for t in sentence.tokens
        ),
    )
