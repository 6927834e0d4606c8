"""The bundled text encoder: a BERT of multilingual-e5-small's shape, its vocabulary cut to Arabic.

Stanza's taggers take a transformer as a pair of a model and a tokenizer of the ``transformers`` library.
The two classes here answer to the calls Stanza makes of such a pair and to no others, so that the library,
which takes longer to import than all models to load, is not needed. Weights bear the names that
``transformers.BertModel`` gives them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from kgbuild.errors import ModelError

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
_CUT_KEPT = 100_000
"""Words whose pieces are kept; with one more, all are forgotten."""
_SCALE = ".scale"


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of the encoder, by the names of a ``transformers`` BERT configuration."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float
    pad_token_id: int

    @classmethod
    def read(cls, path: Path) -> "EncoderConfig":
        """Read ``config.json``; settings that the sizes do not need are left aside.

        Raises:
            ModelError: if the file is not such a configuration.

        """
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{name: settings[name] for name in cls.__dataclass_fields__})
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is not an encoder's configuration: {error!r}.") from error


@dataclass(frozen=True, slots=True)
class EncoderOutput:
    """Hidden states: the embeddings, then one tensor a layer, each (sentences, pieces, hidden size)."""

    hidden_states: tuple[Tensor, ...]


class Encoder(nn.Module):
    """BERT without pooling. :class:`kgbuild.nlp.encoding.IntegerEncoder` is what the product reads with."""

    _hf_peft_config_loaded = False  # Stanza asks whether adapters are to be switched off

    def __init__(self, config: EncoderConfig) -> None:
        """Make an encoder with random weights."""
        super().__init__()
        self.config = config
        size = config.hidden_size
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(config.vocab_size, size),
                "position_embeddings": nn.Embedding(config.max_position_embeddings, size),
                "token_type_embeddings": nn.Embedding(config.type_vocab_size, size),
                "LayerNorm": nn.LayerNorm(size, eps=config.layer_norm_eps),
            }
        )
        layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.encoder = nn.ModuleDict({"layer": layers})

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        *,
        output_hidden_states: bool = True,  # noqa: ARG002
    ) -> EncoderOutput:
        """Encode padded sentences in single precision, as training needs it.

        Args:
            input_ids: (sentences, pieces), int64.
            attention_mask: the same shape; 0 where a sentence is padded, at its end.
            output_hidden_states: there for Stanza, which always asks for them.

        """
        visible = None if bool(attention_mask.all()) else attention_mask.bool()[:, None, None, :]
        states = [embed(self.embeddings, input_ids)]
        for layer in self.layers:
            states.append(layer(states[-1], visible))
        return EncoderOutput(tuple(states))

    def embed(self, ids: Tensor) -> Tensor:
        """Embeddings of pieces: (sentences, pieces) to (sentences, pieces, hidden size)."""
        return embed(self.embeddings, ids)

    @property
    def layers(self) -> list["Layer"]:
        """The layers, from the lowest."""
        return cast("list[Layer]", list(self.encoder["layer"].children()))


def embed(tables: nn.ModuleDict, ids: Tensor) -> Tensor:
    """Embeddings of pieces by an encoder's tables; shapes as of :meth:`Encoder.embed`."""
    positions = torch.arange(ids.shape[1], device=ids.device)
    hidden: Tensor = (
        tables["word_embeddings"](ids)
        + tables["position_embeddings"](positions)
        + tables["token_type_embeddings"](torch.zeros_like(positions))
    )
    normalized: Tensor = tables["LayerNorm"](hidden)
    return normalized


class Layer(nn.Module):
    """Self-attention and feed-forward, each added to its input and normalized."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        size, inner = config.hidden_size, config.intermediate_size
        self.heads = config.num_attention_heads
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict({name: nn.Linear(size, size) for name in ("query", "key", "value")}),
                "output": nn.ModuleDict(
                    {
                        "dense": nn.Linear(size, size),
                        "LayerNorm": nn.LayerNorm(size, eps=config.layer_norm_eps),
                    }
                ),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, inner)})
        self.output = nn.ModuleDict(
            {"dense": nn.Linear(inner, size), "LayerNorm": nn.LayerNorm(size, eps=config.layer_norm_eps)}
        )
        self.dropout: nn.Module = nn.Identity()  # training may put something here

    def forward(self, hidden: Tensor, visible: Tensor | None) -> Tensor:
        """The next state; ``visible`` is false where a sentence is padded, None if none is."""
        sentences, pieces, size = hidden.shape
        inputs, merged = self.attention["self"], self.attention["output"]

        def split(name: str) -> Tensor:
            projected: Tensor = inputs[name](hidden)  # type: ignore[index]
            return projected.view(sentences, pieces, self.heads, size // self.heads).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            split("query"), split("key"), split("value"), attn_mask=visible
        )
        seen = seen.transpose(1, 2).reshape(sentences, pieces, size)
        hidden = merged["LayerNorm"](hidden + self.dropout(merged["dense"](seen)))  # type: ignore[index]
        inner = functional.gelu(self.intermediate["dense"](hidden))
        out: Tensor = self.output["LayerNorm"](hidden + self.dropout(self.output["dense"](inner)))
        return out


class PieceBatch(dict[str, list[list[int]]]):
    """``input_ids`` and ``attention_mask`` of a padded batch."""

    def __init__(self, encodings: Sequence[Encoding]) -> None:
        """Take over a batch that is padded already."""
        super().__init__(
            input_ids=[e.ids for e in encodings], attention_mask=[e.attention_mask for e in encodings]
        )
        self._encodings = encodings

    @property
    def input_ids(self) -> list[list[int]]:
        """Indices of the pieces."""
        return self["input_ids"]

    def word_ids(self, batch_index: int) -> list[int | None]:
        """For each piece of a sentence the index of its word; None for marks of beginning, end, padding."""
        return list(self._encodings[batch_index].word_ids)


class PieceTokenizer:
    """Cuts words into the encoder's pieces."""

    def __init__(self, path: Path, *, longest: int, pad: int) -> None:
        """Load ``tokenizer.json``.

        Args:
            path: the file.
            longest: pieces the encoder can read at once.
            pad: index of the padding piece.

        Raises:
            ModelError: if the file cannot be read.

        """
        try:
            content = path.read_text(encoding="utf-8")
            kind = json.loads(content)["model"]["type"]
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is not a tokenizer: {error!r}.") from error
        if kind != "Unigram":
            raise ModelError(f"{path} holds a tokenizer of type {kind!r}, where Unigram is needed.")
        self._tokenizer = Tokenizer.from_str(content)
        self.model_max_length = longest
        self._pad = pad
        self._known: dict[str, tuple[int, ...]] = {}
        ends = self._tokenizer.encode("").ids
        self._begin, self._end = ends[:1], ends[1:]

    def __call__(
        self, sentences: Sequence[Sequence[str]], *, is_split_into_words: bool = True, **_: object
    ) -> PieceBatch:
        """Cut sentences into pieces and pad them to the same length.

        Args:
            sentences: lists of words, or strings if ``is_split_into_words`` is false.
            is_split_into_words: as in ``transformers``, like all that is passed over.

        """
        encodings = self._tokenizer.encode_batch(list(sentences), is_pretokenized=is_split_into_words)
        longest = max((len(e.ids) for e in encodings), default=0)
        for encoding in encodings:
            encoding.pad(longest, pad_id=self._pad)
        return PieceBatch(encodings)

    def pieces(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Indices of the pieces of each word; each spelling is cut once, and kept."""
        lacking = sorted(set(words).difference(self._known))
        if len(self._known) + len(lacking) > _CUT_KEPT:
            self._known.clear()
            lacking = sorted(set(words))
        encodings = self._tokenizer.encode_batch(
            [[word] for word in lacking], is_pretokenized=True, add_special_tokens=False
        )
        self._known.update((w, tuple(e.ids)) for w, e in zip(lacking, encodings, strict=True))
        return [self._known[word] for word in words]

    def sentence(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Indices of a sentence's pieces, with marks at both ends, and the place of each word's last one."""
        ids = list(self._begin)
        places = []
        for pieces in self.pieces(words):
            ids += pieces
            places.append(len(ids) - 1)
        return ids + self._end, places


def load(folder: Path) -> tuple[Encoder, PieceTokenizer]:
    """Load the encoder and the tokenizer of a folder, ready for inference.

    Raises:
        ModelError: if a file is missing or does not fit.

    """
    config = EncoderConfig.read(folder / CONFIG)
    encoder = Encoder(config)
    try:
        encoder.load_state_dict(unpacked(load_file(folder / WEIGHTS)))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(f"{folder / WEIGHTS} does not hold the encoder's weights: {error}.") from error
    encoder.eval()
    tokenizer = PieceTokenizer(
        folder / TOKENIZER, longest=config.max_position_embeddings - 2, pad=config.pad_token_id
    )
    return encoder, tokenizer


def packed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights for the file: matrices as int8 with one scale a row, all else as it is.

    A row's scale is its largest absolute value over 127, so that an entry is off by at most half of that.
    """
    result = {}
    for name, tensor in weights.items():
        if tensor.dim() != 2 or min(tensor.shape) < 8:
            result[name] = tensor.float().contiguous()
            continue
        scale = tensor.abs().amax(1, keepdim=True).clamp(min=1e-8).float() / 127
        result[name] = torch.round(tensor.float() / scale).to(torch.int8).contiguous()
        result[name + _SCALE] = scale.squeeze(1).contiguous()
    return result


def unpacked(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of :func:`packed`, in single precision; weights that are not packed pass."""
    result = {}
    for name, tensor in stored.items():
        if name.endswith(_SCALE):
            continue
        scale = stored.get(name + _SCALE)
        result[name] = tensor.float() if scale is None else tensor.float() * scale[:, None]
    return result


def save(encoder: Encoder, folder: Path, *, pack: bool) -> None:
    """Write an encoder's configuration and weights; ``pack`` makes the file a quarter as large."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {name: getattr(encoder.config, name) for name in EncoderConfig.__dataclass_fields__}
    settings |= {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu"}
    (folder / CONFIG).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    weights = {name: tensor.detach().contiguous() for name, tensor in encoder.state_dict().items()}
    save_file(packed(weights) if pack else weights, folder / WEIGHTS)
