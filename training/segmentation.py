"""Which tokens are split into words and which never are, from PADT and from how often the news writes them.

The tokenizer reads letters, so it takes ``وصل`` (arrived) for ``و`` and ``صل``. A token's own history
decides better: PADT's where it has one, else how often news writes it with and without its first letter.
"""

import argparse
from collections import Counter
from pathlib import Path

import click
from names import PROCLITICS, read_names
from treebank import read

from kgbuild.nlp.segmentation import HEADER, spelling

HERE = Path(__file__).resolve().parent
SURE = 9
"""Times that one decision must outnumber the other in PADT."""
COMMONER = 16
"""Times that a token must outnumber its rest in the news to count as never split."""
SEEN = 5
"""Occurrences below which news counts decide nothing."""
SPLIT_LETTERS = "وفبلكس"


def padt_counts(data: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each spelling of PADT's training part is one word, and how often several."""
    whole: Counter[str] = Counter()
    split: Counter[str] = Counter()
    for sentence in read(data / "padt" / "ar_padt-ud-train.conllu.xz"):
        for token in sentence.tokens:
            (split if len(token.words) > 1 else whole)[spelling(token.text)] += 1
    return whole, split


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
    for name, _ in read_names(HERE / "names.tsv"):
        if " " not in name:
            result[spelling(name)] = "whole"
            for clitic in PROCLITICS:
                result.setdefault(spelling(clitic + name), "split")
    for token in sorted({*whole, *split}):
        if whole[token] >= SURE * split[token]:
            result[token] = "whole"
        elif split[token] >= SURE * whole[token]:
            result[token] = "split"
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
            result.setdefault(token, "whole")
    return {t: d for t, d in result.items() if d == "split" or t[0] in SPLIT_LETTERS or whole[t] > 1}


def main() -> None:
    """Write ``out/segmentation.tsv`` in the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    whole, split = padt_counts(options.data)
    table = decisions(whole, split, news_counts(options.work))
    path = options.work / "out" / "segmentation.tsv"
    rows = "".join(f"{token}\t{table[token]}\n" for token in sorted(table))
    path.write_text("\t".join(HEADER) + "\n" + rows, encoding="utf-8")
    click.echo(f"{len(table)} tokens, {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
