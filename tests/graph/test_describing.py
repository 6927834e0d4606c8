from types import ModuleType

import pyoxigraph as ox

from kgbuild.graph.describing import DATASET, VOID, description
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.serialize import serialize
from kgbuild.vocab import DA


def _count(found: list[ox.Triple], subject: str, predicate: str) -> int:
    (value,) = [
        str(getattr(one.object, "value", ""))
        for one in found
        if str(one.subject) == f"<{subject}>" and one.predicate.value == VOID + predicate
    ]
    return int(value)


def test_counts_are_those_of_the_merged_graph(story: ModuleType) -> None:
    first, second = article_quads(story.offer()), article_quads(story.echo())
    merged = {quad.triple for quad in [*first, *second]}
    found = description([*first, *second, *first])
    assert _count(found, DATASET, "triples") == len(merged) < len(first) + len(second)
    assert _count(found, DATASET, "distinctSubjects") == len({one.subject for one in merged})
    assert _count(found, first[0].graph_name.value, "triples") == len(first)  # type: ignore[union-attr]
    parts = {
        one.subject: getattr(one.object, "value", "")
        for one in found
        if one.predicate.value == VOID + "class"
    }
    (propose,) = [part for part, kind in parts.items() if kind == DA.Propose]
    assert _count(found, str(propose).strip("<>"), "entities") == 1


def test_equal_graphs_have_equal_descriptions(story: ModuleType) -> None:
    quads = article_quads(story.offer())
    assert serialize(quads, "void") == serialize(reversed(quads), "void")
    written = serialize(quads, "void")
    again = {quad.triple for quad in ox.parse(written, ox.RdfFormat.TURTLE)}
    assert again == set(description(quads))


def test_an_empty_graph_is_described_too() -> None:
    assert _count(description([]), DATASET, "triples") == 0
