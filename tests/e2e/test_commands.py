"""The commands that read a graph: ask, explain, validate, export, load, evaluate."""

import csv
import io
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kgbuild.graph.serialize import FORMATS

Run = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = "who-proposed-what-on-cyber"


def test_ask_finds_the_proposals_of_the_samples(run: Run, demo: Path) -> None:
    done = run("ask", QUESTION, "--store", demo, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"demo-01", "demo-04"} <= {row["article"] for row in found}
    assert any("Russia" in row["who"] and "United States" in row["whom"] for row in found)


def test_ask_in_every_form(run: Run, demo: Path) -> None:
    plain = json.loads(run("ask", QUESTION, "--store", demo, "--format", "json").stdout)
    as_csv = run("ask", QUESTION, "--store", demo, "--format", "csv").stdout
    assert len(list(csv.DictReader(io.StringIO(as_csv)))) == len(plain)
    for form in ("table", "tsv", "markdown"):
        done = run("ask", QUESTION, "--store", demo, "--format", form)
        assert done.returncode == 0, done.stderr
        assert "Vladimir Putin" in done.stdout


def test_ask_lists_the_fourteen_questions(run: Run) -> None:
    done = run("ask", "--list")
    assert done.returncode == 0, done.stderr
    assert sum(not line.startswith(" ") for line in done.stdout.splitlines()) >= 14


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("who-proposed-what-on-cybr", f"did you mean {QUESTION}"),
        ("SELECT ?x WHERE { ?x a }", "line 1"),
        ("missing.rq", "missing.rq"),
    ],
)
def test_ask_says_what_is_wrong(run: Run, demo: Path, question: str, said: str) -> None:
    done = run("ask", question, "--store", demo)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr


def test_ask_takes_sparql(run: Run, demo: Path) -> None:
    query = "SELECT (COUNT(DISTINCT ?article) AS ?n) WHERE { ?article a da:Article }"
    done = run("ask", query, "--store", demo, "--format", "json")
    assert json.loads(done.stdout) == [{"n": 12}]


def test_explain_shows_sentence_rule_and_chain(run: Run, demo: Path) -> None:
    acts = [json.loads(line) for line in run("acts", "--store", demo).stdout.splitlines()]
    act = next(a for a in acts if a["type"] == "Propose" and a["agent"] and a["within"] is None)
    done = run("explain", act["act"], "--store", demo)
    assert done.returncode == 0, done.stderr
    assert act["trigger"]["text"] in done.stdout
    assert act["agent"][0]["label_en"] in done.stdout
    assert "rule:" in done.stdout
    assert "told by:" in done.stdout
    assert run("explain", "act:0000", "--store", demo).returncode == 2


def test_validate_conforms_and_says_so_in_json(run: Run, demo: Path) -> None:
    done = run("validate", "--store", demo, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["conforms"] is True


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_exports_are_read_again(run: Run, demo: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "export"
    done = run("export", form, "--store", demo, "-o", file)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_size > 10_000


def test_unknown_format_is_a_usage_error(run: Run, demo: Path) -> None:
    done = run("export", "owl2", "--store", demo)
    assert done.returncode == 2
    assert "protege" in done.stderr


@pytest.fixture(scope="module")
def protege_reports(
    run: Run,
    demo: Path,
    tmp_path_factory: pytest.TempPathFactory,
    owl_check_all: Callable[[Sequence[Path]], list[Any]],
) -> list[Any]:
    """What Protégé's libraries say of the export, and of the export with a person who is an act."""
    file, clashing = (tmp_path_factory.mktemp("protege") / name for name in ("acts.ttl", "clashing.ttl"))
    assert run("export", "protege", "--store", demo, "-o", file).returncode == 0
    clash = (
        "\n<https://w3id.org/kgbuild/entity/vladimir-putin> a "
        "<https://w3id.org/kgbuild/diplomatic-acts#Act> .\n"
    )
    clashing.write_text(file.read_text(encoding="utf-8") + clash, encoding="utf-8")
    return owl_check_all([file, clashing])


def test_protege_export_is_clean_owl(protege_reports: list[Any]) -> None:
    assert protege_reports[0].clean, protege_reports[0]


def test_protege_export_with_a_planted_clash_is_refused(protege_reports: list[Any]) -> None:
    assert protege_reports[1].consistent is False


@pytest.fixture
def server(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """A real Oxigraph server on a free loopback port."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen(
        [program, "serve", "--location", tmp_path / "server", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{url}/query?query=ASK%7B%7D", timeout=5).close()  # noqa: S310
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        else:
            pytest.fail("the Oxigraph server did not start")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_load_gives_the_same_rows_there_as_here(run: Run, demo: Path, server: str) -> None:
    dry = run("load", server, "--store", demo, "--dry-run")
    assert "would be sent" in dry.stdout
    done = run("load", server, "--store", demo)
    assert done.returncode == 0, done.stderr
    from kgbuild.querying.catalog import questions
    from kgbuild.querying.run import ask_question
    from kgbuild.store.embedded import Store
    from kgbuild.store.remote import Endpoint, Remote

    question = questions()[QUESTION]
    with Store.open(demo) as here:
        wanted = ask_question(here, question)
    found = ask_question(Remote(Endpoint.at(server)), question)
    assert wanted.rows
    assert sorted(found.rows, key=repr) == sorted(wanted.rows, key=repr)
    with Store.open(demo) as here:
        graphs = here.graph_names()
    there = Remote(Endpoint.at(server)).query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(there, ox.QuerySolutions)
    assert sorted(str(one["g"].value) for one in there) == graphs


def test_load_to_nobody_fails_with_a_sentence(run: Run, demo: Path) -> None:
    done = run("load", "http://127.0.0.1:9", "--store", demo, "--timeout", "1")
    assert done.returncode == 3
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr
