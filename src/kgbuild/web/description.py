"""The site described for programs, as OpenAPI 3.1: which addresses there are, what they take and answer."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kgbuild import __version__
from kgbuild.querying.catalog import Question
from kgbuild.web.endpoint import GRAPHS, MEDIA, RESULTS
from kgbuild.web.i18n import LANGUAGES
from kgbuild.web.index import Index
from kgbuild.web.limits import Limits

_FILTERS: Final = {
    "actor": "Key of an actor that takes part.",
    "role": "The part that the actor has: agent or addressee.",
    "whom": "Key of an actor that is addressed.",
    "type": "An act class, or a family of acts.",
    "topic": "A topic.",
    "outlet": "Key of the organization that published an article.",
    "polarity": "affirmed or negated.",
    "since": "First day, as 2021-06-16; leaves undated acts out.",
    "until": "Last day, as 2021-06-16; leaves undated acts out.",
    "undated": "yes: undated acts alone.",
}
_ASKED: Final = "Words of a name or title; spelling variants are found too."
_PAGE: Final = "Page of the list, from 1; a number out of range is the nearest."
_HTML: Final = "text/html"
_PLAIN: Final = "text/plain"
_TURTLE: Final = "text/turtle"
_CSV: Final = "text/csv"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"

Json = dict[str, Any]


def describe(
    index: Index, catalog: Mapping[str, Question], limits: Limits, *, token: bool = False
) -> dict[str, Any]:
    """The OpenAPI document of a site.

    Args:
        index: of the graph that is served; gives examples.
        catalog: the questions.
        limits: of queries.
        token: whether visitors must bring one.
    """
    act = index.acts[0].key if index.acts else "none"
    article = next(iter(index.articles), "none")
    actor = next(iter(index.by_actor), "none")
    topic = next(iter(sorted(index.by_topic)), "none")
    question = next(iter(catalog), "none")
    filters = [_query(name, text) for name, text in _FILTERS.items()]
    page = _query("page", _PAGE)
    paths: dict[str, Json] = {
        "/": {"get": _get("To the overview in the visitor's language", (), 302, "", lost=False)},
        "/openapi.json": {"get": _get("This description", (), 200, _JSON, lost=False)},
        "/static/{path}": {
            "get": _get(
                "Styles, scripts, fonts", (_part("path", "A file.", "site.css"),), 200, "*/*", refused=_HTML
            )
        },
        "/sparql": _sparql(limits),
        "/{lang}": {"get": _get("To the overview", (_language(),), 302, "")},
    }
    for path, summary, parameters in (
        ("", "Overview", ()),
        ("articles", "Articles, newest first", (_query("q", _ASKED), page)),
        ("article/{key}", "An article with what was read in it", (_key("article", article),)),
        ("act/{key}", "An act", (_key("act", act),)),
        (
            "actors",
            "Actors, the busiest first",
            (_query("q", _ASKED), _query("kind", "Person, Organization, Place or Event."), page),
        ),
        ("actor/{key}", "An actor", (_key("actor", actor),)),
        ("topics", "Topics", ()),
        ("topic/{key}", "Acts on a topic, in time", (_key("topic", topic), *filters, page)),
        ("timeline", "Acts in time", (*filters, page)),
        ("graph", "Who acts towards whom", filters),
        ("search", "Actors, topics and articles by name", (_query("q", _ASKED),)),
        ("questions", "The questions", ()),
    ):
        paths["/{lang}/" + path] = {"get": _get(summary, (_language(), *parameters), 200, _HTML)}
    asked = _key("question", question)
    given = [
        _query(name, "Parameter of questions that have it; the question's default if not given.")
        for name in sorted({one.name for two in catalog.values() for one in two.parameters} - {"key", "lang"})
    ]
    run = _query("run", "Any value asks the question; without it the form is shown.")
    console = _query("query", "A SPARQL query to answer.")
    for path, summary, parameters, media in (
        ("question/{key}", "A question, its form and its answer", (asked, run, *given), _HTML),
        ("question/{key}.csv", "The answer to a question as CSV", (asked, *given), _CSV),
        ("console", "A console for SPARQL", (console,), _HTML),
    ):
        paths["/{lang}/" + path] = {
            "get": _get(
                summary, (_language(), *parameters), 200, media, queried=_HTML if media == _HTML else _PLAIN
            )
        }
    paths["/{lang}/act/{key}.ttl"] = {
        "get": _get("An act as Turtle", (_language(), _key("act", act)), 200, _TURTLE)
    }
    found: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "kgbuild",
            "version": __version__,
            "summary": "A graph of diplomatic acts, read from Arabic news.",
            "description": "Everything only reads. Values of a query that mean nothing are passed over.",
        },
        "paths": dict(sorted(paths.items())),
    }
    if token:
        found["components"] = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
        found["security"] = [{"token": []}]
        for operation in (one for path in found["paths"].values() for one in path.values()):
            operation["responses"]["401"] = _answer("A token is needed.", _PLAIN)
    return found


def _get(
    summary: str,
    parameters: Iterable[Json],
    status: int,
    media: str,
    *,
    lost: bool = True,
    queried: str = "",
    refused: str = "",
) -> Json:
    """An operation that answers with ``status`` and ``media``; ``queried`` is that of refused queries."""
    responses = {str(status): _answer(summary, media)}
    if lost:
        responses["404"] = _answer("There is no such thing.", _HTML)
    if queried:
        responses["422"] = _answer("The query is wrong, or was stopped at its limit.", queried)
        responses["429"] = _answer("Too many queries run at once.", _HTML)
    if refused:
        responses["405"] = _answer("Only reading is possible.", refused)
    return {"summary": summary, "parameters": list(parameters), "responses": responses}


def _sparql(limits: Limits) -> Json:
    graphs = [
        _query(name, "A graph of the query's dataset (SPARQL 1.1 protocol).", many=True)
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    wanted = _query("format", f"Instead of Accept: {', '.join(MEDIA)}.")
    media = [MEDIA[name].partition(";")[0] for name in (*RESULTS, *GRAPHS)]
    answers = {
        "200": {"description": "The answer.", "content": {one: {} for one in media}},
        "400": _answer("No query, or one that cannot be run.", _PLAIN),
        "403": _answer("An update.", _PLAIN),
        "422": _answer("The query was stopped at its limit.", _PLAIN),
        "429": _answer("Too many queries run at once.", _PLAIN),
    }
    about = (
        f"A query may take {limits.seconds:g} seconds; answers are cut at {limits.rows} rows "
        "(X-Kgbuild-Truncated). There is no update and no SERVICE."
    )
    text = {"type": "string", "examples": ["SELECT ?act { ?act a da:Propose } LIMIT 10"]}
    many = {"type": "array", "items": {"type": "string"}}
    fields = {"query": text, "default-graph-uri": many, "named-graph-uri": many, "format": {"type": "string"}}
    form = {"type": "object", "required": ["query"], "properties": fields, "additionalProperties": False}
    return {
        "get": {
            "summary": "Ask a SPARQL query",
            "description": about,
            "parameters": [
                {**_query("query", "The query."), "required": True, "schema": text},
                *graphs,
                wanted,
            ],
            "responses": answers,
        },
        "post": {
            "summary": "Ask a SPARQL query",
            "description": about,
            "parameters": [*graphs, wanted],
            "requestBody": {
                "required": True,
                "content": {_FORM: {"schema": form}, _QUERY: {"schema": text}},
            },
            "responses": {
                **answers,
                "413": _answer("The request is too large.", _PLAIN),
                "415": _answer("The query came as something else.", _PLAIN),
            },
        },
    }


def _answer(text: str, media: str) -> Json:
    return {"description": text, **({"content": {media: {}}} if media else {})}


def _query(name: str, text: str, *, many: bool = False) -> Json:
    kind: Json = {"type": "array", "items": {"type": "string"}} if many else {"type": "string"}
    return {"name": name, "in": "query", "description": text, "schema": kind}


def _part(name: str, text: str, example: str) -> Json:
    kind = {"type": "string", "examples": [example]}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": text,
        "schema": kind,
        "example": example,
    }


def _key(of: str, example: str) -> Json:
    return _part("key", f"Key of the {of}.", example)


def _language() -> Json:
    return {
        "name": "lang",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(LANGUAGES)},
    }
