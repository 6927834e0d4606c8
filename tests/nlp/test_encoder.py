import json
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from stanza.models.common.bert_embedding import extract_bert_embeddings
from torch import Tensor

from kgbuild.errors import ModelError
from kgbuild.nlp.encoder import (
    CONFIG,
    TOKENIZER,
    WEIGHTS,
    Encoder,
    EncoderConfig,
    PieceTokenizer,
    load,
    packed,
    save,
    unpacked,
)
from kgbuild.resources import data_path

RECORDED = Path(__file__).with_name("recorded-embeddings.json")
SMALL = EncoderConfig(
    vocab_size=50,
    hidden_size=16,
    num_hidden_layers=5,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=64,
    type_vocab_size=2,
    layer_norm_eps=1e-12,
    pad_token_id=1,
)


@pytest.fixture(scope="module")
def bundled() -> tuple[Encoder, PieceTokenizer]:
    return load(data_path("models", "ar-bundled", "ar", "encoder"))


@pytest.fixture
def small() -> Encoder:
    torch.manual_seed(7)
    return Encoder(SMALL).eval()


def mean_vector(encoder: Encoder, tokenizer: PieceTokenizer, sentence: str) -> Tensor:
    batch = tokenizer([sentence.split()])
    with torch.no_grad():
        output = encoder(torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"]))
    vector: Tensor = output.hidden_states[-1][0].mean(0)
    return vector


def test_the_bundled_encoder_embeds_as_recorded(bundled: tuple[Encoder, PieceTokenizer]) -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert len(recorded) >= 5
    for row in recorded:
        vector = mean_vector(*bundled, row["sentence"])
        expected = torch.tensor(row["vector"])
        assert torch.cosine_similarity(vector, expected, dim=0) > 0.9999
        assert torch.allclose(vector, expected, atol=2e-3)


def test_sentences_of_one_subject_are_closer(bundled: tuple[Encoder, PieceTokenizer]) -> None:
    one, two, other = (
        mean_vector(*bundled, text)
        for text in (
            "التقى الرئيس الروسي نظيره الأمريكي في جنيف",
            "اجتمع رئيسا روسيا والولايات المتحدة في سويسرا",
            "يخبز الخباز الخبز في الفرن كل صباح",
        )
    )
    near = torch.cosine_similarity(one, two, dim=0)
    assert near > torch.cosine_similarity(one, other, dim=0)
    assert near > torch.cosine_similarity(two, other, dim=0)


def test_padding_and_company_do_not_change_a_sentence(small: Encoder) -> None:
    torch.manual_seed(1)
    rows = [torch.randint(2, 50, (length,)) for length in (3, 17, 8, 1)]
    ids = torch.ones(4, 17, dtype=torch.int64)
    mask = torch.zeros(4, 17, dtype=torch.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    with torch.no_grad():
        together = small(ids, mask).hidden_states
        assert len(together) == SMALL.num_hidden_layers + 1
        for number, row in enumerate(rows):
            alone = small(row[None], torch.ones_like(row)[None]).hidden_states
            for a, b in zip(together, alone, strict=True):
                assert torch.allclose(a[number, : len(row)], b[0], atol=1e-5)


def test_with_gradients_every_layer_is_returned(small: Encoder) -> None:
    ids = torch.tensor([[2, 3, 4]])
    states = small(ids, torch.ones_like(ids)).hidden_states
    assert len(states) == SMALL.num_hidden_layers + 1
    states[-1].sum().backward()
    assert all(p.grad is not None for n, p in small.named_parameters() if "encoder" in n)


@given(
    st.lists(
        st.lists(st.floats(-100, 100, width=32), min_size=9, max_size=9),
        min_size=9,
        max_size=12,
    )
)
def test_packing_is_off_by_half_a_step_at_most(rows: list[list[float]]) -> None:
    matrix = torch.tensor(rows, dtype=torch.float32)
    bias = torch.tensor(rows[0], dtype=torch.float32)
    stored = packed({"a.weight": matrix, "a.bias": bias})
    assert stored["a.weight"].dtype == torch.int8
    back = unpacked(stored)
    assert set(back) == {"a.weight", "a.bias"}
    assert torch.equal(back["a.bias"], bias)
    step = matrix.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
    assert bool(((back["a.weight"] - matrix).abs() <= step * 0.5001 + 1e-12).all())


@pytest.mark.parametrize("pack", [True, False])
def test_what_is_saved_is_loaded(small: Encoder, tmp_path: Path, pack: bool) -> None:
    save(small, tmp_path, pack=pack)
    shutil.copyfile(data_path("models", "ar-bundled", "ar", "encoder") / TOKENIZER, tmp_path / TOKENIZER)
    again, _ = load(tmp_path)
    assert again.config == SMALL
    for name, weight in small.state_dict().items():
        assert torch.allclose(again.state_dict()[name], weight, atol=0.02 if pack else 0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (CONFIG, "{}", "not an encoder's configuration"),
        (CONFIG, "[", "not an encoder's configuration"),
        (WEIGHTS, "short", "does not hold the encoder's weights"),
        (TOKENIZER, "[", "is not a tokenizer"),
        (TOKENIZER, "{}", "is not a tokenizer"),
        (TOKENIZER, '{"model": {"type": "BPE"}}', "Unigram"),
    ],
)
def test_a_broken_file_is_named(
    small: Encoder, tmp_path: Path, name: str, content: str, message: str
) -> None:
    save(small, tmp_path, pack=True)
    shutil.copyfile(data_path("models", "ar-bundled", "ar", "encoder") / TOKENIZER, tmp_path / TOKENIZER)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=message) as raised:
        load(tmp_path)
    assert name in str(raised.value)


def test_weights_of_another_size_are_refused(small: Encoder, tmp_path: Path) -> None:
    save(small, tmp_path, pack=True)
    settings = json.loads((tmp_path / CONFIG).read_text(encoding="utf-8"))
    (tmp_path / CONFIG).write_text(json.dumps({**settings, "vocab_size": 51}), encoding="utf-8")
    with pytest.raises(ModelError, match="does not hold"):
        load(tmp_path)


words = st.text(alphabet="ابتسعفقكلمنوهيءآأإؤئةى0123456789abz.,-«»\u200f", min_size=1, max_size=9)


@settings(max_examples=60)
@given(st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=4))
def test_every_word_gets_a_vector(
    bundled: tuple[Encoder, PieceTokenizer], sentences: list[list[str]]
) -> None:
    encoder, tokenizer = bundled
    with torch.no_grad():
        vectors = extract_bert_embeddings(
            "encoder", tokenizer, encoder, sentences, "cpu", keep_endpoints=False
        )
    assert [len(v) for v in vectors] == [len(s) for s in sentences]


def test_a_sentence_longer_than_the_encoder_reads_is_read_in_parts(
    bundled: tuple[Encoder, PieceTokenizer],
) -> None:
    encoder, tokenizer = bundled
    sentence = ["الدبلوماسية"] * 400
    with torch.no_grad():
        vectors = extract_bert_embeddings(
            "encoder", tokenizer, encoder, [sentence], "cpu", keep_endpoints=False
        )
    assert vectors[0].shape == (400, encoder.config.hidden_size)
