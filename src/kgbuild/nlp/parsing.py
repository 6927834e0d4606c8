"""Stanza's graph parser, run on drafts."""

from collections.abc import Sequence
from typing import Any

import torch
from stanza.models.common.vocab import ROOT_ID
from torch import Tensor
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from kgbuild.nlp import arcs
from kgbuild.nlp.drafts import Draft, batches
from kgbuild.nlp.spellings import Spellings, read_letters, simple

_ROOT = ""
"""Stands for the root among spellings: no word is written so."""


def fits(processor: Any) -> bool:
    """Whether the parser is of the kind that :class:`DraftParser` runs."""
    model = processor.trainer.model
    args = model.args
    return (
        arcs.fits(model)
        and not args.get("charlm")
        and not args.get("bert_model")
        and not args.get("reversed")
        and not processor.config.get("resolve_head_constraints", True)
        and bool(args["char"] and args["pretrain"] and args["word_emb_dim"] and args["tag_emb_dim"])
        and args.get("use_upos", True)
        and not args.get("use_xpos", True)
        and not args.get("use_ufeats", True)
        and processor.pretrain is not None
    )


class DraftParser:
    """Finds heads and relations."""

    def __init__(self, processor: Any) -> None:
        """Use the weights of a parser that :func:`fits`."""
        model = processor.trainer.model.eval()
        self._model = model
        self._vocab = processor.vocab
        self._known = processor.pretrain.vocab
        args = model.args
        self._spellings = Spellings(self._vectors, 2 * args["transformed_dim"] + args["word_emb_dim"])
        self._scorer = arcs.ArcScorer(model)

    def __call__(self, drafts: Sequence[Draft]) -> None:
        """Give the drafts' words their heads and relations."""
        for some in batches(drafts, lambda draft: len(draft.words)):
            self._parse(some)

    def _parse(self, drafts: Sequence[Draft]) -> None:
        lengths = [len(draft.words) + 1 for draft in drafts]
        inputs = list(torch.split(self._inputs(drafts), lengths))
        model = self._model
        start = tuple(
            state.expand(-1, len(drafts), -1).contiguous()
            for state in (model.parserlstm_h_init, model.parserlstm_c_init)
        )
        packed, _last = model.parserlstm(pack_sequence(inputs), None, hx=start)
        padded = pad_packed_sequence(packed, batch_first=True)[0]
        states = torch.cat([rows[:n] for rows, n in zip(padded, lengths, strict=True)])
        for draft, tree in zip(drafts, self._scorer.trees(states, lengths), strict=True):
            for word, (head, relation) in zip(draft.words, tree, strict=True):
                word.head, word.deprel = head, relation

    def _inputs(self, drafts: Sequence[Draft]) -> Tensor:
        model, vocab = self._model, self._vocab
        spellings: list[str] = []
        lemmas: list[int] = []
        tags: list[int] = []
        lemma_of, tag_of = vocab["lemma"].unit2id, vocab["upos"].unit2id
        for draft in drafts:
            spellings += [_ROOT, *(simple(word.text) for word in draft.words)]
            lemmas += [ROOT_ID, *(lemma_of(word.lemma or "_") for word in draft.words)]
            tags += [ROOT_ID, *(tag_of(word.upos or "_") for word in draft.words)]
        known, word, letters = torch.split(self._spellings(spellings), self._widths, 1)
        return torch.cat(
            (known, word, model.lemma_emb(torch.tensor(lemmas)), model.upos_emb(torch.tensor(tags)), letters),
            1,
        )

    @property
    def _widths(self) -> list[int]:
        args = self._model.args
        return [args["transformed_dim"], args["word_emb_dim"], args["transformed_dim"]]

    def _vectors(self, spellings: Sequence[str]) -> Tensor:
        model, vocab = self._model, self._vocab
        known = [self._known.unit2id(s.lower()) if s else ROOT_ID for s in spellings]
        words = [vocab["word"].unit2id(s) if s else ROOT_ID for s in spellings]
        letters = [vocab["char"].map(list(s)) if s else [ROOT_ID] for s in spellings]
        return torch.cat(
            (
                model.trans_pretrained(model.pretrained_emb(torch.tensor(known))),
                model.word_emb(torch.tensor(words)),
                model.trans_char(read_letters(model.charmodel, letters)),
            ),
            1,
        )
