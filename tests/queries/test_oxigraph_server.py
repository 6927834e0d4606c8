"""The questions in Oxigraph's own server, on loopback, over the union of its graphs.

The graph gets there as a user's would, by kgbuild's own loader.
"""

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kgbuild.querying.catalog import questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store
from kgbuild.store.remote import Endpoint, Remote, load

BESIDE = Path(sys.executable).with_name("oxigraph")
PROGRAM = str(BESIDE) if BESIDE.exists() else shutil.which("oxigraph")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, free_ports: tuple[int, int]) -> Iterator[Remote]:
    """An empty server, which ends with the tests of this module."""
    if PROGRAM is None:
        pytest.skip("the oxigraph server is not installed: pip install oxigraph")
    address = f"127.0.0.1:{free_ports[0]}"
    place = str(tmp_path_factory.mktemp("oxigraph"))
    command = [PROGRAM, "serve", "--location", place, "--bind", address, "--union-default-graph"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            _wait(address, process)
            yield Remote(Endpoint.at(f"http://{address}"), environment={})
        finally:
            process.terminate()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        connection = http.client.HTTPConnection(address, timeout=5)
        try:
            connection.request("GET", "/query?query=ASK%7B%7D")
            connection.getresponse().read()
        except OSError:
            assert process.poll() is None, "the server ended by itself"
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    pytest.fail("the server does not answer")


@pytest.fixture(scope="module")
def loaded(server: Remote, graph: Path) -> Iterator[Store]:
    """A store whose graphs, and no others, the server has; the server's default graph is their union."""
    with Store.open(graph) as store:
        load(store, server, merged=False)
        yield store
        for name in store.graph_names():
            server.delete(name)


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_question_has_the_same_rows_in_oxigraphs_server(
    server: Remote, loaded: Store, name: str, plain: Callable[[object], object]
) -> None:
    here, there = (ask_question(source, questions()[name], limit=1_000) for source in (loaded, server))
    assert there.columns == here.columns
    assert plain(there.rows) == plain(here.rows)
