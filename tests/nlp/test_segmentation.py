from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.errors import ModelError
from kgbuild.nlp.models import resolve
from kgbuild.nlp.segmentation import Segmenter, clitics, spelling

NAMES = ("بوتين", "بايدن", "الحريري", "فان", "رومبوي", "باولو", "واينر", "لافروف", "بران")
WORDS = {"بيت": True, "قال": True, "كتابة": True, "ايدن": False, "كتب": True, "يصل": True, "فالمهم": True}


def folder(tmp_path: Path, **tables: list[str]) -> Path:
    headers = {"segmentation": "token\tdecision", "no-split": "name", "words": "word\tbears"}
    for name, rows in tables.items():
        name = name.replace("_", "-")
        (tmp_path / f"{name}.tsv").write_text("\n".join([headers[name], *rows]) + "\n", encoding="utf-8")
    return tmp_path


def split(
    segmenter: Segmenter, sentence: str, guessed: str = "", expansions: dict[str, str] | None = None
) -> list[str]:
    tokens = sentence.split()
    guesses = [token in guessed.split() for token in tokens]
    made = segmenter.split(tokens, guesses, expansions or {})
    return ["+".join(words) for words in made]


@pytest.fixture
def known() -> Segmenter:
    decisions = {"وصل": False, "وقال": True, "فان": True, "بيان": False}
    return Segmenter(decisions, frozenset(map(spelling, NAMES)), {spelling(w): b for w, b in WORDS.items()})


def test_the_table_overrules_the_guess(known: Segmenter) -> None:
    assert split(known, "وصل", "وصل") == ["وصل"]
    assert split(known, "وقال", "", {"وقال": "و قال"}) == ["و+قال"]
    assert known.asks("وقال", False)
    assert not known.asks("وصل", True)


def test_a_name_is_whole_whatever_the_tokenizer_guesses(known: Segmenter) -> None:
    assert split(known, "بوتين بايدن", "بوتين بايدن") == ["بوتين", "بايدن"]
    assert not known.asks("بوتين", True)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("لبوتين", "ل+بوتين"),
        ("وبايدن", "و+بايدن"),
        ("وببايدن", "و+ب+بايدن"),
        ("للحريري", "ل+الحريري"),
        ("والحريري", "و+الحريري"),
        ("بباولو", "ب+باولو"),
        ("للافروف", "ل+لافروف"),
    ],
)
def test_proclitics_are_taken_off_names(token: str, words: str, known: Segmenter) -> None:
    assert split(known, token) == [words]
    assert not known.asks(token, False)


def test_a_word_that_ends_like_a_name_is_left_to_the_models(known: Segmenter) -> None:
    segmenter = Segmenter({}, known.names, {**known.words, "لبران": True})
    assert split(segmenter, "لبران") == ["لبران"]


def test_beside_a_name_an_ambiguous_word_is_part_of_it(known: Segmenter) -> None:
    expansions = {"فان": "ف إن"}
    assert split(known, "هرمان فان رومبوي", "", expansions) == ["هرمان", "فان", "رومبوي"]
    assert split(known, "قال فان بيت", "", expansions) == ["قال", "ف+إن", "بيت"]


@pytest.mark.parametrize(
    ("token", "expansion", "words"),
    [
        ("ببيت", "ب بيت", "ب+بيت"),  # what is left is known
        ("كتابته", "كتابة ه", "كتابة+ه"),
        ("كتابتها", "كتابت ها", "كتابت+ها"),
        ("شويبله", "شويبل ه", "شويبله"),  # an unlisted word bears no pronoun
        ("ايدنه", "ايدن ه", "ايدنه"),  # nor does a name
        ("سيصل", "س يصل", "س+يصل"),
        ("سقال", "س قال", "سقال"),  # the future stands before the imperfect
        ("بيتخط", "بيت خط", "بيتخط"),  # no pronoun
    ],
)
def test_what_the_expander_makes_is_checked(token: str, expansion: str, words: str, known: Segmenter) -> None:
    assert known.asks(token, True)
    assert split(known, token, token, {token: expansion}) == [words]


def test_an_unlisted_word_begins_like_the_names() -> None:
    names = frozenset(["فولفغانغ", "فولكر", "فولتر", "بريان", "بريجيت", "وينستون", "وينر", "دينيس", "ديني"])
    known = Segmenter({}, names, {"قال": True})
    assert split(known, "وفولدر", "وفولدر", {"وفولدر": "و فولدر"}) == ["و+فولدر"]
    assert split(known, "ببريشت", "ببريشت", {"ببريشت": "ب بريشت"}) == ["ب+بريشت"]
    assert split(known, "بريجنسكي", "بريجنسكي", {"بريجنسكي": "ب ريجنسكي"}) == ["بريجنسكي"]
    assert split(known, "وينغدر", "وينغدر", {"وينغدر": "و ينغدر"}) == ["وينغدر"]


def test_without_tables_the_models_decide(tmp_path: Path) -> None:
    segmenter = Segmenter.load(tmp_path)
    assert segmenter == Segmenter()
    assert split(segmenter, "وقال شويبله", "شويبله", {"شويبله": "شويبل ه"}) == ["وقال", "شويبل+ه"]


def test_hamza_on_alif_does_not_matter(tmp_path: Path) -> None:
    segmenter = Segmenter.load(folder(tmp_path, segmentation=["واضاف\tsplit"], no_split=["انان"]))
    assert split(segmenter, "وأضاف", "", {"وأضاف": "و أضاف"}) == ["و+أضاف"]
    assert split(segmenter, "أنان لأنان") == ["أنان", "ل+أنان"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("segmentation", "وصل"),
        ("segmentation", "وصل\tmaybe"),
        ("segmentation", "\twhole"),
        ("no_split", "بوتين\tبايدن"),
        ("words", "بيت\tboth"),
        ("words", "بيت"),
    ],
)
def test_a_malformed_row_is_named(table: str, row: str, tmp_path: Path) -> None:
    good = {"segmentation": "وقال\tsplit", "no_split": "بوش", "words": "قال\tpronoun"}[table]
    with pytest.raises(ModelError, match="line 3"):
        Segmenter.load(folder(tmp_path, **{table: [good, row]}))


def test_a_wrong_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "segmentation.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(ModelError, match="line 1"):
        Segmenter.load(tmp_path)


def test_the_clitics_of_the_lexicon_are_told_apart() -> None:
    known = clitics()
    assert known.conjunctions == set("وف")
    assert known.prepositions == set("بلك")
    assert known.leading == set("وفبلكس")
    assert known.article == "ال"
    assert {"ه", "ها", "هما"} <= known.pronouns
    assert known.verb_prefixes == set("يتنأ")


def test_the_bundled_tables_know_common_verbs_and_names() -> None:
    made = Segmenter.load(resolve("bundled").path / "ar")
    plain = "وصل وزير واشنطن بوتين بايدن لافروف"
    assert split(made, plain, plain) == plain.split()
    assert split(made, "لبوتين وبايدن بواشنطن") == ["ل+بوتين", "و+بايدن", "ب+واشنطن"]
    assert split(made, "وقال", "", {"وقال": "و قال"}) == ["و+قال"]


LETTERS = st.text(alphabet="وفبلكساتنيهإأ", min_size=1, max_size=7)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(token=LETTERS, guess=st.booleans(), cut=st.integers(1, 6))
def test_words_of_a_token_are_its_letters_or_the_expanders(token: str, guess: bool, cut: int) -> None:
    known = Segmenter({"فان": True}, frozenset(NAMES), WORDS)
    expansion = f"{token[:cut]} {token[cut:]}".strip()
    [words] = known.split([token], [guess], {token: expansion} if known.asks(token, guess) else {})
    assert words == tuple(expansion.split()) or "".join(words).replace("لال", "لل", 1) in (
        token,
        token.replace("لال", "لل", 1),
    )
    assert all(words)
