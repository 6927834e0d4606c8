"""Lists of names, and names of today's news put into sentences of older corpora."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from folding import fold
from treebank import Sentence, Token, Word

from kgbuild.resources import data_path

HERE = Path(__file__).resolve().parent
PROCLITICS = ("و", "ب", "ل")
SHORTEST = 3
"""Letters of the shortest word of an open list that is taken: shorter ones are mostly words too."""
SEEDS = ("people", "cities", "states", "regions", "agencies")
CORPORA = ("ar_aner.train", "ar_aqmar.train")
_WRITTEN_ON = "وفبلك"


def read_names(path: Path) -> list[tuple[str, str]]:
    """Rows ``(name, kind)`` of ``names.tsv``."""
    rows = [
        line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return [(name, kind) for name, kind in rows[1:]]


def gazetteer_words() -> set[str]:
    """Words of the names that the product's gazetteer lists."""
    words: set[str] = set()
    for name in SEEDS:
        with data_path("seeds", "entities", f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(
                (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
            )
            for row in rows:
                for spelled in (row["label_ar"], *(row["aliases_ar"] or "").split("|")):
                    words.update(fold(spelled).split())
    return words


def corpus_words(data: Path, news: Mapping[str, int]) -> set[str]:
    """Words of persons and places in the training parts of the name corpora, as names without proclitics.

    A word whose rest after a letter that can be a proclitic is commoner in the news is left out: it may
    be the name with the proclitic.
    """
    words: set[str] = set()
    for corpus in CORPORA:
        for line in (data / "ner" / f"{corpus}.bio").read_text(encoding="utf-8").splitlines():
            word, _, tag = line.rpartition("\t")
            if tag[2:5] in ("PER", "LOC"):
                words.update(fold(word).split())
    return {w for w in words if len(w) >= SHORTEST and not _may_hold_proclitic(w, news)}


def open_names(data: Path, news: Mapping[str, int]) -> set[str]:
    """Words of the names that the project wrote down, of its gazetteer and of the name corpora."""
    own = {name for name, _ in read_names(HERE / "names.tsv") if " " not in name}
    lines = (HERE / "politicians.tsv").read_text(encoding="utf-8").splitlines()
    _, *people = (line for line in lines if not line.startswith("#"))
    own.update(word for row in people for word in row.partition("\t")[0].split())
    return own | gazetteer_words() | corpus_words(data, news)


def _may_hold_proclitic(word: str, news: Mapping[str, int]) -> bool:
    if word[:1] not in _WRITTEN_ON:
        return False
    rest = word[1:]
    return rest.startswith("ال") or word.startswith("لل") or news.get(rest, 0) > 2 * news.get(word, 0)


def attached(clitics: str, name: str) -> str:
    """``name`` with ``clitics`` before it, as written: ل joins the article without its alif."""
    return clitics + (name[1:] if clitics.endswith("ل") and name.startswith("ال") else name)


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
            text = attached("".join(w.form for w in before), name)
            word = replace(name_words[0], form=name, lemma=name)
            if any(w.form not in PROCLITICS for w in before):
                tokens.append(token)
                continue
            tokens.append(Token(text, (*before, word), token.spaced))
        result.append(Sentence(f"{sentence.name}-names-{number}", tuple(tokens)))
    return result
