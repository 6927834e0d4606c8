"""The SPARQL 1.1 protocol, for reading: GET and POST, formats as the client asks."""

import asyncio
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kgbuild.errors import UsageError
from kgbuild.querying.run import pointed
from kgbuild.store.isolated import StoppedError
from kgbuild.web.limits import LONGEST_QUERY, BusyError, LimitedStore

MEDIA: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "turtle": "text/turtle; charset=utf-8",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
RESULTS: Final = ("json", "xml", "csv", "tsv")
GRAPHS: Final = ("turtle", "ntriples", "rdfxml", "jsonld")
_ALIASES: Final = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "text/plain": "ntriples",
}
_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_BIGGEST_BODY: Final = 4 * LONGEST_QUERY
_MOST_FIELDS: Final = 100


class ProtocolError(Exception):
    """The request is no query of the protocol; ``status`` is the answer's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def sparql(request: Request) -> Response:
    """Answer a query."""
    source: LimitedStore = request.app.state.source
    try:
        fields = await _fields(request)
        query = _one(fields, "query")
        results = _format(request, fields, RESULTS)
        graph = _format(request, fields, GRAPHS)
        reply = await asyncio.to_thread(
            source.ask,
            query,
            results=results,
            graph=graph,
            default=[value for name, value in fields if name == "default-graph-uri"],
            named=[value for name, value in fields if name == "named-graph-uri"],
        )
    except ProtocolError as error:
        headers = {"allow": "GET, POST"} if error.status == 405 else {}
        return PlainTextResponse(f"{error}\n", error.status, headers)
    except SyntaxError as error:
        return PlainTextResponse(pointed(query, str(error)) + "\n", 400)
    except StoppedError as error:
        return PlainTextResponse(f"{error}\n", 422)
    except BusyError as error:
        return PlainTextResponse(f"{error}\n", 429, {"retry-after": "5"})
    except UsageError as error:
        return PlainTextResponse(f"{error}\n", 400)
    headers = {"vary": "Accept", "x-kgbuild-truncated": "true" if reply.cut else "false"}
    return Response(reply.data, 200, headers, MEDIA[reply.format])


async def _fields(request: Request) -> list[tuple[str, str]]:
    fields = _pairs(request.url.query)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = await _body(request)
        if kind == _FORM:
            fields += _pairs(body)
        elif kind == _QUERY:
            fields.append(("query", body))
        elif kind == "application/sparql-update":
            raise ProtocolError(403, "This endpoint only reads: there is no update.")
        else:
            raise ProtocolError(415, f"Send the query as {_FORM} or {_QUERY}.")
    if any(name == "update" for name, _ in fields):
        raise ProtocolError(403, "This endpoint only reads: there is no update.")
    return fields


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise ProtocolError(400, f"Too many fields; at most {_MOST_FIELDS}.") from error


async def _body(request: Request) -> str:
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > _BIGGEST_BODY:
            raise ProtocolError(413, f"The request is larger than {_BIGGEST_BODY} bytes.")
    return found.decode("utf-8", "replace")


def _one(fields: list[tuple[str, str]], name: str) -> str:
    found = [value for one, value in fields if one == name]
    if len(found) != 1:
        raise ProtocolError(400, f"Give exactly one {name}: ?query=SELECT… or a POST (SPARQL 1.1 protocol).")
    return found[0]


def _format(request: Request, fields: list[tuple[str, str]], offered: tuple[str, ...]) -> str:
    """The best format offered, by ``?format=`` and then by the Accept header; the first if none fits."""
    asked = [value for name, value in fields if name == "format"]
    if asked:
        if asked[0] not in MEDIA:
            raise ProtocolError(
                400, f"There is no format {asked[0][:40]!r}. Choose one of: {', '.join(MEDIA)}."
            )
        return asked[0] if asked[0] in offered else offered[0]
    wanted: list[tuple[float, int, str]] = []
    by_media = {media.partition(";")[0]: name for name, media in MEDIA.items()} | _ALIASES
    for place, part in enumerate(request.headers.get("accept", "").split(",")[:50]):
        media, *parameters = (one.strip().lower() for one in part.split(";"))
        name = by_media.get(media, "")
        if name == "xml" and offered is GRAPHS:
            name = "rdfxml"
        if name == "json" and offered is GRAPHS:
            name = "jsonld"
        if name in offered:
            wanted.append((-_quality(parameters), place, name))
    return min(wanted)[2] if wanted else offered[0]


def _quality(parameters: list[str]) -> float:
    for one in parameters:
        if one.startswith("q="):
            try:
                return min(max(float(one[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
