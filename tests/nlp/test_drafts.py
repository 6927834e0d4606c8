from hypothesis import given
from hypothesis import strategies as st

from kgbuild.nlp.drafts import (
    LONGEST_SENTENCE,
    Draft,
    DraftToken,
    batches,
    bounded,
    document_of,
    drafts_of,
    take_over,
    with_whole_letters,
)


def draft(text: str, several: bool = False) -> Draft:
    tokens, start = [], 0
    for word in text.split(" "):
        tokens.append(DraftToken(word, start, start + len(word), several))
        start += len(word) + 1
    return Draft(tokens)


def split(made: Draft, *parts: tuple[str, ...]) -> Draft:
    made.split(parts)
    return made


def test_tokens_that_share_a_letter_of_the_source_are_joined() -> None:
    made = Draft(
        [DraftToken("صل", 0, 2, True), DraftToken("لى", 2, 4, False), DraftToken("هنا", 5, 8, False)]
    )
    (joined,) = with_whole_letters([made], "صللى هنا", [0, 1, 1, 2, 3, 4, 5, 6])
    assert joined.tokens == [DraftToken("صللى", 0, 4, True), DraftToken("هنا", 5, 8, False)]


@given(st.lists(st.sampled_from(["كلمة", "،", "."]), max_size=4 * LONGEST_SENTENCE))
def test_long_sentences_are_cut_and_nothing_is_lost(words: list[str]) -> None:
    made = draft(" ".join(words)) if words else Draft([])
    cut = bounded([made])
    assert [token for one in cut for token in one.tokens] == made.tokens
    assert all(0 < len(one.tokens) <= LONGEST_SENTENCE for one in cut)


def test_sentences_are_cut_after_a_mark() -> None:
    words = ["كلمة"] * 100 + ["،"] + ["كلمة"] * 60
    assert [len(one.tokens) for one in bounded([draft(" ".join(words))])] == [101, 60]


def test_a_document_has_the_tokens_and_words_of_its_drafts() -> None:
    text = "وقال الوزير"
    made = split(draft(text), ("و", "قال"), ("الوزير",))
    document = document_of([made], text)
    assert [[w.text for w in t.words] for t in document.sentences[0].tokens] == [["و", "قال"], ["الوزير"]]
    assert [t.text for t in document.sentences[0].tokens] == ["وقال", "الوزير"]
    assert [(t.start, t.end) for t in drafts_of(document)[0].tokens] == [(0, 4), (5, 11)]


def test_what_a_document_says_is_taken_over() -> None:
    made = split(draft("وقال الوزير"), ("و", "قال"), ("الوزير",))
    document = document_of([made], "وقال الوزير")
    for word, upos in zip(document.iter_words(), ("CCONJ", "VERB", "NOUN"), strict=True):
        word.upos, word.head, word.deprel = upos, 2, "dep"
    document.sentences[0].tokens[1].ner = "S-PERS"
    take_over([made], document)
    assert [(w.upos, w.head, w.deprel, w.feats, w.lemma) for w in made.words] == [
        ("CCONJ", 2, "dep", "", ""),
        ("VERB", 2, "dep", "", ""),
        ("NOUN", 2, "dep", "", ""),
    ]
    assert [token.label for token in made.tokens] == ["O", "S-PERS"]


def test_models_read_the_longest_first_and_nothing_empty() -> None:
    made = [draft("أ"), Draft([]), draft("أ ب ج"), draft("أ ب")]
    (batch,) = batches(made, lambda one: len(one.tokens))
    assert [len(one.tokens) for one in batch] == [3, 2, 1]
    assert [len(batch) for batch in batches([draft("أ")] * 100, lambda one: len(one.tokens))] == [64, 36]
