"""Stanza's name finder over the text encoder, run on drafts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stanza.models.common.vocab import VOCAB_PREFIX_SIZE
from stanza.models.ner.model import NERTagger
from stanza.models.ner.trainer import fix_singleton_tags
from torch import Tensor
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from kgbuild.nlp.drafts import Draft, batches
from kgbuild.nlp.encoding import IntegerEncoder

Scores = NDArray[np.float32]


def fits(processor: Any) -> bool:
    """Whether the name finder is of the kind that :class:`DraftNamer` runs."""
    trainer, *others = processor.trainers
    model, args = trainer.model, trainer.args
    return (
        not others
        and isinstance(model, NERTagger)
        and isinstance(model.bert_model, IntegerEncoder)
        and model.bert_layer_mix is not None
        and model.peft_name is None
        and not args["word_emb_dim"]
        and not (args["char"] and args["char_emb_dim"])
        and not model.input_transform
        and args["predict_tagset"] == 0
        and len(model.tag_clfs) == 1
    )


class DraftNamer:
    """Labels tokens that are part of names."""

    def __init__(self, processor: Any) -> None:
        """Use the weights of a name finder that :func:`fits`."""
        (trainer,) = processor.trainers
        self._model = trainer.model.eval()
        self._tags = trainer.vocab["tag"]
        self._mix = self._model.bert_layer_mix.weight.detach()[0]
        self._steps: Scores = self._model.crits[0]._transitions.detach().numpy()

    def fits(self, drafts: Sequence[Draft]) -> bool:
        """Whether the encoder can read each sentence at once, and something of each token."""
        tokenizer = self._model.bert_tokenizer
        for draft in drafts:
            pieces = tokenizer.pieces([token.text for token in draft.tokens])
            if not all(pieces) or sum(map(len, pieces)) + 2 > tokenizer.model_max_length:
                return False
        return True

    def __call__(self, drafts: Sequence[Draft]) -> None:
        """Give the drafts' tokens their labels; the drafts :meth:`fits`."""
        for some in batches(drafts, lambda draft: len(draft.tokens)):
            self._label(some)

    def _label(self, drafts: Sequence[Draft]) -> None:
        lengths = [len(draft.tokens) for draft in drafts]
        model = self._model
        packed = pack_sequence(list(torch.split(self._vectors(drafts), lengths)))
        start = tuple(
            state.expand(-1, len(drafts), -1).contiguous()
            for state in (model.taggerlstm_h_init, model.taggerlstm_c_init)
        )
        states, _last = model.taggerlstm(packed, None, hx=start)
        scores = states._replace(data=model.tag_clfs[0](states.data))
        padded = pad_packed_sequence(scores, batch_first=True)[0].numpy()
        for draft, path in zip(drafts, best_paths(padded, lengths, self._steps), strict=True):
            ids = [(max(tag, VOCAB_PREFIX_SIZE),) for tag in path]
            labels = [names[0] if isinstance(names, list) else names for names in self._tags.unmap(ids)]
            for token, label in zip(draft.tokens, fix_singleton_tags(labels), strict=True):
                token.label = "O" if label == "_" else label

    def _vectors(self, drafts: Sequence[Draft]) -> Tensor:
        """What the encoder says of each token, at its last piece."""
        model = self._model
        sentences, rows = [], []
        for draft in drafts:
            ids, places = model.bert_tokenizer.sentence([token.text for token in draft.tokens])
            sentences.append(ids)
            rows.append(places)
        layers = model.bert_model.read(sentences, rows)
        zero = torch.zeros(())
        uniform = sum(layers, zero) / len(layers)
        return uniform + sum((w * f for w, f in zip(self._mix, layers, strict=True)), zero)


def best_paths(scores: Scores, lengths: Sequence[int], steps: Scores) -> list[list[int]]:
    """The best tags of each sentence (Viterbi), for all sentences at once.

    Args:
        scores: (sentences, words, tags), padded.
        lengths: words of each sentence, longest first.
        steps: (tags, tags), the score of the second tag after the first.

    """
    before = scores[:, 0]
    backward: list[NDArray[np.intp]] = []
    ends = {0: before}
    for place in range(1, lengths[0]):
        reached = sum(length > place for length in lengths)
        through = before[:reached, :, None] + steps
        backward.append(through.argmax(1))
        before = scores[:reached, place] + through.max(1)
        ends[place] = before
    paths = []
    for row, length in enumerate(lengths):
        path = [int(ends[length - 1][row].argmax())]
        for back in reversed(backward[: length - 1]):
            path.append(int(back[row, path[-1]]))
        paths.append(path[::-1])
    return paths
