"""Corruptions of a valid graph: something dropped, swapped, retyped, dangling or out of range.

Each is wrong for certain: what may be missing is not dropped, and nothing is swapped for its like.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kgbuild.vocab import BASE, DA, DCTERMS, OA, PROV, RDF, RDFS, SKOS, XSD

KINDS = ("dropped", "swapped", "retyped", "dangling", "out of range")

MAY_BE_MISSING = frozenset(
    {
        DA.place, DA.topic, DA.onBehalfOf, DA.participant, DA.addressee, DA.time, DA.reportedTime,
        DA.conditionalOn, DA.country, DA.standsFor, DA.fromYear, DA.toYear, DA.url, DA.inRole,
        DA.unansweredIn, DA.codedAs, DA.denies,
        SKOS.altLabel, SKOS.exactMatch, DCTERMS.title, OA.prefix, OA.suffix, PROV.endedAtTime, PROV.used,
        RDFS.comment,
    }
)  # fmt: skip
"""Statements without which a graph is poorer and not wrong."""

OUT_OF_RANGE: dict[str, tuple[tuple[str, str], ...]] = {
    DA.confidence: (("1.7", XSD.decimal), ("-0.1", XSD.decimal)),
    OA.start: (("-1", XSD.integer), ("4000", XSD.integer)),
    OA.end: (("0", XSD.integer), ("4000", XSD.integer)),
    DA.earliest: (("2021-06-31T00:00:00Z", XSD.dateTime), ("2031-06-16T00:00:00Z", XSD.dateTime)),
    DA.latest: (("2021-06-31T00:00:00Z", XSD.dateTime), ("2011-06-16T00:00:00Z", XSD.dateTime)),
    DA.fromYear: (("2100", XSD.integer),),
    DA.toYear: (("1900", XSD.integer),),
    DA.contentHash: (("0a1b", XSD.string),),
    DCTERMS.identifier: (("", XSD.string),),
    DA.rule: (("", XSD.string),),
    DA.polarity: ((DA.PastTense, ""), (DA.Linked, "")),
    DA.tense: ((DA.Affirmed, ""),),
    DA.certainty: ((DA.Nil, ""),),
    DA.decision: ((DA.Certain, ""),),
    DA.precision: ((DA.Unresolved, ""),),
    DA.basis: ((DA.DayPrecision, ""),),
    DA.derivedProperty: (("denies", XSD.string),),
}

_RETYPED = {
    XSD.integer: XSD.string,
    XSD.decimal: XSD.string,
    XSD.dateTime: XSD.NS + "date",
    XSD.string: XSD.integer,
    XSD.anyURI: XSD.string,
}
_CLASSES = (DA.Act, DA.Article, DA.Time, DA.Run, DA.Condition, OA.Annotation)
_LITERAL_KINDS = (XSD.integer, XSD.decimal, XSD.dateTime, XSD.string, XSD.anyURI, RDF.langString)


@dataclass(frozen=True)
class Mutation:
    """A corrupted graph, and in words what was done."""

    kind: str
    what: str
    quads: tuple[ox.Quad, ...]


def mutation(quads: Sequence[ox.Quad], seed: int) -> Mutation:
    """The corruption with this number; kinds take turns."""
    kind = KINDS[seed % len(KINDS)]
    chooser = random.Random(seed)  # noqa: S311
    made = {
        "dropped": _dropped,
        "swapped": _swapped,
        "retyped": _retyped,
        "dangling": _dangling,
        "out of range": _out_of_range,
    }[kind](list(quads), chooser)
    return Mutation(kind, made[0], tuple(made[1]))


def _dropped(quads: list[ox.Quad], chooser: random.Random) -> tuple[str, list[ox.Quad]]:
    gone = chooser.choice([quad for quad in quads if quad.predicate.value not in MAY_BE_MISSING])
    same = (gone.subject, gone.predicate)
    return f"without {gone}", [quad for quad in quads if (quad.subject, quad.predicate) != same]


def _swapped(quads: list[ox.Quad], chooser: random.Random) -> tuple[str, list[ox.Quad]]:
    """Two statements exchange their objects, which are of different kinds."""
    fit = [quad for quad in quads if quad.predicate.value not in (RDF.type, RDFS.label, RDFS.comment)]
    one = chooser.choice(fit)
    other = chooser.choice([quad for quad in fit if _sort(quad.object) != _sort(one.object)])
    new = [
        ox.Quad(one.subject, one.predicate, other.object, one.graph_name),
        ox.Quad(other.subject, other.predicate, one.object, other.graph_name),
    ]
    return f"{one} ↔ {other}", [*(quad for quad in quads if quad not in (one, other)), *new]


def _retyped(quads: list[ox.Quad], chooser: random.Random) -> tuple[str, list[ox.Quad]]:
    old = chooser.choice(
        [q for q in quads if isinstance(q.object, ox.Literal) or q.predicate.value == RDF.type]
    )
    if isinstance(old.object, ox.Literal):
        if old.object.language:
            value: ox.NamedNode | ox.Literal = ox.Literal(old.object.value)
        else:
            value = ox.Literal(old.object.value, datatype=ox.NamedNode(_RETYPED[old.object.datatype.value]))
    else:
        value = ox.NamedNode(chooser.choice([one for one in _CLASSES if ox.NamedNode(one) != old.object]))
    return f"{old} → {value}", _with(quads, old, value)


def _dangling(quads: list[ox.Quad], chooser: random.Random) -> tuple[str, list[ox.Quad]]:
    old = chooser.choice(
        [
            q
            for q in quads
            if isinstance(q.object, ox.NamedNode)
            and q.object.value.startswith(BASE)
            and q.predicate.value != RDF.type
        ]
    )
    assert isinstance(old.object, ox.NamedNode)
    return f"{old} dangles", _with(quads, old, ox.NamedNode(f"{old.object.value}-not-there"))


def _out_of_range(quads: list[ox.Quad], chooser: random.Random) -> tuple[str, list[ox.Quad]]:
    old = chooser.choice([quad for quad in quads if quad.predicate.value in OUT_OF_RANGE])
    text, datatype = chooser.choice(OUT_OF_RANGE[old.predicate.value])
    value: ox.NamedNode | ox.Literal = (
        ox.Literal(text, datatype=ox.NamedNode(datatype)) if datatype else ox.NamedNode(text)
    )
    return f"{old} → {value}", _with(quads, old, value)


def _with(quads: list[ox.Quad], old: ox.Quad, value: ox.NamedNode | ox.Literal) -> list[ox.Quad]:
    return [*(q for q in quads if q != old), ox.Quad(old.subject, old.predicate, value, old.graph_name)]


def _sort(term: object) -> str:
    """What a term is: a datatype, or the namespace of an IRI."""
    if isinstance(term, ox.Literal):
        return term.datatype.value if not term.language else RDF.langString
    iri = str(getattr(term, "value", term))
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
