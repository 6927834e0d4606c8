"""Single conditions of SHACL Core on terms, each for many nodes at once.

A condition is given nodes and returns those that fail it. Of what it cannot be sure (a literal whose text is
escaped, a datatype whose forms are not known here) it says nothing: it raises :class:`UndecidedError`, and an
engine decides.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from kgbuild.validation.statements import Values
from kgbuild.vocab import RDF, XSD


class UndecidedError(Exception):
    """It takes a SHACL engine to tell."""


class View(Protocol):
    """A graph together with what it is seen with."""

    types: Values
    """The classes of each node that is described here or elsewhere."""

    def forward(self, predicate: str) -> Values:
        """What a property leads to from each subject."""

    def backward(self, predicate: str) -> Values:
        """What leads to each object by a property."""

    def properties(self) -> Iterable[str]:
        """All properties of the graph itself."""


Condition = Callable[[View, Collection[str]], set[str]]
"""Nodes or values, and those among them that fail."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_MIDNIGHT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00Z")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9/._~?&=#:-]*")
_PATTERN: Final = re.compile(r"(\\\.|[A-Za-z0-9:/#_()|\[\]{}*^$-])+")
"""What means the same in XPath's regular expressions and in Python's."""
_KINDS: Final = {"IRI": ("<",), "BlankNode": ("_",), "Literal": ('"',), "BlankNodeOrIRI": ("_", "<")}


def of_class(classes: Collection[str]) -> Condition:
    """Nodes that belong to one of these classes."""
    members = frozenset(classes)

    def failing(view: View, nodes: Collection[str]) -> set[str]:
        types = view.types
        return {node for node in nodes if members.isdisjoint(types.get(node, ()))}

    return failing


def of_kind(kind: str) -> Condition:
    """Nodes of a ``sh:nodeKind`` (its local name).

    Raises:
        UndecidedError: for one that is not known here.
    """
    if kind not in _KINDS:
        raise UndecidedError
    beginnings = _KINDS[kind]
    return lambda _, nodes: {node for node in nodes if not node.startswith(beginnings)}


def among(values: Iterable[str]) -> Condition:
    """One of these terms."""
    allowed = frozenset(values)
    return lambda _, nodes: set(nodes) - allowed


def of_datatype(datatype: str) -> Condition:
    """Literals of a datatype (IRI), in a form that it has.

    Raises:
        UndecidedError: for a datatype whose forms are not known here.
    """
    if datatype not in _FORMS:
        raise UndecidedError
    well_formed = _FORMS[datatype]

    def failing(_: View, nodes: Collection[str]) -> set[str]:
        found = set()
        for node in nodes:
            text, rest = _literal(node)
            if text is None or _datatype(rest) != datatype:
                found.add(node)
            elif not well_formed(text):
                raise UndecidedError
        return found

    return failing


def like(pattern: str) -> Condition:
    """IRIs and literals with a text that a regular expression is found in.

    Raises:
        UndecidedError: for an expression that may mean something else to an engine.
    """
    if not _PATTERN.fullmatch(pattern):
        raise UndecidedError
    found_in = re.compile(pattern, re.ASCII).search

    def failing(_: View, nodes: Collection[str]) -> set[str]:
        return {node for node in nodes if node.startswith("_") or not found_in(_text(node))}

    return failing


def at_least_long(length: int) -> Condition:
    """IRIs and literals with a text of so many characters."""

    def failing(_: View, nodes: Collection[str]) -> set[str]:
        found = set()
        for node in nodes:
            is_text = node.startswith('"')
            if is_text and length <= 1 and not node.startswith('""'):
                continue  # one character at least, however it is escaped
            if node.startswith("_") or len(_text(node)) < length:
                found.add(node)
        return found

    return failing


def in_languages(languages: Iterable[str]) -> Condition:
    """Literals with one of these languages, or a dialect of it."""
    ranges = [one.lower() for one in languages]

    def failing(_: View, nodes: Collection[str]) -> set[str]:
        found = set()
        for node in nodes:
            language = language_of(node)
            if not any(language == one or language.startswith(f"{one}-") for one in ranges):
                found.add(node)
        return found

    return failing


def bounded(least: Decimal | None, most: Decimal | None) -> Condition:
    """Numbers between two, these included."""

    def failing(_: View, nodes: Collection[str]) -> set[str]:
        found = set()
        for node in nodes:
            text, rest = _literal(node)
            is_number = text is not None and _datatype(rest) in {XSD.integer, XSD.decimal}
            if text is None or not is_number or not _NUMBER.fullmatch(text):
                raise UndecidedError
            number = Decimal(text)
            if (least is not None and number < least) or (most is not None and number > most):
                found.add(node)
        return found

    return failing


def language_of(node: str) -> str:
    """The language of a literal in lower case; empty for other terms."""
    rest = _literal(node)[1]
    return rest[1:].lower() if rest.startswith("@") else ""


def _literal(node: str) -> tuple[str | None, str]:
    """Text (still escaped) and ending of a literal; no text for other terms."""
    if not node.startswith('"'):
        return None, ""
    end = node.rindex('"')
    rest = node[end + 1 :]
    if rest.startswith("@") and "--" in rest:
        raise UndecidedError  # a literal with a direction
    return node[1:end], rest


def _datatype(rest: str) -> str:
    if rest.startswith("@"):
        return RDF.langString
    return rest[3:-1] if rest else XSD.string


def _text(node: str) -> str:
    """An IRI, or the text of a literal.

    Raises:
        UndecidedError: for one that is escaped.
    """
    text = _literal(node)[0] if node.startswith('"') else node[1:-1]
    if text is None or "\\" in text:
        raise UndecidedError
    return text


def _is_midnight(text: str) -> bool:
    found = _MIDNIGHT.fullmatch(text)
    if not found:
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


_FORMS: Final[dict[str, Callable[[str], object]]] = {
    RDF.langString: lambda _: True,
    XSD.string: lambda _: True,
    XSD.integer: _INTEGER.fullmatch,
    XSD.decimal: _NUMBER.fullmatch,
    XSD.dateTime: _is_midnight,
    XSD.anyURI: _URI.fullmatch,
}
"""Forms that a literal certainly may have; of another an engine must tell."""
