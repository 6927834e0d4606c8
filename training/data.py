"""Turn the data folder into the files that Stanza's trainers read."""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from folding import fold
from names import PROCLITICS, read_names, with_names
from treebank import (
    conllu,
    learnable,
    modern_coordination,
    paragraphs,
    read,
    tags_only,
    tokenizer_files,
    without_proper_nouns,
)

from kgbuild.nlp.reading import read as read_text

HERE = Path(__file__).resolve().parent
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+|[^\w\s]")
SENTENCE = re.compile(r".+?(?:[.!؟?](?=\s|$)|$)")
LABELS = {"Person": "PER", "Place": "LOC", "Organization": "ORG"}
KINDS = {label: kind for kind, label in LABELS.items()}
Tagged = list[tuple[str, str]]


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def tokenizer_data(data: Path, work: Path) -> None:
    """Text, labels and multi-word rows; sentences with names of today are added to train alone."""
    names = [n for n, _ in read_names(HERE / "names.tsv") if " " not in n]
    for part in ("train", "dev", "test"):
        sentences = list(read(data / "padt" / f"ar_padt-ud-{part}.conllu.xz"))
        groups = paragraphs(sentences)
        if part == "train":
            extra = with_names(sentences, names, copies=2000)
            groups += paragraphs(extra)
            random.Random(1).shuffle(groups)  # noqa: S311
            sentences = [*sentences, *extra]
        text, labels = tokenizer_files(groups)
        write(work / "tokenize" / f"{part}.txt", text)
        write(work / "tokenize" / f"{part}.labels", labels)
        write(work / "tokenize" / f"{part}.conllu", conllu([s for g in groups for s in g], trees=False))
        expansions = Counter(
            (t.text, tuple(w.form for w in t.words)) for s in sentences for t in s.tokens if len(t.words) > 1
        )
        rows = [[[token, list(parts)], count] for (token, parts), count in expansions.most_common()]
        write(work / "tokenize" / f"{part}-mwt.json", json.dumps(rows, ensure_ascii=False))
        write(work / "mwt" / f"{part}.conllu", conllu(sentences, trees=False))


def tree_data(data: Path, work: Path) -> None:
    """Tags of all PADT; features, lemmas and trees of the part that has them."""
    names = [n for n, _ in read_names(HERE / "names.tsv") if " " not in n]
    pud = [without_proper_nouns(s) for s in read(data / "padt-trees" / "ar_pud-ud-test.conllu")]
    for part in ("train", "dev", "test"):
        tags = [tags_only(s) for s in read(data / "padt" / f"ar_padt-ud-{part}.conllu.xz")]
        trees = [
            modern_coordination(learnable(s))
            for s in read(data / "padt-trees" / f"ar_padtg-ud-{part}.conllu")
        ]
        if part == "train":
            named = {s.name for s in trees}
            tags = [s for s in tags if s.name not in named]
            tags += [tags_only(s) for s in with_names(tags, names, copies=600, seed=2)]
        write(work / "pos" / f"{part}.conllu", conllu(tags, trees=False))
        write(work / "pos" / f"{part}-features.conllu", conllu(trees))
        write(work / "depparse" / f"{part}.conllu", conllu(trees))
        if part == "train":
            write(work / "depparse" / "train-pud.conllu", conllu([*trees, *pud]))
        write(work / "lemma" / f"{part}.conllu", conllu([*trees, *pud] if part == "train" else trees))
        words = sum(len(s.words) for s in trees)
        click.echo(f"{part}: {len(tags)} tagged, {len(trees)} trees of {words} words")
    write(work / "depparse" / "pud.conllu", conllu(pud))


def bio(path: Path) -> Iterator[Tagged]:
    """Sentences of a BIO file, folded, with punctuation apart from letters."""
    sentence: Tagged = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.strip():
            if sentence:
                yield sentence
            sentence = []
            continue
        word, tag = line.rsplit("\t", 1)
        for piece in TOKEN.findall(fold(word)):
            inside = tag != "O" and any(c.isalnum() for c in piece)
            sentence.append((piece, tag if inside else "O"))
            if inside:
                tag = "I" + tag[1:]


def gold_mentions(article: dict[str, object], gold: dict[str, object]) -> list[Tagged]:
    """An article's lines as tagged sentences: a token that a mention overlaps takes its label."""
    text = str(article["text"])
    label = {}
    for row in gold["entities"]:  # type: ignore[attr-defined]
        if row["type"] in LABELS:
            for offset in range(row["start"], row["end"]):
                label[offset] = (LABELS[row["type"]], row["start"])
    result = []
    for line in re.finditer(r"[^\n]+", text):
        reading = read_text(line.group())
        for part in SENTENCE.finditer(reading.text):
            sentence: Tagged = []
            before = None
            for token in TOKEN.finditer(part.group()):
                span = reading.span(part.start() + token.start(), part.start() + token.end())
                offsets = range(line.start() + span.start, line.start() + span.end)
                hit = next((label[i] for i in offsets if i in label), None)
                sentence.append(
                    (token.group(), "O" if hit is None else ("I-" if hit == before else "B-") + hit[0])
                )
                before = hit
            if sentence:
                result.append(sentence)
    return result


def final_ya(sentences: Iterable[Tagged], counts: Counter[str]) -> list[Tagged]:
    """ANERcorp writes ``ى`` as ``ي``: undo it outside names where the news writes the other more often."""

    def restore(word: str, tag: str) -> str:
        other = word[:-1] + "ى"
        return other if tag == "O" and word.endswith("ي") and counts[other] > counts[word] else word

    return [[(restore(w, t), t) for w, t in s] for s in sentences]


def renamed(
    sentences: list[Tagged], names: dict[str, list[str]], counts: Counter[str], seed: int
) -> list[Tagged]:
    """Copies of sentences whose entities are swapped for names of the same kind, proclitics kept."""
    rng = random.Random(seed)  # noqa: S311
    result = []
    for sentence in sentences:
        copy: Tagged = []
        swapped = False
        index = 0
        while index < len(sentence):
            word, tag = sentence[index]
            end = index + 1
            while end < len(sentence) and sentence[end][1].startswith("I-"):
                end += 1
            if (
                not tag.startswith("B-")
                or tag[2:] not in KINDS
                or (tag[2:] != "PER" and end - index > 1)
                or rng.random() < 0.3
            ):
                copy += sentence[index:end]
            else:
                rest = word[1:]
                clitic = word[0] if word[0] in PROCLITICS and counts[rest] > 3 * counts[word] else ""
                pieces = rng.choice(names[tag[2:]]).split()
                copy += [
                    ((clitic if i == 0 else "") + p, ("B" if i == 0 else "I") + tag[1:])
                    for i, p in enumerate(pieces)
                ]
                swapped = True
            index = end
        if swapped:
            result.append(copy)
    return result


def stanza_ner(sentences: Iterable[Tagged]) -> str:
    """The JSON of Stanza's tagger; labels other than :data:`LABELS` become O."""

    def clean(tag: str) -> str:
        return tag if tag[2:] in KINDS else "O"

    rows = [[{"text": w, "ner": clean(t)} for w, t in s] for s in sentences]
    return json.dumps(rows, ensure_ascii=False)


def ner_data(data: Path, gold: Path, work: Path) -> None:
    """ANERcorp, AQMAR and the development articles; every tenth of these is held out to choose by."""
    counts: Counter[str] = Counter()
    with (work / "news.txt").open(encoding="utf-8") as lines:
        for line in lines:
            counts.update(line.split())
    table: dict[str, list[str]] = {label: [] for label in KINDS}
    for name, kind in read_names(HERE / "names.tsv"):
        table[LABELS[kind]].append(name)
    aner = {p: final_ya(bio(data / "ner" / f"ar_aner.{p}.bio"), counts) for p in ("train", "test")}
    aqmar = {p: list(bio(data / "ner" / f"ar_aqmar.{p}.bio")) for p in ("train", "dev", "test")}
    articles = [json.loads(line) for line in (gold / "news.jsonl").read_text(encoding="utf-8").splitlines()]
    parts: dict[str, list[Tagged]] = {"train": [], "dev": []}
    for number, article in enumerate(sorted(articles, key=lambda a: a["id"])):
        marked = json.loads((gold / "gold" / "news" / f"{article['id']}.json").read_text(encoding="utf-8"))
        parts["dev" if number % 10 == 9 else "train"] += gold_mentions(article, marked)
    last = len(aner["train"]) * 14 // 15
    base = [*aner["train"][:last], *parts["train"]]
    extra = renamed([s for s in base if len(s) < 60], table, counts, seed=3)
    files = {
        "train": [*aner["train"][:last], *parts["train"], *parts["train"], *extra],
        "train-aqmar": [*aner["train"][:last], *aqmar["train"], *parts["train"], *parts["train"], *extra],
        "dev": [*aner["train"][last:], *parts["dev"]],
        "dev-news": parts["dev"],
        "test-aner": aner["test"],
        "test-aqmar": aqmar["test"],
    }
    for name, sentences in files.items():
        write(work / "ner" / f"{name}.json", stanza_ner(sentences))
        count = sum(t.startswith("B-") for s in sentences for _, t in s)
        click.echo(f"{name}: {len(sentences)} sentences, {count} entities")


def main() -> None:
    """Write every training file under the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with padt/, padt-trees/, ner/ and text/")
    parser.add_argument("gold", type=Path, help="the folder with news.jsonl and gold/news/")
    parser.add_argument("work", type=Path, help="where the files go; vectors.py has written news.txt there")
    options = parser.parse_args()
    tokenizer_data(options.data, options.work)
    tree_data(options.data, options.work)
    ner_data(options.data, options.gold, options.work)


if __name__ == "__main__":
    main()
