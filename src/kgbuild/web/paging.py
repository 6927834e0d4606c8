"""A page to be shown, and lists that go over several pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kgbuild.errors import UsageError

PAGE_SIZE: Final = 40
_LONGEST_NUMBER: Final = 9


class NotFoundError(UsageError):
    """The graph has no such thing; becomes a page that says so."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be shown: ``title`` is text, the key of a message where it begins with ``:``."""

    template: str
    path: str
    title: str
    section: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


def paged(rows: Sequence[Any], query: Mapping[str, str], *, everything: bool = False) -> dict[str, Any]:
    """The rows of the page that ``?page=`` asks for; one that is out of range is the nearest.

    ``everything`` puts all rows on one page.
    """
    size = max(len(rows), 1) if everything else PAGE_SIZE
    last = max(1, -(-len(rows) // size))
    asked = query.get("page", "")
    number = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) <= _LONGEST_NUMBER else 1
    start = (number - 1) * size
    return {
        "rows": rows[start : start + size],
        "total": len(rows),
        "page": number,
        "pages": last,
        "start": start,
    }
