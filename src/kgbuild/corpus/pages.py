"""Articles out of HTML pages, by trafilatura; nothing is fetched.

A page can be made to take hours or all memory. Hence :func:`worker`, which reads pages in a process of its
own for whoever bounds that; see :mod:`kgbuild.guarded_pages`.
"""

import json
from collections.abc import Callable, Iterator, Sequence

PageReader = Callable[[str], dict[str, object]]
"""A function from a page to the fields of a record, like :func:`read_page`."""

_LATEST_DATE = "2199-12-31"
"""Without a bound of our own, the date finder would ask the clock which dates are in the future."""


_BREAKS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What trafilatura, lxml and the finder of dates raise on pages that they did not expect."""


class PageError(Exception):
    """A page could not be read: why, as a stable ``code`` and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_page(html: str) -> dict[str, object]:
    """Take the main text and the metadata out of a page, as the fields of a record.

    Precision is favored: what may be a menu is left out. ``text`` is missing when no main text is found.

    Raises:
        PageError: with ``bad-page``, if the page breaks trafilatura.
    """
    from trafilatura import bare_extraction  # here, since loading it takes longer than most commands run
    from trafilatura.settings import Document

    dates = {"extensive_search": False, "original_date": True, "max_date": _LATEST_DATE}
    try:
        document = bare_extraction(
            html,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params=dates,
        )
    except _BREAKS as error:
        raise PageError("bad-page", f"the page cannot be taken apart ({type(error).__name__})") from error
    if not isinstance(document, Document) or not document.text:
        return {}
    fields: dict[str, object] = {
        "text": document.text,
        "title": document.title,
        "url": document.url,
        "outlet": document.sitename,
        "date": document.date,
    }
    return {name: value for name, value in fields.items() if value}


def worker(_arguments: str) -> Callable[[Sequence[bytes]], Iterator[bytes]]:
    """What a process runs that reads pages for another: each page in, its fields out, as JSON."""

    def results(pages: Sequence[bytes]) -> Iterator[bytes]:
        for page in pages:
            try:
                answer: object = read_page(page.decode("utf-8", "surrogatepass"))
            except PageError as error:
                answer = [error.code, str(error)]
            yield json.dumps(answer).encode("ascii")

    return results


def answered(data: bytes) -> dict[str, object]:
    """The fields that :func:`worker` found in a page.

    Raises:
        PageError: if it could not read the page.
    """
    answer = json.loads(data)
    if isinstance(answer, dict):
        return answer
    raise PageError(*answer)
