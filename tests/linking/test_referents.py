"""What titles, appositions and group nouns stand for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kgbuild.linking import Linked
from kgbuild.model import Article

Link = Callable[..., tuple[Article, Linked]]


def referents(pair: tuple[Article, Linked]) -> list[tuple[str, tuple[str, ...], str]]:
    article, linked = pair
    return [(r.span.of(article.text), tuple(e.key for e in r.entities), r.how) for r in linked.referents]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("وزير الخارجية الروسي سيرغي لافروف", "sergey-lavrov"),
        ("نائب وزير الخارجية الروسي سيرغي ريابكوف", "sergei-ryabkov"),
        ("ديمتري بيسكوف، المتحدث باسم الرئاسة الروسية", "dmitry-peskov"),
        ("المتحدث باسم الكرملين، دميتري بيسكوف", "dmitry-peskov"),
        ("الرئيس الأمريكي، دونالد ترامب", "donald-trump"),
        ("الأمين العام للأمم المتحدة أنطونيو غوتيريش", "antonio-guterres"),
        ("وزير خارجية روسيا سيرغي لافروف", "sergey-lavrov"),
        ("رئيسة المفوضية الأوروبية أورسولا فون دير لاين", "ursula-von-der-leyen"),
        ("السفير الروسي لدى الولايات المتحدة أناتولي أنتونوف", "anatoly-antonov"),
        ("الملك سلمان بن عبد العزيز", "salman-of-saudi-arabia"),
    ],
)
def test_title_and_name_are_one_referent(link: Link, text: str, person: str) -> None:
    assert referents(link(text)) == [(text, (person,), "name")]


def test_title_of_an_unknown_person_carries_to_later_mentions(link: Link) -> None:
    text = "قال وزير الصحة الأردني سالم الدرمكي ذلك. وأضاف الوزير أن العمل مستمر"
    pair = link(text, people=["سالم الدرمكي"])
    found = referents(pair)
    assert found[0][0] == "وزير الصحة الأردني سالم الدرمكي"
    assert [how for _, _, how in found] == ["name", "title"]
    assert found[1][0] == "الوزير"
    assert found[1][1] == found[0][1]


def test_title_alone_after_the_name(link: Link) -> None:
    found = referents(
        link("وصل أناتولي أنتونوف إلى موسكو. وقال السفير إن الحوار مهم، وشدد الدبلوماسي الروسي عليه")
    )
    assert ("السفير", ("anatoly-antonov",), "title") in found
    assert ("الدبلوماسي الروسي", ("anatoly-antonov",), "title") in found


@pytest.mark.parametrize(
    ("day", "person"),
    [
        ("2016-05-01", "barack-obama"),
        ("2018-05-01", "donald-trump"),
        ("2021-01-05", None),
        ("2021-07-15", "joe-biden"),
    ],
)
def test_title_alone_is_who_holds_the_office_then(link: Link, day: str, person: str | None) -> None:
    found = referents(link("قال الرئيس الأمريكي إن الحوار مهم", day=day))
    # in the month of the handover two people hold the office: the state stands in
    assert found == [("الرئيس الأمريكي", (person or "united-states",), "title")]


def test_title_alone_without_a_date(link: Link) -> None:
    text = "قال الرئيس الأمريكي إن الحوار مهم"
    assert referents(link(text, day=None)) == [("الرئيس الأمريكي", ("united-states",), "title")]
    told = "التقى وزير الخارجية الأمريكي أنتوني بلينكن نظراءه، وقال الرئيس الأمريكي إن الحوار مهم"
    assert referents(link(told, day=None))[-1] == ("الرئيس الأمريكي", ("joe-biden",), "title")


def test_title_agrees_in_gender(link: Link) -> None:
    text = "التقت ماريا زاخاروفا سيرغي لافروف، وقال الوزير ذلك، وأضافت المتحدثة ذلك"
    found = referents(link(text))
    assert ("الوزير", ("sergey-lavrov",), "title") in found
    assert ("المتحدثة", ("maria-zakharova",), "title") in found


def test_unknown_office_is_left_to_the_state(link: Link) -> None:
    assert referents(link("قال وزير الزراعة المصري ذلك")) == [("وزير الزراعة المصري", ("egypt",), "title")]


def test_bare_title_without_anybody_is_no_referent(link: Link) -> None:
    assert referents(link("قال الوزير ذلك")) == []


def test_former_president(link: Link) -> None:
    found = referents(link("قال الرئيس الأمريكي السابق باراك أوباما ذلك"))
    assert found == [("الرئيس الأمريكي السابق باراك أوباما", ("barack-obama",), "name")]


def test_counterpart(link: Link) -> None:
    found = referents(link("بحث وزير الخارجية الروسي سيرغي لافروف مع نظيره التركي الوضع"))
    assert found[-1] == ("نظيره التركي", ("mevlut-cavusoglu",), "title")


def test_spokesperson_of_a_body(link: Link) -> None:
    found = referents(link("قال المتحدث باسم الكرملين ذلك"))
    assert found == [("المتحدث باسم الكرملين", ("dmitry-peskov",), "title")]


@pytest.mark.parametrize(
    ("text", "surface", "keys", "how"),
    [
        (
            "بحثت روسيا والولايات المتحدة الملف، واتفق الطرفان",
            "الطرفان",
            ("russia", "united-states"),
            "group",
        ),
        ("بحثت موسكو وواشنطن الملف، واتفق الجانبان", "الجانبان", ("russia", "united-states"), "group"),
        ("زار لافروف مصر. وقال إن البلدين صديقان", "البلدين", ("russia", "egypt"), "group"),
        ("التقى بوتين بايدن، وبحث الزعيمان الملف", "الزعيمان", ("vladimir-putin", "joe-biden"), "group"),
        (
            "التقى لافروف شكري سامح شكري، وأكد الوزيران ذلك",
            "الوزيران",
            ("sergey-lavrov", "sameh-shoukry"),
            "group",
        ),
        (
            "التقى بوتين ماكرون. وقال بيسكوف ذلك، وأكد الرئيسان ذلك",
            "الرئيسان",
            ("vladimir-putin", "emmanuel-macron"),
            "group",
        ),
        ("قال لافروف إن الجانب الأمريكي لم يرد", "الجانب الأمريكي", ("united-states",), "nisba"),
        ("قالت السلطات التركية ذلك", "السلطات التركية", ("turkey",), "nisba"),
        (
            "أكد الجانبان الروسي والأمريكي ذلك",
            "الجانبان الروسي والأمريكي",
            ("russia", "united-states"),
            "group",
        ),
        ("قال لافروف إن بلاده مستعدة", "بلاده", ("russia",), "group"),
        (
            "قالت الخارجية الروسية ذلك. وأضافت الوزارة ذلك",
            "الوزارة",
            ("ministry-of-foreign-affairs-of-russia",),
            "group",
        ),
        ("قالت حركة حماس ذلك. وأضافت الحركة ذلك", "الحركة", ("hamas",), "group"),
    ],
)
def test_groups(link: Link, text: str, surface: str, keys: tuple[str, ...], how: str) -> None:
    assert (surface, keys, how) in referents(link(text))


def test_two_who_are_named_behind_their_title_are_no_group(link: Link) -> None:
    found = referents(
        link("قال لافروف وظريف ذلك بعد لقاء جمع الرئيسين الروسي فلاديمير بوتين والفرنسي إيمانويل ماكرون")
    )
    assert [surface for surface, _, how in found if how == "group"] == []


def test_group_without_parties_is_an_issue(link: Link) -> None:
    article, linked = link("اتفق الطرفان")
    assert linked.referents == ()
    assert [(i.code, i.span.of(article.text) if i.span else "") for i in linked.issues] == [
        ("unresolved-group", "الطرفان")
    ]
