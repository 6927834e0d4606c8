"""What the ontology says of act classes, kinds of entities and topics."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.vocab.acts import DA
from kgbuild.vocab.borrowed import RDFS, SKOS


def _load(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataFileError(
            f"{path.name}, line {error.lineno}: {error.msg}. Correct the Turtle there."
        ) from error


def _literals(path: Path, predicate: str) -> list[tuple[str, str]]:
    """Subject's IRI and literal's text of each statement with ``predicate``, sorted."""
    return sorted(
        (quad.subject.value, quad.object.value)
        for quad in _load(path)
        if quad.predicate.value == predicate
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    )


def read_act_classes(path: Path) -> dict[str, str]:
    """Local name of every act class in the ontology at ``path``, and the name it is reported under.

    A class is reported under the ``da:reportName`` of its nearest superclass that has one, itself
    included. The root and the speech-act families have none: no act is typed with them.

    Raises:
        DataFileError: if the file is no Turtle, or a class has two nearest names.

    """
    names = dict(_literals(path, DA.reportName))
    parents: dict[str, set[str]] = {}
    for quad in _load(path):
        subclass = quad.predicate.value == RDFS.subClassOf
        if subclass and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            parents.setdefault(quad.subject.value, set()).add(quad.object.value)
    found: dict[str, str] = {}
    for iri in sorted({*parents, *names}):
        level, seen = {iri}, {iri}
        while level and not level & names.keys():
            level = {parent for child in level for parent in parents.get(child, ())} - seen
            seen |= level
        nearest = sorted({names[one] for one in level & names.keys()})
        if len(nearest) > 1:
            raise DataFileError(
                f"{path.name}: {iri} is reported as {' and as '.join(nearest)}. "
                "Give it a da:reportName of its own, or one superclass."
            )
        if nearest:
            found[iri.removeprefix(DA.NS)] = nearest[0]
    return found


@cache
def act_classes() -> Mapping[str, str]:
    """Act classes of the bundled ontology: local name (``Visit``) to reported name (``Meet``)."""
    return MappingProxyType(read_act_classes(data_path("ontology", "diplomatic-acts.ttl")))


def report_name(act_class: str) -> str:
    """Return the contract's name for an act class, given by IRI or local name.

    Raises:
        DataFileError: if the ontology has no such act class.

    """
    name = act_class.removeprefix(DA.NS)
    try:
        return act_classes()[name]
    except KeyError:
        raise DataFileError(
            f"{act_class} is no act class of ontology/diplomatic-acts.ttl. "
            f"Use one of: {', '.join(sorted(act_classes()))}."
        ) from None


@cache
def subtype_classes() -> Mapping[str, str]:
    """Values of the gazetteer's ``subtype`` column that the ontology has a class for, with its IRI."""
    literals = _literals(data_path("ontology", "diplomatic-acts.ttl"), DA.subtypeName)
    return MappingProxyType({name: iri for iri, name in literals})


@cache
def topics() -> Mapping[str, str]:
    """Contract names (``skos:notation``) of the bundled topics, each with its IRI."""
    literals = _literals(data_path("ontology", "topics.ttl"), SKOS.notation)
    return MappingProxyType({name: iri for iri, name in literals})
