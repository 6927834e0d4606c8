import pyoxigraph as ox

from kgbuild.graph.attribution import attribution_triples, layers
from kgbuild.model import ActMention, Argument, Article, Entity, Kind, Role, Span, Trigger
from kgbuild.vocab import DA

OUTLET = Entity("outlet", Kind.ORGANIZATION, "المنفذ")
TASS = Entity("tass", Kind.ORGANIZATION, "تاس", subtype="agency")
NOVOSTI = Entity("ria-novosti", Kind.ORGANIZATION, "نوفوستي", subtype="agency")
LAVROV = Entity("lavrov", Kind.PERSON, "لافروف")
PUTIN = Entity("putin", Kind.PERSON, "بوتين")
ZAKHAROVA = Entity("zakharova", Kind.PERSON, "زاخاروفا")


def act(
    agents: tuple[Entity, ...] = (), credited: tuple[Entity, ...] = (), within: int | None = None
) -> ActMention:
    arguments = (
        *(Argument(Role.AGENT, one, "") for one in agents),
        *(Argument(Role.REPORTED_BY, one, "") for one in credited),
    )
    return ActMention(Trigger(Span(0, 1), "row", "State"), arguments, Span(0, 1), within=within)


def keys(*acts: ActMention, of: int = 0) -> list[list[str]]:
    found = layers(acts, of, OUTLET, lambda entity: entity.subtype == "agency")
    return [[entity.key for entity in layer] for layer in found]


def test_an_outright_act_is_vouched_for_by_the_outlet() -> None:
    assert keys(act((LAVROV,))) == [["outlet"]]


def test_whom_the_text_credits_stands_before_the_outlet() -> None:
    assert keys(act((LAVROV,), (TASS,))) == [["tass"], ["outlet"]]


def test_content_is_vouched_for_by_the_speaker_of_the_act_around_it() -> None:
    assert keys(act((LAVROV,)), act(within=0), of=1) == [["lavrov"], ["outlet"]]


def test_an_agency_credited_for_the_outer_act_relays_its_content_too() -> None:
    outer, middle = act((ZAKHAROVA,), (TASS,)), act((LAVROV,), within=0)
    assert keys(outer, middle, act((PUTIN,), within=1), of=2) == [
        ["lavrov"],
        ["zakharova"],
        ["tass"],
        ["outlet"],
    ]


def test_people_stand_inside_media_whatever_the_order_of_the_text() -> None:
    assert keys(act((), (TASS, ZAKHAROVA))) == [["zakharova"], ["tass"], ["outlet"]]


def test_two_agencies_stand_side_by_side() -> None:
    assert keys(act((), (TASS, NOVOSTI))) == [["tass", "ria-novosti"], ["outlet"]]


def test_a_voice_stands_once_in_its_innermost_place_and_the_outlet_last() -> None:
    outer, middle = act((LAVROV,), (LAVROV, OUTLET)), act((LAVROV,), within=0)
    assert keys(outer, middle, act((), (LAVROV,), within=1), of=2) == [["lavrov"], ["outlet"]]
    assert keys(act((OUTLET,)), act(within=0), of=1) == [["outlet"]]


def test_a_speaker_nobody_named_is_passed_over() -> None:
    assert keys(act((), (TASS,)), act(within=0), of=1) == [["tass"], ["outlet"]]


def test_a_circle_of_within_ends() -> None:
    assert keys(act((LAVROV,), within=1), act((PUTIN,), within=0)) == [["putin"], ["lavrov"], ["outlet"]]


def test_every_chain_of_nodes_ends_at_the_outlet() -> None:
    one = act((), (TASS, NOVOSTI))
    triples = attribution_triples(
        Article("a", "x"), one, "x:act", layers([one], 0, OUTLET, lambda e: e != OUTLET)
    )
    relayed = {(t.subject, t.object) for t in triples if t.predicate.value == DA.relayedBy}
    who = {t.subject: t.object for t in triples if t.predicate.value == DA.attributedTo}
    inner = {t.object for t in triples if t.predicate.value == DA.hasAttribution}
    assert len(inner) == 2
    assert {start for start, _ in relayed} == inner
    assert {who[end] for _, end in relayed if isinstance(end, ox.NamedNode)} == {
        ox.NamedNode("https://w3id.org/kgbuild/entity/outlet")
    }


def test_only_the_innermost_links_tell_of_the_act() -> None:
    one = act((), (TASS,))
    triples = attribution_triples(Article("a", "x"), one, "x:act", ((TASS,), (OUTLET,)))
    assert len({t.subject for t in triples if t.predicate.value == DA.ofAct}) == 1
    assert len({t.subject for t in triples if t.predicate.value == DA.polarity}) == 1
    assert len({t.subject for t in triples if t.predicate.value == DA.attributedTo}) == 2
