"""The site as static files, to be published: the same pages, without what a server must answer."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from kgbuild.errors import UsageError
from kgbuild.vocab import topics
from kgbuild.web import answers
from kgbuild.web.app import STATIC
from kgbuild.web.i18n import LANGUAGES
from kgbuild.web.limits import LimitedStore
from kgbuild.web.links import FileLinks, file_name
from kgbuild.web.pages import Browser
from kgbuild.web.paging import Page
from kgbuild.web.render import render

_MARKER: Final = "kgbuild-site"
_ENTRY: Final = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>kgbuild</title>'
    '<meta http-equiv="refresh" content="0; url=en/index.html"><p><a href="en/index.html">English</a> · '
    '<a href="ar/index.html" lang="ar">العربية</a>\n'
)

Advance = Callable[[int, int], None]


def write_site(
    browser: Browser, source: LimitedStore, folder: Path, advance: Advance = lambda *_: None
) -> int:
    """Write all pages in both languages into ``folder``; return how many files of pages were written.

    The pages of such a site that the folder holds already are removed first; other files in it stay.

    Raises:
        UsageError: if the folder holds anything else, or cannot be written.
    """
    try:
        _make_room(folder)
        shutil.copytree(STATIC, folder / "static")
        (folder / "index.html").write_text(_ENTRY, encoding="utf-8")
        return _write_pages(browser, source, folder, advance)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error}). Choose another folder.") from error


def _make_room(folder: Path) -> None:
    marker = folder / _MARKER
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not marker.is_file())):
        raise UsageError(f"{folder} is no folder of kgbuild site and not empty. Choose another, or empty it.")
    for name in (*LANGUAGES, "static"):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(
        "Made by kgbuild site, which makes en, ar and static anew when it is run again.\n", encoding="utf-8"
    )


def _write_pages(browser: Browser, source: LimitedStore, folder: Path, advance: Advance) -> int:
    everything = list(pages(browser))
    total = (len(everything) + len(browser.catalog)) * len(LANGUAGES)
    done = 0

    def write(language: str, page: Page) -> None:
        nonlocal done
        links = FileLinks(language, page.path)
        path = folder / file_name(language, page.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(page, browser, language, links, {}), encoding="utf-8", errors="replace")
        done += 1
        advance(done, total)

    for make in everything:
        page = make()
        for language in LANGUAGES:
            write(language, page)
            if page.template == "act.html":
                turtle = folder / file_name(language, f"{page.path}.ttl")
                turtle.write_text(page.values["turtle"], encoding="utf-8", errors="replace")
    for name in browser.catalog:
        for language in LANGUAGES:
            page = answers.question_page(browser, source, name, {}, language, run=True)
            write(language, page)
            if page.values["answered"]:
                rows = folder / file_name(language, f"question/{name}.csv")
                text = answers.question_csv(browser, source, name, {})
                rows.write_text(text, encoding="utf-8", errors="replace", newline="")
    return done


def pages(browser: Browser) -> Iterator[Callable[[], Page]]:
    """What makes each page of the site but the questions, one after another, so that memory stays bounded."""
    yield browser.overview
    yield lambda: browser.articles({}, everything=True)
    yield lambda: browser.actors({}, everything=True)
    yield browser.topics
    yield lambda: browser.timeline({}, everything=True)
    yield lambda: browser.graph({})
    yield answers.questions_page
    yield lambda: Page("console.html", "console", ":console.title", "console")
    for key in browser.index.articles:
        yield lambda key=key: browser.article(key)  # type: ignore[misc]
    for key in sorted({*browser.index.actors, *browser.index.by_actor}):
        yield lambda key=key: browser.actor(key)  # type: ignore[misc]
    for key in sorted(topics()):
        yield lambda key=key: browser.topic(key, {}, everything=True)  # type: ignore[misc]
    for key in sorted(browser.index.by_key):
        yield lambda key=key: browser.act(key)  # type: ignore[misc]
