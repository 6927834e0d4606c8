"""Every page over the test client: what it says, where it leads, and how it fails."""

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from kgbuild.querying.catalog import questions
from kgbuild.store.embedded import Store
from kgbuild.web.app import make_app
from kgbuild.web.pages import Browser

PLAIN = ("", "articles", "actors", "topics", "timeline", "graph", "questions", "console", "search?q=russia")


class Reader(HTMLParser):
    """Collects links and assets of a page, and what its text mark-up holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        for name in ("href", "src", "action"):
            if found.get(name):
                self.links.add(str(found[name]))


def get(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.text[:500])
    return str(answer.text)


def every_page(site: Browser) -> list[str]:
    index = site.index
    return [
        *PLAIN,
        *(f"article/{key}" for key in index.articles),
        *(f"actor/{key}" for key in index.actors),
        *(f"act/{key}" for key in index.by_key),
        *(f"question/{name}" for name in site.catalog),
        "topic/cyber",
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_there_and_all_its_links_lead_somewhere(
    site: Browser, client: TestClient, language: str
) -> None:
    seen: dict[str, int] = {}
    for path in every_page(site):
        address = f"/{language}/{path}"
        page = get(client, address)
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
        assert "<h1" in page
        reader = Reader(page)
        for tag, found in reader.tags:
            assert "style" not in found, (address, tag)
            assert not any(name.startswith("on") for name in found), (address, tag)
            assert tag != "script" or found.get("src") or found.get("type") == "application/json"
            assert tag not in {"style", "iframe", "object", "embed", "base"}
        for link in reader.links:
            target = urljoin(address, link)
            parts = urlsplit(target)
            if parts.scheme:
                assert parts.scheme in {"http", "https"}
            elif parts.path != "/sparql" and "/question/" not in parts.path and not parts.query:
                if parts.path not in seen:
                    seen[parts.path] = client.get(parts.path).status_code
                assert seen[parts.path] == 200, (address, link)


def test_the_front_page_leads_to_the_readers_language(client: TestClient) -> None:
    assert client.get("/", headers={"accept-language": "ar-EG,en;q=0.5"}).headers["location"] == "/ar/"
    assert client.get("/", headers={"accept-language": "fr"}).headers["location"] == "/en/"
    assert client.get("/ar").headers["location"] == "/ar/"


def test_the_switch_of_languages_keeps_the_page_and_its_filters(client: TestClient) -> None:
    page = get(client, "/en/timeline?actor=russia&topic=cyber")
    assert '<a class="tool" href="/ar/timeline?actor=russia&amp;topic=cyber"' in page


def test_the_overview_counts_what_the_graph_holds(site: Browser, client: TestClient) -> None:
    page = get(client, "/en/")
    assert re.search(rf">{len(site.index.acts)}</a></dd>", page)
    assert re.search(rf">{len(site.index.articles)}</a></dd>", page)
    assert 'class="ribbon fill-' in page


def test_an_article_shows_its_text_to_the_character(site: Browser, client: TestClient) -> None:
    class Text(HTMLParser):
        depth, found = 0, ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if self.depth:
                self.depth += 1
            elif ("data-text", None) in attrs:
                self.depth = 1

        def handle_endtag(self, tag: str) -> None:
            self.depth -= bool(self.depth)

        def handle_data(self, data: str) -> None:
            if self.depth:
                self.found += data

    for key in site.index.articles:
        parser = Text()
        parser.feed(get(client, f"/en/article/{key}"))
        assert parser.found == site.store.record(key).article.text


def test_undated_acts_are_shown_as_undated(client: TestClient) -> None:
    page = get(client, "/en/timeline?undated=yes")
    assert page.count('class="undated"') == page.count('<article class="card') == 2


def test_what_an_address_asks_for_in_vain_is_told(client: TestClient) -> None:
    page = get(client, "/en/timeline?actor=atlantis&topic=cyber")
    assert "was passed over: <code>actor</code>" in page
    assert "No act fits" in get(client, "/en/timeline?actor=joe-biden&topic=cyber")
    assert "No actor is called that" in get(client, "/en/actors?q=atlantis")
    assert "Nothing is called that" in get(client, "/en/search?q=atlantis")


def test_names_are_found_however_they_are_spelled(client: TestClient) -> None:
    for asked in ("lavrov", "LAVROV", "لافروف", "سيرغى"):
        assert "/en/actor/sergey-lavrov" in get(client, f"/en/search?q={asked}")


def test_pages_of_a_list_are_bounded(client: TestClient) -> None:
    for number in ("0", "99999999999999999999", "-1", "x", "²"):
        assert "<h1" in get(client, f"/en/timeline?page={number}")


@pytest.mark.parametrize(
    "path",
    [
        "/en/nothing", "/fr/", "/en/article/x", "/en/actor/x", "/en/act/x", "/en/act/x.ttl", "/en/topic/x",
        "/en/question/x", "/en/question/x.csv", "/ar/x/y",
        "/fr/question/peskov-timeline.csv", "/fr/act/x.ttl",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_page_with_a_way_on(client: TestClient, path: str) -> None:
    page = get(client, path, 404)
    assert 'class="button primary"' in page
    assert ('dir="rtl"' in page) == path.startswith("/ar/")


def test_only_reading_is_possible(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/en/").status_code == 405
        assert client.request(method, "/en/article/x").status_code == 405


def test_a_question_has_a_field_for_each_parameter(client: TestClient) -> None:
    for name, question in questions().items():
        page = get(client, f"/en/question/{name}")
        for parameter in question.parameters:
            assert f'name="{parameter.name}"' in page


def test_a_question_is_answered_with_links_and_as_csv(client: TestClient) -> None:
    page = get(client, "/en/question/who-proposed-what-on-cyber?topic=cyber&run=yes")
    assert "1 row" in page
    assert re.search(r'href="/en/article/[0-9a-f]{20}#c\d+-\d+"', page)
    assert re.search(r'href="/en/act/[0-9a-f]{20}"', page)
    answer = client.get("/en/question/who-proposed-what-on-cyber.csv?topic=cyber")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["who"], row["whom"]) for row in rows] == [("Russia", "United States")]


def test_an_arabic_answer_has_arabic_names(client: TestClient) -> None:
    page = get(client, "/ar/question/who-proposed-what-on-cyber?run=yes")
    assert ">روسيا</bdi>" in page
    assert ">اقتراح</bdi>" in page
    assert ">propose</bdi>" not in page
    assert ">Russia</bdi>" not in page


def test_a_value_that_does_not_fit_is_told_on_the_page(client: TestClient) -> None:
    page = get(client, "/en/question/geneva-summit-events?day=yesterday&run=yes", 422)
    assert "is no day" in page
    assert 'role="alert"' in page
    assert client.get("/en/question/geneva-summit-events.csv?day=yesterday").status_code == 422


def test_the_console_answers_and_links(client: TestClient) -> None:
    page = get(client, "/en/console?query=SELECT ?a { ?a a da:Propose ; da:hasMention ?m }")
    assert re.search(r'href="/en/act/[0-9a-f]{20}"', page)
    assert "1 row" in page
    graph = get(client, "/en/console?query=CONSTRUCT { ?a a da:Propose } WHERE { ?a a da:Propose }")
    assert "format=turtle" in graph
    assert "true" in get(client, "/en/console?query=ASK {}")


@pytest.mark.parametrize(
    ("query", "said"),
    [("SELECT WHERE", "line 1, column"), ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE")],
)
def test_the_console_says_what_is_wrong_with_a_query(client: TestClient, query: str, said: str) -> None:
    assert said in get(client, f"/en/console?query={query}", 422)


def test_the_turtle_of_an_act_can_be_fetched(site: Browser, client: TestClient) -> None:
    act = site.index.acts[0].key
    answer = client.get(f"/en/act/{act}.ttl")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert answer.text == site.reader.turtle(act)


def test_an_empty_graph_has_pages_with_a_way_on(tmp_path: Path) -> None:
    with Store.open(tmp_path / "kg", write=True) as store:
        store.settle()
    with Store.open(tmp_path / "kg") as store:
        app = make_app(Browser(store, questions(), tmp_path / "kg"))
        client = TestClient(app, base_url="http://127.0.0.1")
        for path in PLAIN:
            page = get(client, f"/ar/{path}")
            assert 'class="button' in page or path == "questions", path
        assert client.get("/openapi.json").json()["paths"]
        assert "0 صف" in get(client, "/ar/console?query=SELECT * { ?s a da:Propose }")
