"""How quick the pages of ``kgbuild serve`` are, and whether it stands twenty readers at once.

    python benchmarks/web.py kg-1m --runs 20 --clients 20 --seconds 60

Starts the server on the store twice: the first start may have to read the graph. Fetches the overview once
(the first page) and then each kind of page RUNS times, and prints the median and the slowest of each.
Then each question is asked once, with its default values; a query that never ends runs while pages are read;
and CLIENTS threads read pages for SECONDS. Exits with 1 where the first page took more than 0.3 s, a median
is over a second, pages waited for the endless query, or a reader met an error. What the questions took is
printed beside the limit of queries, 10 s: they depend on the graph, not on the site.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

FIRST_BAR, BAR = 0.3, 1.0
QUERY = "console?query=SELECT%20*%20%7B%20?a%20da:topic%20topic:cyber%20%7D%20LIMIT%2050"
FIXED = (
    "articles", "actors", "topics", "topic/cyber", "timeline", "timeline?topic=cyber&polarity=negated",
    "graph", "graph?topic=cyber", "questions", "question/peskov-timeline", "search?q=russia",
    "console", QUERY,
)  # fmt: skip
ENDLESS = "sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20{?a%20?b%20?c.?d%20?e%20?f.?g%20?h%20?i}"


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


def ask_questions(address: str) -> None:
    """Ask each question once and print what it took; 422 is one that was stopped at the limit."""
    names = sorted(set(re.findall(r'href="/en/question/([\w-]+)"', fetch(address, "/en/questions")[2])))
    for name in names:
        status, took, _ = fetch(address, f"/en/question/{name}?run=yes")
        print(f"{took * 1000:8.0f} ms  answer to {name}{'' if status == 200 else f' ({status})'}")


def beside_the_endless(address: str) -> tuple[int, float, list[float]]:
    """Status and seconds of a query that does not end, and the seconds of pages that were read meanwhile."""
    ended: list[tuple[int, float, str]] = []
    thread = threading.Thread(target=lambda: ended.append(fetch(address, "/" + ENDLESS)))
    thread.start()
    pages = []
    while thread.is_alive():
        pages.append(fetch(address, "/en/timeline")[1])
    thread.join()
    return ended[0][0], ended[0][1], pages


def measure(address: str, given: argparse.Namespace) -> bool:
    """Print the figures; return whether all bars are kept."""
    _, first, _ = fetch(address, "/en/")
    good = first <= FIRST_BAR
    print(f"{first * 1000:8.0f} ms  first page")
    pages = some_pages(address)
    for path in pages:
        runs = [fetch(address, path) for _ in range(given.runs)]
        median = statistics.median(took for _, took, _ in runs)
        slowest = max(took for _, took, _ in runs)
        good &= median <= BAR and all(status == 200 for status, _, _ in runs)
        print(f"{median * 1000:8.0f} ms  {path}  (slowest {slowest * 1000:.0f})")
    ask_questions(address)
    status, took, meanwhile = beside_the_endless(address)
    good &= status == 422 and statistics.median(meanwhile) <= BAR
    print(f"endless query: {status} after {took:.1f} s, pages meanwhile {statistics.median(meanwhile):.2f} s")
    outcomes, times = read_together(address, pages, given.clients, given.seconds)
    times.sort()
    if times:
        rate = len(times) / given.seconds
        print(f"{given.clients} readers, {given.seconds:g} s: {dict(outcomes)}, {rate:.1f} pages/s,")
        print(f"    median {statistics.median(times):.2f} s, 95 % {times[int(len(times) * 0.95)]:.2f} s")
    return good and outcomes.keys() == {"200"}


@contextmanager
def serving(store: Path, which: str) -> Iterator[str]:
    """A server on the store; gives its address and prints how long that took."""
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "kgbuild", "serve", "--store", str(store), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        found = re.search(r"http://[\d.]+:\d+", server.stdout.readline() if server.stdout else "")
        if not found:
            raise SystemExit("the server did not start")
        print(f"{(time.perf_counter() - start) * 1000:8.0f} ms  until it listens, {which} start")
        yield found[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


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
    with serving(given.store, "first"):
        pass
    with serving(given.store, "second") as address:
        return 0 if measure(address, given) else 1


if __name__ == "__main__":
    sys.exit(main())
