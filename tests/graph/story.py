"""A small story told by hand in two articles, with everything that a graph can hold.

Both tell of one statement and one summit; the second contradicts the first about extraditions.
"""

from datetime import date
from pathlib import Path

from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.model import (
    ActMention,
    Argument,
    Article,
    Basis,
    Candidate,
    Certainty,
    Decision,
    Entity,
    Extraction,
    Issue,
    Kind,
    Link,
    Mention,
    Polarity,
    Precision,
    Role,
    Span,
    Tense,
    Tenure,
    TimeExpression,
    Trigger,
    Zone,
    ZoneKind,
)
from kgbuild.querying.rules import derived_quads
from kgbuild.store.embedded import Store
from kgbuild.vocab import DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH

RUSSIA = Entity("russia", Kind.PLACE, "روسيا", "Russia", "Q159", "country", aliases=("الاتحاد الروسي",))
USA = Entity("united-states", Kind.PLACE, "الولايات المتحدة", "United States", "Q30", "country")
MOSCOW = Entity("moscow", Kind.PLACE, "موسكو", "Moscow", "Q649", "city", "russia", "russia")
GENEVA = Entity("geneva", Kind.PLACE, "جنيف", "Geneva", "Q71", "city", "switzerland")
SWITZERLAND = Entity("switzerland", Kind.PLACE, "سويسرا", "Switzerland", "Q39", "country")
LAVROV = Entity("sergey-lavrov", Kind.PERSON, "سيرغي لافروف", "Sergey Lavrov", "Q58217", country="russia")
PESKOV = Entity("dmitry-peskov", Kind.PERSON, "دميتري بيسكوف", "Dmitry Peskov", "Q1290359", country="russia")
PUTIN = Entity("vladimir-putin", Kind.PERSON, "فلاديمير بوتين", "Vladimir Putin", "Q7747", country="russia")
BIDEN = Entity("joe-biden", Kind.PERSON, "جو بايدن", "Joe Biden", "Q6279", country="united-states")
TASS = Entity("tass", Kind.ORGANIZATION, "وكالة تاس", "TASS", "Q223799", "agency", "russia")
STRANGER = Entity("nil-00c0ffee00c0ffee00c0", Kind.PERSON, "سالم العمري")

KNOWN = {
    entity.key: entity
    for entity in (RUSSIA, USA, MOSCOW, GENEVA, SWITZERLAND, LAVROV, PESKOV, PUTIN, BIDEN, TASS)
}
TENURES = (
    Tenure("sergey-lavrov", "وزير الخارجية الروسي", "Foreign Minister of Russia", "russia", 2004),
    Tenure("dmitry-peskov", "المتحدث باسم الكرملين", "Kremlin spokesman", "russia", 2012),
    Tenure(
        "joe-biden", "رئيس الولايات المتحدة", "President of the United States", "united-states", 2021, 2025
    ),
)

OFFER_TEXT = (
    "قال لافروف اليوم الخميس إن روسيا عرضت على الولايات المتحدة حوارا حول الأمن السيبراني "
    "إذا وافقت واشنطن على جدول الأعمال، بحسب وكالة تاس.\n"
    "واتهمت الولايات المتحدة روسيا بشن هجمات إلكترونية، ونفت روسيا الاتهام.\n"
    "والتقى بوتين وبايدن في جنيف في 16 يونيو 2021.\n"
    "وقال بيسكوف اليوم الخميس إن روسيا لم تسلم أحدا من مواطنيها، حسب وكالة تاس."
)
ECHO_TEXT = (
    "قال لافروف أمس الخميس إن الحوار حول الأمن السيبراني ضروري.\n"
    "وعقد بوتين وبايدن قمة في جنيف في 16 يونيو 2021.\n"
    "ويرى سالم العمري أن موسكو سلمت أمس الخميس مطلوبين إلى واشنطن.\n"
    "وأكد بيسكوف الشهر الماضي استعداد موسكو للحوار."
)


def span(text: str, words: str, nth: int = 0) -> Span:
    """The span of the ``nth`` occurrence of ``words``."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Span(at, at + len(words))


def day(text: str, words: str, when: date, basis: Basis, nth: int = 0) -> TimeExpression:
    """A time resolved to one day."""
    return TimeExpression(span(text, words, nth), words, Precision.DAY, basis, when, when)


def link(text: str, words: str, entity: Entity, decision: Decision = Decision.LINKED) -> Link:
    """A link of the first occurrence of ``words``."""
    candidates = () if decision is Decision.NIL else (Candidate(entity, 0.9, "alias"),)
    return Link(Mention(span(text, words), words, entity.kind), decision, entity, candidates)


def act(
    text: str,
    row: str,
    act_type: str,
    trigger: str,
    evidence: str,
    agents: tuple[Entity, ...],
    addressees: tuple[Entity, ...] = (),
    *,
    nth: int = 0,
    reported_by: tuple[Entity, ...] = (),
    place: tuple[Entity, ...] = (),
    behalf: Entity | None = None,
    topics: tuple[str, ...] = (),
    time: TimeExpression | None = None,
    polarity: Polarity = Polarity.AFFIRMED,
    condition: Span | None = None,
    within: int | None = None,
    confidence: float = 1.0,
    possible_topics: tuple[str, ...] = (),
) -> ActMention:
    """An act mention with its arguments in the usual order."""
    arguments = (
        *(Argument(Role.AGENT, one, "subject", None, behalf) for one in agents),
        *(Argument(Role.ADDRESSEE, one, "marker") for one in addressees),
        *(Argument(Role.REPORTED_BY, one, "marker") for one in reported_by),
        *(Argument(Role.PLACE, one, "marker") for one in place),
    )
    return ActMention(
        Trigger(span(text, trigger, nth), row, act_type),
        arguments,
        span(text, evidence),
        topics,
        time,
        polarity,
        Tense.PAST,
        Certainty.CERTAIN,
        condition,
        within,
        confidence,
        possible_topics,
    )


def offer() -> Extraction:
    """Lavrov tells of an offer; an accusation is denied; a summit was held; nobody was extradited."""
    text = OFFER_TEXT
    article = Article(
        "offer", text, "https://news.example/offer?id=1&x=a b", "وكالة تاس", date(2021, 7, 15), "عرض روسي"
    )
    thursday = date(2021, 7, 15)
    today = day(text, "اليوم الخميس", thursday, Basis.PUBLICATION)
    later = day(text, "اليوم الخميس", thursday, Basis.PUBLICATION, 1)
    summit = day(text, "16 يونيو 2021", date(2021, 6, 16), Basis.EXPLICIT)
    acts = (
        act(text, "qala", "State", "قال", "قال لافروف اليوم الخميس إن روسيا عرضت", (LAVROV,),
            reported_by=(TASS,), behalf=RUSSIA, topics=("cyber",), time=today),
        act(text, "arada", "Propose", "عرضت", "روسيا عرضت على الولايات المتحدة حوارا حول الأمن السيبراني",
            (RUSSIA,), (USA,), topics=("cyber",), possible_topics=("trade",), time=today, within=0,
            confidence=0.8, condition=span(text, "إذا وافقت واشنطن على جدول الأعمال")),
        act(text, "ittahama", "Accuse", "اتهمت", "اتهمت الولايات المتحدة روسيا بشن هجمات إلكترونية",
            (USA,), (RUSSIA,), topics=("cyber",)),
        act(text, "nafa", "Deny", "نفت", "نفت روسيا الاتهام", (RUSSIA,), (USA,), topics=("cyber",)),
        act(text, "iltaqa", "Meet", "التقى", "التقى بوتين وبايدن في جنيف في 16 يونيو 2021", (PUTIN, BIDEN),
            place=(GENEVA,), time=summit),
        act(text, "qala", "State", "قال", "قال بيسكوف اليوم الخميس إن روسيا لم تسلم أحدا", (PESKOV,), nth=1,
            reported_by=(TASS,), topics=("extradition",), time=later),
        act(text, "sallama", "Extradite", "تسلم", "روسيا لم تسلم أحدا من مواطنيها", (RUSSIA,),
            topics=("extradition",), time=later, polarity=Polarity.NEGATED, within=5),
    )  # fmt: skip
    links = (
        link(text, "لافروف", LAVROV),
        link(text, "روسيا", RUSSIA),
        link(text, "الولايات المتحدة", USA),
        link(text, "بوتين", PUTIN, Decision.AMBIGUOUS),
        link(text, "بايدن", BIDEN),
        link(text, "جنيف", GENEVA),
        link(text, "بيسكوف", PESKOV),
    )
    zones = (Zone(Span(0, text.index("\n")), ZoneKind.BODY, "sentence"),)
    issues = (Issue("extraction", "no-agent", "offer", "a trigger without an agent", span(text, "بحسب")),)
    return Extraction(article, zones, links, acts, issues, {"mentions": 7, "linked": 6, "ambiguous": 1})


def echo() -> Extraction:
    """Another outlet tells of the same statement and summit, and of extraditions; it names a stranger."""
    text = ECHO_TEXT
    article = Article("echo", text, None, "صحيفة الصدى", date(2021, 7, 16), None)
    thursday = date(2021, 7, 15)
    yesterday = day(text, "أمس الخميس", thursday, Basis.PUBLICATION)
    again = day(text, "أمس الخميس", thursday, Basis.PUBLICATION, 1)
    summit = day(text, "16 يونيو 2021", date(2021, 6, 16), Basis.EXPLICIT)
    june = TimeExpression(
        span(text, "الشهر الماضي"), "الشهر الماضي", Precision.MONTH, Basis.PUBLICATION,
        date(2021, 6, 1), date(2021, 6, 30),
    )  # fmt: skip
    acts = (
        act(text, "qala", "State", "قال", "قال لافروف أمس الخميس إن الحوار حول الأمن السيبراني ضروري",
            (LAVROV,), behalf=RUSSIA, topics=("cyber",), time=yesterday),
        act(text, "aqada", "Meet", "قمة", "عقد بوتين وبايدن قمة في جنيف في 16 يونيو 2021", (BIDEN, PUTIN),
            place=(GENEVA,), time=summit),
        act(text, "ra'a", "State", "يرى", "يرى سالم العمري أن موسكو سلمت أمس الخميس مطلوبين", (STRANGER,),
            topics=("extradition",), time=again),
        act(text, "sallama", "Extradite", "سلمت", "موسكو سلمت أمس الخميس مطلوبين إلى واشنطن", (RUSSIA,),
            topics=("extradition",), time=again, within=2),
        act(text, "akkada", "ExpressReadiness", "استعداد", "أكد بيسكوف الشهر الماضي استعداد موسكو للحوار",
            (PESKOV,), topics=("bilateral-relations",), time=june),
    )  # fmt: skip
    links = (
        link(text, "لافروف", LAVROV),
        link(text, "سالم العمري", STRANGER, Decision.NIL),
        link(text, "موسكو", MOSCOW),
        link(text, "بيسكوف", PESKOV),
    )
    return Extraction(article, (), links, acts, (), {"mentions": 4, "linked": 3, "nil": 1})


def build(folder: Path) -> None:
    """Build the store of both articles in ``folder``, as the pipeline does."""
    with Store.open(folder, write=True) as store:
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        for extraction in (offer(), echo()):
            store.replace_article(extraction, article_quads(extraction))
        entities = described(store.referenced_entities(), KNOWN, TENURES)
        store.replace_graph(ENTITIES_GRAPH, entities_quads(entities, TENURES))
        run = RunRecord("0.1.0", "c0ffee", "decaf")
        store.replace_graph(PROVENANCE_GRAPH, provenance_quads(run, store.articles()))
        store.replace_graph(DERIVED_GRAPH, [])
        store.replace_graph(DERIVED_GRAPH, derived_quads(store))
        store.settle()
