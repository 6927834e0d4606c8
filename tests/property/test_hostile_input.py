"""Readers, folding, zones, times and linking take any input, and raise nothing but what they document.

More than 50,000 examples together with ``test_hostile_output.py``; they are cheap, and the same in every run.
"""

import gzip
import importlib.util
import io
import itertools
import json
import warnings
import zlib
from pathlib import Path
from types import ModuleType

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgbuild.corpus.archives import read_archive
from kgbuild.corpus.boilerplate import zones
from kgbuild.corpus.limits import Limits
from kgbuild.corpus.metadata import parse_object
from kgbuild.corpus.pages import PageError, read_page
from kgbuild.corpus.reading import read
from kgbuild.corpus.streams import read_lines, read_whole
from kgbuild.linking import Linker
from kgbuild.model import Analysis, Article, Kind, Mention, Span
from kgbuild.text.dates import find_times
from kgbuild.text.folding import fold


def _shared() -> ModuleType:
    """The strategies of ``conftest.py``; tests are no package, so it cannot be imported by name."""
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("conftest.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHARED = _shared()
texts, pages, warcs = SHARED.texts, SHARED.pages, SHARED.warcs
LINKER = Linker.load()
SMALL = Limits(line=300, file=2000, unpacked=4000)
fields = st.dictionaries(
    st.sampled_from(["id", "text", "url", "outlet", "date", "title", "language", "other"]),
    texts(20) | st.none() | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2),
    max_size=6,
)
lines = (
    st.binary(max_size=60)
    | fields.map(lambda row: json.dumps(row).encode())
    | fields.map(lambda row: json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    | texts(40).map(lambda text: text.encode("utf-16", "surrogatepass"))
    | texts(40).map(lambda text: text.encode("cp1256", "replace"))
    | st.integers(1, 400).map(lambda depth: b"[" * depth)
    | st.integers(1, 400).map(lambda depth: b'{"a":' * depth)
)
streams = st.lists(lines, max_size=5).map(b"\n".join)


@settings(max_examples=16_000)
@given(texts(60))
def test_folding_takes_any_text_and_leads_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) >= len(folded.text)
    assert fold(folded.text).text == folded.text
    assert all(0 <= offset <= len(text) for offset in folded.offsets)


@settings(max_examples=6_000)
@given(streams, st.booleans())
@example(b"\xef\xbb\xbf", False)
@example(b"\x1f\x8b", False)
def test_a_stream_of_anything_is_articles_and_issues(data: bytes, packed: bool) -> None:
    given_ = gzip.compress(data, mtime=0) if packed else data
    found = read(["-"], limits=SMALL, stdin=io.BytesIO(given_))
    assert found.counts.closes
    for article in found.articles:
        article.text.encode()
        assert "\x00" not in article.text
        assert len(article.text.encode()) <= SMALL.file
        assert article.id.strip()
    for issue in found.issues:
        assert issue.code
        assert issue.stage == "read"


@settings(max_examples=4_000)
@given(st.lists(st.binary(max_size=80), max_size=5), st.integers(0, 400))
def test_damaged_and_swollen_archives_end_with_an_issue(members: list[bytes], cut: int) -> None:
    packed = b"".join(gzip.compress(member * 40, mtime=0) for member in members)
    total = 0
    for line in read_lines(io.BytesIO(packed[:cut] + packed[cut + 1 :]), SMALL):
        total += len(line.content)
        assert len(line.content) <= SMALL.line
    assert total <= SMALL.unpacked + 65_536


@settings(max_examples=4_000)
@given(warcs(40), st.booleans(), st.integers(0, 600))
def test_a_web_archive_of_anything_is_articles_and_issues(data: bytes, packed: bool, cut: int) -> None:
    given_ = gzip.compress(data, 1, mtime=0)[: cut + 60] if packed else data[: cut + 200]
    outcomes = list(read_archive(io.BytesIO(given_), "a.warc", "a", SMALL))
    for outcome in outcomes:
        assert outcome.article or outcome.issues
        for issue in outcome.issues:
            assert issue.code
            (issue.article + issue.message).encode()
        if outcome.article:
            outcome.article.text.encode()
            assert outcome.article.id.strip()
            assert len(outcome.article.id) <= SMALL.id_length


@settings(max_examples=400)
@given(pages(40))
def test_a_page_of_anything_is_read_or_refused(html: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what trafilatura does
        try:
            fields = read_page(html)
        except PageError:
            return
    assert all(isinstance(value, str) and value for value in fields.values())
    assert not fields or "text" in fields


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = zlib.compress(b"\n" * 12_000_000, 6, 31)
    assert len(bomb) < 100_000
    (line,) = read_lines(io.BytesIO(bomb), Limits())
    assert (line.code, line.number < 2_500_000) == ("too-large", True)
    assert list(read_lines(io.BytesIO(bomb), Limits(ratio=2_000))) == []
    (line,) = read_lines(io.BytesIO(bomb), Limits(ratio=2_000, unpacked=9_000_000))
    assert line.code == "too-large"
    assert 8_900_000 < line.number < 9_100_000


def test_a_bomb_of_one_line_takes_no_memory() -> None:
    bomb = zlib.compress(b"x" * 8_000_000, 6, 31)
    assert [line.code for line in read_lines(io.BytesIO(bomb), Limits(ratio=2_000))] == ["line-too-long"]
    assert [line.code for line in read_lines(io.BytesIO(bomb), Limits())] == ["too-large"]
    assert read_whole(io.BytesIO(b"x" * 10_000), 100) is None


@settings(max_examples=8_000)
@given(lines)
def test_a_line_is_an_object_or_a_value_error(line: bytes) -> None:
    try:
        parse_object(line)
    except ValueError:
        return


@settings(max_examples=1_500)
@given(texts(80), st.none() | texts(20))
def test_zones_cover_every_line_of_any_text_once(text: str, title: str | None) -> None:
    found = zones(Article("a", text, title=title))
    assert all(one.span.end <= two.span.start for one, two in itertools.pairwise(found))
    covered = "".join(zone.span.of(text) for zone in found)
    assert "".join(covered.split()) == "".join(text.split())


@settings(max_examples=3_000)
@given(texts(60))
def test_times_of_any_text_lie_in_it(text: str) -> None:
    for time in find_times(text, Span(0, len(text)), None):
        assert time.span.of(text) == time.text
        assert time.first is None or time.last is None or time.first <= time.last


@settings(max_examples=500)
@given(texts(60), st.data())
def test_linking_decides_every_mention_of_any_text(text: str, data: st.DataObject) -> None:
    mentions = []
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        span = Span(start, data.draw(st.integers(start + 1, len(text))))
        mentions.append(Mention(span, span.of(text), data.draw(st.sampled_from(Kind))))
    article = Article("a", text)
    linked = LINKER.link(article, zones(article), Analysis((), tuple(mentions)))
    for link in linked.links:
        assert link.mention.span.of(text) == link.mention.surface
        assert link.entity.key
