"""Whatever is asked, in whatever form, the answer is no error of the server."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kgbuild.web.app import make_app
from kgbuild.web.limits import Limits
from kgbuild.web.pages import Browser

WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "russia",
            "cyber",
            "any",
            "yes",
            "0",
            "-1",
            "9" * 30,
            "2021-02-30",
            "²",
            "\x00",
            "\ud800",
            "../..",
            "%",
            "agent",
            "Meet",
            "affirmed",
            "'\"<>",
            "ا",
            "nil-00c0ffee00c0ffee00c0",
            "offer",
            "act:x",
            "\r\nX: y",
        ]
    ),
)
NAMES = st.sampled_from(
    [
        "q",
        "kind",
        "page",
        "actor",
        "role",
        "whom",
        "type",
        "topic",
        "outlet",
        "polarity",
        "since",
        "until",
        "undated",
        "person",
        "day",
        "told",
        "least",
        "with",
        "format",
        "lang",
        "token",
        "query",
    ]
)
PAGES = st.sampled_from(
    [
        "",
        "articles",
        "article/{}",
        "actors",
        "actor/{}",
        "topics",
        "topic/{}",
        "timeline",
        "graph",
        "questions",
        "question/{}",
        "question/peskov-timeline",
        "question/mentioned-together",
        "search",
        "act/{}",
        "act/{}.ttl",
        "question/{}.csv",
        "console",
        "{}",
        "{}/{}",
    ]
)
METHODS = st.sampled_from(
    ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "X-Y"]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["accept", "accept-language", "cookie", "content-type", "range", "if-none-match", "origin"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    max_size=3,
)


@pytest.fixture(scope="module")
def strict(site: Browser) -> TestClient:
    """A client to which an error of the server is an error of the test."""
    return TestClient(make_app(site), base_url="http://127.0.0.1", follow_redirects=False)


def clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    METHODS,
    st.sampled_from(["en", "ar", "fr"]),
    PAGES,
    WORDS,
    st.lists(st.tuples(NAMES, WORDS), max_size=5),
    HEADERS,
)
def test_no_request_breaks_a_page(
    strict: TestClient,
    method: str,
    language: str,
    page: str,
    word: str,
    query: list[tuple[str, str]],
    headers: Any,
) -> None:
    pairs = [(name, clean(value)) for name, value in query if name != "query"]
    path = page.replace("{}", clean(word).replace("?", "").replace("#", "") or "x")
    answer = strict.request(
        method, quote(f"/{language}/{path}", safe="/%"), params=urlencode(pairs), headers=headers
    )
    assert answer.status_code < 500
    assert "content-security-policy" in answer.headers
    if (
        answer.status_code == 200
        and method == "GET"
        and answer.headers["content-type"].startswith("text/html")
    ):
        assert answer.text.rstrip().endswith("</html>")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.lists(
        st.tuples(
            st.sampled_from(["query", "update", "format", "default-graph-uri", "named-graph-uri"]),
            st.one_of(
                WORDS, st.sampled_from(["SELECT", "json", "turtle", "INSERT DATA {}", "SERVICE", "xml"])
            ),
        ),
        max_size=4,
    ),
    st.sampled_from(
        ["application/x-www-form-urlencoded", "application/sparql-query", "", "text/plain", 'a;b="c']
    ),
    st.binary(max_size=60),
    HEADERS,
)
def test_no_request_breaks_the_endpoint(
    quick: TestClient, method: str, query: list[tuple[str, str]], kind: str, body: bytes, headers: Any
) -> None:
    pairs = [(name, clean(value)) for name, value in query]
    given = {**headers, "content-type": kind}
    content = None if method == "GET" else body
    answer = quick.request(method, "/sparql", params=urlencode(pairs), headers=given, content=content)
    assert answer.status_code < 500


@pytest.fixture(scope="module")
def quick(site: Browser) -> TestClient:
    """A client of a site whose queries end soon."""
    return TestClient(
        make_app(site, Limits(seconds=5, together=1, waiting=0, patience=0.1)), base_url="http://127.0.0.1"
    )
