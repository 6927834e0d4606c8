"""The questions in Virtuoso: a server of its own in a scratch folder, on loopback, with a password.

The graph gets there as a user's would, by kgbuild's own loader.
"""

import importlib.util
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
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
SHARED = Path(__file__).parents[3] / "shared"
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
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 2
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 100000
"""
DIFFERENT = {
    "accusations-and-denials": "loses ?denial_act of the second branch of a UNION",
    "acts-in-several-articles": "gives up (500) in some runs, after seconds",
    "disagreements": "loses what COALESCE takes from an OPTIONAL in a subquery",
    "extradition-positions": "does not take away what a MINUS with a class closure holds",
    "geneva-summit-events": "its compiler stops with an internal error (SP031)",
    "positions-per-actor-topic": "does not take away what a MINUS with a class closure holds",
    "proposals-without-answer": "does not take away what a MINUS with a class closure holds",
    "slowest-answers": "gives up (500) where no reply is told",
    "told-by-one-outlet": "mixes up the ?act of a grouped subquery within MINUS",
    "who-met-whom": "loses the agreement to meet in some runs",
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
        with urllib.request.urlopen(self.address, data, timeout=60) as response:  # noqa: S310  (the address is ours)
            return ox.parse_query_results(response.read(), format=ox.QueryResultsFormat.JSON)

    def remote(self, password: str) -> Remote:
        """Where kgbuild loads to, logged in with a password."""
        login = {"KGBUILD_USER": "dba", "KGBUILD_PASSWORD": password}
        return Remote(Endpoint.at(self.graphs, self.address), environment=login, attempts=1)


def _port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """An empty server, which ends with the tests of this module."""
    if PROGRAM is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    place = tmp_path_factory.mktemp("virtuoso")
    http, password = _port(), f"p{secrets.token_hex(8)}"  # one of 25 characters is refused at login
    settings = SETTINGS.format(sql=_port(), http=http)
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


@pytest.fixture(scope="module", params=["story", "annotated"])
def loaded(
    request: pytest.FixtureRequest, server: Virtuoso, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store whose graphs, and no others, the server has: the story's, and the annotated articles'."""
    path = folder
    if request.param == "annotated":
        if not (SHARED / "eval" / "gold" / "seeds").is_dir():
            pytest.skip("the evaluation is not here")
        path = tmp_path_factory.mktemp("annotated") / "kg"
        _build_annotated(path)
    remote = server.remote(server.password)
    with Store.open(path) as store:
        load(store, remote, merged=False)
        yield store
        for name in store.graph_names():
            remote.delete(name)


def _build_annotated(path: Path) -> None:
    spec = importlib.util.spec_from_file_location("annotated", Path(__file__).with_name("annotated.py"))
    assert spec
    assert spec.loader
    annotated = importlib.util.module_from_spec(spec)
    sys.modules["annotated"] = annotated
    spec.loader.exec_module(annotated)
    annotated.build(path, list(annotated.annotated(SHARED / "eval" / "gold" / "seeds", SHARED / "seeds")))


def _plain(rows: tuple[tuple[object, ...], ...]) -> list[tuple[str, ...]]:
    """Rows without the differences that mean nothing: order, ``true`` and 1, 3.0 and 3, nothing and ''."""

    def cell(value: object) -> str:
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value)

    return sorted(tuple(cell(value) for value in row) for row in rows)


@pytest.mark.parametrize("name", SAME)
def test_a_question_has_the_same_rows_in_virtuoso(server: Virtuoso, loaded: Store, name: str) -> None:
    question = questions()[name]
    here, there = (ask_question(source, question, limit=1_000) for source in (loaded, server))
    assert there.columns == here.columns
    assert _plain(there.rows) == _plain(here.rows)


def test_a_wrong_password_loads_nothing(server: Virtuoso, folder: Path) -> None:
    with Store.open(folder) as store, pytest.raises(RemoteError, match="401"):
        load(store, server.remote("wrong"), merged=False)


def test_what_virtuoso_does_otherwise_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "querying.md").read_text(encoding="utf-8")
    assert questions().keys() > DIFFERENT.keys()
    for name in DIFFERENT:
        assert f"`{name}`" in page
