"""The questions in Virtuoso: a server of its own in a scratch folder, on loopback, with a password.

The graph gets there as a user's would, by kgbuild's own loader.
"""

import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import RemoteError
from kgbuild.querying.catalog import questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store
from kgbuild.store.remote import Endpoint, Remote, load
from kgbuild.vocab import PREFIXES

PROGRAM = shutil.which("virtuoso-t")
SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 6
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
CheckpointInterval = 0
MaxSortedTopRows = 200000
MaxMemPoolSize = 2000000000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 2
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 100000
"""
DIFFERENT = {
    "disagreements": "loses a pair in some runs",
    "geneva-summit-events": "its compiler stops with an internal error (SP031)",
}
"""Questions that Virtuoso 7.2.5 answers otherwise on some graph, and what it does."""
SAME = sorted(questions().keys() - DIFFERENT.keys())


class Virtuoso:
    """A source of answers: Virtuoso's SPARQL address, whose default graph is the merge of all graphs."""

    def __init__(self, port: int, password: str) -> None:
        base = f"http://127.0.0.1:{port}"
        self.address = f"{base}/sparql"
        self.graphs = f"{base}/sparql-graph-crud-auth"
        self.password = password

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SELECT query."""
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(PREFIXES.items()))
        form = {"query": declared + text, "format": "application/sparql-results+json"}
        data = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(self.address, data, timeout=300) as response:  # noqa: S310  (the address is ours)
            return ox.parse_query_results(response.read(), format=ox.QueryResultsFormat.JSON)

    def remote(self, password: str) -> Remote:
        """Where kgbuild loads to, logged in with a password."""
        login = {"KGBUILD_USER": "dba", "KGBUILD_PASSWORD": password}
        return Remote(Endpoint.at(self.graphs, self.address), environment=login, attempts=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, free_ports: tuple[int, int]) -> Iterator[Virtuoso]:
    """An empty server, which ends with the tests of this module."""
    if PROGRAM is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    place = tmp_path_factory.mktemp("virtuoso")
    (sql, http), password = free_ports, f"p{secrets.token_hex(8)}"  # one of 25 characters is refused at login
    settings = SETTINGS.format(sql=sql, http=http)
    (place / "virtuoso.ini").write_text(settings, encoding="utf-8")
    command = [PROGRAM, "+foreground", "+configfile", "virtuoso.ini"]
    # The first start makes the database, sets the password and ends.
    change = [*command, "+pwdold", "dba", "+pwddba", password]
    subprocess.run(change, cwd=place, check=True, capture_output=True, timeout=120)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=place, stdout=quiet, stderr=quiet) as process:
        try:
            found = Virtuoso(http, password)
            _wait(found, process)
            yield found
        finally:
            process.kill()


def _wait(server: Virtuoso, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            server.query("SELECT ?s { ?s a da:Act } LIMIT 1")
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "Virtuoso ended by itself"
            time.sleep(0.2)
        else:
            return
    pytest.fail("Virtuoso does not answer")


@pytest.fixture(scope="module")
def loaded(server: Virtuoso, graph: Path) -> Iterator[Store]:
    """A store whose graphs, and no others, the server has."""
    remote = server.remote(server.password)
    with Store.open(graph) as store:
        load(store, remote, merged=False)
        yield store
        for name in store.graph_names():
            remote.delete(name)


@pytest.mark.parametrize("name", SAME)
def test_a_question_has_the_same_rows_in_virtuoso(
    server: Virtuoso, loaded: Store, name: str, plain: Callable[[object], object]
) -> None:
    question = questions()[name]
    here, there = (ask_question(source, question, limit=1_000) for source in (loaded, server))
    assert there.columns == here.columns
    assert plain(there.rows) == plain(here.rows)


def test_a_query_with_a_password_is_answered(server: Virtuoso, loaded: Store) -> None:
    login = {"KGBUILD_USER": "dba", "KGBUILD_PASSWORD": server.password}
    guarded = Endpoint.at(server.graphs, f"{server.address}-auth")
    remote = Remote(guarded, environment=login, attempts=1, timeout=20)
    question = questions()["contested-topics"]
    assert ask_question(remote, question).rows == ask_question(loaded, question).rows


def test_a_wrong_password_loads_nothing(server: Virtuoso, folder: Path) -> None:
    with Store.open(folder) as store, pytest.raises(RemoteError, match="401"):
        load(store, server.remote("wrong"), merged=False)


def test_what_virtuoso_does_otherwise_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "querying.md").read_text(encoding="utf-8")
    assert questions().keys() > DIFFERENT.keys()
    for name in DIFFERENT:
        assert f"`{name}`" in page
