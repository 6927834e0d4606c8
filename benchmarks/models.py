"""What the bundled models cost, and their figures against the bars they were made for.

    python benchmarks/models.py --names --text ../shared/training/text --work runs --gold ../shared/eval

Loading is timed in a process of its own. Speed is kgbuild's adapter against Stanza's own pipeline with its
default settings (its default name finder, batch sizes, beam and tree decoder) on the same raw articles: each
in a process of its own, one thread each, taking turns article by article, so that a busy machine slows both.
With ``--work`` and ``--gold``, ``training/measure.py`` runs too, and every figure stands beside its bar.
Exits with 1 where a bar is missed.
"""

import argparse
import contextlib
import importlib.util
import itertools
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
EVERY = 60
"""Articles of a news file from which one is taken."""
SHORTEST, LONGEST = 400, 6000
"""Characters of an article that is taken."""
LARGEST_BUNDLE = 80.0
"""MB in the repository."""
SLOWEST_LOAD = 4.0
"""Seconds."""
TAG = re.compile(r"<[^>]+>")
PROCESSORS = "tokenize,mwt,pos,lemma,depparse,ner"


@dataclass(frozen=True)
class Bar:
    """A figure of ``measure.py``: the pattern that finds it, and the least that it must be."""

    name: str
    pattern: str
    least: float


BARS = (
    Bar("entities, AQMAR test, four types", r"test-aqmar, its own column: F1 ([\d.]+)", 79),
    Bar("entities, ANERcorp test, four types", r"test-aner, its own column: F1 ([\d.]+)", 78),
    Bar("mentions of gold/dev, gazetteer off", r"dev articles: P [\d.]+ R [\d.]+ F1 ([\d.]+)", 85),
    Bar("persons of surnames.txt found, %", r"persons of surnames.txt: ([\d.]+)", 98),
    Bar("words, PADT test, raw text", r"test, adapter: .*Words ([\d.]+)", 97.8),
    Bar("parts of speech, PADT test, gold words", r"test upos: ([\d.]+)", 94.5),
    Bar("LAS, test trees, gold tags", r"gold tags: .*LAS ([\d.]+)", 75),
    Bar("LAS, test trees, own tags", r"own tags: .*LAS ([\d.]+)", 70),
)


def articles(folder: Path, count: int) -> Iterator[str]:
    """Titles and bodies of ``count`` articles, evenly taken from the news files of ``folder``."""
    with contextlib.ExitStack() as opened:
        files = [
            opened.enter_context(lzma.open(path, "rt", encoding="utf-8"))
            for path in sorted(folder.glob("*.jsonl.xz"))
        ]
        picked = zip(*(itertools.islice(lines, 0, None, EVERY) for lines in files), strict=False)
        records = map(json.loads, itertools.chain.from_iterable(picked))
        texts = (TAG.sub("\n", f"{record.get('title', '')}\n{record['text']}").strip() for record in records)
        fitting = (text for text in texts if SHORTEST <= len(text) <= LONGEST)
        yield from itertools.islice(fitting, count)


def work_through(side: str, models: Path) -> None:
    """Load one side's pipeline, then answer each article with its tokens and CPU seconds."""
    start = time.perf_counter()
    if side == "kgbuild":
        from kgbuild.model import Span, Zone, ZoneKind
        from kgbuild.nlp.models import resolve
        from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

        imported = time.perf_counter()
        analyzer = StanzaAnalyzer(resolve(str(models)))

        def tokens(text: str) -> int:
            zones, at = [], 0
            for line in text.split("\n"):
                zones.append(Zone(Span(at, at + len(line)), ZoneKind.BODY, "line"))
                at += len(line) + 1
            return sum(len(s.tokens) for s in analyzer.analyze(text, zones).sentences)
    else:
        import stanza  # nothing of kgbuild: its adapter changes how Stanza decodes
        import torch

        torch.set_num_threads(1)
        imported = time.perf_counter()
        pipeline = stanza.Pipeline(
            "ar",
            dir=str(models),
            processors=PROCESSORS,
            download_method=None,
            use_gpu=False,
            logging_level="CRITICAL",
        )

        def tokens(text: str) -> int:
            return sum(len(s.tokens) for s in pipeline(text).sentences)

    loaded = time.perf_counter()
    click.echo(json.dumps({"imported": imported - start, "loaded": loaded - imported}))
    for line in sys.stdin:
        before = time.process_time()
        count = tokens(json.loads(line))
        click.echo(json.dumps({"tokens": count, "seconds": time.process_time() - before}))


class Side:
    """One of the two pipelines, in a process of its own."""

    def __init__(self, name: str, models: Path) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--models", str(models), "--side", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )
        self.loading = self._answer()

    def read(self, text: str) -> tuple[int, float]:
        """Tokens of an article, and the CPU seconds that they took."""
        if self._process.stdin is None:
            raise click.ClickException("the other process takes no articles")
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return int(answer["tokens"]), answer["seconds"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answer(self) -> dict[str, float]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise click.ClickException("the other process ended early")
        answer: dict[str, float] = json.loads(line)
        return answer


def speed(models: Path, texts: Sequence[str], rounds: int) -> bool:
    """Print tokens a CPU second of both sides, their ratio round by round, and how long each loaded."""
    sides = {name: Side(name, models) for name in ("kgbuild", "stanza")}
    for name, side in sides.items():
        loaded, imported = side.loading["loaded"], side.loading["imported"]
        click.echo(f"{name} loads in {loaded:.1f} s after {imported:.1f} s of imports")
        side.read(texts[0])  # the first article warms caches up
    ratios = []
    for number in range(rounds):
        tokens = dict.fromkeys(sides, 0)
        seconds = dict.fromkeys(sides, 0.0)
        for text in texts:
            for name, side in sides.items():
                count, spent = side.read(text)
                tokens[name] += count
                seconds[name] += spent
        rates = {name: tokens[name] / seconds[name] for name in sides}
        ratios.append(rates["kgbuild"] / rates["stanza"])
        shown = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
        click.echo(f"round {number + 1}: tokens a CPU second: {shown}; ratio {ratios[-1]:.2f}")
    for side in sides.values():
        side.close()
    met = passed("loading, seconds", sides["kgbuild"].loading["loaded"], at_most=SLOWEST_LOAD)
    return passed("speed against Stanza's defaults, ratio", statistics.median(ratios), at_least=1.0) and met


def size(models: Path) -> bool:
    """Print the size of every model and of the bundle."""
    files = [path for path in models.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda p: -p.stat().st_size)[:8]:
        click.echo(f"{path.stat().st_size / 1e6:7.2f} MB  {path.relative_to(models)}")
    return passed("bundle, MB", sum(path.stat().st_size for path in files) / 1e6, at_most=LARGEST_BUNDLE)


def names(models: Path) -> bool:
    """Print how many of the names in ``tests/nlp/names`` are split."""
    spec = importlib.util.spec_from_file_location("test_names", ROOT / "tests" / "nlp" / "test_names.py")
    if spec is None or spec.loader is None:
        raise click.ClickException("tests/nlp/test_names.py is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules["test_names"] = module
    spec.loader.exec_module(module)
    from kgbuild.nlp.models import resolve
    from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

    people = [row["name"] for row in module.rows(module.POLITICIANS)]
    split, kept = module.names_split(StanzaAnalyzer(resolve(str(models))), people)
    click.echo(f"{len(kept)} of {len(people)} names kept a proclitic in some sentence")
    return passed(f"names split, of {len(people)}", len(split), at_most=0)


def figures(models: Path, work: Path, gold: Path) -> bool:
    """Run ``training/measure.py`` and print its figures beside their bars."""
    command = [sys.executable, "measure.py", *(str(path.resolve()) for path in (work, gold, models))]
    done = subprocess.run(command, cwd=ROOT / "training", capture_output=True, encoding="utf-8", check=False)
    click.echo(done.stdout)
    if done.returncode:
        raise click.ClickException(f"training/measure.py failed:\n{done.stderr}")
    met = True
    for bar in BARS:
        found = re.search(bar.pattern, done.stdout)
        if found is None:
            click.echo(f"not measured  {bar.name} (bar {bar.least:g})")
            met = False
        else:
            met = passed(bar.name, float(found[1]), at_least=bar.least) and met
    return met


def passed(name: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> bool:
    """Print a figure with its bar; whether it reaches it."""
    met = (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    bar = f">= {at_least:g}" if at_least is not None else f"<= {at_most:g}"
    click.echo(f"{'met' if met else 'MISSED':6}  {name}: {value:.2f} ({bar})")
    return met


def main() -> int:
    """Read the command line, measure, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "ar-bundled")
    parser.add_argument("--text", type=Path, help="folder with news as *.jsonl.xz; without it, no speed")
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--names", action="store_true", help="count the names that are split (half a minute)")
    parser.add_argument("--work", type=Path, help="training's scratch folder; without it, no figures")
    parser.add_argument("--gold", type=Path, help="the folder with dev.jsonl and gold/dev/")
    parser.add_argument("--side", choices=["kgbuild", "stanza"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        work_through(given.side, given.models)
        return 0
    met = size(given.models)
    if given.names:
        met = names(given.models) and met
    if given.text:
        met = speed(given.models, list(articles(given.text, given.articles)), given.rounds) and met
    if given.work and given.gold:
        met = figures(given.models, given.work, given.gold) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
