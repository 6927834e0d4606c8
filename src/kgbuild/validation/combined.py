"""Conditions made of others, and conditions on what a path leads to from each node."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from kgbuild.validation.conditions import Condition, View, language_of
from kgbuild.validation.statements import Values

Reach = Callable[[str], Collection[str]]
"""What a path leads to from a node, without repetitions."""
Path = Callable[[View], Reach]
_NONE: Final = ()


def forward(predicate: str) -> Path:
    """One step along a property."""
    return lambda view: _of(view.forward(predicate))


def backward(predicate: str) -> Path:
    """One step against a property."""
    return lambda view: _of(view.backward(predicate))


def either(paths: Sequence[Path]) -> Path:
    """What any of some paths leads to."""

    def path(view: View) -> Reach:
        reaches = [one(view) for one in paths]
        return lambda node: {value for reach in reaches for value in reach(node)}

    return path


def one_after_the_other(paths: Sequence[Path]) -> Path:
    """What the last of some paths leads to."""

    def path(view: View) -> Reach:
        reaches = [one(view) for one in paths]

        def reach(node: str) -> Collection[str]:
            nodes = {node}
            for step in reaches:
                nodes = {value for one in nodes for value in step(one)}
            return nodes

        return reach

    return path


def all_of(conditions: Sequence[Condition]) -> Condition:
    """All of some conditions."""
    return lambda view, nodes: set().union(*(one(view, nodes) for one in conditions))


def so_many_of(conditions: Sequence[Condition], is_right: Callable[[int], bool]) -> Condition:
    """As many of some conditions as is right."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        faults = [one(view, nodes) for one in conditions]
        return {node for node in nodes if not is_right(sum(node not in fault for fault in faults))}

    return failing


def each_value(path: Path, condition: Condition) -> Condition:
    """A condition on each thing that a path leads to."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        wrong = condition(view, {value for node in nodes for value in reach(node)})
        return {node for node in nodes if not wrong.isdisjoint(reach(node))} if wrong else set()

    return failing


def at_least(path: Path, least: int) -> Condition:
    """So many things that a path leads to."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        return {node for node in nodes if len(reach(node)) < least}

    return failing


def at_most(path: Path, most: int) -> Condition:
    """No more things that a path leads to."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        return {node for node in nodes if len(reach(node)) > most}

    return failing


def qualified(path: Path, condition: Condition, least: int, most: int | None) -> Condition:
    """So many things that a path leads to and that meet a condition."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        wrong = condition(view, {value for node in nodes for value in reach(node)})
        found = set()
        for node in nodes:
            count = sum(value not in wrong for value in reach(node))
            if count < least or (most is not None and count > most):
                found.add(node)
        return found

    return failing


def leads_to(path: Path, value: str) -> Condition:
    """A path that leads to a term."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        return {node for node in nodes if value not in reach(node)}

    return failing


def equal(path: Path, other: Path) -> Condition:
    """Two paths that lead to the same."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        one, two = path(view), other(view)
        return {node for node in nodes if set(one(node)) != set(two(node))}

    return failing


def disjoint(path: Path, other: Path) -> Condition:
    """Two paths that lead to nothing in common."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        one, two = path(view), other(view)
        return {node for node in nodes if not set(one(node)).isdisjoint(two(node))}

    return failing


def one_a_language(path: Path) -> Condition:
    """No two texts in one language."""

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        reach = path(view)
        found = set()
        for node in nodes:
            languages = [language for value in reach(node) if (language := language_of(value))]
            if len(languages) != len(set(languages)):
                found.add(node)
        return found

    return failing


def closed(allowed: Collection[str]) -> Condition:
    """No other properties than these."""
    known = frozenset(allowed)

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        others = [view.forward(one) for one in view.properties() if one not in known]
        return {node for of in others for node in nodes if node in of}

    return failing


def _of(values: Values) -> Reach:
    get = values.get
    return lambda node: get(node, _NONE)
