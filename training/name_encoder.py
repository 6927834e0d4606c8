"""Fine-tune the text encoder to find names: ``name_encoder.py DATA GOLD WORK``.

One of Stanza's name taggers with three columns of labels over one encoder: ours (annotated development
articles and ANERcorp, three kinds), ANERcorp's four and AQMAR's four. A sentence teaches the columns whose
guidelines it was annotated by, so that each corpus shapes the encoder without its guidelines being mixed up.
The embeddings and the lowest layers stay as they are. A run that was cut off goes on after its last epoch.
"""

import argparse
import json
import math
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import torch
from data import KINDS, Tagged, bio, final_ya, gold_mentions
from stanza.models import ner_tagger
from stanza.models.common.doc import Document
from stanza.models.ner.data import DataLoader
from stanza.models.ner.model import NERTagger
from stanza.models.ner.trainer import Trainer
from torch import Tensor, nn

from kgbuild.nlp.encoder import TOKENIZER, Encoder, EncoderOutput, load, save

COLUMNS = ("news", "aner", "aqmar")
FROZEN_LAYERS = 4
LONGEST = 100
"""Words of a sentence; what is longer is cut."""
BATCH_WORDS = 420
ENCODER_RATE, HEAD_RATE, WARM_UP = 2e-4, 3e-3, 100
SETTINGS = [
    "--shorthand", "ar_news", "--bert_model", "encoder", "--bert_finetune", "--bert_hidden_layers", "4",
    "--word_emb_dim", "0", "--no_char", "--hidden_dim", "128", "--num_layers", "1",
    "--dropout", "0.2", "--word_dropout", "0", "--no_pretrain", "--no_input_transform",
    "--device", "cpu", "--batch_size", "64",
]  # fmt: skip


class SharedDropout(nn.Module):
    """Dropout with one mask for all pieces of a sentence: as good a check on overfitting, and cheap."""

    def __init__(self, rate: float = 0.1) -> None:
        """``rate`` is the share of features that are zeroed."""
        super().__init__()
        self.rate = rate

    def forward(self, hidden: Tensor) -> Tensor:
        """Drop features of (sentences, pieces, size)."""
        if not self.training:
            return hidden
        kept = torch.full((hidden.shape[0], 1, hidden.shape[2]), 1 - self.rate)
        return hidden * torch.bernoulli(kept) / (1 - self.rate)


class UpperLayers(nn.Module):
    """The layers that are trained, over what the frozen ones below make of each sentence, computed once."""

    _hf_peft_config_loaded = False

    def __init__(self, encoder: Encoder) -> None:
        """Take over an encoder's layers above the frozen ones."""
        super().__init__()
        self.config = encoder.config
        self.layers = nn.ModuleList(encoder.layers[FROZEN_LAYERS:])
        for layer in self.layers:
            layer.dropout = SharedDropout()
        self._below = [encoder]  # in a list, so that its weights are no parameters of this module
        self._known: dict[tuple[int, ...], Tensor] = {}

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: object) -> EncoderOutput:
        """Hidden states of the trained layers."""
        rows = []
        for ids, length in zip(input_ids, attention_mask.sum(1).tolist(), strict=True):
            key = tuple(ids[:length].tolist())
            if key not in self._known:
                self._known[key] = self._lower(ids[None, :length])
            rows.append(self._known[key].float())
        hidden = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        mask = attention_mask[:, : hidden.shape[1]]
        visible = None if bool(mask.all()) else mask.bool()[:, None, None, :]
        states = [hidden]
        for layer in self.layers:
            states.append(layer(states[-1], visible))
        return EncoderOutput(tuple(states))

    @torch.no_grad()
    def _lower(self, ids: Tensor) -> Tensor:
        below = self._below[0]
        states = below.embed(ids)
        for layer in below.layers[:FROZEN_LAYERS]:
            dropout, layer.dropout = layer.dropout, nn.Identity()
            states = layer(states, None)
            layer.dropout = dropout
        return states[0].half()


def columns(sentence: Tagged, *, of: str) -> list[dict[str, Any]]:
    """A sentence's words with a label, or none, in each column."""
    rows = []
    for word, tag in sentence:
        ours = tag if tag[2:] in KINDS or tag == "O" else "O"
        rows.append(
            {
                "text": word,
                "multi_ner": (
                    "-" if of == "aqmar" else ours,
                    tag if of == "aner" else "-",
                    tag if of == "aqmar" else "-",
                ),
            }
        )
    return rows


def corpora(data: Path, gold: Path, work: Path) -> dict[str, list[list[dict[str, Any]]]]:
    """Training sentences, and a held-out part of each corpus to choose by."""
    counts = news_counts(work)
    aner = {p: final_ya(bio(data / "ner" / f"ar_aner.{p}.bio"), counts) for p in ("train", "test")}
    aqmar = {p: list(bio(data / "ner" / f"ar_aqmar.{p}.bio")) for p in ("train", "dev", "test")}
    news: dict[str, list[Tagged]] = {"train": [], "dev": []}
    lines = (gold / "news.jsonl").read_text(encoding="utf-8").splitlines()
    articles = sorted((json.loads(line) for line in lines), key=lambda a: str(a["id"]))
    for number, article in enumerate(articles):
        marked = json.loads((gold / "gold" / "news" / f"{article['id']}.json").read_text(encoding="utf-8"))
        news["dev" if number % 10 == 9 else "train"] += gold_mentions(article, marked)
    last = len(aner["train"]) * 14 // 15
    parts = {
        "train-aner": aner["train"][:last],
        "train-aqmar": aqmar["train"],
        "train-news": news["train"],
        "dev-aner": aner["train"][last:],
        "dev-aqmar": aqmar["dev"],
        "dev-news": news["dev"],
        "test-aner": aner["test"],
        "test-aqmar": aqmar["test"],
    }
    result = {}
    for name, sentences in parts.items():
        of = name.partition("-")[2]
        bounded = (s[i : i + LONGEST] for s in sentences for i in range(0, len(s), LONGEST))
        result[name] = [columns(s, of=of) for s in bounded]
    return result


def news_counts(work: Path) -> Counter[str]:
    """How often each word occurs in the news."""
    counts: Counter[str] = Counter()
    with (work / "news.txt").open(encoding="utf-8") as lines:
        for line in lines:
            counts.update(line.split())
    return counts


def document(sentences: Sequence[list[dict[str, Any]]]) -> Document:
    """Sentences as Stanza's document."""
    return Document([[{"id": (i,), **row} for i, row in enumerate(s, 1)] for s in sentences])


def batches(loader: DataLoader, rng: random.Random) -> Iterator[Any]:
    """Batches of about as many words, of sentences of about the same length, in random order."""
    items = [item for batch in loader.data for item in batch]
    rng.shuffle(items)
    items.sort(key=lambda item: len(item[0]) + rng.uniform(0, 6))
    groups, group = [], []
    for item in items:
        if group and len(item[0]) * (len(group) + 1) > BATCH_WORDS:
            groups.append(group)
            group = []
        group.append(item)
    groups.append(group)
    rng.shuffle(groups)
    loader.data = groups
    yield from loader


def f1(trainer: Trainer, sentences: list[list[dict[str, Any]]], column: int) -> float:
    """F1 of entities in percent, in one column."""
    loader = DataLoader(document(sentences), 64, trainer.args, vocab=trainer.vocab, evaluation=True)
    trainer.args["predict_tagset"] = column
    predicted: list[list[str]] = []
    with torch.no_grad():
        for batch in loader:
            predicted += trainer.predict(batch)
    hits = found = marked = 0
    for rows, labels in zip(sentences, predicted, strict=True):
        a, b = stretches([r["multi_ner"][column] for r in rows]), stretches(labels)
        hits, found, marked = hits + len(a & b), found + len(b), marked + len(a)
    return 200 * hits / max(1, found + marked)


def stretches(labels: Sequence[str]) -> set[tuple[int, int, str]]:
    """First word, last word and kind of each entity."""
    result, start = set(), -1
    for index, label in enumerate([*labels, "O"]):
        prefix, _, kind = label.partition("-")
        if start >= 0 and (prefix not in ("I", "E") or kind != labels[start][2:]):
            result.add((start, index - 1, labels[start][2:]))
            start = -1
        if start < 0 and kind:
            start = index
    return result


def rates(model: NERTagger) -> torch.optim.AdamW:
    """The optimizer: a low rate for the encoder's upper layers, a high one for what is new."""
    slow, fast = [], []
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            (slow if name.startswith("bert_model.") else fast).append(weight)
    groups = [
        {"params": slow, "lr": ENCODER_RATE, "weight_decay": 0.01},
        {"params": fast, "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups)


def train(
    trainer: Trainer,
    loader: DataLoader,
    parts: dict[str, list[list[dict[str, Any]]]],
    state: Path,
    *,
    epochs: int,
    seed: int,
) -> None:
    """Train, from where ``state`` left off; rates fall to zero.

    Args:
        trainer: with the model.
        loader: training sentences.
        parts: held-out sentences by name, scored after each epoch.
        state: where every epoch is kept, so that a run that was cut off goes on.
        epochs: how many in all.
        seed: of the order of sentences and of dropout.

    """
    optimizer = rates(trainer.model)
    steps = sum(1 for _ in batches(loader, random.Random(0)))  # noqa: S311
    total = epochs * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / WARM_UP, max(0.0, (total - step) / (total - WARM_UP)))
    )
    done = 0
    if state.exists():
        saved = torch.load(state, weights_only=True)
        trainer.model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["epoch"]
    for epoch in range(done, epochs):
        start, summed, steps = time.perf_counter(), 0.0, 0
        rng = random.Random(seed * 1000 + epoch)  # noqa: S311
        torch.manual_seed(seed * 1000 + epoch)
        trainer.model.train()
        for batch in batches(loader, rng):
            words, chars, mask, forms, tags = batch[:5]
            optimizer.zero_grad()
            loss, _, _ = trainer.model(
                words, chars, mask, tags, batch[6], batch[8], batch[9], forms, batch[11], batch[10], batch[7]
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trainer.model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            summed, steps = summed + loss.item(), steps + 1
            if steps % 25 == 0:
                pace = (time.perf_counter() - start) / steps
                click.echo(f"epoch {epoch + 1}, step {steps}: loss {summed / steps:.3f}, {pace:.2f} s a step")
        figures = {
            name: round(f1(trainer, parts[f"dev-{name}"], column), 2) for column, name in enumerate(COLUMNS)
        }
        minutes = (time.perf_counter() - start) / 60
        click.echo(f"epoch {epoch + 1}: {figures}, loss {summed / steps:.3f}, {minutes:.1f} minutes")
        torch.save(
            {
                "model": trainer.model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "epoch": epoch + 1,
            },
            state,
        )


def main() -> None:
    """Train, and write ``WORK/out/ner-encoder.pt`` and the fine-tuned ``WORK/out/encoder``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with ner/")
    parser.add_argument("gold", type=Path, help="the folder with news.jsonl and gold/news/")
    parser.add_argument("work", type=Path, help="encoder.py has written encoder/ there, vectors.py news.txt")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument(
        "--polish", type=int, default=2, help="epochs at the end that are mostly of our articles"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", default="ner-encoder")
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(options.seed)
    parts = corpora(options.data, options.gold, options.work)
    for name, sentences in parts.items():
        click.echo(f"{name}: {len(sentences)} sentences, {sum(map(len, sentences))} words")
        if not name.startswith("train"):
            path = options.work / "ner" / f"columns-{name}.json"
            path.write_text(json.dumps(sentences, ensure_ascii=False), encoding="utf-8")
    training = [*parts["train-aner"], *parts["train-aqmar"], *parts["train-news"]]

    arguments = ner_tagger.parse_args(SETTINGS)
    encoder, tokenizer = load(options.work / "encoder")
    loader = DataLoader(document(training), 64, arguments, evaluation=False)
    trainer = Trainer.__new__(Trainer)
    trainer.args, trainer.vocab = arguments, loader.vocab
    trainer.model = NERTagger(
        arguments,
        loader.vocab,
        bert_model=UpperLayers(encoder),
        bert_tokenizer=tokenizer,
        force_bert_saved=True,
    )
    state = options.work / "out" / f"{options.name}.state"
    train(trainer, loader, parts, state, epochs=options.epochs, seed=options.seed)
    finish(trainer, encoder, options.work, options.name)
    for column, name in enumerate(COLUMNS):
        for part in ("dev", "test"):
            if f"{part}-{name}" in parts:
                click.echo(f"{part}-{name}: {f1(trainer, parts[f'{part}-{name}'], column):.2f}")


def finish(trainer: Trainer, encoder: Encoder, work: Path, name: str) -> None:
    """Write the head as Stanza's checkpoint, which names the encoder, and the encoder beside it."""
    assert math.isfinite(sum(float(p.sum()) for p in encoder.parameters()))  # noqa: S101
    target = work / "out" / f"{name}-weights"
    save(encoder, target, pack=False)
    shutil.copyfile(work / "encoder" / TOKENIZER, target / TOKENIZER)
    trainer.args["predict_tagset"] = 0
    weights = {k: v for k, v in trainer.model.state_dict().items() if not k.startswith("bert_model.")}
    settings = {**trainer.args, "bert_finetune": False}
    torch.save(
        {"model": weights, "vocab": trainer.vocab.state_dict(), "config": settings},
        work / "out" / f"{name}.pt",
    )


if __name__ == "__main__":
    main()
