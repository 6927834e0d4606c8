"""Tokens whose history says whether they are several words, to overrule the tokenizer's guess.

The tokenizer reads letters and so finds a proclitic in ``وصل`` (arrived) or ``بوتين`` (Putin). The table
beside the models lists spellings that the treebank or the news decides clearly.
"""

from pathlib import Path

from kgbuild.errors import ModelError

HEADER = ("token", "decision")
_BARE_ALIF = str.maketrans("أإآ", "ااا")
_WHOLE, _SPLIT = "whole", "split"


def spelling(token: str) -> str:
    """The form that the table lists: hamza on alif is written or left out at will."""
    return token.translate(_BARE_ALIF)


class SegmentationTable:
    """Decisions by spelling; empty when a model folder has no table."""

    def __init__(self, decisions: dict[str, bool]) -> None:
        """Take ``True`` for tokens of several words, ``False`` for tokens that are one."""
        self._decisions = decisions

    @classmethod
    def load(cls, path: Path) -> "SegmentationTable":
        """Read the table at ``path``; a file that is not there makes an empty one.

        Raises:
            ModelError: if a row is malformed.

        """
        if not path.is_file():
            return cls({})
        decisions = {}
        header, *rows = path.read_text(encoding="utf-8").split("\n")
        if tuple(header.split("\t")) != HEADER:
            raise ModelError(f"{path}, line 1: the columns must be {', '.join(HEADER)}. Restore the file.")
        for number, row in enumerate(rows, 2):
            if not row:
                continue
            token, _, decision = row.partition("\t")
            if not token or decision not in (_WHOLE, _SPLIT):
                raise ModelError(f"{path}, line {number}: expected a token and a decision. Restore the file.")
            decisions[token] = decision == _SPLIT
        return cls(decisions)

    def __len__(self) -> int:
        return len(self._decisions)

    def is_split(self, token: str, guess: bool) -> bool:
        """Whether ``token`` is several words: what the table says, else the tokenizer's ``guess``."""
        return self._decisions.get(spelling(token), guess)
