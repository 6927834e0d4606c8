"""The ontology as a page to read: every term with its labels, definition, example, place and matches.

pyLODE makes such pages too, as HTML, but shows one language of a definition and none of the matches to
other vocabularies (docs/decisions/0043-reference.md). This page is Markdown, which a repository shows as
it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kgbuild.graph.ontology import ontology_triples
from kgbuild.graph.terms import iri_of
from kgbuild.vocab import CAMEO, DA, DCTERMS, OWL, PLOVER, PREFIXES, RDF, RDFS, RULE, SKOS, TOPIC

_SOURCE = DCTERMS.NS + "source"
_KINDS = {
    OWL.Class: "class",
    OWL.NS + "ObjectProperty": "object property",
    OWL.NS + "DatatypeProperty": "datatype property",
    OWL.NS + "AnnotationProperty": "annotation property",
    OWL.NamedIndividual: "value",
}
_TRAITS = {
    OWL.NS + "FunctionalProperty": "functional",
    OWL.NS + "SymmetricProperty": "symmetric",
    OWL.NS + "IrreflexiveProperty": "irreflexive",
}
_RELATIONS = (
    ("subclass of", RDFS.subClassOf),
    ("subproperty of", RDFS.NS + "subPropertyOf"),
    ("domain", RDFS.NS + "domain"),
    ("range", RDFS.NS + "range"),
    ("inverse of", OWL.NS + "inverseOf"),
    ("disjoint with", OWL.NS + "disjointWith"),
    ("different from", OWL.NS + "differentFrom"),
    ("close match", SKOS.closeMatch),
    ("broad match", SKOS.broadMatch),
    ("source", _SOURCE),
)
_NAMESPACES = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


@dataclass(slots=True)
class _Term:
    iri: str
    types: set[str] = field(default_factory=set)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)

    def text(self, predicate: str, language: str) -> str:
        return self.texts.get((predicate, language), "")

    @property
    def name(self) -> str:
        return self.iri.replace("#", "/").rpartition("/")[2]


def reference_page() -> str:
    """The page, in Markdown; the same for the same ontology."""
    terms = _terms()
    own = [terms[iri] for iri in sorted(terms, key=str.lower) if iri.startswith(DA.NS)]
    head = terms[DA.NS.removesuffix("#")]
    parts = [
        "# The ontology of diplomatic acts",
        "",
        "Made from `ontology/` by `kgbuild ontology reference`; edit the files there, not this page.",
        "",
        f"Version {head.text(OWL.NS + 'versionInfo', '')}, <{head.iri}>. "
        + head.text(DCTERMS.NS + "description", "en"),
        "",
        head.text(DCTERMS.NS + "description", "ar"),
        "",
        "## Classes",
        "",
        *_tree(own),
        "",
    ]
    for title, kind in (
        ("Class by class", OWL.Class),
        ("Object properties", OWL.NS + "ObjectProperty"),
        ("Datatype properties", OWL.NS + "DatatypeProperty"),
        ("Annotation properties", OWL.NS + "AnnotationProperty"),
        ("Named values", OWL.NamedIndividual),
    ):
        parts += [f"## {title}", ""]
        for term in own:
            if kind in term.types:
                parts += [*_section(term), ""]
    parts += ["## Topics", "", *_concepts(terms, TOPIC.NS), ""]
    for title, space in (("Types of PLOVER", PLOVER), ("Codes of CAMEO", CAMEO)):
        parts += [f"## {title}", "", *_concepts(terms, space), ""]
    parts += ["## Rules of derived links", "", *_rules(terms), ""]
    parts += ["## What is used of other vocabularies", "", *_borrowed(terms)]
    return "\n".join(parts) + "\n"


def _terms() -> dict[str, _Term]:
    found: dict[str, _Term] = {}
    for triple in ontology_triples():
        term = found.setdefault(iri_of(triple.subject), _Term(iri_of(triple.subject)))
        predicate = triple.predicate.value
        if isinstance(triple.object, ox.Literal):
            if predicate == _SOURCE or predicate in {DA.reportName, DA.subtypeName}:
                term.links.setdefault(predicate, []).append(triple.object.value)
            else:
                term.texts[(predicate, triple.object.language or "")] = triple.object.value
        elif predicate == RDF.type:
            term.types.add(iri_of(triple.object))
        else:
            term.links.setdefault(predicate, []).append(iri_of(triple.object))
    return found


def _tree(own: Iterable[_Term]) -> Iterator[str]:
    classes = {term.iri: term for term in own if OWL.Class in term.types}
    below: dict[str, list[str]] = {}
    for iri, term in classes.items():
        for parent in term.links.get(RDFS.subClassOf, ()):
            below.setdefault(parent, []).append(iri)

    def lines(iri: str, depth: int) -> Iterator[str]:
        term = classes[iri]
        yield f"{'  ' * depth}- [{term.name}](#{term.name.lower()}) {term.text(RDFS.label, 'ar')}"
        for child in sorted(below.get(iri, ()), key=str.lower):
            yield from lines(child, depth + 1)

    for iri in sorted(classes, key=str.lower):
        if not any(parent in classes for parent in classes[iri].links.get(RDFS.subClassOf, ())):
            yield from lines(iri, 0)


def _section(term: _Term) -> Iterator[str]:
    kinds = [name for iri, name in _KINDS.items() if iri in term.types]
    traits = [name for iri, name in _TRAITS.items() if iri in term.types]
    yield f"### {term.name}"
    yield ""
    label_en, label_ar = term.text(RDFS.label, "en"), term.text(RDFS.label, "ar")
    yield f"`{_short(term.iri)}` · {', '.join([*kinds[:1], *traits])} · {label_en} · {label_ar}"
    yield ""
    yield term.text(SKOS.definition, "en")
    yield ""
    yield term.text(SKOS.definition, "ar")
    yield ""
    yield f"- example: {term.text(SKOS.example, 'en')} · {term.text(SKOS.example, 'ar')}"
    types = sorted(iri for iri in term.types if iri.startswith(DA.NS))
    if types:
        yield f"- type: {', '.join(map(_link, types))}"
    for name, predicate in _RELATIONS:
        values = term.links.get(predicate)
        if values:
            yield f"- {name}: {', '.join(map(_link, sorted(values)))}"
    for name, predicate in (("reported as", DA.reportName), ("subtypes", DA.subtypeName)):
        values = term.links.get(predicate)
        if values:
            yield f"- {name}: {', '.join(f'`{value}`' for value in sorted(values))}"


def _concepts(terms: dict[str, _Term], space: str) -> Iterator[str]:
    yield "| notation | English | Arabic | definition |"
    yield "|---|---|---|---|"
    for iri in sorted(terms):
        term = terms[iri]
        notation = term.text(SKOS.notation, "")
        if iri.startswith(space) and notation:
            labels = (term.text(SKOS.prefLabel, language) for language in ("en", "ar"))
            yield f"| `{notation}` | {' | '.join(labels)} | {term.text(SKOS.definition, 'en')} |"


def _rules(terms: dict[str, _Term]) -> Iterator[str]:
    yield "| rule | English | Arabic |"
    yield "|---|---|---|"
    for iri in sorted(terms):
        if iri.startswith(RULE):
            labels = (terms[iri].text(RDFS.label, language) for language in ("en", "ar"))
            yield f"| [{terms[iri].name}](../../queries/derive/{terms[iri].name}.rq) | {' | '.join(labels)} |"


def _borrowed(terms: dict[str, _Term]) -> Iterator[str]:
    yield "| term | kind | English | Arabic |"
    yield "|---|---|---|---|"
    for iri in sorted(terms, key=_short):
        term = terms[iri]
        kinds = [name for kind, name in _KINDS.items() if kind in term.types]
        if kinds and not iri.startswith((DA.NS, RULE)):
            labels = (term.text(RDFS.label, language) for language in ("en", "ar"))
            yield f"| `{_short(iri)}` | {kinds[0]} | {' | '.join(labels)} |"


def _short(iri: str) -> str:
    for prefix, space in _NAMESPACES:
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def _link(value: str) -> str:
    """One of our terms as a link within the page, another's IRI in short, text as it is."""
    if value.startswith(DA.NS):
        name = value.removeprefix(DA.NS)
        return f"[{name}](#{name.lower()})"
    if not value.startswith("http"):
        return value
    short = _short(value)
    return f"<{value}>" if short == value or short.endswith(":") else f"`{short}`"
