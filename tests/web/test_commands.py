"""``kgbuild serve`` and ``kgbuild site`` as a user runs them."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from kgbuild.errors import UsageError
from kgbuild.web.app import STATIC
from kgbuild.web.limits import LimitedStore, Limits
from kgbuild.web.links import FileLinks, ServedLinks, file_name
from kgbuild.web.pages import Browser
from kgbuild.web.site import write_site

CHARACTERS = re.compile(r"c\d+-\d+")
"""A place in a text, which the script of articles shows."""
COMMAND = (sys.executable, "-m", "kgbuild")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def written(site: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story as static files."""
    out: Path = tmp_path_factory.mktemp("static") / "site"
    few = dict(list(site.catalog.items())[:3])
    write_site(Browser(site.store, few, folder), LimitedStore(folder), out)
    return out


def test_serve_says_where_and_answers_until_it_is_stopped(folder: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--store", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert found
        with urllib.request.urlopen(found[0] + "en/", timeout=30) as answer:  # noqa: S310
            assert "no script" not in answer.headers["content-security-policy"]
            assert "server" not in answer.headers
            assert b"</html>" in answer.read()
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert "Traceback" not in said


def test_a_wider_address_is_warned_of_and_needs_a_token(folder: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--store", str(folder), "--port", "0", "--host", "0.0.0.0"],  # noqa: S104
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        found = re.search(r":(\d+)/\?token=([\w-]{20,})", process.stdout.readline())
        assert found
        address = f"http://127.0.0.1:{found[1]}/en/"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address, timeout=30)
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {found[2]}"})
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert "can be reached from other machines" in said


def test_what_cannot_be_served_is_told(folder: Path, tmp_path: Path) -> None:
    missing = run("serve", "--store", tmp_path / "none")
    assert (missing.returncode, "Run kgbuild build first" in missing.stderr) == (3, True)
    strange = run("serve", "--store", folder, "--host", "192.0.2.1")
    assert (strange.returncode, "Choose another with --host or --port" in strange.stderr) == (2, True)


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pairs = dict(attrs)
        self.found |= {str(pairs[name]) for name in ("href", "src", "action") if pairs.get(name)}
        self.ids |= {str(pairs["id"])} if pairs.get("id") else set()


def test_all_links_of_static_files_lead_to_files(written: Path) -> None:
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in written.rglob("*.html")}
    assert len(pages) > 60
    for page, links in pages.items():
        for link in links.found:
            address, fragment = urldefrag(link)
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in {"http", "https"}
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_relative_to(written), (page, link)
            assert target.is_file(), (page, link)
            if fragment and not CHARACTERS.fullmatch(fragment):
                assert fragment in pages[target].ids, (page, link)


def test_static_files_carry_the_policy_and_the_assets(written: Path) -> None:
    for path in written.glob("??/*.html"):
        assert "Content-Security-Policy" in path.read_text(encoding="utf-8")
    assert (written / "static" / "site.css").read_bytes() == (STATIC / "site.css").read_bytes()
    assert "da:Propose" in "".join(p.read_text(encoding="utf-8") for p in written.glob("en/act/*.ttl"))
    assert list(written.glob("ar/question/*.csv"))


def test_writing_twice_gives_the_same_bytes_and_keeps_other_files(
    site: Browser, folder: Path, written: Path
) -> None:
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    (written / "CNAME").write_text("graph.example")
    (written / "en" / "stale.html").write_text("old")
    few = dict(list(site.catalog.items())[:3])
    write_site(Browser(site.store, few, folder), LimitedStore(folder), written)
    after = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    assert after.pop(written / "CNAME") == b"graph.example"
    assert after == before


def test_a_question_that_takes_too_long_does_not_stop_the_others(
    site: Browser, folder: Path, tmp_path: Path
) -> None:
    name = "who-proposed-what-on-cyber"
    few = Browser(site.store, {name: site.catalog[name]}, folder, site.index)
    write_site(few, LimitedStore(folder, Limits(seconds=0.01)), tmp_path / "out")
    assert "longer than 0.01 seconds" in (tmp_path / "out/en/question" / f"{name}.html").read_text("utf-8")
    assert not list(tmp_path.rglob("*.csv"))


def test_a_folder_of_something_else_is_left_alone(site: Browser, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for out in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(UsageError, match="Choose another"):
            write_site(site, LimitedStore(folder), out)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_addresses_on_the_server_and_in_files() -> None:
    served, filed = ServedLinks(), FileLinks("en", "actor/russia")
    assert served.page("ar", "timeline", {"actor": "russia", "topic": ""}) == "/ar/timeline?actor=russia"
    assert filed.page("ar", "timeline", {"actor": "russia"}) == "../../ar/timeline.html?actor=russia"
    assert filed.page("en", "") == "../index.html"
    assert filed.asset("site.css") == "../../static/site.css"
    assert file_name("en", "question/roles.csv") == "en/question/roles.csv"
    assert served.page("en", "act/a b?c") == "/en/act/a%20b%3Fc"
