"""How quick the pages of ``kgbuild serve`` are, and whether it stands twenty readers at once.

    python benchmarks/web.py kg-1m --runs 20 --clients 20 --seconds 60

Starts the server on the store, fetches the overview once (the first page) and then each kind of page RUNS
times, and prints a line each with the median. Then CLIENTS threads read pages for SECONDS. Exits with 1 where
the first page took more than 0.3 s, a median is over a second, or a reader met an error.
"""

import argparse
import http.client
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

FIRST_BAR, BAR = 0.3, 1.0
QUERY = "console?query=SELECT%20*%20%7B%20?a%20da:topic%20topic:cyber%20%7D%20LIMIT%2050"
FIXED = (
    "articles", "actors", "topics", "topic/cyber", "timeline", "timeline?topic=cyber&polarity=negated",
    "graph", "graph?topic=cyber", "questions", "question/peskov-timeline", "search?q=russia",
    "console", QUERY,
)  # fmt: skip


def fetch(address: str, path: str) -> tuple[int, float, str]:
    """Status, seconds and body of one request on a connection of its own."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        return answer.status, time.perf_counter() - start, body
    finally:
        connection.close()


def some_pages(address: str) -> list[str]:
    """Paths of the pages to measure: the fixed ones, and articles, acts and actors that lists lead to."""
    found = [f"/en/{path}" for path in ("", *FIXED)]
    for listing, kind in (("articles", "article"), ("timeline", "act"), ("actors", "actor")):
        links = re.findall(rf'href="(/en/{kind}/[\w-]+)["#]', fetch(address, f"/en/{listing}")[2])
        found += list(dict.fromkeys(links))[:2]
    return found


def read_together(
    address: str, pages: list[str], clients: int, seconds: float
) -> tuple[Counter[str], list[float]]:
    """What readers met, by status or error, and the seconds of each request."""
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    end = time.monotonic() + seconds

    def read(seed: int) -> None:
        choose = random.Random(seed)
        while time.monotonic() < end:
            try:
                status, took, _ = fetch(address, choose.choice(pages))
                outcomes[str(status)] += 1
                times.append(took)
            except OSError as error:
                outcomes[type(error).__name__] += 1

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes, times


def measure(address: str, given: argparse.Namespace) -> bool:
    """Print the figures; return whether all bars are kept."""
    _, first, _ = fetch(address, "/en/")
    good = first <= FIRST_BAR
    print(f"{first * 1000:8.0f} ms  first page")
    pages = some_pages(address)
    for path in pages:
        runs = [fetch(address, path) for _ in range(given.runs)]
        median = statistics.median(took for _, took, _ in runs)
        good &= median <= BAR and all(status == 200 for status, _, _ in runs)
        print(f"{median * 1000:8.0f} ms  {path}")
    quick = [path for path in pages if "console?" not in path]
    outcomes, times = read_together(address, quick, given.clients, given.seconds)
    times.sort()
    if times:
        rate = len(times) / given.seconds
        print(f"{given.clients} readers, {given.seconds:g} s: {dict(outcomes)}, {rate:.1f} pages/s,")
        print(f"    median {statistics.median(times):.2f} s, 95 % {times[int(len(times) * 0.95)]:.2f} s")
    return good and outcomes.keys() == {"200"}


def main() -> int:
    """Read the command line, measure, return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "kgbuild", "serve", "--store", str(given.store), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        found = re.search(r"http://[\d.]+:\d+", server.stdout.readline() if server.stdout else "")
        if not found:
            print("the server did not start", file=sys.stderr)
            return 1
        print(f"{(time.perf_counter() - start) * 1000:8.0f} ms  until it listens")
        return 0 if measure(found[0], given) else 1
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


if __name__ == "__main__":
    sys.exit(main())
