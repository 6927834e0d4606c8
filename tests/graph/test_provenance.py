import pytest

from kgbuild.errors import UsageError
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.vocab import DA, PROV, PROVENANCE_GRAPH, RUN, XSD

RECORD = RunRecord("0.1.0", "conf", "model")


def test_a_run_names_what_decided_the_bytes_and_no_time() -> None:
    quads = provenance_quads(RECORD, ["b", "a"])
    assert {str(quad.graph_name) for quad in quads} == {f"<{PROVENANCE_GRAPH}>"}
    assert {str(quad.subject) for quad in quads} == {f"<{RUN}>"}
    found = {quad.predicate.value for quad in quads}
    assert found >= {DA.softwareVersion, DA.configurationHash, DA.modelHash, PROV.used}
    assert PROV.endedAtTime not in found
    assert quads == provenance_quads(RECORD, ["a", "b", "a"])


@pytest.mark.parametrize("text", ["2024-05-01T14:00:00+02:00", "2024-05-01T12:00:00.9Z"])
def test_an_injected_time_is_written_in_utc(text: str) -> None:
    quads = provenance_quads(RunRecord("1", "c", "m", text), [])
    (time,) = [quad.object for quad in quads if quad.predicate.value == PROV.endedAtTime]
    assert str(time) == f'"2024-05-01T12:00:00Z"^^<{XSD.dateTime}>'


@pytest.mark.parametrize("text", ["", "yesterday", "2024-05-01", "2024-05-01T12:00:00"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--timestamp"):
        provenance_quads(RunRecord("1", "c", "m", text), [])
