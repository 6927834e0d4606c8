"""Put trained models into ``models/ar-bundled``: weights in half precision, no trainer state, a manifest."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import click
import torch
from stanza.models.common.vocab import VOCAB_PREFIX

from kgbuild.nlp import encoder
from kgbuild.nlp.models import record
from kgbuild.nlp.stanza_adapter import ENCODER

MODELS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
TABLES = ("segmentation.tsv", "no-split.tsv", "words.tsv")
PACKAGE = "kgbuild"
UNUSED = ("optimizer_state_dict", "optimizer", "global_step", "dev_score_history", "scheduler")


def slim(value: object) -> object:
    """The same nested data with floating point tensors in half precision."""
    if isinstance(value, torch.Tensor):
        return value.half() if value.is_floating_point() else value
    if isinstance(value, dict):
        return type(value)((k, slim(v)) for k, v in value.items())
    return value


def without_paths(config: dict[str, object]) -> dict[str, object]:
    """A trainer's settings without the paths of the machine that it ran on."""
    return {k: Path(v).name if isinstance(v, str) and "/" in v else v for k, v in config.items()}


def without_untrained_words(checkpoint: dict[str, Any]) -> dict[str, Any]:
    """A name finder without its table of changes to word vectors where that is absent or all zeros."""
    table = checkpoint["model"].get("delta_emb.weight")
    if table is None or not table.any():
        vocabulary = checkpoint["vocab"]["delta"]
        kept = vocabulary["_id2unit"][: len(VOCAB_PREFIX)]
        if table is not None:
            checkpoint["model"]["delta_emb.weight"] = table[: len(kept)].clone()
        vocabulary["_id2unit"], vocabulary["_unit2id"] = kept, {unit: i for i, unit in enumerate(kept)}
    return checkpoint


def bundle_encoder(work: Path, target: Path) -> None:
    """Put the fine-tuned encoder, packed, and the name finder over it into the bundle."""
    weights, _ = encoder.load(work / "out" / "ner-encoder-weights")
    folder = target / "ar" / ENCODER
    encoder.save(weights, folder, pack=True)
    shutil.copyfile(work / "out" / "ner-encoder-weights" / encoder.TOKENIZER, folder / encoder.TOKENIZER)
    checkpoint = torch.load(work / "out" / "ner-encoder.pt", map_location="cpu", weights_only=True)
    checkpoint = without_untrained_words({k: slim(v) if k == "model" else v for k, v in checkpoint.items()})
    checkpoint["config"] = without_paths(checkpoint["config"])
    torch.save(checkpoint, target / "ar" / "ner" / f"{ENCODER}.pt")
    for path in (*sorted(folder.iterdir()), target / "ar" / "ner" / f"{ENCODER}.pt"):
        click.echo(f"{path.relative_to(target)}: {path.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Convert what the work folder's ``out`` holds and write resources.json and SHA256SUMS."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("target", type=Path, help="models/ar-bundled")
    parser.add_argument("models", nargs="*", default=[*MODELS, "pretrain", ENCODER])
    options = parser.parse_args()
    for name in options.models:
        if name == ENCODER:
            bundle_encoder(options.work, options.target)
            continue
        source = options.work / ("vectors.pt" if name == "pretrain" else f"out/{name}.pt")
        checkpoint = torch.load(source, map_location="cpu", weights_only=True)
        if name != "pretrain":
            checkpoint = {k: slim(v) if k != "vocab" else v for k, v in checkpoint.items() if k not in UNUSED}
            checkpoint["config"] = without_paths(checkpoint["config"])
        if name == "ner":
            checkpoint = without_untrained_words(checkpoint)
        path = options.target / "ar" / name / f"{PACKAGE}.pt"
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(checkpoint, path)
        click.echo(f"{name}: {path.stat().st_size / 1e6:.2f} MB")
    for name in TABLES:
        shutil.copyfile(options.work / "out" / name, options.target / "ar" / name)
    pretrain = {"dependencies": [{"model": "pretrain", "package": PACKAGE}]}
    needs = {
        "tokenize": {},
        "mwt": {},
        "lemma": {},
        "pos": pretrain,
        "depparse": pretrain,
        "ner": pretrain,
        "pretrain": {},
    }
    packages: dict[str, dict[str, object]] = {name: {PACKAGE: rows} for name, rows in needs.items()}
    packages["ner"][ENCODER] = {}
    arabic = {
        "lang_name": "Arabic",
        **packages,
        "packages": {"default": dict.fromkeys(MODELS, PACKAGE)},
    }
    (options.target / "resources.json").write_text(
        json.dumps({"ar": arabic}, indent=1) + "\n", encoding="utf-8"
    )
    click.echo(record(options.target).fingerprint)


if __name__ == "__main__":
    main()
