"""The actors and what they did to one another as GraphML, for Gephi, Cytoscape and NetworkX."""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from kgbuild.graph.terms import iri_of
from kgbuild.vocab import DA, ENTITY, RDF, RDFS, act_classes

_NS: Final = "http://graphml.graphdrawing.org/xmlns"
_KEYS: Final = (("label", "node"), ("label_ar", "node"), ("kind", "node"), ("type", "edge"), ("act", "edge"))
_KINDS: Final = (DA.Person, DA.Organization, DA.Place, DA.Event)


def graphml(quads: Iterable[ox.Quad]) -> bytes:
    """A directed graph: a node an entity that takes part in an act, an edge each agent → addressee.

    Agents of an act without addressee are joined to one another (a meeting), or, when there is only
    one, to themselves, so that no act is lost.
    """
    facts: dict[str, dict[str, set[ox.NamedNode | ox.Literal]]] = {}
    for quad in quads:
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            facts.setdefault(iri_of(quad.subject), {}).setdefault(quad.predicate.value, set()).add(
                quad.object
            )
    edges = sorted(_edges(facts))
    root = ET.Element("graphml", {"xmlns": _NS})
    for name, owner in _KEYS:
        ET.SubElement(
            root, "key", {"id": f"{owner}-{name}", "for": owner, "attr.name": name, "attr.type": "string"}
        )
    graph = ET.SubElement(root, "graph", {"id": "acts", "edgedefault": "directed"})
    for iri in sorted({end for edge in edges for end in edge[:2]}):
        node = ET.SubElement(graph, "node", {"id": iri.removeprefix(ENTITY)})
        entity = facts.get(iri, {})
        _data(node, "node-label", _label(entity, "en") or _label(entity, "ar"))
        _data(node, "node-label_ar", _label(entity, "ar"))
        _data(node, "node-kind", _kind(entity))
    for number, (source, target, act_type, act) in enumerate(edges):
        ends = {"source": source.removeprefix(ENTITY), "target": target.removeprefix(ENTITY)}
        edge = ET.SubElement(graph, "edge", {"id": f"e{number}", **ends})
        _data(edge, "edge-type", act_type)
        _data(edge, "edge-act", act)
    ET.indent(root)
    # ElementTree writes a carriage return raw, which every parser would read as a line feed.
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written.replace(b"\r", b"&#13;") + b"\n"


Facts = dict[str, set[ox.NamedNode | ox.Literal]]


def _edges(facts: dict[str, Facts]) -> set[tuple[str, str, str, str]]:
    found: set[tuple[str, str, str, str]] = set()
    for iri, fact in facts.items():
        kinds = {one.value.removeprefix(DA.NS) for one in fact.get(RDF.type, ())} & act_classes().keys()
        agents = sorted(one.value for one in fact.get(DA.agent, ()))
        addressees = sorted(one.value for one in fact.get(DA.addressee, ()))
        for act_type in kinds:
            pairs = [(a, b) for a in agents for b in addressees]
            if not addressees:
                pairs = [(a, b) for a in agents for b in agents if a < b or len(agents) == 1]
            found |= {(a, b, act_type, iri) for a, b in pairs}
    return found


def _label(entity: Facts, language: str) -> str:
    labels = entity.get(RDFS.label, ())
    return min((o.value for o in labels if isinstance(o, ox.Literal) and o.language == language), default="")


def _kind(entity: Facts) -> str:
    types = {one.value for one in entity.get(RDF.type, ())}
    return next((kind.removeprefix(DA.NS) for kind in _KINDS if kind in types), "")


def _data(owner: ET.Element, key: str, text: str) -> None:
    if text:
        ET.SubElement(owner, "data", {"key": key}).text = text
