"""An answer that a bound within a question cut says so."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.querying.catalog import questions, read_question
from kgbuild.querying.run import ask_question

QUERY = """# title: what is said of a thing
# lists: said

SELECT ?thing ?said WHERE { { SELECT ?thing ?said WHERE { ?thing ?link ?said } LIMIT 2000 } }
"""


class Source:
    """A thing of which so many words are said."""

    def __init__(self, words: int) -> None:
        thing, link = ox.NamedNode("https://example.org/thing"), ox.NamedNode("https://example.org/said")
        self.store = ox.Store()
        self.store.extend(ox.Quad(thing, link, ox.Literal(str(number))) for number in range(words))

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run SPARQL."""
        return self.store.query(text)


@pytest.mark.parametrize(("words", "cut"), [(3, False), (4, True), (9, True)])
def test_a_list_that_a_bound_within_cut_is_told(tmp_path: Path, words: int, cut: bool) -> None:
    path = tmp_path / "said.rq"
    path.write_text(QUERY, encoding="utf-8")
    found = ask_question(Source(words), read_question(path), limit=1)
    assert len(found.rows) == 1
    assert found.truncated == cut


def test_the_bounds_of_the_bundled_questions_grow_with_the_limit() -> None:
    found = questions()["who-met-whom"]
    assert found.widest(1_000) == 9_009
    assert questions()["contested-topics"].widest(1_000) is None
