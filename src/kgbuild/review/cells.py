"""Cells of a table that a person opens in a spreadsheet: nothing in them runs, and reading undoes it."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def shown(text: str) -> str:
    """``text`` on one line: white space runs as one space, characters that nobody sees left out.

    Spreadsheets change both, so texts are compared in this form.
    """
    spaced = " ".join(text.split())
    return " ".join("".join(c for c in spaced if c.isprintable()).split())


def escaped(text: str) -> str:
    """A cell for ``text``: an apostrophe before what a spreadsheet would take for a formula.

    What begins with an apostrophe gets another, so that :func:`unescaped` gives the text back.
    """
    return "'" + text if text.startswith("'") or text.lstrip(" ").startswith(_FORMULA) else text


def unescaped(cell: str) -> str:
    """The text that :func:`escaped` made a cell of."""
    return cell.removeprefix("'")
