"""Names of today's news put into sentences of older corpora."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from treebank import Sentence, Token, Word

PROCLITICS = ("و", "ب", "ل")


def read_names(path: Path) -> list[tuple[str, str]]:
    """Rows ``(name, kind)`` of ``names.tsv``."""
    rows = [
        line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return [(name, kind) for name, kind in rows[1:]]


def proclitics(token: str, word: str) -> str:
    """What stands before ``word`` in ``token``, or nothing."""
    return token.removesuffix(word) if token.endswith(word) else ""


def with_names(
    sentences: Sequence[Sentence], names: Sequence[str], copies: int, seed: int = 1
) -> list[Sentence]:
    """Copies of sentences in which words that PADT left unanalyzed (its names) are other names.

    Three in ten of the swapped ones get a proclitic, so that both readings are seen: ``بايدن`` whole,
    ``لبايدن`` as two words.
    """
    rng = random.Random(seed)  # noqa: S311
    pool = [
        s
        for s in sentences
        if sum(w.upos == "X" and len(w.form) > 2 for w in s.words) > 0 and len(s.words) < 60
    ]
    order = list(names)
    rng.shuffle(order)
    result, position = [], 0
    for number in range(copies):
        sentence = rng.choice(pool)
        tokens = []
        for token in sentence.tokens:
            name_words = [w for w in token.words if w.upos == "X" and len(w.form) > 2]
            swap = len(name_words) == 1 and name_words[0] is token.words[-1]
            if not swap:
                tokens.append(token)
                continue
            name = order[position % len(order)]
            position += 1
            before = token.words[:-1]
            if not before and rng.random() < 0.3:
                clitic = rng.choice(PROCLITICS)
                before = (Word(clitic, clitic, "CCONJ" if clitic == "و" else "ADP"),)
            text = "".join(w.form for w in before) + name
            word = replace(name_words[0], form=name, lemma=name)
            if any(w.form not in PROCLITICS for w in before):
                tokens.append(token)
                continue
            tokens.append(Token(text, (*before, word), token.spaced))
        result.append(Sentence(f"{sentence.name}-names-{number}", tuple(tokens)))
    return result
