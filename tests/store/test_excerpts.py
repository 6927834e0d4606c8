import pyoxigraph as ox

from kgbuild.store.excerpts import Excerpts
from kgbuild.vocab import ACT, DA, PREFIXES

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
ARTICLES = {
    "a": """
act:x a da:Accuse ; rdfs:label "x"@en ; da:agent ent:usa ; da:within act:y ; da:hasAttribution att:a ;
  da:hasMention men:a ; da:time tim:t . tim:t da:earliest 1 ; da:expression "t"@ar .
att:a da:polarity da:Affirmed ; da:relayedBy att:r . att:r da:attributedTo ent:wire .
men:a da:inArticle art:a ; da:evidence men:a-e . men:a-e oa:hasSelector men:a-ep . men:a-ep oa:start 10 .
art:a da:outlet ent:wire ; dcterms:issued "2021" . act:y a da:State .
""",
    "b": """
act:x a da:Accuse ; da:agent ent:usa ; da:hasAttribution att:b ; da:hasMention men:b .
att:b da:polarity da:Negated . men:b da:inArticle art:b ; da:evidence men:b-e . art:b dcterms:issued "2022" .
men:b-e oa:hasSelector men:b-ep . men:b-ep oa:start 20 . act:z a da:State .
""",
}
ENTITIES = 'ent:usa a da:Country ; rdfs:label "USA"@en . ent:lavrov da:country ent:russia .'


def excerpts() -> Excerpts:
    database = ox.Store()
    graphs = {f"article/{key}": turtle for key, turtle in ARTICLES.items()}
    for name, turtle in {
        **graphs,
        "entities": ENTITIES,
        "ontology": 'da:Accuse rdfs:subClassOf da:Act ; rdfs:label "Accuse"@en .',
        "derived": "act:x da:repliesTo act:z . der:d da:derivedSubject act:x .",
    }.items():
        for graph in (ox.DefaultGraph(), ox.NamedNode(f"https://w3id.org/kgbuild/graph/{name}")):
            database.load((HEAD + turtle).encode(), ox.RdfFormat.TURTLE, to_graph=graph)
    return Excerpts(database, [DA.repliesTo])


def values(*articles: str) -> dict[str, set[str]]:
    """Subjects (local names) and values of the excerpt of one act."""
    found: dict[str, set[str]] = {}
    solutions = excerpts().of([ACT + "x"], articles).query("SELECT ?s ?o { ?s ?p ?o }")
    assert isinstance(solutions, ox.QuerySolutions)
    for row in solutions:
        subject, value = (str(getattr(row[n], "value", row[n])).rpartition("/")[2] for n in (0, 1))
        found.setdefault(subject, set()).add(value)
    return found


def test_an_act_comes_with_what_all_articles_say_of_it() -> None:
    found = values("a")
    assert found["x"] == {"diplomatic-acts#Accuse", "usa", "y", "a", "b", "t"}
    assert found["a"] >= {"diplomatic-acts#Affirmed", "r"}
    assert found["b"] >= {"diplomatic-acts#Negated", "2022"}
    assert found["t"] == {"1"}
    assert found["r"] == {"wire"}
    assert found["usa"] == {"diplomatic-acts#Country"}
    assert found["diplomatic-acts#Accuse"] == {"diplomatic-acts#Act"}


def test_evidence_has_its_place_in_the_articles_asked_for_alone() -> None:
    assert {name for name in values("a") if name.endswith("-ep")} == {"a-ep"}
    assert {name for name in values("a", "b") if name.endswith("-ep")} == {"a-ep", "b-ep"}
    assert not {name for name in values() if name.endswith("-ep")}


def test_other_acts_words_and_what_was_derived_are_left_out() -> None:
    found = values("a", "b")
    assert not {"y", "z", "d", "lavrov"} & found.keys()
    assert "z" not in found["x"]


def test_an_excerpt_of_nothing_holds_the_ontology() -> None:
    solutions = excerpts().of([]).query("SELECT ?s { ?s ?p ?o }")
    assert [row[0] for row in solutions] == [ox.NamedNode(DA.Accuse)]  # type: ignore[union-attr]
