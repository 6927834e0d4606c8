import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from kgbuild.errors import RemoteError, UsageError
from kgbuild.querying.catalog import questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store
from kgbuild.store.login import PASSWORD_VARIABLE, USER_VARIABLE
from kgbuild.store.remote import Endpoint, Remote, load
from kgbuild.vocab import ARTICLE_GRAPH, ENTITIES_GRAPH

SERVER = Path(sys.executable).with_name("oxigraph")
TRIPLE = ox.Triple(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("و", language="ar"))


def rows(found: object) -> list[ox.QuerySolution]:
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[str]:
    """The address of a real Oxigraph server."""
    program = str(SERVER) if SERVER.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed: pip install oxigraph")
    port = free_port()
    place = tmp_path_factory.mktemp("oxigraph")
    command = [program, "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/query?query=ASK%7B%7D")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    pytest.fail("the Oxigraph server did not start")


def test_a_named_question_has_the_same_rows_there_as_here(server: str, store: Store) -> None:
    remote = Remote(Endpoint.at(server), environment={})
    uploads = load(store, remote)
    assert len(uploads) == len(store.graph_names()) + 1
    for name in ("who-met-whom", "relayed-by-tass-novosti", "accusations-and-denials", "disagreements"):
        question = questions()[name]
        here, there = ask_question(store, question), ask_question(remote, question)
        assert here.rows
        assert there == here
    assert bool(remote.query("ASK { GRAPH ?g { ?act a da:Propose } }"))


def test_loading_again_replaces_and_pruning_removes_what_is_gone(
    server: str, store: Store, story: ModuleType, tmp_path: Path
) -> None:
    remote = Remote(Endpoint.at(server), environment={})
    load(store, remote)
    stale, foreign = ARTICLE_GRAPH + "0" * 20, "https://example.org/foreign"
    remote.put(stale, [TRIPLE])
    remote.put(foreign, [TRIPLE])
    load(store, remote, prune=True)
    listed = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    graphs = {row["g"].value for row in rows(remote.query(listed))}
    assert graphs == {*store.graph_names(), foreign}
    count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(?g != <https://example.org/foreign>) }"
    (row,) = rows(remote.query(count))
    assert int(row["n"].value) == len(store.quads())
    remote.delete(foreign)
    assert remote.delete(foreign).method == "DELETE"


def test_a_dry_run_sends_nothing(store: Store) -> None:
    remote = Remote(Endpoint.at("http://127.0.0.1:9"), environment={}, attempts=1)
    uploads = load(store, remote, dry_run=True, prune=True)
    assert uploads[-1].url == "http://127.0.0.1:9/store?default"
    assert f"http://127.0.0.1:9/store?graph={'https%3A%2F%2Fw3id.org%2Fkgbuild%2Fgraph%2Fentities'}" in {
        upload.url for upload in uploads
    }
    assert sum(upload.triples for upload in uploads[:-1]) == len(store.quads())
    assert len(load(store, remote, dry_run=True, merged=False)) == len(uploads) - 1


class Scripted(BaseHTTPRequestHandler):
    """Answers as told, one status a request, and remembers what it was sent."""

    script: list[tuple[int, dict[str, str]]]
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).seen.append((self.command, self.path, dict(self.headers), body))
        status, headers = type(self).script.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"said")

    do_PUT = do_POST = do_DELETE = answer  # noqa: N815  (http.server wants these names)

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def scripted() -> Iterator[tuple[str, type[Scripted]]]:
    handler = type("Handler", (Scripted,), {"script": [], "seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()
        thread.join()


def test_a_busy_server_is_tried_again_with_growing_pauses(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    handler.script[:] = [(503, {}), (429, {"Retry-After": "7"}), (503, {"Retry-After": "9999"}), (204, {})]
    pauses: list[float] = []
    remote = Remote(Endpoint.at(address + "/gsp"), pause=pauses.append, environment={})
    upload = remote.put(ENTITIES_GRAPH, [TRIPLE])
    assert upload.triples == 1
    assert pauses == [0.5, 7, 30]
    assert {seen[0] for seen in handler.seen} == {"PUT"}
    assert handler.seen[-1][3].decode() == '<x:s> <x:p> "و"@ar .\n'
    assert "Authorization" not in handler.seen[-1][2]


def test_a_server_that_stays_busy_is_given_up(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    handler.script[:] = [(503, {})] * 2
    remote = Remote(Endpoint.at(address), attempts=2, pause=lambda _: None, environment={})
    with pytest.raises(RemoteError, match=r"503.*said"):
        remote.put(None, [])


@pytest.mark.parametrize(
    ("status", "advice"), [(401, PASSWORD_VARIABLE), (403, USER_VARIABLE), (404, "address"), (500, "log")]
)
def test_a_refusal_is_not_tried_again_and_says_what_to_do(
    scripted: tuple[str, type[Scripted]], status: int, advice: str
) -> None:
    address, handler = scripted
    handler.script[:] = [(status, {})]
    with pytest.raises(RemoteError, match=advice):
        Remote(Endpoint.at(address), pause=lambda _: None, environment={}).put(None, [])
    assert len(handler.seen) == 1


def test_a_redirect_is_not_followed(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    environment = {USER_VARIABLE: "u", PASSWORD_VARIABLE: "p"}
    for status in (301, 302, 307, 308):
        handler.script[:] = [(status, {"Location": address + "/elsewhere"}), (200, {})]
        with pytest.raises(RemoteError, match=str(status)):
            Remote(Endpoint.at(address), environment=environment).put(None, [])
    assert {path for _, path, _, _ in handler.seen} == {"/store?default"}


def test_credentials_come_from_the_environment(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    handler.script[:] = [(401, {"WWW-Authenticate": 'Basic realm="r"'}), (204, {}), (204, {})]
    remote = Remote(Endpoint.at(address), environment={USER_VARIABLE: "u", PASSWORD_VARIABLE: "ب"})
    remote.put(None, [])
    remote.put(None, [])
    sent = [headers.get("Authorization") for _, _, headers, _ in handler.seen]
    assert sent == [None, "Basic dTrYqA==", "Basic dTrYqA=="]  # asked once, then known


def test_a_wrong_password_is_not_tried_twice(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    for challenge in ('Basic realm="r"', 'Digest realm="r", nonce="n", qop="auth"'):
        handler.script[:] = [(401, {"WWW-Authenticate": challenge})] * 9
        handler.seen.clear()
        remote = Remote(Endpoint.at(address), environment={USER_VARIABLE: "u", PASSWORD_VARIABLE: "p"})
        with pytest.raises(RemoteError, match="401"):
            remote.put(None, [])
        assert len(handler.seen) == 2


def test_digest_is_preferred_and_keeps_the_password_at_home(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    challenge = 'Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256'
    stale = 'Digest realm="r", nonce="n2", qop="auth", algorithm=SHA-256, stale=true'
    handler.script[:] = [
        (401, {"WWW-Authenticate": challenge}),
        (204, {}),
        (401, {"WWW-Authenticate": stale}),
        (204, {}),
    ]
    remote = Remote(Endpoint.at(address), environment={USER_VARIABLE: "u", PASSWORD_VARIABLE: "pass"})
    remote.put(None, [TRIPLE])
    remote.put(None, [TRIPLE])
    sent = [headers.get("Authorization", "") for _, _, headers, _ in handler.seen]
    assert 'nonce="n1"' in sent[1]
    assert "nc=00000001" in sent[1]
    assert "nc=00000002" in sent[2]
    assert 'nonce="n2"' in sent[3]
    assert 'uri="/store?default"' in sent[3]
    assert not any("pass" in one for one in sent)


def test_many_graphs_go_in_one_update(server: str, store: Store) -> None:
    remote = Remote(Endpoint.at(server), environment={})
    uploads = load(store, remote, batch=100)
    assert [upload.url.rpartition("/")[2] for upload in uploads] == ["update", "store?default"]
    for name in store.graph_names():
        (row,) = rows(remote.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"))
        assert int(row["n"].value) == len(store.quads(name))
    with pytest.raises(UsageError, match="--update-url"):
        load(store, Remote(Endpoint.at(server + "/store"), environment={}), batch=2)


@pytest.mark.parametrize("environment", [{USER_VARIABLE: "u"}, {PASSWORD_VARIABLE: "p"}, {USER_VARIABLE: ""}])
def test_half_of_the_credentials_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=USER_VARIABLE):
        Remote(Endpoint.at("http://localhost:1"), environment=environment)


def test_nobody_there(store: Store, free_port: Callable[[], int]) -> None:
    pauses: list[float] = []
    endpoint = Endpoint.at(f"http://127.0.0.1:{free_port()}")
    remote = Remote(endpoint, attempts=3, pause=pauses.append, environment={})
    with pytest.raises(RemoteError, match="does not answer after 3 attempts"):
        load(store, remote)
    assert pauses == [0.5, 1.0]


def test_a_silent_server_is_not_waited_for() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        remote = Remote(Endpoint.at(address), timeout=0.2, attempts=1, environment={})
        with pytest.raises(RemoteError, match="does not answer"):
            remote.put(None, [TRIPLE])


def test_an_answer_that_is_none_is_refused(scripted: tuple[str, type[Scripted]]) -> None:
    address, handler = scripted
    handler.script[:] = [(200, {})]
    with pytest.raises(RemoteError, match="query address"):
        Remote(Endpoint.at(address), environment={}).query("ASK {}")
    with pytest.raises(UsageError, match="--query-url"):
        Remote(Endpoint.at(address + "/gsp"), environment={}).query("ASK {}")


@pytest.mark.parametrize(
    ("address", "graphs", "queries"),
    [
        ("http://localhost:7878", "http://localhost:7878/store", "http://localhost:7878/query"),
        ("https://h/", "https://h/store", "https://h/query"),
        ("http://h:3030/ds/data", "http://h:3030/ds/data", None),
    ],
)
def test_addresses_are_understood(address: str, graphs: str, queries: str | None) -> None:
    found = Endpoint.at(address)
    assert (found.graphs, found.queries) == (graphs, queries)
    assert found.updates == (queries.replace("query", "update") if queries else None)
    assert Endpoint.at(address, "http://q/").queries == "http://q/"
    assert Endpoint.at(address, None, "http://u/").updates == "http://u/"


@pytest.mark.parametrize(
    "address",
    ["", "localhost:7878", "ftp://h/", "file:///etc/passwd", "http://", "http://u:p@h/", "http://h:99999/",
     "http://h/a b", "http://h/\n", "http://مثال/"],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="address"):
        Endpoint.at(address)


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER_VARIABLE, "u")
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    assert USER_VARIABLE in os.environ
    with pytest.raises(UsageError, match=PASSWORD_VARIABLE):
        Remote(Endpoint.at("http://localhost:1"))
