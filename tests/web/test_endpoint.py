"""The endpoint speaks the SPARQL 1.1 protocol, reads only, and stops what takes too long."""

import json
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kgbuild.errors import StoreError, UsageError
from kgbuild.store.isolated import StoppedError
from kgbuild.vocab import ARTICLE_GRAPH
from kgbuild.web.app import make_app
from kgbuild.web.endpoint import MEDIA
from kgbuild.web.limits import BusyError, LimitedStore, Limits
from kgbuild.web.pages import Browser

SELECT = "SELECT ?act ?label { ?act a da:Propose ; rdfs:label ?label } ORDER BY ?label"
CONSTRUCT = "CONSTRUCT { ?act a da:Propose } WHERE { ?act a da:Propose }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
FORM = "application/x-www-form-urlencoded"


def ask(client: TestClient, query: str, accept: str = "", **fields: str) -> "tuple[int, str, bytes]":
    address = "/sparql?" + urlencode({"query": query, **fields})
    answer = client.get(address, headers={"accept": accept} if accept else {})
    return answer.status_code, answer.headers["content-type"], answer.content


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", MEDIA["json"]),
        ("*/*", MEDIA["json"]),
        ("application/sparql-results+xml", MEDIA["xml"]),
        ("text/csv;q=0.5, text/tab-separated-values", MEDIA["tsv"]),
        ("text/csv, application/json;q=0.1", MEDIA["csv"]),
        ("application/json", MEDIA["json"]),
        ("text/html;q=nonsense, text/csv;q=x, application/xml;q=0.9", MEDIA["xml"]),
    ],
)
def test_rows_come_in_the_format_asked_for(client: TestClient, accept: str, media: str) -> None:
    status, kind, data = ask(client, SELECT, accept)
    assert (status, kind) == (200, media)
    if "json" in media or "xml" in media:
        form = ox.QueryResultsFormat.JSON if "json" in media else ox.QueryResultsFormat.XML
        found = ox.parse_query_results(data, format=form)
        assert isinstance(found, ox.QuerySolutions)
        assert len(list(found)) == 2
    else:
        assert len(data.decode().splitlines()) == 3


@pytest.mark.parametrize(
    ("accept", "media", "form"),
    [
        ("", MEDIA["turtle"], ox.RdfFormat.TURTLE),
        ("application/n-triples", MEDIA["ntriples"], ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", MEDIA["rdfxml"], ox.RdfFormat.RDF_XML),
        ("application/ld+json", MEDIA["jsonld"], ox.RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_in_the_format_asked_for(
    client: TestClient, accept: str, media: str, form: ox.RdfFormat
) -> None:
    status, kind, data = ask(client, CONSTRUCT, accept)
    assert (status, kind) == (200, media)
    assert len(list(ox.parse(data, format=form))) == 1


def test_truth_and_formats_by_name(client: TestClient) -> None:
    assert json.loads(ask(client, "ASK {}")[2])["boolean"] is True
    assert ask(client, "ASK {}", "text/csv")[1] == MEDIA["json"]
    assert ask(client, SELECT, format="csv")[1] == MEDIA["csv"]
    assert ask(client, CONSTRUCT, format="csv")[1] == MEDIA["turtle"]
    assert ask(client, SELECT, format="exe")[0] == 400
    describe = ask(client, "DESCRIBE ?a { ?a a da:Propose }")
    assert describe[:2] == (200, MEDIA["turtle"])


def test_triple_terms_and_empty_cells_come_through(client: TestClient) -> None:
    query = "SELECT ?t ?none { BIND(<<( da:a da:b 'x'@en )>> AS ?t) }"
    assert "triple" in ask(client, query)[2].decode()


def test_queries_come_by_post_in_both_forms(client: TestClient) -> None:
    form = client.post("/sparql", content=urlencode({"query": SELECT}), headers={"content-type": FORM})
    bare = client.post(
        "/sparql", content=SELECT, headers={"content-type": "application/sparql-query; charset=utf-8"}
    )
    assert form.status_code == bare.status_code == 200
    assert form.content == bare.content == ask(client, SELECT)[2]


def test_the_dataset_of_the_protocol_is_kept_to(site: Browser, client: TestClient) -> None:
    graphs = [ARTICLE_GRAPH + key for key in site.index.articles]
    count = "SELECT (COUNT(?a) AS ?n) { ?a a da:Article }"

    def number(**fields: str) -> int:
        rows = json.loads(ask(client, count, **fields)[2])["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    assert number() == 2
    assert number(**{"default-graph-uri": graphs[0]}) == 1
    assert number(**{"named-graph-uri": graphs[0]}) == 0
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?a a da:Article } }"
    found = json.loads(ask(client, named, **{"named-graph-uri": graphs[1]})[2])["results"]["bindings"]
    assert [row["g"]["value"] for row in found] == [graphs[1]]
    assert ask(client, count, **{"default-graph-uri": "no iri"})[0] == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT", 400),
        ("", 400),
        ("INSERT DATA { da:a da:b da:c }", 400),
        ("DROP ALL", 400),
        ("LOAD <file:///etc/passwd>", 400),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
    ],
)
def test_what_does_not_read_the_store_is_refused(client: TestClient, query: str, status: int) -> None:
    found = ask(client, query)
    assert found[0] == status
    assert b"root:" not in found[2]


def test_updates_are_refused(client: TestClient) -> None:
    update = {"update": "DROP ALL"}
    kinds = {"content-type": "application/sparql-update"}
    assert client.post("/sparql", content="DROP ALL", headers=kinds).status_code == 403
    assert (
        client.post("/sparql", content=urlencode(update), headers={"content-type": FORM}).status_code == 403
    )
    assert client.get("/sparql?" + urlencode(update)).status_code == 403
    assert client.put("/sparql").status_code == 405
    assert ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0] == 200


def test_strange_requests_are_refused(client: TestClient) -> None:
    assert client.post("/sparql", content=b"x", headers={"content-type": "image/png"}).status_code == 415
    big = client.post("/sparql", content=b"x" * 500_000, headers={"content-type": "application/sparql-query"})
    assert big.status_code == 413
    assert client.get("/sparql?query=ASK{}&query=ASK{}").status_code == 400
    assert client.get("/sparql?" + "&".join(f"a{n}=1" for n in range(200))).status_code == 400
    assert client.get("/sparql?query=" + quote("ASK {} #" + "x" * 20_000)).status_code == 200


def test_rows_are_bounded_and_the_cut_is_told(folder: Path) -> None:
    source = LimitedStore(folder, Limits(rows=7))
    reply = source.ask("SELECT * { ?s ?p ?o }")
    assert reply.cut
    assert len(json.loads(reply.data)["results"]["bindings"]) == 7
    graph = source.ask("CONSTRUCT WHERE { ?s ?p ?o }", graph="ntriples")
    assert graph.cut
    assert len(graph.data.splitlines()) == 7
    assert not source.ask("SELECT * { ?s a da:Propose }").cut


def test_a_slow_query_is_cut_while_pages_stay_quick(site: Browser) -> None:
    app = make_app(site, Limits(seconds=3))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answers: list[tuple[float, int, str]] = []

        def slow() -> None:
            start = time.monotonic()
            answer = client.get("/sparql", params={"query": SLOW})
            answers.append((time.monotonic() - start, answer.status_code, answer.text))

        thread = threading.Thread(target=slow)
        thread.start()
        pages = []
        while thread.is_alive():
            start = time.monotonic()
            assert client.get("/en/topics").status_code == 200
            pages.append(time.monotonic() - start)
        thread.join()
    (seconds, status, said) = answers[0]
    assert status == 422
    assert "longer than 3 seconds" in said
    assert seconds < 20  # three of them are the limit; the rest is a busy machine
    assert len(pages) > 3
    assert sorted(pages)[len(pages) // 2] < 1


def test_an_answer_is_given_again_without_a_query(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "kg"
    moved.symlink_to(folder)
    source = LimitedStore(moved, Limits(kept=5_000))
    first = source.ask(SELECT)
    moved.unlink()
    assert source.ask(SELECT) is first
    for other in ({"rows": 1}, {"results": "csv"}, {"default": [ARTICLE_GRAPH]}, {"named": [ARTICLE_GRAPH]}):
        with pytest.raises(StoreError, match="Run kgbuild build"):
            source.ask(SELECT, **other)


def test_what_is_kept_of_answers_is_bounded(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "kg"
    moved.symlink_to(folder)
    source = LimitedStore(moved, Limits(kept=2_500))
    for number in range(3):  # each is kept with its 1,000 characters
        source.ask(f"ASK {{}} #{number}" + "x" * 1_000)
    source.ask("SELECT * { ?s ?p ?o } LIMIT 500")  # larger than all that is kept
    moved.unlink()
    assert source.ask("ASK {} #2" + "x" * 1_000).data
    with pytest.raises(StoreError):
        source.ask("ASK {} #0" + "x" * 1_000)
    with pytest.raises(StoreError):
        source.ask("SELECT * { ?s ?p ?o } LIMIT 500")


def test_a_greedy_query_is_stopped(folder: Path) -> None:
    source = LimitedStore(folder, Limits(seconds=30, memory=600 << 20))
    with pytest.raises(StoppedError):
        source.ask(GREEDY)


def test_more_queries_than_may_wait_are_turned_away(folder: Path) -> None:
    source = LimitedStore(folder, Limits(seconds=2, together=1, waiting=1, patience=0.2))
    outcomes: list[str] = []

    def run() -> None:
        try:
            source.ask(SLOW)
        except UsageError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["BusyError", "BusyError", "BusyError", "StoppedError"]
    assert issubclass(BusyError, UsageError)


def test_a_busy_site_says_so(site: Browser) -> None:
    app = make_app(site, Limits(seconds=3, together=1, waiting=0, patience=0.1))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        thread = threading.Thread(target=client.get, args=("/sparql",), kwargs={"params": {"query": SLOW}})
        thread.start()
        time.sleep(0.4)
        answers = [client.get("/sparql?query=ASK{}"), client.get("/en/console?query=ASK{}")]
        thread.join()
    assert [answer.status_code for answer in answers] == [429, 429]
    assert all(answer.headers["retry-after"] == "5" for answer in answers)


def test_a_missing_store_and_a_long_query_are_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(StoreError, match="Run kgbuild build"):
        LimitedStore(tmp_path).ask("ASK {}")
    with pytest.raises(UsageError, match="longer than"):
        LimitedStore(folder).ask("ASK {} #" + "x" * 200_000)
    with pytest.raises(UsageError, match="SELECT and ASK"):
        LimitedStore(folder).query(CONSTRUCT)
