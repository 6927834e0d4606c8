"""Which family of speech acts a class belongs to: what pages color, shape and group acts by."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kgbuild.graph.ontology import ontology_triples
from kgbuild.vocab import DA, RDFS, act_classes

FAMILIES: Final = (
    "Assertive",
    "Commissive",
    "Directive",
    "Evaluative",
    "Responsive",
    "Interaction",
    "Material",
    "Other",
)
"""In the order of legends; each has a color and a shape in ``site.css`` under its name in small letters."""

_NARROWEST_FIRST: Final = (
    "Material",
    "Interaction",
    "Responsive",
    "Evaluative",
    "Directive",
    "Commissive",
    "Assertive",
)
"""A class below two families (a denial asserts and responds) is shown under the first of these."""


@cache
def family_of() -> Mapping[str, str]:
    """Family of every act class, by local names: ``Visit`` to ``Interaction``."""
    parents: dict[str, set[str]] = {}
    for triple in ontology_triples():
        if triple.predicate.value == RDFS.subClassOf and isinstance(triple.object, ox.NamedNode):
            child = str(getattr(triple.subject, "value", "")).removeprefix(DA.NS)
            parents.setdefault(child, set()).add(triple.object.value.removeprefix(DA.NS))
    found = {}
    for name in act_classes():
        above, waiting = {name}, [name]
        while waiting:
            fresh = parents.get(waiting.pop(), set()) - above
            above |= fresh
            waiting += sorted(fresh)
        found[name] = next((family for family in _NARROWEST_FIRST if family in above), "Other")
    return MappingProxyType(found)
