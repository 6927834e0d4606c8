import io
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.corpus.reading import read, read_aside
from kgbuild.corpus.spool import Spool, article_bytes, article_of, without_repeats
from kgbuild.model import Article

words = st.text(st.characters(), max_size=20)
articles = st.builds(
    Article,
    words,
    words,
    st.none() | words,
    st.none() | words,
    st.none() | st.dates(date(1800, 1, 1), date(2199, 12, 31)),
    st.none() | words,
    words,
)


@given(articles)
def test_an_article_comes_back_from_its_bytes(article: Article) -> None:
    assert article_of(article_bytes(article)) == article


@given(st.lists(articles, max_size=6), st.randoms(use_true_random=False))
def test_articles_that_were_put_aside_can_be_had_in_any_order(given_: list[Article], order: object) -> None:
    spool = Spool(io.BytesIO())
    entries = [(article, spool.add(article)) for article in given_]
    order.shuffle(entries)  # type: ignore[attr-defined]
    for article, entry in entries:
        assert article_of(spool.data(entry)) == article
        assert (entry.id, entry.content_hash) == (article.id, article.content_hash)


@given(st.lists(articles, max_size=6), st.randoms(use_true_random=False))
def test_which_of_several_is_kept_does_not_depend_on_the_order(given_: list[Article], order: object) -> None:
    def kept() -> list[str]:
        spool = Spool(io.BytesIO())
        entries, issues = without_repeats([spool.add(article) for article in given_])
        assert len(entries) + len(issues) == len(given_)
        return [entry.content_hash for entry in entries]

    first = kept()
    order.shuffle(given_)  # type: ignore[attr-defined]
    assert kept() == first


def test_reading_aside_gives_what_reading_gives() -> None:
    rows = (
        '{"id": "b", "text": "قال الوزير إن بلاده ترفض ذلك."}\n{"id": "a", "text": "نص عربي آخر."}\nnothing\n'
    )
    whole = read(["-"], stdin=io.BytesIO(rows.encode()))
    with io.BytesIO() as file:
        aside = read_aside(["-"], file, stdin=io.BytesIO(rows.encode()))
        found = [article_of(aside.spool.data(entry)) for entry in aside.entries]
    assert tuple(found) == whole.articles
    assert (aside.issues, aside.counts) == (whole.issues, whole.counts)
    assert [entry.id for entry in aside.entries] == ["a", "b"]
