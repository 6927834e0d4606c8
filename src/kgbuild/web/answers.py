"""Pages with answers: the questions of the catalog with their forms, and the SPARQL console."""

from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.querying.rendering import csv_text
from kgbuild.querying.run import Answer, ask, ask_question, pointed
from kgbuild.vocab import PREFIXES, act_classes, topics
from kgbuild.web.cells import table
from kgbuild.web.index import Index
from kgbuild.web.limits import BusyError, LimitedStore
from kgbuild.web.pages import Browser
from kgbuild.web.paging import NotFoundError, Page

_CONSOLE_ROWS: Final = 200
_LONGEST_CONSOLE: Final = 20_000

EXAMPLES: Final = (
    (
        "console.example.types",
        "SELECT ?type (COUNT(?act) AS ?acts)\nWHERE {\n  ?act a ?type ; da:hasAttribution ?who .\n}\n"
        "GROUP BY ?type\nORDER BY DESC(?acts)",
    ),
    (
        "console.example.cyber",
        "SELECT ?act ?who ?whom\nWHERE {\n"
        "  ?act da:topic topic:cyber ; da:agent ?agent ; da:addressee ?other .\n"
        '  ?agent rdfs:label ?who . FILTER(LANG(?who) = "en")\n'
        '  ?other rdfs:label ?whom . FILTER(LANG(?whom) = "en")\n}\nORDER BY ?who ?whom\nLIMIT 100',
    ),
    (
        "console.example.chain",
        "SELECT ?speaker ?relay ?outlet\nWHERE {\n"
        "  ?first da:attributedTo ?speaker ; da:relayedBy ?second .\n"
        "  ?second da:attributedTo ?relay ; da:relayedBy/da:attributedTo ?outlet .\n}\nLIMIT 100",
    ),
)
"""Queries that the console offers, under the keys of their names."""


def questions_page() -> Page:
    """All questions."""
    return Page("questions.html", "questions", ":nav.questions", "questions")


def question_page(
    browser: Browser, source: LimitedStore, name: str, query: Mapping[str, str], language: str, *, run: bool
) -> Page:
    """A question's form and, where ``run`` is set, its answer.

    Raises:
        NotFoundError: if there is no such question.
        BusyError: if too many queries run already.
    """
    question = browser.catalog.get(name)
    if question is None:
        raise NotFoundError("question")
    values = _values(browser, name, query)
    asked = question.question_ar if language == "ar" else question.question_en
    shown: dict[str, Any] = {
        "question": question,
        "values": values,
        "answered": False,
        "problem": "",
        "all_topics": sorted(topics()),
        "all_classes": sorted(act_classes()),
        "actor_keys": browser.counts.busiest,
    }
    status = 200
    if run:
        try:
            shown |= table(answer(browser, source, name, values), browser.index, language)
            shown["bound"] = question.bound(values)
        except BusyError:
            raise
        except (SyntaxError, UsageError) as error:
            shown["problem"] = str(error)
            status = 422
    return Page("question.html", f"question/{name}", asked or question.title, "questions", shown, status)


def question_csv(browser: Browser, source: LimitedStore, name: str, query: Mapping[str, str]) -> str:
    """A question's answer as CSV.

    Raises:
        NotFoundError: if there is no such question.
        UsageError: if a value does not fit its parameter, or the query was stopped.
    """
    if name not in browser.catalog:
        raise NotFoundError("question")
    return csv_text(answer(browser, source, name, _values(browser, name, query)))


def answer(browser: Browser, source: LimitedStore, name: str, values: Mapping[str, str]) -> Answer:
    """Ask a question of the catalog.

    Raises:
        UsageError: if a value does not fit its parameter, or the query was stopped.
    """
    return ask_question(source, browser.catalog[name], values, limit=source.limits.rows)


def console_page(
    browser: Browser, source: LimitedStore, query: Mapping[str, str], language: str, endpoint: str
) -> Page:
    """The console, with the answer to ``?query=``.

    Raises:
        BusyError: if too many queries run already.
    """
    given = query.get("query", "")[:_LONGEST_CONSOLE].replace("\r\n", "\n")
    shown: dict[str, Any] = {
        "sparql": given or EXAMPLES[0][1],
        "given": given,
        "answered": False,
        "problem": "",
        "endpoint": endpoint,
        "seconds": f"{source.limits.seconds:g}",
        "most_rows": f"{source.limits.rows:,}",
        "example_queries": EXAMPLES,
        "prefixes": PREFIXES,
        "formats": ("json", "csv"),
    }
    status = 200
    if given.strip():
        try:
            shown |= _console_answer(source, given, browser.index, language)
        except SyntaxError as error:
            shown["problem"], status = pointed(given, str(error)), 422
        except BusyError:
            raise
        except UsageError as error:
            shown["problem"], status = str(error), 422
    return Page("console.html", "console", ":console.title", "console", shown, status)


def _console_answer(source: LimitedStore, query: str, index: Index, language: str) -> dict[str, Any]:
    reply = source.ask(query, graph="ntriples", rows=_CONSOLE_ROWS)
    if reply.format != "json":
        triples = [quad.triple for quad in ox.parse(reply.data, format=ox.RdfFormat.N_TRIPLES)]
        found = Answer(
            ("subject", "predicate", "object"),
            tuple((_plain(t.subject), _plain(t.predicate), _plain(t.object)) for t in triples),
            reply.cut,
        )
        return {
            **table(found, index, language, every=True),
            "formats": ("turtle", "ntriples", "rdfxml", "jsonld"),
        }
    found = ask(_Ready(ox.parse_query_results(reply.data, format=ox.QueryResultsFormat.JSON)), query)
    found = Answer(found.columns, found.rows, reply.cut)
    return {**table(found, index, language, every=True), "formats": ("json", "xml", "csv", "tsv")}


class _Ready:
    """Results that are there already, for :func:`kgbuild.querying.run.ask` to gather."""

    def __init__(self, found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> None:
        self._found = found

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:  # noqa: ARG002
        return self._found


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value


def _values(browser: Browser, name: str, query: Mapping[str, str]) -> dict[str, str]:
    """What the address gives for the question's parameters; what is empty is the default's."""
    wanted = [parameter.name for parameter in browser.catalog[name].parameters]
    return {one: query[one] for one in wanted if query.get(one, "").strip()}
