import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kgbuild.errors import UsageError
from kgbuild.store.embedded import Store
from kgbuild.store.federation import refuse_service
from kgbuild.store.isolated import IsolatedStore


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815  (http.server wants this name)

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { service silent <URL> { ?s ?p ?o } }",
        "SELECT * { BIND(<URL> AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
        "SELECT * { SERVICE<URL>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE SILENT<URL>{ ?s ?p ?o } }",
        "PREFIX a: <URL> SELECT * { SERVICEa:b{ ?s ?p ?o } }",
        "PREFIX a: <URL> SELECT * { ?s a:b\\# 1 . SERVICE SILENT a:b{ ?s ?p ?o } }",
        "SELECT * { OPTIONAL { ?s <x:\\u0041'> 1 } SERVICE SILENT <URL>{ ?s ?p 'x' } }",
        "SELECT * { FILTER(1<2)SERVICE SILENT<URL>{ ?s ?p ?o } }",
        "SELECT * { BIND('''a''' AS ?a) # '\n SERVICE SILENT <URL> { ?s ?p ?o } # '\n }",
        "SELECT * { ?s ?p ?x.SERVICE SILENT <URL> { ?s ?p ?o } }",
    ],
)
def test_no_query_calls_another_server(
    store: Store, folder: Path, listening: tuple[str, list[str]], query: str
) -> None:
    url, asked = listening
    text = query.replace("URL", url)
    for source in (store, IsolatedStore(folder, timeout=20)):
        with pytest.raises(UsageError, match="SERVICE"):
            source.query(text)
    assert not asked


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s rdfs:label "secret service"@en }',
        "SELECT * { ?service a <http://example.org/service> } # SERVICE",
        'SELECT * { ent:secret-service a ?kind ; <x:y> \'\'\'SERVICE\'\'\' , """a " SERVICE""" }',
        "PREFIX service: <x:> SELECT * { ?s service:service $service }".replace("service:", "sv:"),
    ],
)
def test_the_word_elsewhere_is_no_clause(query: str) -> None:
    refuse_service(query)
