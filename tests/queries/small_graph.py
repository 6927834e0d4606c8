"""Graphs of a few acts, written in Turtle beside the ontology."""

import pyoxigraph as ox

from kgbuild.graph.ontology import ontology_quads
from kgbuild.querying.catalog import questions
from kgbuild.querying.rules import derived_quads
from kgbuild.querying.run import ask_question
from kgbuild.vocab import PREFIXES

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

MENTION = """
men:{n} a da:ActMention ; da:inArticle art:{article} ; da:evidence men:{n}-e .
men:{n}-e oa:hasSelector men:{n}-ep , men:{n}-eq .
men:{n}-ep oa:start {start} ; oa:end {end} . men:{n}-eq oa:exact "abc"@ar .
"""


class Graph:
    """A graph from Turtle beside the ontology; a source of answers as the store is."""

    def __init__(self, *turtle: str) -> None:
        self.store = ox.Store()
        self.store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in ontology_quads())
        for part in turtle:
            self.add(part, ox.DefaultGraph())
            self.add(part, ox.NamedNode("https://w3id.org/kgbuild/graph/article/a"))

    def add(self, turtle: str, graph: ox.NamedNode | ox.DefaultGraph) -> None:
        """Put more Turtle into a graph of the store."""
        self.store.load((HEAD + turtle).encode(), ox.RdfFormat.TURTLE, to_graph=graph)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run SPARQL."""
        return self.store.query(text, prefixes=dict(PREFIXES))

    def links(self, predicate: str) -> set[tuple[str, str]]:
        """Local names of what the rules join by ``predicate``."""
        found = (quad for quad in derived_quads(self) if quad.predicate.value == predicate)
        return {(local(quad.subject), local(quad.object)) for quad in found}

    def ask(self, name: str, *columns: str, **values: str) -> list[tuple[object, ...]]:
        """Answer a bundled question: the rows, in their order, of these columns; IRIs as local names."""
        found = ask_question(self, questions()[name], values)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
        return [tuple(_plain(row[column]) for column in columns) for row in rows]


def local(term: object) -> str:
    """The local name of an IRI."""
    return str(term).strip("<>").rpartition("/")[2]


def mention(n: str, article: str, start: int) -> str:
    """A mention of act ``n``, three characters long."""
    return MENTION.format(n=n, article=article, start=start, end=start + 3)


def act(n: str, act_type: str, rest: str, article: str = "a", start: int = 0) -> str:
    """An affirmed act with its mention."""
    vouched = f"da:hasAttribution att:{n} . att:{n} da:polarity da:Affirmed"
    return f"act:{n} a da:{act_type} ; da:hasMention men:{n} ; {rest} ; {vouched} .\n" + mention(
        n, article, start
    )


def article(n: str, outlet: str, issued: str = "") -> str:
    """An article ``n`` of an outlet, of a day where it is known."""
    day = f'; dcterms:issued "{issued}T00:00:00Z"^^xsd:dateTime' if issued else ""
    return f'art:{n} a da:Article ; dcterms:identifier "{n}" ; da:outlet ent:{outlet} {day} .\n'


def named(*keys: str, kind: str = "Place") -> str:
    """Entities whose English label is their key in capitals, the Arabic one the key itself."""
    return "".join(f'ent:{key} a da:{kind} ; rdfs:label "{key.upper()}"@en , "{key}"@ar .\n' for key in keys)


def _plain(cell: object) -> object:
    if isinstance(cell, tuple):
        return ", ".join(cell)
    return local(cell) if isinstance(cell, str) and cell.startswith("https://") else cell
