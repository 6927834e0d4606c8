"""What holds for every text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.linking import Linked, Linker
from kgbuild.linking.matcher import SearchText
from kgbuild.linking.spots import similar
from kgbuild.model import Analysis, Article, Decision, Kind, Mention, Span, Zone, ZoneKind

LINKER = Linker.load()
PIECES = [
    "الرئيس الروسي",
    "فلاديمير بوتين",
    "بوتين",
    "وزير الخارجية",
    "لافروف",
    "سيرغي",
    "الأمريكي",
    "للولايات المتحدة",
    "واشنطن",
    "وموسكو",
    "الطرفان",
    "بلاده",
    "نظيره",
    "المتحدث باسم",
    "الكرملين",
    "الخارجية",
    "الروسية",
    "عمان",
    "الوزارة",
    "هجوما",
    "روسيا",
    "وكالة",
    "تاس",
    "الرأي",
    "رئيس",
    "مجلس الأمن",
    "الـسُّعودية",
    "سالم الدرمكي",
    "ﷲ",
    "#ترمب_",
    "،",
    "\n",
    '"',
    "(",
    ")",
    " - ",
    "قال",
    "السفير",
    "لدى",
    "في",
    "ل",
    "و",
    "123",
    "RT",
    "é",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map(" ".join)


@st.composite
def articles(draw: st.DrawFn) -> tuple[Article, tuple[Zone, ...], Analysis]:
    text = draw(TEXTS)
    day = draw(st.none() | st.dates(date(1999, 1, 1), date(2030, 1, 1)))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=len(spans), max_size=len(spans)))
    mentions = tuple(Mention(s, s.of(text), k) for s, k in zip(spans, kinds, strict=True))
    zones: list[Zone] = []
    at = 0
    for line in text.split("\n"):
        kind = draw(st.sampled_from([ZoneKind.BODY, ZoneKind.BOILERPLATE]))
        if line:
            zones.append(Zone(Span(at, at + len(line)), kind, "t"))
        at += len(line) + 1
    return Article("p", text, date=day), tuple(zones), Analysis((), mentions)


def check(article: Article, zones: tuple[Zone, ...], linked: Linked) -> None:
    end = 0
    for link in linked.links:
        span = link.mention.span
        assert span.of(article.text) == link.mention.surface
        assert link.mention.surface.strip()
        assert end <= span.start < span.end
        end = span.end
        assert (link.decision is Decision.NIL) == link.entity.is_nil
        assert (link.decision is Decision.AMBIGUOUS) <= (len(link.candidates) > 1)
        if link.candidates:
            assert link.candidates[0].entity == link.entity
        assert all(0 <= candidate.score <= 1 for candidate in link.candidates)
        if zones:
            assert any(z.span.contains(span) and z.kind is not ZoneKind.BOILERPLATE for z in zones)
    end = 0
    for referent in linked.referents:
        assert end <= referent.span.start < referent.span.end <= len(article.text)
        end = referent.span.end
        assert referent.entities
        assert len(set(referent.entities)) == len(referent.entities)
        assert referent.how in {"name", "title", "group", "nisba"}


@settings(max_examples=150, deadline=None)
@given(articles())
def test_links_and_referents_are_sound(given_article: tuple[Article, tuple[Zone, ...], Analysis]) -> None:
    article, zones, analysis = given_article
    linked = LINKER.link(article, zones, analysis)
    check(article, zones, linked)
    assert LINKER.link(article, zones, analysis) == linked
    counts = [sum(one.decision is decision for one in linked.links) for decision in Decision]
    assert sum(counts) == len(linked.links)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_every_mention_is_inside_a_referent(text: str) -> None:
    linked = LINKER.link(Article("p", text, date=date(2021, 7, 1)), (), Analysis((), ()))
    for link in linked.links:
        assert any(referent.span.overlaps(link.mention.span) for referent in linked.referents)


@given(st.text(max_size=60))
def test_search_text_leads_back(text: str) -> None:
    search = SearchText.of(text)
    assert len(search.index) == len(search.text)
    assert list(search.index) == sorted(search.index)
    assert "  " not in search.text
    for start in range(len(search.text)):
        span = search.span(start, start + 1)
        first, last = search.locate(span)
        assert first <= start < max(last, first + 1)


@given(st.text("سيرغجلافوبتن", max_size=9), st.text("سيرغجلافوبتن", max_size=9))
def test_similarity_is_symmetric(one: str, other: str) -> None:
    assert similar(one, other) == similar(other, one)
    assert similar(one, one)


@pytest.mark.parametrize(
    "piece",
    [
        "المتحدث باسم ",
        "الرئيس الروسي ",
        "لافروف الوزير الطرفان ",
        "بوتين",
        "سالم الدرمكي الدرمكي ",
        "عمان ",
        "الخارجية ",
    ],
)
def test_endless_repetition(piece: str) -> None:
    text = piece * 1500
    mentions = tuple(
        Mention(Span(at, at + len(piece.strip())), piece.strip(), Kind.PERSON)
        for at in range(0, len(text), len(piece))
    )
    for analysis in (Analysis((), ()), Analysis((), mentions)):
        article = Article("p", text, date=date(2021, 7, 1))
        check(article, (), LINKER.link(article, (), analysis))
