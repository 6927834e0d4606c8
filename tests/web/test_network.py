from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.web.index import Act
from kgbuild.web.network import network

PLAIN = Act("k", "State", "Assertive", (), (), (), (), None, None, (), True, False, False, False)
NAMES = st.lists(st.sampled_from([f"n{n}" for n in range(60)]), max_size=3, unique=True).map(tuple)
ACTS = st.lists(
    st.builds(lambda agents, addressees: replace(PLAIN, agents=agents, addressees=addressees), NAMES, NAMES),
    max_size=120,
)


@given(ACTS)
def test_what_is_shown_hangs_together_and_the_rest_is_counted(acts: list[Act]) -> None:
    found = network(acts)
    ends = {key for edge in found.edges for key in (edge.agent, edge.addressee)}
    assert {key for key, _ in found.nodes} == ends
    pairs = Counter((a, b) for act in acts for a in act.agents for b in act.addressees if a != b)
    assert len({key for pair in pairs for key in pair}) == len(found.nodes) + found.left_out
    for edge in found.edges:
        assert len(edge.acts) == pairs[edge.agent, edge.addressee] == edge.families.total()
    assert [len(edge.acts) for edge in found.edges] == sorted(
        (len(edge.acts) for edge in found.edges), reverse=True
    )


def test_the_busiest_are_shown() -> None:
    many = [replace(PLAIN, agents=("hub",), addressees=(f"n{n:03}",)) for n in range(200)]
    found = network([*many, replace(PLAIN, agents=("n150",), addressees=("hub",))])
    shown = [key for key, _ in found.nodes]
    assert shown[:2] == ["hub", "n150"]
    assert (len(shown), found.left_out) == (40, 161)
    assert dict(found.nodes)["hub"] == 201
