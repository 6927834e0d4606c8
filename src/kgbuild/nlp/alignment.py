"""Which letters of a token each of its words covers."""

from kgbuild.text.folding import fold

_INTERCHANGED = {"ه": "ت", "ي": "ا"}
"""Folded ة before a pronoun is written ت (حكومتها), and folded ى is written ا (رآه, أعطاه)."""


def part_ranges(token: str, parts: tuple[str, ...]) -> tuple[tuple[int, int], ...] | None:
    """Half-open ranges of ``token`` that the words ``parts`` cover, or None where they do not spell it.

    Words are written as they would stand alone: ``للحكومة`` is ``ل`` and ``الحكومة``, ``حكومتها`` is
    ``حكومة`` and ``ها``. So the article may lose its alif (and its lam before another), and final letters
    may change before a pronoun.
    """
    folded = fold(token)
    ranges = []
    start = 0
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        length = next(
            (n for n in _lengths(fold(part).text, folded.text[start:], after_lam(folded.text, start)) if n), 0
        )
        if length == 0:
            return None
        end = start + length
        if last and end != len(folded.text):
            return None
        ranges.append((folded.offsets[start], folded.offsets[end] if end < len(folded.text) else len(token)))
        start = end
    return tuple(ranges)


def after_lam(letters: str, position: int) -> bool:
    """Whether the letter before ``position`` is a lam, which swallows the alif of the article."""
    return position > 0 and letters[position - 1] == "ل"


def _lengths(part: str, rest: str, lam: bool) -> list[int]:
    """Letters of ``rest`` that ``part`` can cover, the most natural reading first; 0 for none."""
    spellings = [part]
    if lam and part.startswith("ال"):
        spellings = [part[1:]]
        if part.startswith("الل"):
            spellings.append(part[2:])
    return [len(s) if s and _spells(s, rest) else 0 for s in spellings]


def _spells(part: str, rest: str) -> bool:
    if len(part) > len(rest):
        return False
    inner = all(a == b for a, b in zip(part[:-1], rest, strict=False))
    final, written = part[-1], rest[len(part) - 1]
    more = len(rest) > len(part)
    return inner and (final == written or (more and _INTERCHANGED.get(final) == written))
