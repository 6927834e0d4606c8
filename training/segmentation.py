"""What is known of spellings: ``segmentation.tsv``, ``no-split.tsv`` and ``words.tsv``.

The tokenizer reads letters, so it takes ``وصل`` (arrived) for ``و`` and ``صل``. A token's own history
decides better: PADT's where it has one, else how often news writes it with and without its first letter.
Names come from open lists (:mod:`names`). Known words are those of PADT and of the news; a spelling that the
news writes no oftener by itself than after some letter that can be a proclitic (``ايدن`` after ``ب``) is the
rest of a longer word, and not known.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from names import open_names
from treebank import read

from kgbuild.nlp.segmentation import DECISIONS, NAMES, NOTHING, PRONOUN, SPLIT, WHOLE, WORDS, spelling

SURE = 9
"""Times that one decision must outnumber the other in PADT."""
COMMONER = 16
"""Times that a token must outnumber its rest in the news to count as never split."""
SEEN = 5
"""Occurrences below which news counts decide nothing."""
KNOWN = 3
"""Occurrences in the news from which a word is known."""
COMMON = 20
"""Occurrences in the news from which a word that is no name can bear a pronoun."""
SPLIT_LETTERS = "وفبلكس"
REST_LETTERS = "فبلكس"
NAME = "X"
"""How PADT tags what its lexicon lacked: names."""


class Treebank:
    """PADT's training part: spellings of tokens of one word, tokens of several, words, names."""

    def __init__(self, data: Path) -> None:
        self.whole: Counter[str] = Counter()
        self.split: Counter[str] = Counter()
        self.words: set[str] = set()
        self.names: set[str] = set()
        for sentence in read(data / "padt" / "ar_padt-ud-train.conllu.xz"):
            for token in sentence.tokens:
                (self.split if len(token.words) > 1 else self.whole)[spelling(token.text)] += 1
                for word in token.words:
                    (self.names if word.upos == NAME else self.words).add(spelling(word.form))


def news_counts(work: Path) -> Counter[str]:
    """How often the news writes each spelling."""
    counts: Counter[str] = Counter()
    with (work / "news.txt").open(encoding="utf-8") as lines:
        for line in lines:
            counts.update(spelling(token) for token in line.split())
    return counts


def decisions(whole: Counter[str], split: Counter[str], news: Counter[str]) -> dict[str, str]:
    """``whole`` or ``split`` for every spelling that has a clear history."""
    result = {}
    for token in sorted({*whole, *split}):
        if whole[token] >= SURE * split[token]:
            result[token] = WHOLE
        elif split[token] >= SURE * whole[token]:
            result[token] = SPLIT
    for token, count in sorted(news.items()):
        if (
            token in whole
            or token in split
            or count < SEEN
            or len(token) < 3
            or token[0] not in SPLIT_LETTERS
        ):
            continue
        rest = "ال" + token[2:] if token.startswith("لل") else token[1:]
        if count >= COMMONER * news[rest]:
            result.setdefault(token, WHOLE)
    return {t: d for t, d in result.items() if d == SPLIT or t[0] in SPLIT_LETTERS or whole[t] > 1}


def known_words(treebank: Treebank, news: Counter[str], names: set[str]) -> dict[str, str]:
    """Every known word, and whether it can bear a pronoun."""
    result = dict.fromkeys(treebank.names, NOTHING)
    for word, count in news.items():
        alone = count >= KNOWN and all(news[letter + word] < count for letter in REST_LETTERS)
        if alone and word.isalpha():
            result[word] = PRONOUN if count >= COMMON and word not in names else NOTHING
    for word in [w for w in result if is_name_with_letter(w, names, news)]:
        del result[word]
    return result | dict.fromkeys(treebank.words, PRONOUN)


def is_name_with_letter(word: str, names: set[str], news: Counter[str]) -> bool:
    """Whether a word is a listed name, commoner by itself, after a letter that can be a proclitic."""
    rests = (word[1:], "ال" + word[2:] if word.startswith("لل") else "")
    return word[0] in SPLIT_LETTERS and any(r in names and news[r] > news[word] for r in rests)


def table(path: Path, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table, sorted."""
    lines = [tuple(columns), *sorted(rows)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
    click.echo(f"{path.name}: {len(lines) - 1} rows, {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Write the three tables into ``out`` in the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    out = options.work / "out"
    out.mkdir(parents=True, exist_ok=True)
    treebank = Treebank(options.data)
    news = news_counts(options.work)
    names = {spelling(n) for n in open_names(options.data, news) if len(n) > 1 and n.isalpha()}
    table(out / "segmentation.tsv", DECISIONS, decisions(treebank.whole, treebank.split, news).items())
    table(out / "no-split.tsv", NAMES, ((name,) for name in names))
    table(out / "words.tsv", WORDS, known_words(treebank, news, names).items())


if __name__ == "__main__":
    main()
