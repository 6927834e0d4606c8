"""Folders with things in them that are no files, and files with names that are no names."""

import os
import socket
import sys
from pathlib import Path

import pytest

from kgbuild.corpus.limits import Limits
from kgbuild.corpus.reading import ReadResult, read
from kgbuild.errors import UsageError

TEXT = "قال وزير الخارجية إن بلاده مستعدة لاستئناف المحادثات مع جارتها."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such files there")


def codes(result: ReadResult) -> list[tuple[str, str]]:
    assert result.counts.closes
    assert result.counts.refused == len(result.issues)
    return [(issue.code, issue.article) for issue in result.issues]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_links_are_followed_to_files_alone(folder: Path) -> None:
    (folder / "nowhere.txt").symlink_to("missing.txt")
    (folder / "round.txt").symlink_to("round.txt")
    (folder / "above.txt").symlink_to("..")
    (folder / "up").symlink_to("..")
    (folder / "same.txt").symlink_to("good.txt")
    result = read([folder])
    assert codes(result) == [
        ("unsupported-format", "above.txt"),
        ("unreadable", "nowhere.txt"),
        ("unreadable", "round.txt"),
        ("unsupported-format", "up"),
    ]
    assert len(result.articles) == 1


def test_what_is_no_file_is_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.jsonl")
        result = read([folder])
    assert codes(result) == [("unsupported-format", "pipe.txt"), ("unsupported-format", "socket.jsonl")]
    with pytest.raises(UsageError, match="no file and no folder"):
        read([folder / "pipe.txt"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to root")
def test_what_may_not_be_read_is_told_of(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0)
    (folder / "secret.txt").write_text(TEXT, encoding="utf-8")
    (folder / "secret.txt").chmod(0)
    try:
        result = read([folder])
    finally:
        (folder / "closed").chmod(0o700)
    assert codes(result) == [("unreadable", "closed"), ("unreadable", "secret")]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        (b"\xff\xfe.txt", "\ufffd\ufffd"),
        (b"a\x1b[2J\nb.txt", "a\ufffd[2J\ufffdb"),
        ("a\u202etxt.txt".encode(), "a\u202etxt"),
        ("\u0085\u009b.txt".encode(), "\ufffd\ufffd"),
        (b"' OR 1=1 --.txt", "' OR 1=1 --"),
        (b"=cmd|x.txt", "=cmd|x"),
    ],
)
def test_names_that_are_no_ids_are_made_such(tmp_path: Path, name: bytes, document: str) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    try:
        with open(path, "wb") as file:  # noqa: PTH123  (a path of bytes)
            file.write(TEXT.encode())
    except OSError:
        pytest.skip("the file system takes no such name")
    (article,) = read([tmp_path]).articles
    assert article.id == document
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"\xff")
    (issue,) = read([tmp_path]).issues
    assert (issue.code, issue.article) == ("not-utf8", document)
    issue.message.encode()


def test_a_store_among_the_articles_is_not_read(folder: Path) -> None:
    for name in ("records", "store", "nlp"):
        (folder / "kg" / name).mkdir(parents=True)
    for name in ("lock", "issues.jsonl", "records/1.json", "nlp/2.json", "a.txt"):
        (folder / "kg" / name).write_text(TEXT, encoding="utf-8")
    result = read([folder])
    assert codes(result) == [("unsupported-format", "kg")]
    assert len(result.articles) == 1


def test_a_text_of_ten_megabytes_is_refused(folder: Path) -> None:
    (folder / "large.txt").write_text(TEXT * 100_000, encoding="utf-8")
    assert codes(read([folder])) == [("too-large", "large")]
    assert codes(read([folder], limits=Limits(file=20_000_000))) == []
