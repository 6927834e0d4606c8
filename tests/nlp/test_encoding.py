import json
from pathlib import Path

import pytest
import torch
from stanza.models.common.bert_embedding import extract_bert_embeddings
from torch import Tensor

from kgbuild.nlp.encoder import Encoder, EncoderConfig, PieceTokenizer, load
from kgbuild.nlp.encoding import IntegerEncoder
from kgbuild.resources import data_path

SENTENCES = [
    "التقى الرئيس الروسي نظيره الأمريكي في جنيف",
    "رفضت طهران الاتهامات الأمريكية",
    "وقال لافروف إن موسكو مستعدة للحوار مع واشنطن بشأن الأمن السيبراني إذا توقفت الاتهامات",
    "نعم",
]


@pytest.fixture(scope="module")
def bundled() -> tuple[Encoder, PieceTokenizer]:
    return load(data_path("models", "ar-bundled", "ar", "encoder"))


def states(
    encoder: Encoder | IntegerEncoder, tokenizer: PieceTokenizer, sentences: list[str]
) -> list[list[Tensor]]:
    """For each of the last four states the pieces' vectors of each sentence."""
    batch = tokenizer([s.split() for s in sentences])
    mask = torch.tensor(batch["attention_mask"])
    with torch.inference_mode():
        found = encoder(torch.tensor(batch["input_ids"]), mask).hidden_states[-4:]
    return [[rows[:n] for rows, n in zip(state, mask.sum(1).tolist(), strict=True)] for state in found]


def test_bytes_hardly_change_what_real_sentences_become(bundled: tuple[Encoder, PieceTokenizer]) -> None:
    encoder, tokenizer = bundled
    exact = states(encoder, tokenizer, SENTENCES)
    rounded = states(IntegerEncoder(encoder), tokenizer, SENTENCES)
    for one, other in zip(exact, rounded, strict=True):
        near = torch.cosine_similarity(torch.cat(one), torch.cat(other))
        assert near.mean() > 0.998
        assert near.min() > 0.97


def test_a_sentence_reads_the_same_to_the_last_bit_in_any_company(
    bundled: tuple[Encoder, PieceTokenizer],
) -> None:
    encoder, tokenizer = bundled
    reader = IntegerEncoder(encoder)
    together = states(reader, tokenizer, SENTENCES * 12)
    for number, sentence in enumerate(SENTENCES):
        for state, alone in zip(together, states(reader, tokenizer, [sentence]), strict=True):
            for again in range(number, len(SENTENCES) * 12, len(SENTENCES)):
                assert torch.equal(state[again], alone[0])


def test_padding_is_zero_and_all_states_of_a_shallow_encoder_are_there() -> None:
    torch.manual_seed(3)
    config = EncoderConfig(
        vocab_size=30,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=40,
        type_vocab_size=1,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    encoder = Encoder(config).eval()
    ids = torch.tensor([[2, 3, 4, 5], [6, 7, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    with torch.inference_mode():
        found = IntegerEncoder(encoder)(ids, mask).hidden_states
        expected = encoder(ids, mask).hidden_states
    assert len(found) == len(expected) == 3
    assert all(not state[1, 2:].any() for state in found)
    assert torch.allclose(found[0][mask.bool()], expected[0][mask.bool()], atol=1e-6)
    for one, other in zip(found, expected, strict=True):
        assert torch.cosine_similarity(one[mask.bool()], other[mask.bool()]).min() > 0.99


def test_recorded_sentences_stay_near_what_was_recorded(bundled: tuple[Encoder, PieceTokenizer]) -> None:
    encoder, tokenizer = bundled
    reader = IntegerEncoder(encoder)
    rows = json.loads(Path(__file__).with_name("recorded-embeddings.json").read_text(encoding="utf-8"))
    for row in rows:
        vector = states(reader, tokenizer, [row["sentence"]])[-1][0].mean(0)
        assert torch.cosine_similarity(vector, torch.tensor(row["vector"]), dim=0) > 0.998


def test_a_short_sentence_beside_one_that_is_read_in_slices(bundled: tuple[Encoder, PieceTokenizer]) -> None:
    encoder, tokenizer = bundled
    reader = IntegerEncoder(encoder)
    short = SENTENCES[1].split()
    with torch.inference_mode():
        beside, alone = (
            extract_bert_embeddings("encoder", tokenizer, reader, sentences, "cpu", keep_endpoints=False)
            for sentences in ([["الدبلوماسية"] * 400, short], [short])
        )
    assert beside[0].shape == (400, encoder.config.hidden_size)
    assert torch.equal(beside[1], alone[0])
