"""What of the graph a rule looks at together: its header says so, and the rest need not be at hand.

A rule for derived links may have one of these lines in its header::

    # scope: article
    # scope: alike rdf:type da:agent
    # scope: graph

``article``: a link hangs on the acts of one article alone, with all that any article says of each of them.
``alike``: a link joins two acts that have the same values of these properties, and hangs on the two alone.
``graph``: a link may hang on anything but on what rules derive. Without such a line a rule may look at all of
the graph, and everything is derived anew after each change.

With ``alike`` there may be a second line, for links that hold in both directions::

    # copies: da:addressee da:topic da:hasAttribution/da:tense

Acts that also have the same values of these (a path of two properties is written with a slash) are alike in
all that the rule compares. Of several such copies each is linked to the first, not to all others: see
docs/graph.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kgbuild.errors import DataFileError
from kgbuild.querying.catalog import Question
from kgbuild.vocab import PREFIXES

Path = tuple[str, ...]
"""IRIs of properties, one after the other."""
_LONGEST: Final = 2


class Scope(StrEnum):
    """How much of the graph a rule must see at once."""

    ARTICLE = "article"
    ALIKE = "alike"
    GRAPH = "graph"
    EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """The scope of a rule; ``alike`` and ``copies`` are paths of properties."""

    scope: Scope
    alike: tuple[Path, ...] = ()
    copies: tuple[Path, ...] = ()


def extent_of(rule: Question) -> Extent:
    """What the header of a rule says of its scope.

    Raises:
        DataFileError: if that is malformed.
    """
    words = rule.scope.split()
    if not words and not rule.copies:
        return Extent(Scope.EVERYTHING)
    name, paths = words[0] if words else "", words[1:]
    if name not in {Scope.ARTICLE, Scope.ALIKE, Scope.GRAPH} or bool(paths) != (name == Scope.ALIKE):
        raise DataFileError(
            f"{rule.path.name}: not a scope: {rule.scope!r}. Write '# scope: article', '# scope: graph' or "
            "'# scope: alike' and properties."
        )
    if rule.copies and name != Scope.ALIKE:
        raise DataFileError(f"{rule.path.name}: '# copies:' is for rules with '# scope: alike'. Remove it.")
    return Extent(Scope(name), _paths(rule, paths), _paths(rule, rule.copies.split()))


def _paths(rule: Question, words: Iterable[str]) -> tuple[Path, ...]:
    found = []
    for word in words:
        steps = [step.partition(":") for step in word.split("/")]
        if len(steps) > _LONGEST or any(prefix not in PREFIXES or not local for prefix, _, local in steps):
            raise DataFileError(
                f"{rule.path.name}: {word!r} is no property, nor two with a slash between. Write da:agent."
            )
        found.append(tuple(PREFIXES[prefix] + local for prefix, _, local in steps))
    return tuple(found)
