"""Stanza's tagger, run on drafts: parts of speech and features.

Stanza prepares each word's letters anew wherever it occurs, and scores each feature with a product of its
own. Here a spelling is read once (:mod:`kgbuild.nlp.spellings`), and since the feature scores depend on the
part of speech only through its own vector, the products are made for all parts of speech and all features at
once. The treebank's own tags, which nothing here reads, are left out.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from stanza.models.pos.model import Tagger
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import PackedSequence, pack_sequence, pad_packed_sequence

from kgbuild.nlp.drafts import Draft, batches
from kgbuild.nlp.spellings import Spellings, read_letters, simple


def fits(processor: Any) -> bool:
    """Whether the tagger is of the kind that :class:`DraftTagger` runs."""
    model = processor.trainer.model
    args = model.args
    return (
        isinstance(model, Tagger)
        and model.tag_names == ["upos", "xpos", "feats"]
        and model.column_parents["feats"] == ("upos",)
        and model.link_mode == "tag_emb"
        and not model.share_hid
        and not args.get("charlm")
        and not args.get("bert_model")
        and bool(args["char"] and args["pretrain"] and args["word_emb_dim"])
        and not args.get("char_bidirectional")
        and processor.pretrain is not None
    )


class DraftTagger:
    """Finds parts of speech and features."""

    def __init__(self, processor: Any) -> None:
        """Use the weights of a tagger that :func:`fits`."""
        model = processor.trainer.model.eval()
        self._model = model
        self._vocab = processor.vocab
        self._known = processor.pretrain.vocab
        width = model.taggerlstm.input_size
        self._spellings = Spellings(self._vectors, width)
        parts: Sequence[Any] = model.tag_clf["feats"]
        weight = torch.cat([part.W_bilin.weight.detach() for part in parts])
        tags = functional.pad(model.upos_emb.weight.detach(), (0, 1), value=1.0)
        # (tags, features, hidden): what a feature's scorer is, given a part of speech
        self._features = torch.einsum("oij,tj->toi", weight, tags)
        self._stacked = self._features.flatten(0, 1).T.contiguous()
        self._bias = torch.cat([part.W_bilin.bias.detach() for part in parts])
        self._sizes = [len(part.W_bilin.bias) for part in parts]
        self._described = lru_cache(maxsize=4096)(self._describe)

    def __call__(self, drafts: Sequence[Draft]) -> None:
        """Give the drafts' words their parts of speech and features."""
        for some in batches(drafts, lambda draft: len(draft.words)):
            self._tag(some)

    def _tag(self, drafts: Sequence[Draft]) -> None:
        words = [word for draft in drafts for word in draft.words]
        vectors = self._spellings([simple(word.text) for word in words])
        packed = pack_sequence(list(torch.split(vectors, [len(draft.words) for draft in drafts])))
        states = self._states(packed)
        model = self._model
        tags = model.upos_clf(functional.relu(model.upos_hid(states))).argmax(1)
        hidden = functional.pad(functional.relu(model.tag_hid["feats"](states)), (0, 1), value=1.0)
        scores = (hidden @ self._stacked).view(len(words), len(self._features), -1)
        chosen = scores[torch.arange(len(words)), tags] + self._bias
        found = torch.stack([part.argmax(1) for part in torch.split(chosen, self._sizes, 1)], 1).tolist()
        name = self._vocab["upos"].id2unit
        for word, tag, features in zip(words, tags.tolist(), found, strict=True):
            word.upos = name(tag)
            word.feats = self._described(*features)

    def _states(self, packed: PackedSequence) -> Tensor:
        """States of the words, sentence after sentence."""
        model = self._model
        start = tuple(
            state.expand(-1, int(packed.batch_sizes[0]), -1).contiguous()
            for state in (model.taggerlstm_h_init, model.taggerlstm_c_init)
        )
        states, lengths = pad_packed_sequence(model.taggerlstm(packed, None, hx=start)[0], batch_first=True)
        return torch.cat([rows[:n] for rows, n in zip(states, lengths.tolist(), strict=True)])

    def _vectors(self, spellings: Sequence[str]) -> Tensor:
        model, vocab = self._model, self._vocab
        known = torch.tensor([self._known.unit2id(s.lower()) for s in spellings])
        letters = read_letters(model.charmodel, [vocab["char"].map(list(s)) for s in spellings])
        return torch.cat(
            (
                model.word_emb(torch.tensor([vocab["word"].unit2id(s) for s in spellings])),
                model.trans_pretrained(model.pretrained_emb(known)),
                model.trans_char(letters),
            ),
            1,
        )

    def _describe(self, *features: int) -> str:
        described: str = self._vocab["feats"].id2unit(features)
        return "" if described == "_" else described
