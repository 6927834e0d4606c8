"""What the models read of an article: its lines, joined into one text whose characters know their origin."""

from collections.abc import Sequence

from kgbuild.model import Span
from kgbuild.text.folding import Folded

LONGEST_LINE = 4000
"""Characters read at once; a longer line is cut at white space."""
BREAK = "\n\n"
"""Between joined lines: Stanza begins a sentence after it."""


def pieces(reading: Folded, span: Span) -> list[tuple[int, int]]:
    """Ranges of the reading that a line covers, stripped; a very long line is cut at white space."""
    start, end = reading.index(span.start), reading.index(span.end)
    result = []
    while start < end:
        stop = end
        if end - start > LONGEST_LINE:
            space = reading.text.rfind(" ", start + 1, start + LONGEST_LINE)
            stop = space if space > start else start + LONGEST_LINE
        piece = reading.text[start:stop]
        left = start + len(piece) - len(piece.lstrip(" "))
        right = start + len(piece.rstrip(" "))
        if left < right:
            result.append((left, right))
        start = stop
    return result


def origins_of(parts: Sequence[tuple[int, int]]) -> list[int]:
    """For each character of the joined pieces, its place in the reading; below 0 and unique in breaks."""
    result: list[int] = []
    for start, end in parts:
        if result:
            result += [-len(result) - i for i in range(1, len(BREAK) + 1)]
        result += range(start, end)
    return result
