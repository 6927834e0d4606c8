"""Skip-gram vectors over news text: the one source of word knowledge that all models share.

The taggers look up syntactic words (``و``, ``قال``), entity recognition whole tokens (``وقال``). So
every sentence is read twice, once as written and once with the tokens split that PADT splits.
"""

import argparse
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from folding import fold
from gensim.models import KeyedVectors, Word2Vec  # type: ignore[import-untyped]
from stanza.models.common.pretrain import PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX

DIMENSIONS = 100
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+|[^\w\s]")
BARE_ALIF = str.maketrans("أإآ", "ااا")
SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+|\n+")


def texts(folder: Path) -> Iterator[str]:
    """Titles and bodies of the news corpora."""
    for name in ("saudinewsnet", "ant"):
        with lzma.open(folder / "text" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield (
                    record.get("title", "")
                    + "\n"
                    + re.sub(r"<[^>]+>[^\n<]*</[^>]+>|<[^>]+>", "\n", record["text"])
                )


def splits(folder: Path) -> dict[str, list[str]]:
    """What PADT's training part splits, and into what, for tokens that it mostly splits."""
    whole: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = {}
    with lzma.open(folder / "padt" / "ar_padt-ud-train.conllu.xz", "rt", encoding="utf-8") as lines:
        skip = 0
        pending: tuple[str, int] | None = None
        collected: list[str] = []
        for line in lines:
            columns = line.split("\t")
            if len(columns) != 10:
                continue
            if "-" in columns[0]:
                first, last = columns[0].split("-")
                pending, skip, collected = (fold(columns[1]), int(last) - int(first) + 1), 0, []
                continue
            if pending:
                collected.append(fold(columns[1]))
                skip += 1
                if skip == pending[1]:
                    parts.setdefault(pending[0], Counter())[" ".join(collected)] += 1
                    pending = None
            else:
                whole[fold(columns[1])] += 1
    return {
        token: counts.most_common(1)[0][0].split()
        for token, counts in parts.items()
        if sum(counts.values()) > whole[token]
    }


class Corpus:
    """Sentences as token lists, each twice: as written and split. Read from disk at every pass."""

    def __init__(self, path: Path, table: dict[str, list[str]], plain: Counter[str]) -> None:
        self.path, self.table, self.plain = path, table, plain

    def split(self, token: str) -> list[str]:
        """The parts of ``token``; ``و`` is also split off what is commoner without it."""
        if token in self.table:
            return self.table[token]
        rest = token[1:]
        if token[0] == "و" and len(rest) > 2 and self.plain[rest] > self.plain[token]:
            return ["و", *self.table.get(rest, [rest])]
        return [token]

    def __iter__(self) -> Iterator[list[str]]:
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                tokens = line.split()
                yield tokens
                yield [part for token in tokens for part in self.split(token)]


def save_pretrain(vectors: KeyedVectors, path: Path, words: int) -> None:
    """Write the commonest words as Stanza's pretrain file.

    A spelling with bare alif, common in older news, shares the row of the spelling with hamza when it has
    none of its own. Values are rounded to half precision and kept as floats: Stanza cannot read a half
    precision table, and rounded ones pack to half their size in an archive.
    """
    kept = vectors.index_to_key[:words]
    known = set(kept)
    rows = [vectors[word] for word in kept]
    for word in list(kept[: words // 2]):
        other = word.translate(BARE_ALIF)
        if other not in known:
            known.add(other)
            kept.append(other)
            rows.append(vectors[word])
    table = np.zeros((len(VOCAB_PREFIX) + len(kept), DIMENSIONS), dtype=np.float32)
    table[len(VOCAB_PREFIX) :] = np.stack(rows).astype(np.float16)
    vocabulary = PretrainedWordVocab(kept, lang="ar")
    torch.save({"vocab": vocabulary.state_dict(), "emb": torch.from_numpy(table)}, path)


def main() -> None:
    """Read the corpora, train, keep the commonest words, write Stanza's pretrain file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with text/ and padt/")
    parser.add_argument("work", type=Path, help="where intermediate files go")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--words", type=int, default=40_000, help="rows to keep")
    options = parser.parse_args()
    corpus_file = options.work / "news.txt"
    plain: Counter[str] = Counter()
    with corpus_file.open("w", encoding="utf-8") as out:
        for text in texts(options.data):
            for sentence in SENTENCE_END.split(fold(text)):
                tokens = TOKEN.findall(sentence)
                if len(tokens) > 2:
                    plain.update(tokens)
                    out.write(" ".join(tokens) + "\n")
    corpus = Corpus(corpus_file, splits(options.data), plain)
    model = Word2Vec(
        corpus, vector_size=DIMENSIONS, sg=1, window=5, negative=5, min_count=5, epochs=options.epochs,
        workers=1, seed=1, sample=1e-4,
    )  # fmt: skip
    save_pretrain(model.wv, options.work / "vectors.pt", options.words)


if __name__ == "__main__":
    main()
