"""Reading web pages in a process of its own, which is ended when a page takes too much time or memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kgbuild.config import Work
from kgbuild.corpus.pages import PageError, PageReader, answered, read_page
from kgbuild.work.guard import Bounds, Failure, Guard, Program

_WORKER: Final = "kgbuild.corpus.pages:worker"
_SECONDS: Final = 60.0
"""What a page may take at most: a long one takes a second."""


@contextmanager
def guarded_pages(work: Work) -> Iterator[PageReader]:
    """A reader of pages that is bounded as ``work`` bounds articles; the bare one where that has no bounds.

    The reader raises :class:`PageError` for a page that took too much, or on which the process died. The
    process is started at the first page.
    """
    if work.jobs == 0:
        yield read_page
        return
    guard = Guard(Program(_WORKER), Bounds(min(work.seconds, _SECONDS), work.memory))

    def read(html: str) -> dict[str, object]:
        (outcome,) = guard.run([html.encode("utf-8", "surrogatepass")])
        if isinstance(outcome, Failure):
            raise PageError(outcome.code, outcome.message)
        return answered(outcome)

    try:
        yield read
    finally:
        guard.close()
