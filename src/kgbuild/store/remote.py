"""Loading into any store that speaks the SPARQL 1.1 Graph Store HTTP Protocol, and asking it.

Each named graph is one PUT, which replaces it; that is idempotent, hence safe to try again. So are several
graphs in one SPARQL update, which saves round trips. The merge of all graphs goes into the default graph, so
that the questions, which are asked of the default graph, run there as they do here. Nothing is sent but to
the address that the user gave: redirects are refused, and credentials come from :mod:`kgbuild.store.login`.
"""

import http.client
import itertools
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import RemoteError, UsageError
from kgbuild.store.embedded import Store
from kgbuild.store.login import PASSWORD_VARIABLE, USER_VARIABLE, Authorization, find_login
from kgbuild.vocab import ARTICLE_GRAPH, PREFIXES

_PASSING: Final = frozenset({429, 502, 503, 504})
_LONGEST_WAIT: Final = 30.0
_LONGEST_ANSWER: Final = 256 * 1024 * 1024
_SLICE: Final = 100_000
"""Most triples of the default graph that are sent at once."""
_STALE: Final = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a store takes graphs and, where known, queries and updates."""

    graphs: str
    queries: str | None = None
    updates: str | None = None

    @classmethod
    def at(cls, address: str, queries: str | None = None, updates: str | None = None) -> "Endpoint":
        """Return the endpoint that ``address`` means.

        A bare host (``http://localhost:7878``) is taken for an Oxigraph server, which has ``/store``,
        ``/query`` and ``/update``; an address with a path is the Graph Store address itself (Fuseki:
        ``http://host:3030/DATASET/data``, GraphDB: ``…/repositories/NAME/rdf-graphs/service``).

        Raises:
            UsageError: if it is no http or https address, or holds a password.
        """
        _check(address)
        for other in (queries, updates):
            if other is not None:
                _check(other)
        parts = urllib.parse.urlsplit(address)
        if parts.path.strip("/"):
            return cls(address, queries, updates)
        base = f"{parts.scheme}://{parts.netloc}"
        return cls(f"{base}/store", queries or f"{base}/query", updates or f"{base}/update")


@dataclass(frozen=True, slots=True)
class Upload:
    """One request that was made, or that a dry run would make."""

    method: str
    url: str
    triples: int


class Remote:
    """A store over the network.

    Args:
        endpoint: its addresses.
        timeout: seconds to wait for an answer.
        attempts: how often a request is tried while the server is away or busy.
        pause: what waits between attempts, given seconds; doubling from half a second.
        environment: where name and password are looked up, before the keyring.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float = 60.0,
        attempts: int = 4,
        pause: Callable[[float], None] = time.sleep,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.endpoint = endpoint
        self._timeout = timeout
        self._attempts = attempts
        self._pause = pause
        self._authorization = Authorization(find_login(environment, endpoint.graphs))
        self._opener = urllib.request.build_opener(_NoRedirect())

    def put(self, graph: str | None, triples: Iterable[ox.Triple]) -> Upload:
        """Replace a graph, or the default graph for ``None``.

        Raises:
            RemoteError: if the server does not answer, or refuses.
        """
        return self._write("PUT", graph, triples)

    def add(self, graph: str | None, triples: Iterable[ox.Triple]) -> Upload:
        """Add triples (without blank nodes, so that it is safe to try again) to a graph.

        Raises:
            RemoteError: if the server does not answer, or refuses.
        """
        return self._write("POST", graph, triples)

    def replace(self, graphs: Mapping[str, Iterable[ox.Triple]]) -> Upload:
        """Replace several graphs by one SPARQL update.

        Raises:
            UsageError: if no address for updates is known.
            RemoteError: if the server does not answer, or refuses.
        """
        if self.endpoint.updates is None:
            raise UsageError("No address for updates is known. Name it with --update-url.")
        steps, count = [], 0
        for graph, triples in graphs.items():
            lines = [f"{triple} .\n" for triple in triples]
            count += len(lines)
            name = ox.NamedNode(graph)
            steps.append(f"DROP SILENT GRAPH {name} ;\nINSERT DATA {{ GRAPH {name} {{\n{''.join(lines)}}} }}")
        body = " ;\n".join(steps).encode()
        self._send("POST", self.endpoint.updates, body, {"Content-Type": "application/sparql-update"})
        return Upload("POST", self.endpoint.updates, count)

    def delete(self, graph: str) -> Upload:
        """Remove a graph; one that is not there is no error."""
        url = _graph_url(self.endpoint.graphs, graph)
        self._send("DELETE", url, None, {}, fine={404})
        return Upload("DELETE", url, 0)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SPARQL SELECT or ASK query there, with the prefixes of kgbuild declared before it.

        Raises:
            UsageError: if no query address is known.
            RemoteError: if the server does not answer, or refuses.
        """
        if self.endpoint.queries is None:
            raise UsageError("No address for queries is known. Name it with --query-url.")
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(PREFIXES.items()))
        # As a form, which all take: Virtuoso lets a query that is the body itself wait for ever.
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/sparql-results+json",
        }
        form = urllib.parse.urlencode({"query": declared + text}).encode()
        answer = self._send("POST", self.endpoint.queries, form, headers)
        try:
            return ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise RemoteError(
                f"{self.endpoint.queries} answered with something else than SPARQL results ({error}). "
                "Check that it is the query address."
            ) from error

    def _write(self, method: str, graph: str | None, triples: Iterable[ox.Triple]) -> Upload:
        lines = [f"{triple} .\n" for triple in triples]
        url = _graph_url(self.endpoint.graphs, graph)
        self._send(method, url, "".join(lines).encode(), {"Content-Type": "application/n-triples"})
        return Upload(method, url, len(lines))

    def _met(self, error: urllib.error.HTTPError) -> bool:
        return self._authorization.meet(error.headers.get_all("WWW-Authenticate") or [])

    def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], fine: Iterable[int] = ()
    ) -> bytes:
        wait, attempt = 0.5, 0
        while attempt < self._attempts:
            attempt += 1
            signed = {**self._authorization.header(method, url), **headers}
            request = urllib.request.Request(url, data=body, headers=signed, method=method)  # noqa: S310  (_check lets only http pass)
            last = attempt == self._attempts
            try:
                with self._opener.open(request, timeout=self._timeout) as response:
                    return _bounded(response.read(_LONGEST_ANSWER + 1), url)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in fine:
                        return b""
                    if error.code == http.client.UNAUTHORIZED and self._met(error):
                        attempt -= 1
                        continue
                    if last or error.code not in _PASSING:
                        raise RemoteError(_refusal(method, url, error)) from error
                    wait = max(wait, _seconds(error.headers.get("Retry-After")))
            except (OSError, http.client.HTTPException) as error:
                if last:
                    reason = getattr(error, "reason", None) or error or type(error).__name__
                    raise RemoteError(
                        f"{url} does not answer after {attempt} attempts ({reason}). Start the server, or "
                        "check the address."
                    ) from error
            self._pause(min(wait, _LONGEST_WAIT))
            wait *= 2
        raise RemoteError(f"{url} was not tried: allow at least one attempt.")


def load(
    store: Store,
    remote: Remote,
    *,
    merged: bool = True,
    prune: bool = False,
    dry_run: bool = False,
    batch: int = 1,
) -> list[Upload]:
    """Put every named graph of ``store`` into ``remote``, in the order of their names.

    Args:
        store: what to load.
        remote: where to.
        merged: also put the merge of all graphs into the default graph there.
        prune: delete there the graphs of articles that are no longer here (needs a query address).
        dry_run: send nothing; the result says what would be sent (pruning excepted, which has to ask).
        batch: how many graphs to send in one request; more than one need an address for updates.

    Raises:
        UsageError: if an address that is needed is not known.
        RemoteError: if the server does not answer, or refuses; the graphs before are then loaded.
    """
    if batch > 1 and remote.endpoint.updates is None:
        raise UsageError("No address for updates is known. Name it with --update-url.")
    names = store.graph_names()
    done = list(_load_named(store, remote, names, batch, dry_run))
    if merged:
        done += _load_default(store, remote, dry_run)
    if prune and not dry_run:
        there = remote.query(_STALE)
        if isinstance(there, ox.QuerySolutions):
            graphs = {str(solution["g"].value) for solution in there}
            stale = sorted(one for one in graphs - set(names) if one.startswith(ARTICLE_GRAPH))
            done.extend(remote.delete(one) for one in stale)
    return done


def _load_named(
    store: Store, remote: Remote, names: list[str], batch: int, dry_run: bool
) -> Iterator[Upload]:
    rest = iter(names)
    while some := list(itertools.islice(rest, batch)):
        graphs = {name: [quad.triple for quad in store.quads(name)] for name in some}
        count = sum(map(len, graphs.values()))
        if batch > 1:
            yield Upload("POST", remote.endpoint.updates or "", count) if dry_run else remote.replace(graphs)
        elif dry_run:
            yield Upload("PUT", _graph_url(remote.endpoint.graphs, some[0]), count)
        else:
            yield remote.put(some[0], graphs[some[0]])


def _load_default(store: Store, remote: Remote, dry_run: bool) -> Iterator[Upload]:
    """The merge in slices, so that memory does not grow with the graph."""
    triples = (quad.triple for quad in store.database.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    for number in itertools.count():
        some = list(itertools.islice(triples, _SLICE))
        if number and not some:
            return
        if dry_run:
            method = "POST" if number else "PUT"
            yield Upload(method, _graph_url(remote.endpoint.graphs, None), len(some))
        else:
            yield remote.add(None, some) if number else remote.put(None, some)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: a PUT must not wander, nor credentials go where the user did not send them."""

    def redirect_request(self, *_: object) -> None:
        return None


def _check(address: str) -> None:
    try:
        parts = urllib.parse.urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise UsageError(
            f"{address!r} is no address ({error}). Write it like http://localhost:7878."
        ) from error
    if "@" in parts.netloc:
        raise UsageError(
            f"The address holds a name or password. Set {USER_VARIABLE} and {PASSWORD_VARIABLE} instead."
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or not address.isascii():
        raise UsageError(f"{address!r} is no http or https address. Write it like http://localhost:7878.")
    if any(character <= " " for character in address):
        raise UsageError(f"{address!r} is no address: it holds blanks. Write it like http://localhost:7878.")


def _graph_url(base: str, graph: str | None) -> str:
    joiner = "&" if urllib.parse.urlsplit(base).query else "?"
    return base + joiner + ("default" if graph is None else urllib.parse.urlencode({"graph": graph}))


def _bounded(answer: bytes, url: str) -> bytes:
    if len(answer) > _LONGEST_ANSWER:
        raise RemoteError(f"{url} sent more than {_LONGEST_ANSWER >> 20} MiB. Ask for less, with LIMIT.")
    return answer


def _refusal(method: str, url: str, error: urllib.error.HTTPError) -> str:
    try:
        said = " ".join(error.read(2000).decode("utf-8", "replace").split())[:200]
    except (OSError, http.client.HTTPException):
        said = ""
    advice = {
        401: f"Set {USER_VARIABLE} and {PASSWORD_VARIABLE}.",
        403: f"Set {USER_VARIABLE} and {PASSWORD_VARIABLE} to someone who may write.",
        404: "Give the full address of its Graph Store Protocol.",
        405: "Give the full address of its Graph Store Protocol.",
    }.get(error.code, "See the server's log.")
    return f"{method} {url} was refused: {error.code} {error.reason} {said}".rstrip() + f". {advice}"


def _seconds(retry_after: str | None) -> float:
    return float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
