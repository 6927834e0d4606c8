"""Shapes as conditions: what :mod:`kgbuild.validation.plain` can check without an engine."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kgbuild.validation import combined, conditions
from kgbuild.validation.combined import Path
from kgbuild.validation.conditions import Condition, UndecidedError
from kgbuild.validation.statements import Values, term

Counts = tuple[tuple[str, Condition], ...]

_NO_CONDITION: Final = frozenset(
    {
        *(RDF.type, SH.path, SH.message, SH.severity, SH.targetClass, SH.targetSubjectsOf),
        *(SH.ignoredProperties, SH.qualifiedMinCount, SH.qualifiedMaxCount),
    }
)
_CLASS, _IN, _NOT, _OR = (SH[one] for one in ("class", "in", "not", "or"))


class Compiler:
    """Makes conditions of the shapes of a graph; raises :class:`UndecidedError` for what is not plain."""

    def __init__(self, graph: Graph, subclasses: Values) -> None:
        """``subclasses`` are the classes right below each class."""
        self._graph = graph
        self._subclasses = subclasses

    def shape(self, node: Node) -> tuple[tuple[Condition, ...], Counts]:
        """The conditions of a shape, and apart those on the number of values, by component.

        Raises:
            UndecidedError: if it is not plain.
        """
        path = self._one(node, SH.path)
        found: list[Condition] = []
        counts: dict[str, Condition] = {}
        for predicate, value in self._graph.predicate_objects(node):
            if predicate in _NO_CONDITION:
                continue
            if path is None:
                found.append(self._of_node(node, predicate, value))
            elif predicate == SH.minCount and "MinCount" not in counts:
                counts["MinCount"] = combined.at_least(self._path(path), _natural(value))
            elif predicate == SH.maxCount and "MaxCount" not in counts:
                counts["MaxCount"] = combined.at_most(self._path(path), _natural(value))
            else:
                found.append(self._of_path(self._path(path), node, predicate, value))
        return tuple(found), tuple((f"{name}ConstraintComponent", one) for name, one in counts.items())

    def _inner(self, node: Node) -> Condition:
        """A shape within another, as one condition."""
        if (node, SH.closed, None) in self._graph or (node, SH.deactivated, None) in self._graph:
            raise UndecidedError
        found, counts = self.shape(node)
        return combined.all_of([*found, *(condition for _, condition in counts)])

    def _of_node(self, shape: Node, predicate: Node, value: Node) -> Condition:
        if predicate == SH.property:
            return self._inner(value)
        if predicate != SH.closed:
            return self._of_value(predicate, value)
        if value != Literal(True) or (shape, SH.property, None) in self._graph:
            raise UndecidedError
        ignored = self._one(shape, SH.ignoredProperties)
        return combined.closed([] if ignored is None else [_term(one) for one in self._list(ignored)])

    def _of_path(self, path: Path, shape: Node, predicate: Node, value: Node) -> Condition:
        if predicate == SH.hasValue:
            return combined.leads_to(path, _term(value))
        if predicate == SH.equals:
            return combined.equal(path, combined.forward(_term(value)))
        if predicate == SH.disjoint:
            return combined.disjoint(path, combined.forward(_term(value)))
        if predicate == SH.uniqueLang and value == Literal(True):
            return combined.one_a_language(path)
        if predicate == SH.qualifiedValueShape:
            least, most = (self._one(shape, one) for one in (SH.qualifiedMinCount, SH.qualifiedMaxCount))
            return combined.qualified(
                path,
                self._inner(value),
                0 if least is None else _natural(least),
                None if most is None else _natural(most),
            )
        return combined.each_value(path, self._of_value(predicate, value))

    def _of_value(self, predicate: Node, value: Node) -> Condition:
        if predicate in {_OR, SH.xone}:
            several = [self._inner(one) for one in self._list(value)]
            return combined.so_many_of(several, bool if predicate == _OR else (1).__eq__)
        if predicate == _NOT:
            return combined.so_many_of([self._inner(value)], (0).__eq__)
        if predicate == SH.node:
            return self._inner(value)
        if predicate == _CLASS:
            return conditions.of_class(self._with_subclasses(_term(value)))
        if predicate == _IN:
            return conditions.among(map(_term, self._list(value)))
        if predicate == SH.languageIn:
            return conditions.in_languages(map(str, self._list(value)))
        if predicate == SH.nodeKind:
            return conditions.of_kind(str(value).removeprefix(str(SH)))
        if predicate == SH.datatype:
            return conditions.of_datatype(str(value))
        if predicate == SH.pattern:
            return conditions.like(str(value))
        if predicate == SH.minLength:
            return conditions.at_least_long(_natural(value))
        if predicate == SH.minInclusive:
            return conditions.bounded(_number(value), None)
        if predicate == SH.maxInclusive:
            return conditions.bounded(None, _number(value))
        raise UndecidedError

    def _path(self, node: Node) -> Path:
        if isinstance(node, URIRef):
            return combined.forward(_term(node))
        inverse, choice = (self._one(node, one) for one in (SH.inversePath, SH.alternativePath))
        if isinstance(inverse, URIRef):
            return combined.backward(_term(inverse))
        if choice is not None:
            return combined.either([self._path(one) for one in self._list(choice)])
        if (node, RDF.first, None) in self._graph:
            return combined.one_after_the_other([self._path(one) for one in self._list(node)])
        raise UndecidedError

    def _with_subclasses(self, of: str) -> set[str]:
        found, waiting = {of}, [of]
        while waiting:
            new = set(self._subclasses.get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return found

    def _one(self, node: Node, predicate: Node) -> Node | None:
        """The only value of a parameter."""
        found = list(self._graph.objects(node, predicate))
        if len(found) > 1:
            raise UndecidedError
        return found[0] if found else None

    def _list(self, node: Node) -> Sequence[Node]:
        found = list(Collection(self._graph, node))
        if not found:
            raise UndecidedError
        return found


def _term(node: Node) -> str:
    if isinstance(node, URIRef):
        return term(str(node))
    raise UndecidedError


def _natural(node: Node) -> int:
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise UndecidedError


def _number(node: Node) -> Decimal:
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise UndecidedError
