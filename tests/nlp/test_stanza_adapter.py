import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.errors import ModelError
from kgbuild.model import Analysis, Kind, Span, Zone, ZoneKind
from kgbuild.nlp import models
from kgbuild.nlp.drafts import LONGEST_SENTENCE
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

Lines = Callable[[str], list[Zone]]

NEWS = (
    "وزير الخارجية الروسي يصل إلى القاهرة\n"
    "وصل وزير الخارجية الروسي سيرغي لافروف اليوم إلى القاهرة، حيث يلتقي الرئيس المصري. "
    "وقال لافروف إن موسكو مستعدة للحوار مع واشنطن.\n"
    "وأضاف المتحدث باسم الكرملين دميتري بيسكوف أن بلاده لم تتلق ردا."
)
NAMES = ["بوتين", "بايدن", "لافروف", "بيسكوف", "ريابكوف", "أنتونوف", "تاس"]
FRAMES = {
    "بوتين": "أكد الرئيس الروسي فلاديمير {} أن بلاده مستعدة للحوار.",
    "بايدن": "أعلن الرئيس الأمريكي جو {} أنه سيزور أوروبا قريبا.",
    "لافروف": "قال وزير الخارجية سيرغي {} إن المفاوضات ستستمر.",
    "بيسكوف": "رفض المتحدث باسم الكرملين دميتري {} التعليق على ذلك.",
    "ريابكوف": "أوضح نائب الوزير سيرغي {} موقف موسكو من الاتفاق.",
    "أنتونوف": "التقى السفير أناتولي {} عددا من الصحفيين.",
    "تاس": "نقلت وكالة {} عن مصدر في الوزارة أن الوفد غادر.",
}


def check(text: str, analysis: Analysis) -> None:
    """Everything that must hold of any analysis of any text."""
    last = 0
    for sentence in analysis.sentences:
        assert "\n" not in sentence.span.of(text)
        assert sentence.span.start >= last
        last = sentence.span.end
        assert len(sentence.tokens) <= LONGEST_SENTENCE
        assert [w.index for w in sentence.words] == list(range(1, len(sentence.words) + 1))
        assert all(0 <= w.head <= len(sentence.words) for w in sentence.words)
        position = sentence.span.start
        for token in sentence.tokens:
            assert token.span.of(text) == token.text
            assert token.span.start >= position
            position = token.span.end
            assert token.words
            for word in token.words:
                assert token.span.contains(word.span)
                assert len(word.span) > 0
        assert sentence.span.contains(Span(sentence.tokens[0].span.start, position))
    for mention in analysis.mentions:
        assert mention.span.of(text) == mention.surface
        assert mention.surface.strip()
        assert any(s.span.contains(mention.span) for s in analysis.sentences)


def test_sentences_tokens_and_names_of_a_short_report(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        analysis = analyzer.analyze(NEWS, lines_of(NEWS))
    check(NEWS, analysis)
    assert len(analysis.sentences) == 4
    found = {(m.surface, m.kind) for m in analysis.mentions}
    assert {("القاهرة", Kind.PLACE), ("موسكو", Kind.PLACE)} <= found
    assert ("سيرغي لافروف", Kind.PERSON) in found


def test_a_conjunction_is_a_word_with_its_own_letter(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    text = "وقال الوزير إن الاجتماع انتهى."
    token = analyzer.analyze(text, lines_of(text)).sentences[0].tokens[0]
    assert [(w.text, w.span.of(text)) for w in token.words] == [("و", "و"), ("قال", "قال")]
    assert token.words[1].upos == "VERB"
    assert token.words[1].lemma == "قال"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("proclitic", ["", "و", "ب", "ل"])
def test_names_of_the_domain_are_not_split(
    name: str, proclitic: str, analyzer: StanzaAnalyzer, lines_of: Lines
) -> None:
    text = FRAMES[name].format(proclitic + name)
    at = text.index(proclitic + name)
    [token] = [
        t for s in analyzer.analyze(text, lines_of(text)).sentences for t in s.tokens if t.span.start == at
    ]
    assert token.text == proclitic + name
    covered = token.words[-1].span.of(text)
    assert covered in (name, proclitic + name)


def test_boilerplate_is_left_out(analyzer: StanzaAnalyzer) -> None:
    text = "شارك الخبر\nوصل الوفد إلى القاهرة."
    zones = [
        Zone(Span(0, 10), ZoneKind.BOILERPLATE, "share"),
        Zone(Span(11, len(text)), ZoneKind.BODY, "line"),
    ]
    analysis = analyzer.analyze(text, zones)
    check(text, analysis)
    assert [s.span.start for s in analysis.sentences] == [11]


def test_marks_tatweel_and_odd_quotes_leave_offsets_alone(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    text = "\u200fقـــالَ لافـــروف: «لَنْ نُوافِقَ» على مُقترَح “واشنطن”…"
    analysis = analyzer.analyze(text, lines_of(text))
    check(text, analysis)
    surfaces = [t.text for s in analysis.sentences for t in s.tokens]
    assert "قـــالَ" in surfaces
    assert "«" in surfaces


def test_nothing_comes_of_nothing(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    for text in ("", "\n\n", "  \u200f \n\u0640\u064b"):
        assert analyzer.analyze(text, lines_of(text)) == Analysis((), ())


def test_a_very_long_line_is_cut(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    text = "كلمة " * 1500 + "ا" * 5000
    check(text, analyzer.analyze(text, lines_of(text)))


def test_an_article_reads_the_same_alone_and_among_others(analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    other = "رفضت طهران الاتهامات الأمريكية. وطالبت لندن بتوضيح."
    alone = analyzer.analyze(NEWS, lines_of(NEWS))
    among = list(
        analyzer.analyze_many([(other, lines_of(other)), (NEWS, lines_of(NEWS)), (other, lines_of(other))])
    )
    assert among[1] == alone
    assert among[0] == among[2]


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            list('ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءؤئ   \n\n.،؟!:«»"()٣7ًُّْـ\u200f\u202bﻻﷲ\u0654\t\r')
        ),
        st.characters(),
    ),
    max_size=80,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=HOSTILE)
def test_offsets_hold_on_any_text(text: str, analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    check(text, analyzer.analyze(text, lines_of(text)))


def test_models_that_stanza_cannot_read_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(models.resolve("bundled").path, copy)
    weights = sorted((copy / "ar" / "pos").glob("*.pt"))[0]
    weights.chmod(0o644)
    weights.write_bytes(b"not a model")
    folder = models.record(copy)
    with pytest.raises(ModelError, match="cannot load"):
        StanzaAnalyzer(folder)


def test_the_fingerprint_names_models_versions_and_the_way_they_are_run(analyzer: StanzaAnalyzer) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}-stanza[\w.]+-torch[\w.+]+-run\d+", analyzer.fingerprint)


def test_a_lemma_is_the_same_when_it_is_made_and_when_it_is_remembered(
    analyzer: StanzaAnalyzer, lines_of: Lines
) -> None:
    text = "وتبادلت الوفدان المتفاوضان مقترحاتهما التفصيلية."
    first = analyzer.analyze(text, lines_of(text))
    assert analyzer.analyze(text, lines_of(text)) == first
    twice = analyzer.analyze(f"{text}\n{text}", lines_of(f"{text}\n{text}"))
    lemmas = [[w.lemma for w in sentence.words] for sentence in twice.sentences]
    assert lemmas == [[w.lemma for w in first.sentences[0].words]] * 2
    assert all(lemma and "_" not in lemma for lemma in lemmas[0])
