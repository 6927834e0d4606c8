import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.model import Kind, Span, Token, Word
from kgbuild.nlp.mentions import mentions, proclitics


def tokens(text: str, *tokens_parts: list[tuple[str, str, int, int]]) -> list[Token]:
    result, index = [], 0
    for parts in tokens_parts:
        words = []
        for form, upos, start, end in parts:
            index += 1
            words.append(Word(index, form, form, upos, "", 0, "dep", Span(start, end)))
        span = Span(words[0].span.start, words[-1].span.end)
        result.append(Token(span, span.of(text), tuple(words)))
    return result


def test_a_conjunction_stays_outside_the_mention() -> None:
    text = "وبوتين قال"
    found = list(
        mentions(
            text,
            tokens(text, [("و", "CCONJ", 0, 1), ("بوتين", "X", 1, 6)], [("قال", "VERB", 7, 10)]),
            ["S-PER", "O"],
        )
    )
    assert [(m.surface, m.span.start, m.kind) for m in found] == [("بوتين", 1, Kind.PERSON)]


def test_two_proclitics_stay_outside() -> None:
    text = "ولبوتين"
    sentence = tokens(text, [("و", "CCONJ", 0, 1), ("ل", "ADP", 1, 2), ("بوتين", "X", 2, 7)])
    assert [m.surface for m in mentions(text, sentence, ["S-PER"])] == ["بوتين"]


def test_after_lam_the_article_without_its_alif_stays_inside() -> None:
    text = "للولايات المتحدة"
    sentence = tokens(text, [("ل", "ADP", 0, 1), ("الولايات", "NOUN", 1, 8)], [("المتحدة", "ADJ", 9, 16)])
    assert [m.surface for m in mentions(text, sentence, ["B-LOC", "E-LOC"])] == ["لولايات المتحدة"]


def test_a_word_that_covers_the_whole_token_is_not_shed() -> None:
    text = "مماليك"
    word = Span(0, 6)
    token = Token(
        word, text, (Word(1, "ب", "ب", "ADP", "", 0, "dep", word), Word(2, "ك", "ك", "X", "", 0, "dep", word))
    )
    assert [m.surface for m in mentions(text, [token], ["S-LOC"])] == ["مماليك"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["B-PER", "I-PER", "O"], ["أ ب"]),
        (["B-PER", "E-PER", "S-PER"], ["أ ب", "ت"]),
        (["B-PER", "B-PER", "O"], ["أ", "ب"]),
        (["I-PER", "I-LOC", "O"], ["أ", "ب"]),
        (["S-PER", "E-PER", "E-PER"], ["أ ب ت"]),
        (["O", "O", "B-ORG"], ["ت"]),
    ],
)
def test_labels_of_either_scheme_become_stretches(labels: list[str], expected: list[str]) -> None:
    text = "أ ب ت"
    sentence = tokens(text, *[[(c, "X", i, i + 1)] for i, c in ((0, "أ"), (2, "ب"), (4, "ت"))])
    assert [m.surface for m in mentions(text, sentence, labels)] == expected


def test_punctuation_at_the_edges_is_left_out() -> None:
    text = '"تاس"'
    sentence = tokens(text, [('"', "PUNCT", 0, 1)], [("تاس", "X", 1, 4)], [('"', "PUNCT", 4, 5)])
    assert [m.surface for m in mentions(text, sentence, ["B-ORG", "I-ORG", "E-ORG"])] == ["تاس"]


def test_the_sign_of_a_hashtag_is_left_out_and_marks_are_kept() -> None:
    text = "#تاسُ-"
    sentence = tokens(text, [(text, "X", 0, 6)])
    assert [m.surface for m in mentions(text, sentence, ["S-ORG"])] == ["تاسُ"]


def test_a_label_without_a_kind_makes_no_mention() -> None:
    text = "أ"
    assert list(mentions(text, tokens(text, [("أ", "X", 0, 1)]), ["S-MISC"])) == []


def test_the_five_proclitics_are_known() -> None:
    assert {letter for letter, _ in proclitics()} == set("وفبلك")


LABELS = st.sampled_from(["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in ("PER", "LOC", "MISC"))])
SHAPES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["و", "ب", "ل", "ف", "ك"]), max_size=2),
        st.text(alphabet="بوتينلكرم12.-#\u064f", min_size=1, max_size=6),
        LABELS,
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes=SHAPES, margin=st.integers(0, 3))
def test_mentions_keep_their_offsets_and_shed_their_proclitics(
    shapes: list[tuple[list[str], str, str]], margin: int
) -> None:
    text, made, cores = " " * margin, [], []
    for before, core, _ in shapes:
        words: list[Word] = []
        start = len(text)
        for letter in before:
            upos = "CCONJ" if letter in "وف" else "ADP"
            span = Span(len(text), len(text) + 1)
            words.append(Word(len(words) + 1, letter, letter, upos, "", 0, "dep", span))
            text += letter
        cores.append(len(text))
        words.append(
            Word(len(words) + 1, core, core, "X", "", 0, "dep", Span(len(text), len(text) + len(core)))
        )
        text += core
        made.append(Token(Span(start, len(text)), text[start:], tuple(words)))
        text += " "
    found = list(mentions(text, made, [label for _, _, label in shapes]))
    position = 0
    for mention in found:
        assert mention.span.of(text) == mention.surface
        assert any(c.isalnum() for c in mention.surface)
        assert mention.span.start >= position
        position = mention.span.end
        assert made[0].span.start <= mention.span.start
        assert mention.span.end <= made[-1].span.end
        first = next(i for i, t in enumerate(made) if t.span.end > mention.span.start)
        assert mention.span.start >= cores[first]
        assert shapes[first][2] != "O"
