"""Checks, which must find nothing, and rules, which add links to the derived graph."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.querying.catalog import Question, read_folder
from kgbuild.querying.run import Answer, Source, ask, pointed
from kgbuild.resources import data_path
from kgbuild.vocab import DERIVED_GRAPH


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

    Empty that graph first, so that nothing is derived from what was derived before.

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
        found.update(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    return sorted(found, key=str)
