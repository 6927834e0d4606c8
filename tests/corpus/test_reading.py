"""Reading: every record ends as an article or an issue, whatever the input holds and in whatever order."""

import gzip
import io
import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.corpus.limits import Limits
from kgbuild.corpus.reading import ReadResult, read
from kgbuild.errors import UsageError

TEXT = "قال وزير الخارجية إن بلاده مستعدة لاستئناف المحادثات مع جارتها."
SMALL = Limits(line=2000, file=2000, unpacked=20_000)


def codes(result: ReadResult) -> list[str]:
    assert result.counts.closes
    assert result.counts.articles == len(result.articles)
    return [issue.code for issue in result.issues]


def jsonl(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def page(body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='ar'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )


ARTICLE_HTML = "<article>" + "".join(f"<p>{TEXT} ({n})</p>" for n in range(8)) + "</article>"


def test_a_text_file_is_named_after_itself(tmp_path: Path) -> None:
    (tmp_path / "a.b.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode() + b"\r\n\r\n" + TEXT.encode())
    result = read([tmp_path / "a.b.txt"])
    (article,) = result.articles
    assert (article.id, article.language, article.date) == ("a.b", "ar", None)
    assert article.text == f"{TEXT}\r\n\r\n{TEXT}"
    assert codes(result) == []


def test_a_sidecar_gives_metadata(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(TEXT, encoding="utf-8")
    metadata = {
        "id": "one",
        "url": "https://news.example/1",
        "outlet": "المنارة",
        "date": "2021-07-15T10:00:00Z",
    }
    (tmp_path / "1.json").write_text(json.dumps({**metadata, "title": " عنوان "}), encoding="utf-8")
    result = read([tmp_path])
    (article,) = result.articles
    assert (article.id, article.url, article.outlet) == ("one", "https://news.example/1", "المنارة")
    assert (article.date, article.title) == (date(2021, 7, 15), "عنوان")
    assert codes(result) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metadata.jsonl", '{"id": "1", "outlet": "المنارة", "date": "2021-07-15"}\n{"id": "9"}\n'),
        ("metadata.tsv", "id\tdate\toutlet\n1\t2021-07-15\tالمنارة\n9\n"),
    ],
)
def test_folder_metadata(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "1.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = read([tmp_path])
    (article,) = result.articles
    assert (article.outlet, article.date) == ("المنارة", date(2021, 7, 15))
    assert codes(result) == ["unused-metadata"]


def test_a_sidecar_goes_before_folder_metadata(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "1.json").write_text('{"outlet": "ب"}', encoding="utf-8")
    jsonl(tmp_path / "metadata.jsonl", {"id": "1", "outlet": "ا", "title": "ت"})
    (article,) = read([tmp_path]).articles
    assert (article.outlet, article.title) == ("ب", "ت")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("1.json", b"{"),
        ("1.json", b"[]"),
        ("1.json", b"\xff"),
        ("1.json", b" " * 3000),
        ("1.json", b'{"title": 3}'),
        ("metadata.jsonl", b'{"outlet": "x"}'),
        ("metadata.jsonl", b'{"id": "1", "title": "x"}\n{"id": "1"}'),
        ("metadata.jsonl", b"\xff"),
        ("metadata.tsv", b"id\tcolor\n"),
        ("metadata.tsv", b"outlet\n"),
        ("metadata.tsv", b"id\toutlet\n1\ta\tb\n"),
        ("metadata.tsv", b"id\n" + b"x" * 3000),
    ],
)
def test_malformed_metadata_leaves_the_article(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "1.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    result = read([tmp_path], limits=SMALL)
    assert codes(result) == ["bad-metadata"]
    assert [article.id for article in result.articles] == ["1"]


def test_html_by_its_main_text_and_metadata(tmp_path: Path) -> None:
    head = (
        "<title>عنوان الخبر</title><meta property='og:site_name' content='المنارة'>"
        "<meta property='article:published_time' content='2021-07-15T10:00:00Z'>"
        "<link rel='canonical' href='https://news.example/1'>"
    )
    menu = "<nav><ul><li><a href='/'>الرئيسية</a></li><li><a href='/s'>رياضة</a></li></ul></nav>"
    (tmp_path / "p.html").write_text(page(menu + ARTICLE_HTML, head), encoding="utf-8")
    result = read([tmp_path])
    (article,) = result.articles
    assert article.text.startswith(TEXT)
    assert "رياضة" not in article.text
    assert (article.title, article.outlet) == ("عنوان الخبر", "المنارة")
    assert (article.url, article.date) == ("https://news.example/1", date(2021, 7, 15))
    assert codes(result) == []


def test_an_html_page_without_a_date_has_none(tmp_path: Path) -> None:
    footer = "<footer>© 2020</footer>"
    (tmp_path / "p.htm").write_text(page(ARTICLE_HTML + footer), encoding="utf-8")
    (article,) = read([tmp_path]).articles
    assert article.date is None


@pytest.mark.parametrize(
    ("codec", "named"), [("cp1256", "windows-1256"), ("iso8859_6", "ISO-8859-6"), ("utf-16", "utf-8")]
)
def test_a_saved_page_is_read_in_its_encoding(tmp_path: Path, codec: str, named: str) -> None:
    head = f"<meta charset='{named}'>"
    (tmp_path / "p.html").write_bytes(
        f"<html><head>{head}</head><body>{ARTICLE_HTML}</body></html>".encode(codec)
    )
    (tmp_path / "q.html").write_text(page(ARTICLE_HTML), encoding="utf-8")
    other, same = read([tmp_path]).articles
    assert other.text == same.text


def test_a_saved_page_in_another_encoding_than_it_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_bytes(page(ARTICLE_HTML).encode("cp1256"))
    result = read([tmp_path])
    assert codes(result) == ["not-utf8"]
    assert "'utf-8' as its encoding" in result.issues[0].message


@pytest.mark.parametrize("html", ["<html></html>", "<<<>>>", page("<div>" * 5000), "ليس صفحة"])
def test_html_without_main_text(tmp_path: Path, html: str) -> None:
    (tmp_path / "p.html").write_text(html, encoding="utf-8")
    result = read([tmp_path])
    assert codes(result) == ["no-text"]


def test_jsonl_with_a_record_a_line(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "many.jsonl", {"id": "b", "text": TEXT}, {"id": 7, "text": TEXT}, {"text": TEXT})
    assert [article.id for article in read([path]).articles] == ["7", "b", "many-3"]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (b'{"id": "x", "text": "' + TEXT.encode(), "bad-json"),
        (b"[1]", "bad-json"),
        (b'"' + TEXT.encode() + b'"', "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b'{"id": ' + b"9" * 5000 + b"}", "bad-json"),
        (b'{"id": "x"}', "no-text"),
        (b'{"id": "x", "text": 5}', "no-text"),
        (b'{"id": "x", "text": null}', "no-text"),
        (b'{"id": "x", "text": " \\n\\t\\u200b "}', "empty-article"),
        (b'{"id": "x", "text": "The minister said that talks would resume."}', "not-arabic"),
        (b'{"id": "x", "text": "2021 ... 12"}', "not-arabic"),
        (b'{"id": "x", "language": "fa", "text": "' + TEXT.encode() + b'"}', "not-arabic"),
        (b'{"id": "x", "text": "\xff"}', "not-utf8"),
    ],
)
def test_records_that_are_refused(tmp_path: Path, record: bytes, code: str) -> None:
    good = json.dumps({"id": "good", "text": TEXT}).encode()
    (tmp_path / "a.jsonl").write_bytes(good + b"\n\n" + record + b"\n")
    result = read([tmp_path])
    assert codes(result) == [code]
    assert "line 3" in result.issues[0].message
    assert [article.id for article in result.articles] == ["good"]
    assert (result.counts.records, result.counts.refused) == (2, 1)


@pytest.mark.parametrize("language", ["ar", "AR", "ar-EG", "ar_SA", "ara"])
def test_all_tags_of_arabic_are_arabic(tmp_path: Path, language: str) -> None:
    path = jsonl(tmp_path / "a.jsonl", {"id": "x", "language": language, "text": TEXT})
    assert len(read([path]).articles) == 1


def test_persian_is_not_arabic(tmp_path: Path) -> None:
    persian = "وزیر امور خارجه گفت که کشورش برای گفت‌وگو با همسایه آماده است و پیشنهاد چین را می‌پذیرد. "
    result = read([jsonl(tmp_path / "a.jsonl", {"id": "x", "text": persian * 3})])
    assert codes(result) == ["not-arabic"]


@pytest.mark.parametrize(
    "value", ["15/7/2021", "2021-02-30", "0021-01-01", "9999-01-01", "", "أمس", 20210715, []]
)
def test_a_bad_date_leaves_the_article_without_one(tmp_path: Path, value: object) -> None:
    result = read([jsonl(tmp_path / "a.jsonl", {"id": "x", "date": value, "text": TEXT})])
    (article,) = result.articles
    assert article.date is None
    assert codes(result) == ([] if value == "" else ["bad-date"])


@pytest.mark.parametrize("value", ["", " ", "x" * 201, "a\x00b", 1.5, True, [], "\ud800"])
def test_a_bad_id_is_replaced(tmp_path: Path, value: object) -> None:
    result = read([jsonl(tmp_path / "a.jsonl", {"id": value, "text": TEXT})])
    assert [article.id for article in result.articles] == ["a-1"]
    assert codes(result) == ["bad-id"]


def test_characters_that_nothing_can_carry_are_replaced_one_for_one(tmp_path: Path) -> None:
    text = f"{TEXT[:5]}\x00\ud800\x1f{TEXT}\t\n\uffff"
    result = read([jsonl(tmp_path / "a.jsonl", {"id": "x", "text": text, "title": "\udfffعنوان"})])
    (article,) = result.articles
    assert article.text == f"{TEXT[:5]}\ufffd\ufffd\ufffd{TEXT}\t\n\ufffd"
    assert len(article.text) == len(text)
    assert article.title == "\ufffdعنوان"
    assert codes(result) == ["replaced-characters"]
    article.text.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-article"),
        (b" \n\r\n", "empty-article"),
        (b"\xef\xbb\xbf", "empty-article"),
        ("قال".encode("cp1256"), "not-utf8"),
        (TEXT.encode("utf-16"), "not-utf8"),
        (b"x" * 2001, "too-large"),
    ],
)
def test_text_files_that_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    result = read([tmp_path], limits=SMALL)
    assert codes(result) == [code]
    assert result.issues[0].article == "x"
    assert result.issues[0].stage == "read"


def test_a_long_line_is_passed_over_and_the_next_one_read(tmp_path: Path) -> None:
    long = json.dumps({"id": "long", "text": TEXT * 10})
    path = tmp_path / "a.jsonl"
    path.write_text(f"{long}\n{json.dumps({'id': 'x', 'text': TEXT})}\n{long}", encoding="utf-8")
    result = read([path], limits=SMALL)
    assert codes(result) == ["line-too-long", "line-too-long"]
    assert [article.id for article in result.articles] == ["x"]


def test_five_megabytes_in_a_line_are_too_many(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "' + b"x" * 5_000_000 + b'"}\n')
    assert codes(read([path])) == ["line-too-long"]


def test_gzipped_lines_of_several_members(tmp_path: Path) -> None:
    one, two = (json.dumps({"id": i, "text": TEXT}).encode() + b"\n" for i in ("one", "two"))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(one, mtime=0) + gzip.compress(two, mtime=0))
    result = read([tmp_path])
    assert [article.id for article in result.articles] == ["one", "two"]
    assert codes(result) == []


def test_a_gzip_bomb_is_left_at_the_limit(tmp_path: Path) -> None:
    first = json.dumps({"id": "x", "text": TEXT}).encode() + b"\n"
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(first + b"\n" * 50_000_000, mtime=0))
    result = read([tmp_path], limits=SMALL)
    assert codes(result) == ["too-large"]


@pytest.mark.parametrize("cut", [3, 40, -1])
def test_damaged_gzip(tmp_path: Path, cut: int) -> None:
    packed = gzip.compress(json.dumps({"id": "x", "text": TEXT}).encode() + b"\n", mtime=0)
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:cut])
    assert codes(read([tmp_path])) == ["bad-gzip"]
    (tmp_path / "a.jsonl.gz").write_bytes(b"\x1f\x8b" + random.Random(1).randbytes(100))  # noqa: S311
    assert codes(read([tmp_path])) == ["bad-gzip"]


def test_folders_are_searched_and_what_is_not_read_is_told(tmp_path: Path) -> None:
    deep = tmp_path / "2021" / "07"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.TXT").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c.docx").write_bytes(b"PK")
    (tmp_path / "lost.json").write_text("{}", encoding="utf-8")
    (tmp_path / "README.md").write_text("What this is", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text(TEXT, encoding="utf-8")
    result = read([tmp_path])
    assert [article.id for article in result.articles] == ["a", "b"]
    assert [(issue.code, issue.article) for issue in result.issues] == [
        ("unsupported-format", "c.docx"),
        ("unsupported-format", "lost.json"),
    ]
    assert codes(result)


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    opened = Path.open

    def refuse(self: Path, mode: str = "r") -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", refuse)
    assert codes(read([path])) == ["unreadable"]


@pytest.mark.parametrize(("name", "hint"), [("missing", "is not there"), ("a.docx", "no known format")])
def test_wrong_paths_stop_the_run_with_a_hint(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(UsageError, match=f"{hint}. Give"):
        read([tmp_path / name])


def test_an_empty_folder_has_no_records(tmp_path: Path) -> None:
    assert read([tmp_path]).counts.records == 0


def test_the_order_of_paths_does_not_matter(tmp_path: Path) -> None:
    paths: list[Path | str] = []
    for n in range(6):
        path = jsonl(tmp_path / f"{n}.jsonl", {"id": f"d{n % 4}", "text": f"{TEXT} {n}"}, {"id": f"e{n}"})
        paths.append(path)
    paths.append(tmp_path)
    expected = read(paths)
    assert sorted(set(codes(expected))) == ["id-conflict", "no-text"]
    assert expected.counts.records == 12
    for seed in range(5):
        random.Random(seed).shuffle(paths)  # noqa: S311
        assert read(paths) == expected


def test_the_same_article_twice_is_a_duplicate(tmp_path: Path) -> None:
    for name in ("a", "b"):
        jsonl(tmp_path / f"{name}.jsonl", {"id": "x", "text": TEXT})
    result = read([tmp_path])
    assert codes(result) == ["duplicate"]
    assert result.counts.repeated == 1
    assert read([tmp_path / "a.jsonl", tmp_path / "a.jsonl", tmp_path / "." / "a.jsonl"]).counts.records == 1


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (TEXT.encode(), ["stdin"]),
        (json.dumps({"id": "x", "text": TEXT}).encode() + b"\n", ["x"]),
        (b'  {"text": ' + json.dumps(TEXT).encode() + b"}", ["stdin-1"]),
        (gzip.compress(json.dumps({"id": "x", "text": TEXT}).encode(), mtime=0), ["x"]),
    ],
)
def test_standard_input(content: bytes, ids: list[str]) -> None:
    result = read(["-"], stdin=io.BytesIO(content))
    assert [article.id for article in result.articles] == ids
    assert codes(result) == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty-article"), (b"a" * 3000, "too-large"), (b"\xff", "not-utf8")]
)
def test_standard_input_that_is_refused(content: bytes, code: str) -> None:
    assert codes(read(["-"], limits=SMALL, stdin=io.BytesIO(content))) == [code]


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    result = read(["-"], limits=SMALL, stdin=io.BytesIO(content))
    assert result.counts.closes
    assert result.counts.articles + len(result.issues) >= (1 if content.strip() else 0)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["id", "url", "outlet", "date", "title", "language"]


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6), min_size=1, max_size=4))
def test_no_metadata_loses_an_article_without_an_issue(records: list[dict[str, object]]) -> None:
    lines = "".join(json.dumps({**record, "text": TEXT}) + "\n" for record in records)
    result = read(["-"], stdin=io.BytesIO(lines.encode()))
    assert result.counts.records == len(records)
    assert result.counts.closes
    assert len({article.id for article in result.articles}) == len(result.articles)
    for article in result.articles:
        article.content_hash.encode()
        f"{article.id}{article.title}{article.outlet}{article.url}{article.language}".encode()
