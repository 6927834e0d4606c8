"""Stanza's tokenizer, run on the letters of lines: drafts of sentences, with their tokens.

What Stanza prepares for each occurrence of a letter depends on the letter alone, but for the first and the
last of a line, and where a token stands is known without looking for it in the text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from stanza.models.tokenization.data import NEWLINE_WHITESPACE_RE, NUMERIC_RE, WHITESPACE_RE
from stanza.models.tokenization.utils import MASK_RE
from stanza.pipeline.tokenize_processor import TOKEN_TOO_LONG_REPLACEMENT
from torch import Tensor
from torch.nn import functional

from kgbuild.nlp.drafts import Draft, DraftToken
from kgbuild.nlp.recurrence import PaddedLSTM

_FEATURES = ["space_before", "capitalized", "numeric", "end_of_para", "start_of_para"]
_WINDOW = 1000
"""Letters that the tokenizer reads at once where a line has as many."""
_AT_ONCE = 32
"""Lines, at most."""
_SPACES = re.compile(" +")
_CONTINUES, _ENDS, _ENDS_SENTENCE, _SEVERAL, _SEVERAL_END_SENTENCE = range(5)
"""What the tokenizer says of a letter: its token goes on, or ends, and whether it is of several words."""
_SENTENCE_ENDS = (_ENDS_SENTENCE, _SEVERAL_END_SENTENCE)


def fits(processor: Any) -> bool:
    """Whether the tokenizer is of the kind that :class:`LetterReader` runs."""
    trainer, config = processor.trainer, processor.config
    model, args = trainer.model, trainer.args
    return (
        isinstance(getattr(model, "rnn", None), PaddedLSTM)
        and isinstance(getattr(model, "rnn2", None), PaddedLSTM)
        and model.charmodel is None
        and args["conv_res"] is None
        and bool(args["use_mwt"])
        and args["feat_funcs"] == _FEATURES
        and not args["use_dictionary"]
        and not any(config.get(name) for name in ("pretokenized", "no_ssplit", "skip_newline"))
        and not processor.vocab.lang_replaces_spaces
        and args["shorthand"] != "la_ittb"
    )


class LetterReader:
    """Finds sentences and tokens."""

    def __init__(self, processor: Any) -> None:
        """Use the weights of a tokenizer that :func:`fits`."""
        self._model = processor.trainer.model.eval()
        self._vocab = processor.vocab
        self._padding = processor.vocab.unit2id("<PAD>")
        self._longest_token = processor.config["max_seqlen"]
        self._letters: dict[str, tuple[int, tuple[float, float, float]]] = {}

    def __call__(self, text: str) -> list[Draft]:
        """The sentences of a text, with their tokens."""
        lines = list(_lines(text))
        order = sorted(range(len(lines)), key=lambda i: len(lines[i][0]), reverse=True)
        said: dict[int, list[int]] = {}
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            for place, row in zip(some, self._said([lines[i][0] for i in some]), strict=True):
                said[place] = row
        drafts: list[Draft] = []
        for place, (line, offsets) in enumerate(lines):
            drafts += self._sentences(line, offsets, said[place])
        return drafts

    def _said(self, lines: Sequence[str]) -> list[list[int]]:
        """What the tokenizer says of each letter; the longest line comes first.

        Lines that are too long are read in windows, each from the last sentence's end in the one before, and
        so are those beside them, as Stanza does.
        """
        units, features = self._inputs(lines)
        at = [0] * len(lines)
        said: list[list[int]] = [[] for _ in lines]
        while rows := [row for row, line in enumerate(lines) if at[row] < len(line)]:
            left = [len(lines[row]) - at[row] for row in rows]
            width = max(left) + 1 if rows[0] == 0 and len(lines[0]) < _WINDOW else min(max(left), _WINDOW)
            first = not any(at)
            lengths = [min(n + 1, width) if first else width for n in left]
            found = self._classes(
                torch.stack([units[row, at[row] : at[row] + width] for row in rows]),
                torch.stack([features[row, at[row] : at[row] + width] for row in rows]),
                lengths,
            ).tolist()
            for row, n, classes in zip(rows, left, found, strict=True):
                taken = classes[:n]
                if n > _WINDOW:
                    ends = [i for i, what in enumerate(taken, 1) if what in _SENTENCE_ENDS]
                    taken = taken[: ends[-1]] if ends else taken
                said[row] += taken
                at[row] += len(taken)
        return [_closed(line, row) for line, row in zip(lines, said, strict=True)]

    def _inputs(self, lines: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Ids and features of the lines' letters, with padding for one window more."""
        width = len(lines[0]) + 1 + (_WINDOW if len(lines[0]) >= _WINDOW else 0)
        units = torch.full((len(lines), width), self._padding)
        features = torch.zeros(len(lines), width, len(_FEATURES))
        for row, line in enumerate(lines):
            known = [self._letter(letter) for letter in line]
            units[row, : len(line)] = torch.tensor([unit for unit, _ in known])
            features[row, : len(line), :3] = torch.tensor([about for _, about in known])
            features[row, len(line) - 1, 3] = 1
            features[row, 0, 4] = 1
        return units, features

    def _classes(self, units: Tensor, features: Tensor, lengths: Sequence[int]) -> Tensor:
        model = self._model
        count = torch.tensor(lengths)
        inputs = model.rnn.states(torch.cat((model.embeddings(units), features), 2), count)
        token, sentence, several = (
            layer(inputs)[:, :, 0] for layer in (model.tok_clf, model.sent_clf, model.mwt_clf)
        )
        if model.args["hier_invtemp"] > 0:
            inputs = inputs * (1 - torch.sigmoid(-token * model.args["hier_invtemp"]))[:, :, None]
        inputs = model.rnn2.states(inputs, count)
        token = token + model.tok_clf2(inputs)[:, :, 0]
        sentence = sentence + model.sent_clf2(inputs)[:, :, 0]
        several = several + model.mwt_clf2(inputs)[:, :, 0]
        log = functional.logsigmoid
        ends, not_sentence, ends_sentence = log(token), log(-sentence), log(sentence)
        one, more = log(-several), log(several)
        return torch.stack(
            (
                log(-token),
                ends + not_sentence + one,
                ends + ends_sentence + one,
                ends + not_sentence + more,
                ends + ends_sentence + more,
            ),
            2,
        ).argmax(2)

    def _letter(self, letter: str) -> tuple[int, tuple[float, float, float]]:
        known = self._letters.get(letter)
        if known is None:
            about = (letter == " ", letter.isupper(), NUMERIC_RE.match(letter) is not None)
            known = self._vocab.unit2id(letter), (float(about[0]), float(about[1]), float(about[2]))
            self._letters[letter] = known
        return known

    def _sentences(self, line: str, offsets: Sequence[int], said: Sequence[int]) -> Iterator[Draft]:
        """The sentences of a line, whose letters come from ``offsets``."""
        tokens: list[DraftToken] = []
        start = 0
        for place, what in enumerate(said):
            if what == _CONTINUES:
                continue
            letters = line[start : place + 1]
            first = start + (letters[0] == " ")
            start = place + 1
            token = self._vocab.normalize_token(letters)
            if not token:
                continue
            if len(token) > self._longest_token:
                token = TOKEN_TOO_LONG_REPLACEMENT
            several = what in (_SEVERAL, _SEVERAL_END_SENTENCE)
            tokens.append(DraftToken(token, offsets[first], offsets[place] + 1, several))
            if what in _SENTENCE_ENDS:
                yield Draft(tokens)
                tokens = []
        if tokens:
            yield Draft(tokens)


def _lines(text: str) -> Iterator[tuple[str, list[int]]]:
    """Lines between blank ones, white space made single spaces; and for each letter where it comes from."""
    start = 0
    for gap in (*NEWLINE_WHITESPACE_RE.finditer(text), None):
        end = gap.start() if gap else len(text)
        raw = text[start:end].rstrip()
        if raw:
            plain = WHITESPACE_RE.sub(" ", raw)
            offsets: list[int] = []
            at = start
            for spaces in _SPACES.finditer(plain):
                if len(spaces[0]) > 1:
                    offsets += range(at, start + spaces.start() + 1)
                    at = start + spaces.end()
            offsets += range(at, start + len(plain))
            yield _SPACES.sub(" ", plain), offsets
        start = gap.end() if gap else end


def _closed(line: str, said: list[int]) -> list[int]:
    """What is said of a line's letters, with a sentence's end at its own, and addresses left whole."""
    said[-1] = _ENDS_SENTENCE if said[-1] <= _ENDS_SENTENCE else _SEVERAL_END_SENTENCE
    for address in MASK_RE.finditer(line):
        start, last = address.start(), address.end() - 1
        said[start:last] = [_CONTINUES] * (last - start)
        said[last] = said[last] or _ENDS
    return said
