"""Checks, which must find nothing, and rules, which add links to the derived graph."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.querying.catalog import Question, read_folder
from kgbuild.querying.rendering import short
from kgbuild.querying.run import Answer, Source, ask, pointed
from kgbuild.resources import data_path
from kgbuild.vocab import DA, DERIVED_GRAPH, RDFS

_COMMENT: Final = ox.NamedNode(RDFS.comment)
_EXPLAINED: Final = frozenset({DA.accepts, DA.rejects, DA.denies, DA.contradicts, DA.sameStatementAs})


@dataclass(frozen=True, slots=True)
class Check:
    """A check and what it found."""

    question: Question
    answer: Answer

    @property
    def passed(self) -> bool:
        """Whether it found nothing."""
        return not self.answer.rows


def run_checks(source: Source, folder: Path | None = None, *, limit: int = 20) -> list[Check]:
    """Run every check, by id; each tells at most ``limit`` of what it finds.

    Raises:
        DataFileError: if a check is malformed.
    """
    checks = read_folder(folder or data_path("queries", "checks"))
    return [Check(check, ask(source, check.text, limit=limit)) for check in checks.values()]


def derived_quads(source: Source, folder: Path | None = None) -> list[ox.Quad]:
    """What the rules derive, sorted, for ``…/graph/derived``.

    Every link says on its subject, as ``rdfs:comment``, which rule drew it and what that rule asks for;
    codes do not, since they all follow from the act's class. Empty the graph first, so that nothing is
    derived from what was derived before.

    Raises:
        DataFileError: if a rule is malformed or is no CONSTRUCT query.
    """
    graph = ox.NamedNode(DERIVED_GRAPH)
    found: set[ox.Quad] = set()
    for rule in read_folder(folder or data_path("queries", "derive")).values():
        try:
            triples = source.query(rule.text)
        except SyntaxError as error:
            raise DataFileError(f"{rule.path.name}: {pointed(rule.text, str(error))}") from error
        if not isinstance(triples, ox.QueryTriples):
            raise DataFileError(f"{rule.path.name} is no CONSTRUCT query. Write it as one.")
        for link in triples:
            found.add(ox.Quad(link.subject, link.predicate, link.object, graph))
            if link.predicate.value in _EXPLAINED:
                found.add(ox.Quad(link.subject, _COMMENT, _why(rule, link), graph))
    return sorted(found, key=str)


def _why(rule: Question, link: ox.Triple) -> ox.Literal:
    what = link.predicate.value.rpartition("#")[2]
    other = short(link.object.value) if isinstance(link.object, ox.NamedNode) else str(link.object)
    return ox.Literal(f"{what} {other} by the rule {rule.id}: {rule.about}", language="en")
