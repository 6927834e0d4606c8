"""Web pages are read in a process that a page can slow, fill or break, and no page after it suffers."""

import pytest

from kgbuild.config import Work
from kgbuild.corpus.pages import PageError, read_page
from kgbuild.guarded_pages import guarded_pages

TEXT = "قال وزير الخارجية إن بلاده مستعدة لاستئناف المحادثات مع جارتها."
GOOD = (
    "<html><body><article>" + "".join(f"<p>{TEXT} ({n})</p>" for n in range(8)) + "</article></body></html>"
)
SLOW = "<div " + " ".join(f"a{n}=1" for n in range(150_000)) + ">x</div>"
"""The parser compares each attribute with all before it: some minutes."""


def test_a_page_that_takes_too_long_is_refused_and_the_next_one_read() -> None:
    with guarded_pages(Work(seconds=5)) as pages:
        assert pages(GOOD) == read_page(GOOD)
        with pytest.raises(PageError, match="5 seconds") as caught:
            pages(SLOW)
        assert caught.value.code == "article-timeout"
        assert pages(GOOD)["text"]


def test_a_page_that_takes_too_much_memory_is_refused() -> None:
    with guarded_pages(Work(memory=64)) as pages, pytest.raises(PageError, match="64 MiB") as caught:
        pages(GOOD + "<p>x</p>" * 400_000)
    assert caught.value.code == "article-memory"


def test_a_page_that_breaks_the_extraction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("trafilatura.bare_extraction", broken)
    with guarded_pages(Work(jobs=0)) as pages, pytest.raises(PageError, match="AssertionError") as caught:
        pages(GOOD)
    assert caught.value.code == "bad-page"
