"""Put trained models into ``models/ar-bundled``: weights in half precision, no trainer state, a manifest."""

import argparse
import json
from pathlib import Path
from typing import Any

import click
import torch
from stanza.models.common.vocab import VOCAB_PREFIX

from kgbuild.nlp.models import record

MODELS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
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
    """A name finder trained with fixed vectors, without its table of changes to them: all zeros."""
    table = checkpoint["model"]["delta_emb.weight"]
    if not table.any():
        vocabulary = checkpoint["vocab"]["delta"]
        kept = vocabulary["_id2unit"][: len(VOCAB_PREFIX)]
        checkpoint["model"]["delta_emb.weight"] = table[: len(kept)].clone()
        vocabulary["_id2unit"], vocabulary["_unit2id"] = kept, {unit: i for i, unit in enumerate(kept)}
    return checkpoint


def main() -> None:
    """Convert what the work folder's ``out`` holds and write resources.json and SHA256SUMS."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("target", type=Path, help="models/ar-bundled")
    parser.add_argument("models", nargs="*", default=[*MODELS, "pretrain"])
    options = parser.parse_args()
    for name in options.models:
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
    table = (options.work / "out" / "segmentation.tsv").read_bytes()
    (options.target / "ar" / "segmentation.tsv").write_bytes(table)
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
    arabic = {
        "lang_name": "Arabic",
        **{name: {PACKAGE: rows} for name, rows in needs.items()},
        "packages": {"default": dict.fromkeys(MODELS, PACKAGE)},
    }
    (options.target / "resources.json").write_text(
        json.dumps({"ar": arabic}, indent=1) + "\n", encoding="utf-8"
    )
    click.echo(record(options.target).fingerprint)


if __name__ == "__main__":
    main()
