"""Figures of a model folder on the test parts: ``measure.py WORK GOLD models/ar-bundled``."""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
import stanza
from name_encoder import COLUMNS
from name_encoder import f1 as column_f1
from stanza.models.common.doc import Document
from stanza.models.common.foundation_cache import BertRecord, FoundationCache
from stanza.models.common.utils import ud_scores
from stanza.models.ner.trainer import Trainer
from stanza.utils.conll import CoNLL

from kgbuild.model import Kind, Span, Zone, ZoneKind
from kgbuild.nlp.encoder import load
from kgbuild.nlp.encoding import IntegerEncoder
from kgbuild.nlp.models import resolve
from kgbuild.nlp.stanza_adapter import ENCODER, StanzaAnalyzer

PARTS = ("segmentation", "tags", "entities", "articles", "people")
KINDS = {"PER": "Person", "LOC": "Place", "ORG": "Organization"}


def lines(text: str) -> list[Zone]:
    """Every line of a text that holds something, as body."""
    zones, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            zones.append(Zone(Span(start, start + len(line)), ZoneKind.BODY, "line"))
        start += len(line) + 1
    return zones


def f1(gold: Counter[object], found: Counter[object]) -> str:
    """Precision, recall and F1 in percent."""
    hits = sum((gold & found).values())
    precision = hits / max(1, sum(found.values()))
    recall = hits / max(1, sum(gold.values()))
    score = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {100 * precision:.1f} R {100 * recall:.1f} F1 {100 * score:.1f}"


def segmentation(analyzer: StanzaAnalyzer, work: Path) -> None:
    """Tokens, sentences and words from raw text: Stanza alone, and the adapter with its table."""
    for name in ("dev", "test"):
        text = (work / "tokenize" / f"{name}.txt").read_text(encoding="utf-8").rstrip()
        document = analyzer._pipeline(text, processors="tokenize,mwt")
        score_words(f"{name}, Stanza alone", document, work / "tokenize" / f"{name}.conllu")
        document = analyzer._segmented(text, range(len(text)))
        score_words(f"{name}, adapter", document, work / "tokenize" / f"{name}.conllu")


def score_words(label: str, document: Document, gold: Path) -> None:
    """Score a document's segmentation against a treebank."""
    for sentence in document.sentences:  # the scorer wants a tree
        for number, word in enumerate(sentence.words):
            word.head, word.deprel = number, "dep" if number else "root"
        sentence.build_dependencies()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.conllu"
        CoNLL.write_doc2conll(document, path)
        scores = ud_scores(str(gold), str(path))
    figures = ", ".join(f"{k} {100 * scores[k].f1:.2f}" for k in ("Tokens", "Sentences", "Words"))
    click.echo(f"{label}: {figures}")


def tags(pipeline: stanza.Pipeline, work: Path) -> None:
    """Parts of speech, lemmas and trees on gold words; lemmas and trees also on gold tags."""
    for name, fields in (("test", ["upos"]), ("test-features", ["upos", "feats"])):
        gold = CoNLL.conll2doc(str(work / "pos" / f"{name}.conllu"))
        document = CoNLL.conll2doc(str(work / "pos" / f"{name}.conllu"))
        document = pipeline.processors["pos"].process(document)
        for column in fields:
            pairs = list(zip(gold.get(column), document.get(column), strict=True))
            click.echo(f"{name} {column}: {100 * sum(a == b for a, b in pairs) / len(pairs):.2f}")
    for tagged in ("gold", "own"):
        gold = CoNLL.conll2doc(str(work / "depparse" / "test.conllu"))
        document = CoNLL.conll2doc(str(work / "depparse" / "test.conllu"))
        if tagged == "own":
            document = pipeline.processors["pos"].process(document)
        document = pipeline.processors["lemma"].process(document)
        same = [a == b for a, b in zip(gold.get("lemma"), document.get("lemma"), strict=True)]
        document = pipeline.processors["depparse"].process(document)
        heads = [a == b for a, b in zip(gold.get("head"), document.get("head"), strict=True)]
        relations = [
            a.split(":")[0] == b.split(":")[0]
            for a, b in zip(gold.get("deprel"), document.get("deprel"), strict=True)
        ]
        both = sum(a and b for a, b in zip(heads, relations, strict=True))
        total = len(heads)
        lemmas, attached, labeled = (100 * n / total for n in (sum(same), sum(heads), both))
        click.echo(f"{tagged} tags: lemma {lemmas:.2f} UAS {attached:.2f} LAS {labeled:.2f}")


def entities(pipeline: stanza.Pipeline, work: Path) -> None:
    """Entities of the tagged corpora, on their own tokens."""
    for name in ("dev", "dev-news", "test-aner", "test-aqmar"):
        rows = json.loads((work / "ner" / f"{name}.json").read_text(encoding="utf-8"))
        document = Document([[{"id": (i,), "text": t["text"]} for i, t in enumerate(s, 1)] for s in rows])
        document = pipeline.processors["ner"].process(document)
        gold, found = Counter[object](), Counter[object]()
        for number, (sentence, row) in enumerate(zip(document.sentences, rows, strict=True)):
            for counter, labels in (
                (gold, [t["ner"] for t in row]),
                (found, [t.ner for t in sentence.tokens]),
            ):
                counter.update((number, *s) for s in spans(labels))
        kinds = " ".join(f"{k} {f1(only(gold, k), only(found, k)).split()[-1]}" for k in KINDS)
        click.echo(f"{name}: {f1(gold, found)} | {kinds}")


def columns(models: Path, work: Path) -> None:
    """The name finder's columns, each on the test part of the corpus whose guidelines it follows."""
    cache = FoundationCache()
    encoder, pieces = load(models / "ar" / ENCODER)
    cache.bert[ENCODER] = BertRecord(IntegerEncoder(encoder), pieces, {})
    trainer = Trainer(model_file=str(models / "ar" / "ner" / f"{ENCODER}.pt"), foundation_cache=cache)
    for part in ("dev-news", "dev-aner", "test-aner", "dev-aqmar", "test-aqmar"):
        path = work / "ner" / f"columns-{part}.json"
        sentences = json.loads(path.read_text(encoding="utf-8"))
        score = column_f1(trainer, sentences, COLUMNS.index(part.partition("-")[2]))
        click.echo(f"{part}, its own column: F1 {score:.2f}")


def only(counter: Counter[object], kind: str) -> Counter[object]:
    """The items of one kind."""
    return Counter({k: v for k, v in counter.items() if k[-1] == kind})  # type: ignore[index]


def spans(labels: list[str]) -> list[tuple[int, int, str]]:
    """First token, last token and kind of each entity."""
    result: list[tuple[int, int, str]] = []
    start = None
    for index, label in enumerate([*labels, "O"]):
        prefix, _, bare = label.partition("-")
        if start is not None and (prefix in ("B", "S", "O") or bare != labels[start][2:]):
            result.append((start, index - 1, labels[start][2:]))
            start = None
        if start is None and bare:
            start = index
    return result


def articles(analyzer: StanzaAnalyzer, gold: Path, name: str) -> None:
    """Mentions of whole articles through the adapter, and its speed."""
    texts = {}
    for line in (gold / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        texts[article["id"]] = article["text"]
    marked, found = Counter[object](), Counter[object]()
    words = 0
    start = time.process_time()
    for identifier, text in sorted(texts.items()):
        analysis = analyzer.analyze(text, lines(text))
        words += sum(len(s.words) for s in analysis.sentences)
        found.update((identifier, m.span.start, m.span.end, m.kind.value) for m in analysis.mentions)
    elapsed = time.process_time() - start
    for identifier in texts:
        rows = json.loads((gold / "gold" / name / f"{identifier}.json").read_text(encoding="utf-8"))[
            "entities"
        ]
        marked.update(
            (identifier, r["start"], r["end"], r["type"]) for r in rows if r["type"] in KINDS.values()
        )
    kinds = " ".join(f"{k} {f1(only(marked, k), only(found, k)).split()[-1]}" for k in KINDS.values())
    spans_only = f1(Counter({k[:-1]: 1 for k in marked}), Counter({k[:-1]: 1 for k in found}))  # type: ignore[index]
    click.echo(f"{name} articles: {f1(marked, found)} | {kinds} | spans alone {spans_only}")
    click.echo(f"{words} words, {words / elapsed:.0f} words a CPU second")


def people(analyzer: StanzaAnalyzer, gold: Path) -> None:
    """How many mentions of the persons of ``surnames.txt`` are found, in all annotated articles."""
    surnames = (Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split()
    texts = {path.stem: ("seeds", path) for path in (gold.parent / "seeds").glob("*.txt")}
    articles = {name: (split, path.read_text(encoding="utf-8")) for name, (split, path) in texts.items()}
    for split in ("dev", "news"):
        for line in (gold / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            articles[row["id"]] = (split, row["text"])
    total, found = Counter[str](), Counter[str]()
    for name, (split, text) in sorted(articles.items()):
        path = gold / "gold" / split / f"{name}.json"
        rows = json.loads(path.read_text(encoding="utf-8"))["entities"] if path.exists() else []
        wanted = [
            r
            for r in rows
            if r["type"] == "Person" and any(s in text[r["start"] : r["end"]] for s in surnames)
        ]
        if not wanted:
            continue
        mentions = analyzer.analyze(text, lines(text)).mentions
        for row in wanted:
            total[split] += 1
            found[split] += any(
                m.kind is Kind.PERSON and m.span.start < row["end"] and m.span.end > row["start"]
                for m in mentions
            )
    parts = ", ".join(f"{split} {found[split]} of {total[split]}" for split in sorted(total))
    click.echo(f"persons of surnames.txt: {100 * found.total() / total.total():.1f} ({parts})")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("gold", type=Path, help="the folder with dev.jsonl and gold/dev/")
    parser.add_argument("models", type=Path)
    parser.add_argument(
        "--only", nargs="*", default=["segmentation", "tags", "entities", "articles", "people"]
    )
    options = parser.parse_args()
    start = time.perf_counter()
    analyzer = StanzaAnalyzer(resolve(str(options.models)))
    click.echo(f"loaded in {time.perf_counter() - start:.1f} s")
    pipeline = analyzer._pipeline
    if "segmentation" in options.only:
        segmentation(analyzer, options.work)
    if "tags" in options.only:
        tags(pipeline, options.work)
    if "entities" in options.only:
        entities(pipeline, options.work)
        columns(options.models, options.work)
    if "articles" in options.only:
        articles(analyzer, options.gold, "dev")
    if "people" in options.only:
        people(analyzer, options.gold)


if __name__ == "__main__":
    main()
