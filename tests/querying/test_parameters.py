import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import UsageError
from kgbuild.querying.parameters import KINDS, Parameter, term

anything = st.text(max_size=30) | st.sampled_from(
    ['"', "\\", '" } UNION { ?s ?p ?o', "}} #", "\n", '"""', "> . <", "%3E", "a b", "\u202e", "\\u0022"]
)


@pytest.mark.parametrize(
    ("kind", "value", "terms"),
    [
        ("topic", "cyber", "<https://w3id.org/kgbuild/topic#cyber>"),
        ("entity", "russia", "<https://w3id.org/kgbuild/entity/russia>"),
        ("entity", "ent:russia", "<https://w3id.org/kgbuild/entity/russia>"),
        ("entity", "https://w3id.org/kgbuild/entity/russia", "<https://w3id.org/kgbuild/entity/russia>"),
        ("entity", "a, b", "<https://w3id.org/kgbuild/entity/a> <https://w3id.org/kgbuild/entity/b>"),
        ("entity", "any", "UNDEF"),
        ("class", "Propose", "<https://w3id.org/kgbuild/diplomatic-acts#Propose>"),
        ("day", "2021-06-16", '"2021-06-16T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'),
        ("integer", "-07", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("text", "a, b", '"a, b"'),
        ("text", "any", '"any"'),
    ],
)
def test_what_the_user_writes_becomes_terms(kind: str, value: str, terms: str) -> None:
    assert Parameter("p", kind, value, "").terms(value) == terms


@pytest.mark.parametrize(
    ("kind", "value", "advice"),
    [
        ("topic", "weather", "cyber"),
        ("topic", "", "cyber"),
        ("entity", "https://example.org/x", "key"),
        ("entity", "روسيا", "key"),
        ("class", "Dance", "Propose"),
        ("day", "16.6.2021", "2021-06-16"),
        ("integer", "1.5", "whole"),
        ("integer", "٣", "whole"),
    ],
)
def test_a_value_that_does_not_fit_says_what_would(kind: str, value: str, advice: str) -> None:
    with pytest.raises(UsageError, match=advice):
        Parameter("p", kind, "any", "").terms(value)


@given(st.sampled_from(sorted(KINDS)), anything)
def test_no_value_gets_out_of_its_place_in_a_query(kind: str, value: str) -> None:
    """Whatever is written ends as terms of the one VALUES block, or is refused."""
    try:
        terms = Parameter("p", kind, "any", "").terms(value)
    except UsageError:
        return
    query = f"SELECT ?p {{ VALUES ?p {{ {terms} }} }}"
    found = ox.Store().query(query)
    assert isinstance(found, ox.QuerySolutions)
    rows = [row["p"] for row in found]
    if kind == "text":
        assert [row.value for row in rows] == [value]
    else:
        assert len(rows) == len(value.split(","))


def test_prefixed_names_are_written_out() -> None:
    assert term("topic:cyber") == "<https://w3id.org/kgbuild/topic#cyber>"
    assert term('"x"^^xsd:dateTime') == '"x"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    for same in ("UNDEF", '"x"', "<x:y>", "nobody:knows"):
        assert term(same) == same
