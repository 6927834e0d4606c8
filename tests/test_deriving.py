"""What is derived piece by piece is what the rules derive when they ask all of the graph at once."""

import itertools
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild import copies
from kgbuild.deriving import Deriving
from kgbuild.errors import DataFileError
from kgbuild.graph.ontology import ontology_quads
from kgbuild.querying.rules import Rule, derived_quads, read_rules
from kgbuild.resources import data_path
from kgbuild.store.embedded import Store
from kgbuild.store.tellings import Tellings
from kgbuild.vocab import ARTICLE_GRAPH, DA, DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PREFIXES

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
ENTITIES = """
ent:usa a da:Country . ent:russia a da:Country . ent:paper a da:MediaOutlet . ent:wire a da:Agency .
ent:lavrov a da:Person ; da:country ent:russia ; da:heldRole ten:l .
ent:blinken a da:Person ; da:country ent:usa .
ten:l a da:RoleTenure ; da:fromYear 2004 ; da:roleOf ent:russia .
"""
WHO = ("usa", "russia", "lavrov", "blinken")
CLASSES = ("Accuse", "Deny", "Propose", "Agree", "Reject", "Meet", "State", "Expel")


@dataclass
class Teller:
    """Writes articles that tell of a few acts, some of them told by several."""

    chance: random.Random
    shared: list[str] = field(default_factory=list)

    def article(self, key: str) -> str:
        """Turtle of one article."""
        pick = self.chance.choice
        lines = [
            f"art:{key} a da:Article ; da:outlet ent:{pick(('paper', 'wire'))} ; "
            f'dcterms:issued "20{pick((11, 21))}-05-01T00:00:00Z"^^xsd:dateTime .'
        ]
        for n in range(self.chance.randint(1, 5)):
            if self.shared and self.chance.random() < 0.4:
                act, what = pick(self.shared).split(" ", 1)
            else:
                act, what = f"{key}-{n}", self.content()
                if self.chance.random() < 0.4:
                    self.shared.append(f"{act} {what}")
            lines.append(self.telling(key, n, act, what))
        return "\n".join(lines)

    def content(self) -> str:
        """What an act is, the same in all articles that tell of it."""
        pick = self.chance.choice
        what = [f"a da:{pick(CLASSES)} ; da:agent ent:{pick(WHO)}"]
        what += [f"da:addressee ent:{pick(WHO)}"] * self.chance.randint(0, 1)
        what += [f"da:topic topic:{pick(('cyber', 'trade'))}"] * self.chance.randint(0, 1)
        return " ; ".join(what)

    def telling(self, key: str, n: int, act: str, what: str) -> str:
        """What an article says of one act."""
        pick, place = self.chance.choice, 100 * n
        more = f" ; da:conditionalOn cond:{key}{n}" * (self.chance.random() < 0.1)
        return f"""
act:{act} {what} ; da:hasMention men:{key}{n} ; da:hasAttribution att:{key}{n}{more} .
att:{key}{n} a da:Attribution ; da:ofAct act:{act} ; da:attributedTo ent:{pick((*WHO, "paper"))} ;
  da:inArticle art:{key} ; da:polarity da:{pick(("Affirmed", "Affirmed", "Negated"))} ;
  da:tense da:{pick(("PastTense", "FutureTense"))} ; da:certainty da:Certain .
men:{key}{n} a da:ActMention ; da:inArticle art:{key} ; da:evidence men:{key}{n}-e .
men:{key}{n}-e oa:hasSelector men:{key}{n}-ep . men:{key}{n}-ep oa:start {place} ; oa:end {place + 50} ."""


def put(store: Store, name: str, turtle: str) -> None:
    graph = ox.NamedNode(name)
    triples = ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
    if name in store.graph_names():
        store.replace_graph(name, quads)
    else:
        store.add_quads(name, quads)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with made(tmp_path / "kg") as store:
        yield store


def made(folder: Path) -> Store:
    """A store without articles."""
    store = Store.open(folder, write=True)
    store.add_quads(ONTOLOGY_GRAPH, [q for q in ontology_quads() if not isinstance(q.object, ox.Literal)])
    put(store, ENTITIES_GRAPH, ENTITIES)
    return store


def whole(store: Store, rules: Sequence[Rule]) -> set[ox.Quad]:
    """What is derived of all articles in one go."""
    keys = [
        name.removeprefix(ARTICLE_GRAPH) for name in store.graph_names() if name.startswith(ARTICLE_GRAPH)
    ]
    apart = store.folder / "apart"
    apart.mkdir(exist_ok=True)
    with Tellings.open(apart) as tellings:
        Deriving(store, tellings, rules).everything((key, "") for key in keys)
    return set(store.quads(DERIVED_GRAPH))


def merged(store: Store) -> set[ox.Triple]:
    return {quad.triple for quad in store.database.quads_for_pattern(None, None, None, ox.DefaultGraph())}


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_what_changes_is_derived_anew_and_all_else_stays_right(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)  # noqa: S311
    teller = Teller(chance)
    rules = read_rules()
    with made(tmp_path_factory.mktemp("kg")) as store, Tellings.open(store.folder) as tellings:
        keys = [f"{n:020}" for n in range(chance.randint(2, 9))]
        for key in keys[1:]:
            put(store, ARTICLE_GRAPH + key, teller.article(key))
        Deriving(store, tellings, rules).everything((key, "first") for key in keys[1:])
        changed = {keys[0], *chance.sample(keys[1:], k=len(keys) // 3)}
        gone = set(chance.sample(sorted(set(keys[1:]) - changed), k=len(keys) // 4))
        for key in changed:
            put(store, ARTICLE_GRAPH + key, teller.article(key))
        for key in gone:
            store.remove_article(key)
        owners = Deriving(store, tellings, rules).update([(key, "") for key in changed], gone, most=len(keys))
        assert owners is not None
        found = set(store.quads(DERIVED_GRAPH))
        assert merged(store) == {quad.triple for quad in store.quads()}
        assert found == whole(store, rules)


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_pieces_give_what_the_rules_give_that_ask_all_at_once(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """But for copies, of which each is linked to the first: the next test."""
    teller = Teller(random.Random(seed))  # noqa: S311
    folder = tmp_path_factory.mktemp("rules")
    for path in data_path("queries", "derive").glob("*.rq"):
        if path.stem != "same-statement":
            shutil.copy(path, folder)
    rules = read_rules(folder)
    with made(tmp_path_factory.mktemp("kg")) as store, Tellings.open(store.folder) as tellings:
        keys = [f"{n:020}" for n in range(8)]
        for key in keys:
            put(store, ARTICLE_GRAPH + key, teller.article(key))
        at_once = set(derived_quads(store, folder))
        Deriving(store, tellings, rules).everything((key, "") for key in keys)
        assert set(store.quads(DERIVED_GRAPH)) == at_once
        Deriving(store, tellings, rules).update([(key, "again") for key in keys], [], most=len(keys))
        assert set(store.quads(DERIVED_GRAPH)) == at_once


COPY = "act:{act} a da:Accuse ; da:agent ent:usa ; da:addressee ent:russia ; da:topic topic:cyber ; {more} "
TELLING = """da:hasMention men:{act} ; da:hasAttribution att:{act} .
att:{act} a da:Attribution ; da:ofAct act:{act} ; da:inArticle art:{key} ; da:polarity da:Affirmed ;
  da:attributedTo ent:usa ; da:tense da:{tense} ; da:certainty da:Certain .
men:{act} a da:ActMention ; da:inArticle art:{key} . art:{key} da:outlet ent:{outlet} ."""


def tell(
    store: Store, key: int, *acts: str, outlet: str = "paper", more: str = "", tense: str = "PastTense"
) -> str:
    """Put an article that tells of some acts, which are copies of one another; return its key."""
    name = f"{key:020}"
    turtle = "".join(
        (COPY + TELLING).format(act=act, key=name, outlet=outlet, more=more, tense=tense) for act in acts
    )
    put(store, ARTICLE_GRAPH + name, turtle)
    return name


def same(store: Store) -> set[tuple[str, str]]:
    """Local names of the acts that the derived graph links as the same."""
    return {
        (str(q.subject.value)[len(PREFIXES["act"]) :], str(q.object.value)[len(PREFIXES["act"]) :])  # type: ignore[union-attr]
        for q in store.quads(DERIVED_GRAPH)
        if q.predicate.value == DA.sameStatementAs
    }


def derive(store: Store, keys: Sequence[str], rules: Sequence[Rule] | None = None) -> None:
    with Tellings.open(store.folder) as tellings:
        Deriving(store, tellings, rules or read_rules()).everything((key, "") for key in keys)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two copies were many."""
    monkeypatch.setattr(copies, "FEW", 1)


def test_few_copies_are_all_linked_to_one_another(empty: Store) -> None:
    acts = [f"c{n}" for n in range(copies.FEW)]
    derive(empty, [tell(empty, n, act) for n, act in enumerate(acts)])
    assert same(empty) == set(itertools.combinations(acts, 2))


@pytest.mark.usefixtures("few")
def test_of_many_copies_each_is_linked_to_the_first(empty: Store) -> None:
    derive(empty, [tell(empty, n, f"c{n}") for n in range(6)])
    assert same(empty) == {("c0", f"c{n}") for n in range(1, 6)}


@pytest.mark.usefixtures("few")
def test_two_tellings_of_one_article_are_linked_to_the_first_of_another(empty: Store) -> None:
    derive(empty, [tell(empty, 0, "c0", "c3", "c4"), tell(empty, 1, "c1"), tell(empty, 2, "c2")])
    assert same(empty) == {("c0", "c1"), ("c0", "c2"), ("c1", "c3"), ("c1", "c4")}


@pytest.mark.usefixtures("few")
def test_a_copy_is_also_linked_to_the_first_from_another_outlet(empty: Store) -> None:
    keys = [tell(empty, n, f"c{n}") for n in range(4)]
    derive(empty, [*keys, tell(empty, 4, "c4", outlet="wire")])
    assert same(empty) == {*(("c0", f"c{n}") for n in range(1, 5)), *((f"c{n}", "c4") for n in range(1, 4))}


@pytest.mark.usefixtures("few")
def test_what_is_not_alike_in_all_is_linked_where_the_rule_says_so(empty: Store) -> None:
    keys = [tell(empty, n, f"c{n}") for n in range(4)]
    derive(empty, [*keys, *(tell(empty, n, f"d{n}", more="da:topic topic:trade ;") for n in range(4, 8))])
    links = same(empty)
    joined = {frozenset(link) for link in links}
    assert {("c0", "c1"), ("c0", "c2"), ("c0", "c3"), ("d4", "d5"), ("d4", "d6"), ("d4", "d7")} <= links
    assert frozenset(("c0", "d4")) in joined
    apart = [*keys, *(tell(empty, n, f"d{n}", tense="FutureTense") for n in range(4, 8))]
    derive(empty, apart)
    assert all(one[0] == other[0] for one, other in same(empty))


@pytest.mark.parametrize("count", [20, 60])
def test_links_grow_as_copies_do(empty: Store, count: int) -> None:
    derive(empty, [tell(empty, n, f"c{n:03}", outlet=("paper", "wire")[n % 2]) for n in range(count)])
    assert count - 1 <= len(same(empty)) < 2 * count + copies.FEW**2


def own(folder: Path, text: str, header: str = "") -> tuple[Rule, ...]:
    folder.mkdir(exist_ok=True)
    (folder / "own.rq").write_text(f"# title: T\n{header}\n{text}\n", encoding="utf-8")
    return read_rules(folder)


LINK = "CONSTRUCT {{ ?x da:repliesTo ?y }} WHERE {{ {} }}"


def test_a_rule_without_scope_is_asked_anew_of_all(empty: Store, tmp_path: Path) -> None:
    keys = [tell(empty, n, f"c{n}") for n in range(2)]
    rules = own(tmp_path / "rules", LINK.format("?x a da:Accuse . ?y a da:Accuse . FILTER(?x != ?y)"))
    with Tellings.open(empty.folder) as tellings:
        deriving = Deriving(empty, tellings, rules)
        assert not deriving.can_go_on
        deriving.everything((key, "") for key in keys)
    assert set(empty.quads(DERIVED_GRAPH)) == set(derived_quads(empty, tmp_path / "rules"))


def test_links_start_from_what_articles_tell(empty: Store, tmp_path: Path) -> None:
    keys = [tell(empty, 0, "c0")]
    rules = own(tmp_path / "rules", LINK.format("?y da:agent ?x"), "# scope: article\n")
    with pytest.raises(DataFileError, match=r"own\.rq .*start from acts"):
        derive(empty, keys, rules)


def test_a_rule_that_goes_beyond_its_scope_is_told_of(empty: Store, tmp_path: Path) -> None:
    keys = [
        tell(empty, n, f"c{n}", f"d{n}", more="", tense=("PastTense", "FutureTense")[n]) for n in range(2)
    ]
    rules = own(
        tmp_path / "rules",
        LINK.format("?x a da:Accuse . ?y a da:Accuse . FILTER(?x != ?y)"),
        "# scope: alike da:hasAttribution/da:tense\n",
    )
    with pytest.raises(DataFileError, match=r"own\.rq .*do not share"):
        derive(empty, keys, rules)


def test_where_reviewers_made_an_entity_known_everything_is_derived(empty: Store) -> None:
    key = tell(
        empty,
        0,
        "c0",
        more="da:agent ent:wd-Q1 ; da:topic topic:trade . ent:wd-Q1 skos:exactMatch wd:Q1 . act:c0 ",
    )
    with Tellings.open(empty.folder) as tellings:
        deriving = Deriving(empty, tellings, read_rules())
        deriving.everything([])
        assert deriving.update([(key, "")], [], most=9) is None


def test_what_would_touch_too_much_is_left_to_everything(empty: Store) -> None:
    keys = [tell(empty, n, "shared") for n in range(4)]
    with Tellings.open(empty.folder) as tellings:
        deriving = Deriving(empty, tellings, read_rules())
        deriving.everything((key, "") for key in keys[1:])
        before = empty.quads(DERIVED_GRAPH)
        assert deriving.update([(keys[0], "")], [], most=3) is None
        assert empty.quads(DERIVED_GRAPH) == before
        assert deriving.update([(keys[0], "")], [], most=4) is not None


def test_a_rule_that_draws_nothing_any_more_is_not_described(empty: Store) -> None:
    keys = [tell(empty, n, f"c{n}") for n in range(2)]
    described = ox.NamedNode(PREFIXES["rule"] + "same-statement")
    with Tellings.open(empty.folder) as tellings:
        deriving = Deriving(empty, tellings, read_rules())
        deriving.everything((key, "") for key in keys)
        assert any(quad.subject == described for quad in empty.quads(DERIVED_GRAPH))
        empty.remove_article(keys[1])
        deriving.update([], [keys[1]], most=9)
    assert not any(quad.subject == described for quad in empty.quads(DERIVED_GRAPH))
