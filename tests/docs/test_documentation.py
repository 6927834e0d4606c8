"""What the documentation shows works, and what works is documented."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from kgbuild.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/data-formats.md",
    "docs/extending.md",
    "docs/reviewing.md",
    "docs/browsing.md",
    "docs/scale.md",
)
"""The pages whose commands are run, in this order, each where the one before left off."""

_COPIED = ("seeds", "queries", "shapes", "docs/examples")
_STORES = ("kg", "kg-stdin", "kg-crawl")
"""Stores that the pages build of the sample articles."""
_SERVER = "http://localhost:7878"
_SECONDS_A_COMMAND = 300
_FENCE = re.compile(r"^```(\w*)\s*$")
_FILE = re.compile(r"^<!-- file: (\S+) -->$")
Results = Mapping[str, subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Block:
    """A fenced block; ``file`` is the name that a comment ``<!-- file: NAME -->`` before it gives."""

    page: str
    line: int
    language: str
    text: str
    file: str | None


@dataclass(frozen=True)
class Step:
    """A command of the documentation with the output shown under it, or a file that it tells to write."""

    page: str
    line: int
    command: str
    shown: tuple[str, ...] = ()
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(root: Path, page: str) -> Iterator[Block]:
    """All fenced blocks of a page, in order."""
    language: str | None = None
    start = 0
    name: str | None = None
    body: list[str] = []
    for number, line in enumerate((root / page).read_text(encoding="utf-8").splitlines(), start=1):
        fence = _FENCE.match(line)
        if language is None:
            if fence:
                language, start, body = fence[1], number + 1, []
            elif line.strip():
                named = _FILE.match(line)
                name = named[1] if named else None
        elif fence:
            yield Block(page, start, language, "\n".join(body), name)
            language, name = None, None
        else:
            body.append(line)
    assert language is None, f"{page}: the fence before line {start} is never closed"


def steps(root: Path, page: str) -> Iterator[Step]:
    """What a reader who follows a page does: write the files that it names, run the commands after ``$``."""
    for block in blocks(root, page):
        if block.file:
            yield Step(block.page, block.line, block.text + "\n", file=block.file)
        elif block.language == "console":
            yield from _console(block)
        elif block.language == "bash":
            for number, line in enumerate(block.text.splitlines()):
                command = line.partition(" #")[0].strip()
                if command and not command.startswith("#"):
                    yield Step(block.page, block.line + number, command)


def _console(block: Block) -> Iterator[Step]:
    command, at = "", block.line
    shown: list[str] = []
    for number, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            if command:
                yield Step(block.page, at, command, tuple(shown))
            command, at, shown = line[2:], block.line + number, []
        elif line.strip() not in {"", "…"}:
            shown.append(line.rstrip())
    if command:
        yield Step(block.page, at, command, tuple(shown))


DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "seeds/**/*.md", "models/*.md", "training/*.md")
    for path in ROOT.glob(pattern)
)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)[^)]*\)")
_COMMANDS = [step for page in PAGES for step in steps(ROOT, page) if not step.file]
_MAKE = [step for page in DOCUMENTS for step in steps(ROOT, page) if step.command.startswith("make ")]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, server: str, demo: Path) -> Results:
    """Run every step of :data:`PAGES` in one folder; give what came of each command, by page and line.

    What the language models say of the samples lies there already: the fixture ``demo`` asked them.
    """
    folder = tmp_path_factory.mktemp("reader")
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for name in _STORES:
        shutil.copytree(demo / "nlp", folder / name / "nlp")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "110"}
    found: dict[str, subprocess.CompletedProcess[str]] = {}
    for page in PAGES:
        for step in steps(ROOT, page):
            if step.file:
                target = folder / step.file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(step.command, encoding="utf-8")
            elif not step.command.startswith("make "):
                variable = _assigned(step.command)
                command = step.command.replace(_SERVER, server)
                done = subprocess.run(
                    ["bash", "-c", f'{command} && printf %s "${variable}"' if variable else command],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    encoding="utf-8",
                    stdin=subprocess.DEVNULL,
                    timeout=_SECONDS_A_COMMAND,
                )
                if variable:
                    environment[variable] = done.stdout
                found[str(step)] = done
    return found


def _assigned(command: str) -> str | None:
    """The variable that a command sets for those after it in the same shell."""
    name, sign, _ = command.partition("=")
    return name if sign and name.isidentifier() else None


@pytest.mark.parametrize("step", [s for s in _COMMANDS if not s.command.startswith("make ")], ids=str)
def test_command_runs_and_prints_what_is_shown(results: Results, step: Step) -> None:
    done = results[str(step)]
    assert done.returncode == 0, f"{step.command}\n{done.stdout}\n{done.stderr}"
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    for line in step.shown:
        assert line in printed, f"{step.command}\n{done.stdout}"


@pytest.mark.parametrize("step", _MAKE, ids=str)
def test_make_knows_its_targets(step: Step) -> None:
    done = subprocess.run(
        ["make", "--dry-run", *step.command.split()[1:]], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


def test_pages_with_commands_are_run() -> None:
    with_commands = {
        s.page for page in DOCUMENTS for s in steps(ROOT, page) if s.command.startswith("kgbuild ")
    }
    assert with_commands <= set(PAGES)
    assert len(_COMMANDS) > 20
    assert {"make demo", "make test"} <= {step.command for step in _MAKE if step.page == "README.md"}


@pytest.mark.parametrize("page", DOCUMENTS)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    missing = [link for link in _LINK.findall(text) if not (ROOT / page).parent.joinpath(link).exists()]
    assert not missing


@pytest.mark.parametrize("page", DOCUMENTS)
def test_python_in_the_documentation_compiles(page: str) -> None:
    for block in blocks(ROOT, page):
        if block.language == "python":
            compile(block.text, f"{page}:{block.line}", "exec")


def _commands(group: click.Group, prefix: str = "kgbuild") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


@pytest.mark.parametrize(("name", "command"), [pytest.param(*one, id=one[0]) for one in _commands(main)])
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    text = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"\b{name}\b", text), f"{name} is in none of {PAGES}"
    options = [parameter.opts for parameter in command.params if isinstance(parameter, click.Option)]
    unknown = [names for names in options if not any(re.search(rf"(?<![-\w]){n}\b", text) for n in names)]
    assert unknown == []


def test_blocks_are_told_apart(tmp_path: Path) -> None:
    page = "\n".join(
        [
            "<!-- file: a/b.tsv -->",
            "",
            "```text",
            "one\ttwo",
            "```",
            "```console",
            "$ first",
            "shown",
            "…",
            "$ second",
            "```",
            "```bash",
            "make demo  # a remark",
            "```",
        ]
    )
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    assert list(steps(tmp_path, "page.md")) == [
        Step("page.md", 4, "one\ttwo\n", file="a/b.tsv"),
        Step("page.md", 7, "first", ("shown",)),
        Step("page.md", 10, "second"),
        Step("page.md", 13, "make demo"),
    ]


def test_an_open_fence_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("```console\n$ kgbuild", encoding="utf-8")
    with pytest.raises(AssertionError, match="never closed"):
        list(steps(tmp_path, "page.md"))
