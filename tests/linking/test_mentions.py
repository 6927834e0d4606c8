"""Which names become mentions, where they begin and end, and what they are linked to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kgbuild.linking import Linked
from kgbuild.model import Article, Decision, Kind, Span, Zone, ZoneKind

Link = Callable[..., tuple[Article, Linked]]


def named(linked: Linked) -> list[tuple[str, str]]:
    return [(link.mention.surface, link.entity.key) for link in linked.links]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل سيرغي لافروف إلى القاهرة", [("سيرغي لافروف", "sergey-lavrov"), ("القاهرة", "cairo")]),
        (
            "زار سيرجي لافروف وبوتن موسكو",
            [("سيرجي لافروف", "sergey-lavrov"), ("بوتن", "vladimir-putin"), ("موسكو", "moscow")],
        ),
        ("التقى إردوغان ترمب", [("إردوغان", "recep-tayyip-erdogan"), ("ترمب", "donald-trump")]),
        (
            "الولايات المتحدة الأميركية وأمريكا",
            [("الولايات المتحدة الأميركية", "united-states"), ("أمريكا", "united-states")],
        ),
        ("الاتحاد الروسي وسوريا", [("الاتحاد الروسي", "russia"), ("سوريا", "syria")]),
        ("بيان لوكالة تاس", [("وكالة تاس", "tass")]),
        ("حلف شمال الأطلسي والناتو", [("حلف شمال الأطلسي", "nato"), ("الناتو", "nato")]),
    ],
)
def test_spellings(link: Link, text: str, expected: list[tuple[str, str]]) -> None:
    assert named(link(text)[1]) == expected


def test_longest_name_wins(link: Link) -> None:
    _, linked = link("عقد مجلس الأمن الدولي جلسة حول جنوب السودان")
    assert named(linked) == [("مجلس الأمن الدولي", "un-security-council"), ("جنوب السودان", "south-sudan")]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("وبالولايات المتحدة", "الولايات المتحدة"),
        ("للولايات المتحدة", "لولايات المتحدة"),
        ("وللأمم المتحدة", "لأمم المتحدة"),
        ("كإيران", "إيران"),
        ("فلروسيا", "روسيا"),
    ],
)
def test_proclitics_stay_outside_and_the_article_inside(link: Link, text: str, surface: str) -> None:
    _, linked = link(text)
    assert [one.mention.surface for one in linked.links] == [surface]


@pytest.mark.parametrize("text", ["الإيرانيون", "كسرت الصمت", "استوكهولمي", "مليارات"])
def test_part_of_a_word_is_no_name(link: Link, text: str) -> None:
    assert link(text)[1].links == ()


@pytest.mark.parametrize(
    "text",
    [
        "شن الطيران هجوما روسيا على الموقع",
        "رحبت بالمساهمة السعودية في الإغاثة",
        "انسحبت فصائل سورية من المنطقة",
        "التقى المسؤول الروسي الرئيس التركي",
    ],
)
def test_nisba_adjectives_are_no_mentions(link: Link, text: str) -> None:
    assert link(text)[1].links == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("دعا روسيا إلى الحوار", "russia"),
        ("داعيا روسيا إلى الحوار", "russia"),
        ("قالت السعودية إنها", "saudi-arabia"),
        ("عاد إلى سورية", "syria"),
    ],
)
def test_the_same_word_as_a_country(link: Link, text: str, key: str) -> None:
    assert [one.entity.key for one in link(text)[1].links] == [key]


def test_common_word_needs_support(link: Link) -> None:
    assert link("يرى أصحاب الرأي أن الحياة صعبة")[1].links == ()
    assert named(link("ذكرت صحيفة الرأي أن الحياة صعبة")[1]) == [("صحيفة الرأي", "al-rai")]
    assert named(link("زار مدينة الخليل")[1]) == [("الخليل", "hebron")]


def test_weak_surname_needs_its_bearer(link: Link) -> None:
    assert link("كان عباس هناك")[1].links == ()
    _, linked = link("وصل محمود عباس إلى رام الله، وقال عباس إن السلام ممكن")
    assert [key for surface, key in named(linked) if "عباس" in surface] == ["mahmoud-abbas"] * 2


def test_weak_name_behind_the_title_that_its_bearer_holds(link: Link) -> None:
    _, linked = link("استقبل الرئيس الفلسطيني عباس الوفد")
    assert named(linked) == [("عباس", "mahmoud-abbas")]


def test_surname_alone_is_the_one_named_in_full(link: Link) -> None:
    _, linked = link("قال جيك سوليفان إن الحوار مهم. وأضاف سوليفان أنه مستمر")
    assert {key for _, key in named(linked)} == {"jake-sullivan"}


def test_unknown_person_is_one_nil_entity(link: Link) -> None:
    text = "قال سالم الدرمكي إن العمل مستمر. وأوضح الدرمكي ذلك"
    _, linked = link(text, people=["سالم الدرمكي"])
    assert [one.decision for one in linked.links] == [Decision.NIL, Decision.NIL]
    first, second = linked.links
    assert first.entity == second.entity
    assert first.entity.key.startswith("nil-")
    assert len(first.entity.key) == len("nil-") + 20
    assert first.entity.label_ar == "سالم الدرمكي"
    assert second.mention.span.of(text) == "الدرمكي"


def test_nil_entities_differ_between_articles(link: Link) -> None:
    one = link("قال سالم الدرمكي إن العمل مستمر", people=["سالم الدرمكي"])[1]
    other = link("قال سالم الدرمكي إن العمل توقف", people=["سالم الدرمكي"])[1]
    assert one.links[0].entity.key != other.links[0].entity.key


def test_surname_with_particle(link: Link) -> None:
    _, linked = link("قتلت ليلى أبو شهلة، ونعت أسرة أبو شهلة ابنتها", people=["ليلى أبو شهلة"])
    assert [one.mention.surface for one in linked.links] == ["ليلى أبو شهلة", "أبو شهلة"]


def test_other_bearer_of_a_known_surname_is_nil(link: Link) -> None:
    _, linked = link("قالت ماري ترامب ذلك", people=["ماري ترامب"])
    assert [(one.decision, one.mention.surface) for one in linked.links] == [(Decision.NIL, "ماري ترامب")]


def test_longer_spelling_of_a_known_person(link: Link) -> None:
    _, linked = link("قال سيرغيي لافروف ذلك", people=["سيرغيي لافروف"])
    assert named(linked) == [("سيرغيي لافروف", "sergey-lavrov")]


def test_ambiguous_name(link: Link) -> None:
    _, linked = link("وصل إلى عمان أمس")
    assert [one.decision for one in linked.links] == [Decision.AMBIGUOUS]
    assert {candidate.entity.key for candidate in linked.links[0].candidates} == {"amman", "oman"}
    assert [issue.code for issue in linked.issues] == ["ambiguous-name"]


def test_ambiguous_name_decided_by_its_country(link: Link) -> None:
    assert named(link("وصل إلى عمان وبحث مع الوزير الأردني")[1]) == [("عمان", "amman")]
    assert named(link("أعلنت مسقط أن عمان تدعم الحوار")[1])[1] == ("عمان", "oman")


def test_institutions_of_states(link: Link) -> None:
    _, linked = link("قالت وزارة الخارجية الروسية والخارجية الأمريكية وحكومة فرنسا والجيش المصري")
    assert named(linked) == [
        ("وزارة الخارجية الروسية", "ministry-of-foreign-affairs-of-russia"),
        ("الخارجية الأمريكية", "ministry-of-foreign-affairs-of-united-states"),
        ("حكومة فرنسا", "government-of-france"),
        ("الجيش المصري", "army-of-egypt"),
    ]
    assert linked.links[0].entity.label_en == "Ministry of Foreign Affairs of Russia"
    assert linked.links[0].entity.stands_for == "russia"
    assert linked.links[1].entity.label_en == "US Department of State"


def test_foreign_policy_is_no_ministry(link: Link) -> None:
    assert link("تتغير السياسة الخارجية الروسية")[1].links == ()


def test_bare_ministry_is_the_one_named_before(link: Link) -> None:
    _, linked = link("قالت وزارة الخارجية الإيرانية ذلك. وأضافت الخارجية أن الرد قادم")
    assert [key for _, key in named(linked)] == ["ministry-of-foreign-affairs-of-iran"] * 2


def test_recognized_names_that_nobody_knows(link: Link) -> None:
    _, linked = link("زار قرية تل الورد", places=["تل الورد"])
    assert [(one.mention.kind, one.decision) for one in linked.links] == [(Kind.PLACE, Decision.NIL)]


def test_recognized_organization_around_a_place(link: Link) -> None:
    _, linked = link("افتتح مركز إعلام دمشق", organizations=["مركز إعلام دمشق"])
    assert [one.mention.surface for one in linked.links] == ["مركز إعلام دمشق"]


def test_gazetteer_overrides_the_recognized_kind(link: Link) -> None:
    _, linked = link("قالت روسيا ذلك", organizations=["روسيا"])
    assert [one.mention.kind for one in linked.links] == [Kind.PLACE]


def test_boilerplate_is_passed_over(link: Link) -> None:
    text = "موسكو\nطهران"
    zones = (Zone(Span(0, 5), ZoneKind.BODY, "t"), Zone(Span(6, 11), ZoneKind.BOILERPLATE, "t"))
    _, linked = link(text, zones=zones, places=["طهران"])
    assert named(linked) == [("موسكو", "moscow")]
    assert [referent.span.of(text) for referent in linked.referents] == ["موسكو"]


def test_hashtags_and_underscores(link: Link) -> None:
    _, linked = link("غرد دونالد #ترمب عن #الولايات_المتحدة")
    assert named(linked) == [("دونالد #ترمب", "donald-trump"), ("الولايات_المتحدة", "united-states")]


def test_collectives_are_referred_to_but_no_mentions(link: Link) -> None:
    text = "قال إن الدول الغربية لا تريد الحوار"
    _, linked = link(text)
    assert linked.links == ()
    assert [(r.span.of(text), r.entities[0].key) for r in linked.referents] == [
        ("الدول الغربية", "western-countries")
    ]
