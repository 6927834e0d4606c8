"""What made the graph: one run node, with a time only where the user injects one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.graph.terms import string, triple
from kgbuild.vocab import ARTICLE, DA, PROV, PROVENANCE_GRAPH, RDF, RUN, XSD


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What decided the bytes of a graph besides the articles.

    ``timestamp`` is an ISO 8601 instant with an offset, or ``None``: no clock is read.
    """

    software_version: str
    configuration_hash: str
    model_hash: str
    timestamp: str | None = None


def provenance_quads(run: RunRecord, article_keys: Iterable[str]) -> list[ox.Quad]:
    """The provenance graph, sorted; ``article_keys`` are the 20 hex digits of each article.

    Raises:
        UsageError: if the timestamp is not an ISO 8601 instant.
    """
    triples = [
        triple(RUN, RDF.type, DA.Run),
        triple(RUN, DA.softwareVersion, string(run.software_version)),
        triple(RUN, DA.configurationHash, string(run.configuration_hash)),
        triple(RUN, DA.modelHash, string(run.model_hash)),
        *(triple(RUN, PROV.used, ARTICLE + key) for key in article_keys),
    ]
    if run.timestamp is not None:
        triples.append(triple(RUN, PROV.endedAtTime, _instant(run.timestamp)))
    graph = ox.NamedNode(PROVENANCE_GRAPH)
    return sorted({ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples}, key=str)


def _instant(text: str) -> ox.Literal:
    advice = f"--timestamp {text!r} is no instant with a time zone; write it like 2024-05-01T12:00:00Z."
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(advice) from error
    if instant.tzinfo is None:
        raise UsageError(advice)
    whole = instant.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return ox.Literal(f"{whole.isoformat()}Z", datatype=ox.NamedNode(XSD.dateTime))
