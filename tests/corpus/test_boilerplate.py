"""Zones: what is title, text, dateline, source or furniture, and that every line is in one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.corpus.boilerplate import zones
from kgbuild.corpus.lines import split_lines
from kgbuild.corpus.wording import load_boilerplate
from kgbuild.errors import DataFileError
from kgbuild.model import Article, ZoneKind

LEAD = "قال وزير الخارجية إن بلاده مستعدة لاستئناف المحادثات مع جارتها في أقرب وقت."
MORE = "وأضاف الوزير في مؤتمر صحفي أن الخلافات يمكن حلها عبر الحوار."
LAST = "ورفض المتحدث باسم الطرف الآخر التعليق على هذه التصريحات."


def judged(*lines: str, title: str | None = None) -> list[tuple[str, str, str]]:
    """Kind, reason and text of each zone."""
    article = Article("a", "\n".join(lines), title=title)
    return [(z.kind.value, z.reason, z.span.of(article.text)) for z in zones(article)]


def kinds(*lines: str, title: str | None = None) -> list[str]:
    return [kind for kind, _, _ in judged(*lines, title=title)]


def test_a_clean_article_is_all_body() -> None:
    assert kinds(LEAD, MORE, LAST) == ["body"] * 3


def test_headline_and_standfirst() -> None:
    lines = (
        "وزير الخارجية: مستعدون لاستئناف المحادثات",
        "",
        "الخلافات قابلة للحل عبر الحوار",
        "",
        LEAD,
        MORE,
    )
    assert kinds(*lines) == ["title", "subtitle", "body", "body"]


def test_a_question_may_be_the_headline() -> None:
    assert kinds("هل تستأنف العاصمتان المحادثات قبل نهاية العام؟", "", LEAD) == ["title", "body"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("انسخ الرابط https://news.example/a1b2", "widget"),
        ("انسخ الرابطhttps://news.example/a1b2", "widget"),
        ("مدة القراءة 4 دقائق", "widget"),
        ("4 دقائق قراءة", "widget"),
        ("1,204 مشاهدة", "widget"),
        ("شارك المقال على فيسبوك", "widget"),
        ("رئيسة التحرير سلمى الهادي", "masthead"),
        ("كتب: سامي الراوي", "byline"),
        ("الوزير خلال المؤتمر الصحفي في العاصمة - رويترز", "credit"),
        ("صورة أرشيفية لمقر الوزارة في العاصمة", "caption"),
        ("تصوير: ندى العلي", "caption"),
        ("Breaking News", "no-arabic"),
        ("*** 12:30 ***", "no-arabic"),
        ("نشر 16 يونيو 2021 - 10:30", "publication-time"),
        ("أخبار العالم", "short-line"),
        ("جميع الحقوق محفوظة لصحيفة المنارة 2021", "legal"),
    ],
)
def test_furniture_before_the_text(line: str, reason: str) -> None:
    title = "وزير الخارجية: مستعدون لاستئناف المحادثات"
    found = judged(title, "", line, "", LEAD, MORE)
    assert found[0] == ("title", "headline", title)
    assert found[1][:2] == ("boilerplate", reason)
    assert [kind for kind, _, _ in found[2:]] == ["body", "body"]


@pytest.mark.parametrize(
    "sentence",
    [
        "كتب الوزير على حسابه أن الحوار هو الحل الوحيد للأزمة.",
        "شارك في الاجتماع وزراء خارجية ست دول عربية وأجنبية.",
        "طالب المصدر شركات الإنترنت بكشف استخدام ملفات تعريف الارتباط وحماية المستخدمين.",
        "ونشرت رويترز صورا من الأرشيف، وقالت إنها تعود إلى أرشيف الوزارة.",
        "اقرأ أيضا في هذا التقرير ما قاله الوزير عن الأزمة.",
    ],
)
def test_sentences_that_only_mention_such_things_stay(sentence: str) -> None:
    for lines in ((LEAD, sentence, MORE), (sentence, LEAD), (LEAD, sentence)):
        assert sentence.endswith(max(t for k, _, t in judged(*lines) if k == "body" and t in sentence))


def test_the_given_title_is_the_title_wherever_it_stands() -> None:
    title = "مستعدون للحوار"
    lines = ("قسم الأخبار العربية والدولية", "", "مُستعدّون  للحوار", "", LEAD, MORE)
    assert judged(*lines, title=title)[:2] == [
        ("subtitle", "before-first-sentence", "قسم الأخبار العربية والدولية"),
        ("title", "given-title", "مُستعدّون  للحوار"),
    ]


def test_the_given_title_may_be_as_long_as_a_sentence() -> None:
    assert kinds(LEAD, MORE, LAST, title=LEAD) == ["title", "body", "body"]


def test_a_title_said_again_and_captions_said_twice() -> None:
    title, caption = "وزير الخارجية: مستعدون لاستئناف المحادثات", "الوزير خلال لقاء سابق مع نظيره في العاصمة"
    found = judged(title, "", caption, caption, "", title, "", LEAD, MORE)
    assert [(kind, reason) for kind, reason, _ in found] == [
        ("title", "headline"),
        ("boilerplate", "repeated"),
        ("boilerplate", "repeated"),
        ("boilerplate", "repeated"),
        ("body", "prose"),
        ("body", "prose"),
    ]


def test_a_caption_beside_buttons() -> None:
    title = "وزير الخارجية: مستعدون لاستئناف المحادثات"
    found = judged(title, "", "وزير الخارجية سالم بن نصر الهادي", "تكبير", "تصغير", "", LEAD)
    assert [reason for _, reason, _ in found] == ["headline", "beside-widget", "widget", "widget", "prose"]


def test_a_sentence_said_twice_in_a_row_is_kept_once() -> None:
    assert kinds(LEAD, LEAD, MORE) == ["body", "boilerplate", "body"]
    assert kinds(LEAD, MORE, LEAD) == ["body", "body", "body"]


def test_headings_and_links_within_the_text() -> None:
    found = judged(
        LEAD, "", "محادثات صعبة", "", MORE, "", "اقرأ أيضاً:", "الوزير يزور العاصمة غدا في مهمة صعبة", "", LAST
    )
    assert [reason for _, reason, _ in found] == [
        "prose",
        "heading",
        "prose",
        "related",
        "related-link",
        "prose",
    ]


@pytest.mark.parametrize("line", ["- تبادل السفراء بين البلدين", "ماذا قال الوزير عن الأزمة؟"])
def test_short_lines_that_may_be_text_stay_body(line: str) -> None:
    assert kinds(LEAD, line, MORE) == ["body", "body", "body"]


@pytest.mark.parametrize("line", ["المصدر: وكالات", 'المصدر : "نوفوستي"', "رويترز", "(أ ف ب)"])
def test_source_lines(line: str) -> None:
    assert judged(LEAD, MORE, "", line)[-1] == ("source", "source-line", line)


def test_a_source_glued_to_the_last_sentence() -> None:
    assert judged(LEAD, LAST + "المصدر: وكالات")[1:] == [
        ("body", "prose", LAST),
        ("source", "source-line", "المصدر: وكالات"),
    ]


def test_menus_after_the_text() -> None:
    found = judged(LEAD, MORE, "", "الأكثر قراءة", "يومي", "أسبوعي", "نتائج مباريات الجولة الأخيرة من الدوري")
    assert [reason for _, reason, _ in found[2:]] == ["menu"] + ["trailing-menu"] * 3


def test_a_doubtful_line_after_the_text_is_kept() -> None:
    assert kinds(LEAD, MORE, "", "وأكد الطرفان مواصلة الحوار")[-1] == "body"


@pytest.mark.parametrize(
    "notice",
    [
        "هذا الموقع يستخدم ملفات تعريف الارتباط لتحسين تجربتك ويمكنك قراءة شروط الاستخدام هنا.",
        "يستخدم موقعنا ملفات تعريف الارتباط.",
    ],
)
def test_cookie_notices(notice: str) -> None:
    assert judged(notice, LEAD, MORE)[0][:2] == ("boilerplate", "cookies")
    assert judged(LEAD, MORE, notice)[-1][:2] == ("boilerplate", "cookies")


@pytest.mark.parametrize("line", ["دبي-المنارة", "القاهرة - رويترز", "عمان (بترا) -", "عواصم/ وكالات"])
def test_dateline_lines(line: str) -> None:
    assert judged("وزير الخارجية: مستعدون للمحادثات", "", line, LEAD)[1] == ("dateline", "dateline", line)


@pytest.mark.parametrize(
    "dateline",
    [
        "القاهرة (رويترز) -",
        "القَاهِرة (رويترز) –",
        "أنقرة، تركيا (CNN) --",
        "عواصم - وكالات:",
        "القاهرة - أ ف ب -",
        "عمان (بترا):",
        "الرباط (المنارة) —",
    ],
)
def test_datelines_before_the_first_sentence(dateline: str) -> None:
    assert judged(f"{dateline} {LEAD}", MORE) == [
        ("dateline", "dateline", dateline),
        ("body", "prose", LEAD),
        ("body", "prose", MORE),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "قال سالم الهادي (وزير الخارجية) إن بلاده ترفض هذا القرار رفضا تاما.",
        "بوتين - الذي وصل أمس إلى العاصمة - التقى نظيره في القصر الرئاسي.",
        "أكد المتحدث باسم الرئاسة الروسية (الكرملين) أن المحادثات مستمرة بين الطرفين.",
    ],
)
def test_brackets_and_dashes_that_are_no_dateline(sentence: str) -> None:
    assert judged(sentence, MORE)[0] == ("body", "prose", sentence)


def test_a_label_glued_to_a_sentence() -> None:
    line = f"اقرأ أيضا: {MORE}"
    assert judged(LEAD, line, LAST)[1:3] == [
        ("boilerplate", "related", "اقرأ أيضا:"),
        ("body", "prose", MORE),
    ]


def test_without_running_text_nothing_but_furniture_is_dropped() -> None:
    assert kinds("الوزير يرحب بالاتفاق", "والجانب الآخر يرفضه", "شارك المقال") == [
        "body",
        "body",
        "boilerplate",
    ]


def test_an_empty_article_has_no_zones() -> None:
    assert zones(Article("a", " \n\t\r\n \u2028")) == ()


def test_every_kind_of_line_break() -> None:
    text = f"{LEAD}\r\n{MORE}\u2028{LAST}\r{LEAD}\x85"
    assert [line.span.of(text) for line in split_lines(text)] == [LEAD, MORE, LAST, LEAD]


PIECES = [LEAD, MORE, "اقرأ أيضا:", "المصدر: وكالات", "عنوان من خمس كلمات هنا", "شارك", "No Script", "", "  "]
PIECES += [
    "القاهرة (رويترز) - " + LAST,
    LAST + " المصدر: تاس",
    "دبي-المنارة",
    "\u200f",
    "ـ",
    "\ufeff",
    "محادثات صعبة",
]
any_text = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(PIECES)


@settings(deadline=None)
@given(st.lists(any_text, max_size=12), st.sampled_from(["\n", "\r\n", "\n\n", "\u2029"]))
def test_every_visible_character_is_in_exactly_one_zone(pieces: list[str], line_break: str) -> None:
    article = Article("a", line_break.join(pieces))
    found = zones(article)
    covered = [i for z in found for i in range(z.span.start, z.span.end)]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    missed = "".join(c for i, c in enumerate(article.text) if i not in set(covered))
    assert not missed.strip()
    assert all(z.span.of(article.text) == z.span.of(article.text).strip() != "" for z in found)
    assert zones(article) == found


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *PIECES[:2]]), max_size=12))
def test_no_sentence_is_lost(lines: list[str]) -> None:
    kept = [text for kind, _, text in judged(*lines) if kind in (ZoneKind.BODY, ZoneKind.TITLE)]
    for sentence in (LEAD, MORE, LAST):
        assert any(sentence in line for line in lines) == any(sentence in text for text in kept)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("شارك\tbutton\twhole", "class 'button'"),
        ("شارك\twidget\tall", "match 'all'"),
        ("...\twidget\twhole", "letters"),
    ],
)
def test_malformed_wording(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "boilerplate.tsv"
    path.write_text(f"form\tclass\tmatch\tnote\n{row}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=rf"boilerplate\.tsv, line 2: .*{problem}"):
        load_boilerplate(path)
