"""A triple store to load into."""

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def server(free_port: Callable[[], int]) -> Iterator[str]:
    """Start an empty Oxigraph server and give its address."""
    port = free_port()
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program, "the server is missing: pip install oxigraph"
    command = [program, "serve", "--bind", f"localhost:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        connection = http.client.HTTPConnection("localhost", port, timeout=1)
        try:
            connection.request("GET", "/query?query=ASK%7B%7D")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the Oxigraph server did not start")
