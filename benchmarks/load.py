"""Loading: into an Oxigraph server, one graph a request and in batches."""

import argparse
import http.client
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import build, table, warm, write_input

from kgbuild.store.embedded import Store
from kgbuild.store.remote import Endpoint, Remote, load


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(200):
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
    raise SystemExit("the server did not start")


def seconds_to_load(store: Path, scratch: Path, batch: int) -> float:
    """Load into a fresh server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("oxigraph")
    place = scratch / f"server-{batch}"
    command = [str(program), "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            with Store.open(store) as opened:
                begun = time.perf_counter()
                load(opened, Remote(Endpoint.at(f"http://127.0.0.1:{port}"), environment={}), batch=batch)
                return time.perf_counter() - begun
        finally:
            process.terminate()


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "kg"
        warm(store)
        build(store, write_input(Path(scratch) / "in.jsonl", count), "--jobs", "1")
        with Store.open(store) as opened:
            quads = len(opened.quads())
        rows = []
        for batch in (1, 50):
            seconds = seconds_to_load(store, Path(scratch), batch)
            rows.append(
                (f"{batch} graphs a request", f"{seconds:.1f} s, {quads / seconds:,.0f} quads a second", "")
            )
    table(f"Loading into an Oxigraph server: {count} articles, {quads} quads, and their merge", rows)


if __name__ == "__main__":
    main()
