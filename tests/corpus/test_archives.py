"""Web archives: pages and texts become articles, everything else is told of, and nothing harms the reader.

The archives are made with warcio, a writer that is not ours, and then damaged.
"""

import gzip
import io
import re
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kgbuild.corpus.archives import article_id
from kgbuild.corpus.charsets import decode
from kgbuild.corpus.limits import Limits
from kgbuild.corpus.reading import ReadResult, read
from kgbuild.corpus.warc import read_records

TEXT = "قال وزير الخارجية إن بلاده مستعدة لاستئناف المحادثات مع جارتها."
BODY = "<article>" + "".join(f"<p>{TEXT} ({n})</p>" for n in range(8)) + "</article>"
URL = "https://news.example/1"
FETCHED = "2021-07-20T10:00:00Z"
HTML = "text/html; charset=utf-8"


def page(body: str = BODY, head: str = "", charset: str = "utf-8") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='{charset}'>{head}</head><body>{body}</body></html>"


class Writer(WARCWriter):  # type: ignore[misc]  # it has no types
    """warcio's, which leaves temporary files open."""

    @classmethod
    def _create_temp_file(cls) -> io.BytesIO:
        return io.BytesIO()


class Archive:
    """A WARC file in the making."""

    def __init__(self, *, packed: bool = False) -> None:
        self.out = io.BytesIO()
        self.writer = Writer(self.out, gzip=packed)

    def add(
        self,
        payload: bytes,
        url: str | None = URL,
        *,
        kind: str = "response",
        status: str = "200 OK",
        headers: dict[str, str] | None = None,
        fields: dict[str, str] | None = None,
    ) -> "Archive":
        given_ = {"Content-Type": HTML} if headers is None else headers
        http = StatusAndHeaders(status, list(given_.items()), "HTTP/1.1") if kind == "response" else None
        extra = {"WARC-Date": FETCHED, "WARC-Record-ID": f"<urn:uuid:{self.out.tell()}>", **(fields or {})}
        record = self.writer.create_warc_record(
            url, kind, io.BytesIO(payload), http_headers=http, warc_headers_dict=extra
        )
        self.writer.write_record(record)
        return self

    def bytes(self) -> bytes:
        return self.out.getvalue()


def of(
    tmp_path: Path, data: "Archive | bytes", *, limits: Limits | None = None, name: str = "a.warc"
) -> ReadResult:
    content = data if isinstance(data, bytes) else data.bytes()
    (tmp_path / name).write_bytes(content)
    result = read([tmp_path / name], limits=limits)
    assert result.counts.closes
    assert result.counts.articles == len(result.articles)
    return result


def codes(result: ReadResult) -> list[str]:
    return [issue.code for issue in result.issues]


def only_issue(result: ReadResult) -> str:
    (issue,) = result.issues
    return f"{issue.code}: {issue.message}"


@pytest.mark.parametrize("packed", [False, True])
def test_pages_become_articles_and_the_rest_is_counted(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    archive.writer.write_record(archive.writer.create_warcinfo_record("a.warc", {"software": "a test"}))
    archive.add(b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n", kind="request")
    archive.add(page(head="<meta property='og:site_name' content='المنارة'><title>عنوان</title>").encode())
    archive.add(b"GIF89a", "https://news.example/a.gif", headers={"Content-Type": "image/gif"})
    archive.add(b"", "https://news.example/2", status="301 Moved", headers={"Location": URL})
    archive.add(TEXT.encode(), "https://news.example/t", headers={"Content-Type": "text/plain"})
    archive.add(b"127.0.0.1", "dns:news.example", kind="resource", fields={"Content-Type": "text/dns"})
    result = of(tmp_path, archive, name="a.warc.gz" if packed else "a.warc")
    first, second = result.articles
    assert (first.id, first.url, first.outlet) == (URL, URL, "المنارة")
    assert first.text.startswith(TEXT)
    assert first.date is None
    assert (second.id, second.text) == ("https://news.example/t", TEXT)
    assert result.counts.records == 2
    said = only_issue(result)
    assert said.startswith("passed-over: ")
    for kind in (
        "of type warcinfo (1)",
        "of type request (1)",
        "image/gif (1)",
        "status 301 (1)",
        "text/dns (1)",
    ):
        assert kind in said


def test_texts_made_of_pages_and_stored_files_are_read(tmp_path: Path) -> None:
    archive = Archive().add(TEXT.encode(), kind="conversion", fields={"Content-Type": "text/plain"})
    archive.add(page().encode(), "file:///p", kind="resource", fields={"Content-Type": "text/html"})
    result = of(tmp_path, archive, name="crawl.warc.wet")
    assert [article.id for article in result.articles] == ["file:///p", URL]
    assert codes(result) == []


def test_the_day_of_fetching_is_no_day_of_publication(tmp_path: Path) -> None:
    said = "<meta property='article:published_time' content='{}'>"
    archive = Archive()
    archive.add(page().encode(), "https://x.example/none")
    archive.add(page(head=said.format("2021-07-15T08:00:00Z")).encode(), "https://x.example/before")
    archive.add(page(head=said.format("2021-07-21")).encode(), "https://x.example/same-day-elsewhere")
    archive.add(page(head=said.format("2021-07-25")).encode(), "https://x.example/after")
    archive.add(page().encode(), "https://x.example/odd", fields={"WARC-Date": "9999-12-31T00:00:00Z"})
    result = of(tmp_path, archive)
    days = {article.id.rpartition("/")[2]: article.date for article in result.articles}
    assert days == {
        "none": None,
        "before": date(2021, 7, 15),
        "same-day-elsewhere": date(2021, 7, 21),
        "after": None,
        "odd": None,
    }
    assert "dated 2021-07-25, and was fetched on 2021-07-20" in only_issue(result)


def test_the_address_fetched_goes_before_the_one_that_the_page_claims(tmp_path: Path) -> None:
    head = "<link rel='canonical' href='https://elsewhere.example/1'>"
    (article,) = of(tmp_path, Archive().add(page(head=head).encode(), f"<{URL}>")).articles
    assert article.url == URL


def test_long_addresses_are_cut_and_stay_apart() -> None:
    long = "https://news.example/" + "%D8%A7" * 40
    assert article_id(URL, 200) == URL
    assert len(article_id(long, 200)) == 200
    assert article_id(long, 200) == article_id(long, 200) != article_id(long + "x", 200)
    assert article_id(long, 200)[:180] == long[:180]


def test_a_record_without_an_address_goes_by_its_place(tmp_path: Path) -> None:
    archive = Archive().add(TEXT.encode(), None, kind="resource", fields={"Content-Type": "text/plain"})
    assert [article.id for article in of(tmp_path, archive).articles] == ["a-1"]


def test_the_same_page_twice_is_one_article(tmp_path: Path) -> None:
    archive = Archive().add(page().encode()).add(page().encode())
    archive.add(page(BODY.replace("(7)", "(8)")).encode())
    result = of(tmp_path, archive)
    assert result.counts.repeated == 2
    assert sorted(codes(result)) == ["duplicate", "id-conflict"]


def chunked(data: bytes, size: int = 100) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("pack", "headers"),
    [
        (bytes, {}),
        (chunked, {"Transfer-Encoding": "chunked"}),
        (bytes, {"Transfer-Encoding": "chunked"}),
        (gzip.compress, {"Content-Encoding": "gzip"}),
        (bytes, {"Content-Encoding": "gzip"}),
        (lambda data: gzip.compress(gzip.compress(data)), {"Content-Encoding": "gzip, x-gzip"}),
        (zlib.compress, {"Content-Encoding": "deflate"}),
        (raw_deflate, {"Content-Encoding": "DEFLATE"}),
        (bytes, {"Content-Encoding": "deflate"}),
        (bytes, {"Content-Encoding": "br"}),
        (bytes, {"Content-Encoding": "identity"}),
        (lambda d: chunked(gzip.compress(d)), {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    ],
)
def test_codings_are_undone_where_they_are(
    tmp_path: Path, pack: Callable[[bytes], bytes], headers: dict[str, str]
) -> None:
    archive = Archive().add(pack(page().encode()), headers={"Content-Type": HTML, **headers})
    result = of(tmp_path, archive)
    assert codes(result) == []
    assert result.articles[0].text.startswith(TEXT)


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (gzip.compress(page().encode())[:-30], {"Content-Encoding": "gzip"}, "bad-coding: .*cut off"),
        (b"\x1f\x8b" + b"x" * 99, {"Content-Encoding": "gzip"}, "bad-coding: .*damaged"),
        (b"\x0b\x02\x80", {"Content-Encoding": "br"}, "bad-coding: .*'br', which is not read"),
        (b"x" * 99, {"Content-Encoding": "deflate"}, "bad-coding"),
        (gzip.compress(b" " * 9_000_000), {"Content-Encoding": "gzip"}, "too-large: .*unpacks to more"),
        (zlib.compress(b" " * 9_000_000), {"Content-Encoding": "deflate"}, "too-large"),
        (page().encode(), {"Content-Encoding": "gzip,gzip,gzip,gzip"}, "bad-coding: .*4 times"),
        (chunked(page().encode())[:-40], {"Transfer-Encoding": "chunked"}, "bad-coding: .*chunks"),
        (b"5\r\nhello\r\nzz\r\n", {"Transfer-Encoding": "chunked"}, "bad-coding: .*chunks"),
        (page("x" * 4_300_000).encode(), {}, "too-large"),
        (page("x" * 4_200_000).encode(), {}, "too-large"),
        (page().encode("cp1256"), {"Content-Type": "text/html; charset=windows-874"}, "not-utf8: .*874"),
        (TEXT.encode("cp1256"), {"Content-Type": "text/plain"}, "not-utf8: .*no other"),
        (b"", {}, "empty-article"),
        (b"<html></html>", {}, "no-text"),
        (
            page("<p>The minister said that talks would resume soon enough.</p>" * 9).encode(),
            {},
            "not-arabic",
        ),
    ],
)
def test_pages_that_are_refused(tmp_path: Path, body: bytes, headers: dict[str, str], said: str) -> None:
    archive = Archive().add(body, headers={"Content-Type": HTML, **headers}).add(page().encode(), URL + "?2")
    result = of(tmp_path, archive)
    assert re.match(said, only_issue(result)), result.issues
    assert result.issues[0].article in ("a-1", URL)
    assert (result.counts.articles, result.counts.refused) == (1, 1)


@pytest.mark.parametrize(
    ("content", "header", "meta"),
    [
        ("utf-8", "windows-1256", "windows-1256"),
        ("cp1256", "windows-1256", "utf-8"),
        ("cp1256", None, "Windows-1256"),
        ("cp1256", "utf-8", "windows-1256"),
        ("iso8859_6", '"ISO-8859-6"', "x"),
        ("utf-16", "utf-8", "utf-8"),
        ("utf-16-le", "utf-16", "utf-8"),
    ],
)
def test_pages_are_read_in_their_encoding_whatever_they_name(
    tmp_path: Path, content: str, header: str | None, meta: str
) -> None:
    media = f"text/html; charset={header}" if header else "text/html"
    body = page(charset=meta).encode(content)
    result = of(tmp_path, Archive().add(body, headers={"Content-Type": media}))
    assert codes(result) == []
    assert result.articles[0].text.startswith(TEXT)


def test_few_broken_characters_are_replaced(tmp_path: Path) -> None:
    body = TEXT.encode() * 40
    archive = Archive().add(body + b"\xd9", headers={"Content-Type": "text/plain"})
    (article,) = of(tmp_path, archive).articles
    assert article.text == TEXT * 40 + "\ufffd"
    assert decode(b"\xd9" * 9 + body, ()) is None


def test_pages_that_the_crawler_cut_are_read_and_told_of(tmp_path: Path) -> None:
    archive = Archive().add(page().encode(), fields={"WARC-Truncated": "length"})
    archive.add(page().encode(), URL + "?2", headers={"Content-Type": HTML, "Content-Length": "999999"})
    result = of(tmp_path, archive)
    assert codes(result) == ["cut-off", "cut-off"]
    assert len(result.articles) == 2


def three() -> Archive:
    archive = Archive()
    for n in range(3):
        archive.add(page().encode(), f"{URL}?{n}")
    return archive


@pytest.mark.parametrize("change", [-50, -1, 7, 3000, 10**9, 10**14])
def test_a_wrong_length_spoils_one_record_and_no_other(tmp_path: Path, change: int) -> None:
    data = three().bytes()
    lengths = list(re.finditer(rb"\r\nContent-Length: (\d+)\r\n", data))
    middle = lengths[1] if len(lengths) == 3 else lengths[len(lengths) // 2]
    wrong = str(int(middle[1]) + change).encode()
    result = of(tmp_path, data[: middle.start(1)] + wrong + data[middle.end(1) :])
    assert codes(result) == ["bad-record"]
    expected = [f"{URL}?0"] if change > 10**6 else [f"{URL}?0", f"{URL}?2"]
    assert [article.id for article in result.articles] == expected


@pytest.mark.parametrize("length", [b"-5", b"1e3", b"", b"0x10", "٥".encode(), b"9" * 40])
def test_a_length_that_is_no_number(tmp_path: Path, length: bytes) -> None:
    data = re.sub(
        rb"\r\nContent-Length: \d+\r\n", b"\r\nContent-Length: " + length + b"\r\n", three().bytes(), count=1
    )
    result = of(tmp_path, data)
    assert codes(result) == ["bad-record"]
    assert len(result.articles) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", None),
        (b"\r\n\r\n", None),
        (b"PK\x03\x04", "not-warc"),
        (TEXT.encode(), "not-warc"),
        (gzip.compress(TEXT.encode()), "not-warc"),
        (b"WARC/1.0\r\n", "bad-record"),
        (b"WARC/1.0\r\n" + b"x: y\r\n" * 20_000, "bad-record"),
        (b"WARC/1.0\r\n\r\n\r\n", "bad-record"),
        (b"WARC/1.0\r\nContent-Length: 5\r\n\r\n", "bad-record"),
        (b"\x1f\x8b\x08", "bad-gzip"),
        (b"\x1f\x8b" + b"x" * 50, "bad-gzip"),
    ],
)
def test_files_that_are_no_archive(tmp_path: Path, data: bytes, code: str | None) -> None:
    result = of(tmp_path, data)
    assert codes(result) == ([code] if code else [])


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_cut_anywhere_gives_what_was_whole(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    ends = [0]
    for n in range(3):
        archive.add(page().encode(), f"{URL}?{n}")
        ends.append(archive.out.tell())
    data = archive.bytes()
    for cut in [*range(1, len(data), len(data) // 23), *(end for end in ends if end)]:
        result = of(tmp_path, data[:cut])
        whole = sum(end <= cut for end in ends) - 1
        # the line breaks after a record are no loss
        assert len(result.articles) in ((whole, whole + 1) if data[:cut][-1:] in b"\r\n" else (whole,)), cut
        assert len(codes(result)) == (0 if cut in ends or len(result.articles) > whole else 1), cut


def test_a_damaged_member_ends_the_archive_with_an_issue(tmp_path: Path) -> None:
    archive = Archive(packed=True)
    archive.add(page().encode(), f"{URL}?0")
    at = archive.out.tell()
    archive.add(page().encode(), f"{URL}?1").add(page().encode(), f"{URL}?2")
    data = bytearray(archive.bytes())
    data[at + 40] ^= 0xFF
    result = of(tmp_path, bytes(data), name="a.warc.gz")
    assert codes(result) == ["bad-gzip"]
    assert [article.id for article in result.articles] == [f"{URL}?0"]


def test_bombs_are_left_at_their_bounds(tmp_path: Path) -> None:
    good = Archive(packed=True).add(page().encode()).bytes()
    bomb = gzip.compress(b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n" + b"0" * 40_000_000)
    assert len(bomb) < 60_000
    result = of(tmp_path, good + bomb + good, name="a.warc.gz")
    assert len(result.articles) == 1
    assert "too-large" in only_issue(result)
    assert "300 times" in only_issue(result)
    roomy = Limits(archive=1_000_000, ratio=10_000)
    assert "more than 1000000 bytes" in only_issue(of(tmp_path, good + bomb, limits=roomy))


def test_memory_holds_one_record_whatever_the_archive_holds() -> None:
    record = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    large = record % (6_000_000, b"x" * 6_000_000)
    data = gzip.compress((record % (50_000, b"y" * 50_000)) * 100 + large, 1)
    tracemalloc.start()
    sizes = [record.size for record in read_records(io.BytesIO(data), Limits(ratio=10_000))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sizes == [50_000] * 100 + [6_000_000]
    assert peak < 3_000_000


def test_the_number_of_records_and_of_damages_is_bounded(tmp_path: Path) -> None:
    data = b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 50
    result = of(tmp_path, data, limits=Limits(records=20))
    assert sorted(codes(result)) == ["passed-over", "too-many-records"]
    result = of(tmp_path, b"WARC/1.0\r\nContent-Length: x\r\n\r\n" * 500 + three().bytes())
    assert codes(result) == ["bad-record"] * 100
    assert sum("the rest of the file is not read" in issue.message for issue in result.issues) == 1
    assert not result.articles


def test_many_issues_of_a_file_are_counted_and_no_more_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"x\n" * 50)
    result = read([tmp_path / "a.jsonl"], limits=Limits(told=10))
    assert result.counts.refused == 50
    assert codes(result) == ["bad-json"] * 11
    assert any("40 more of its issues" in issue.message for issue in result.issues)
    result = read([tmp_path / "a.jsonl"], limits=Limits(records=5))
    assert sorted(set(codes(result))) == ["bad-json", "too-many-records"]
    assert result.counts.refused == 6


@settings(max_examples=150)
@given(st.data(), st.booleans())
def test_mutated_archives_are_articles_and_issues(data: st.DataObject, packed: bool) -> None:
    archive = bytearray(MUTATED[packed])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(archive) - 1))
        size = data.draw(st.integers(0, 40))
        archive[at : at + size] = data.draw(st.binary(max_size=40))
    count = 0
    for record in read_records(io.BytesIO(bytes(archive)), Limits(file=3000, head=900)):
        count += 1
        assert bool(record.code) == bool(record.message)
        assert len(record.block) <= 3900
    assert count < 200


def mutated(*, packed: bool) -> bytes:
    archive = Archive(packed=packed)
    for n in range(4):
        archive.add(TEXT.encode() * n * 8, f"{URL}?{n}", headers={"Content-Type": "text/plain"})
    return archive.bytes()


MUTATED = {packed: mutated(packed=packed) for packed in (False, True)}
