"""Tokens a second through all stages, beside a plain Stanza pipeline an article with the same models.

Peer and product are two processes of one thread each that are given the same article in turn, and say how
much processor time it took them: so neither gains when the machine is busy. Models are loaded before. The
peer is ``stanza.Pipeline`` as it comes, with the same six models; the text encoder, which Stanza would have
of ``transformers``, runs as it would there: in single precision, all sentences of the article as one padded
batch. The product does what a build does: zones, language models, linking, extraction, mapping, check,
commit (some articles at once); then what depends on all articles. A second pass from the recorded output of
the language models says what all but these takes.

How much two processes gain over one depends on the machine: two processors may be one core. So a job that
does nothing but arithmetic is measured beside, alone and twice at once.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from common import ONE_THREAD, SAMPLES, build, records, table

PEER = """
import json, sys, time
import stanza, torch
from kgbuild.nlp import encoder
from kgbuild.nlp.models import resolve
from stanza.models.common.foundation_cache import BertRecord, FoundationCache

torch.set_num_threads(1)
folder = resolve().path
options = {}
if (folder / "ar" / "encoder").is_dir():
    model, pieces = encoder.load(folder / "ar" / "encoder")
    cache = FoundationCache()
    cache.bert["encoder"] = BertRecord(model, pieces, {})
    options = {"package": {"ner": "encoder"}, "foundation_cache": cache}
run = stanza.Pipeline("ar", dir=str(folder), processors="tokenize,mwt,pos,lemma,depparse,ner",
                      download_method=None, use_gpu=False, logging_level="CRITICAL", **options)
run("قال وزير الخارجية إن بلاده ترفض ذلك.")
print(json.dumps(None), flush=True)
for line in sys.stdin:
    text = json.loads(line)
    begun = time.process_time()
    tokens = run(text["text"]).num_tokens
    print(json.dumps([tokens, time.process_time() - begun]), flush=True)
"""

PRODUCT = """
import json, shutil, sys, time
from collections import Counter
from datetime import date
from pathlib import Path
from kgbuild.config import Settings, Work
from kgbuild.building import Build, at_once
from kgbuild.corpus.reading import ReadCounts
from kgbuild.corpus.spool import article_bytes
from kgbuild.model import Article
from kgbuild.stages import Stages, task
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Part
from kgbuild.summary import Summary

folder = Path(sys.argv[1])
settings = Settings(folder, work=Work(jobs=0))
folder.mkdir()
stages = Stages(settings)

most = at_once(int(sys.argv[2]))
waiting = []

def one(store, data, together=most):
    waiting.extend(map(Part.from_bytes, stages.results([task(data, record_only=False)])))
    if len(waiting) >= together:
        store.commit_all(waiting)
        waiting.clear()

def finish(store):
    Build(store, settings, lambda *_: None, Summary(ReadCounts(0, 0, 0, 0)), ()).finish()

with Store.open(folder / "warming", write=True) as store:
    one(store, article_bytes(Article("x", "قال وزير الخارجية الروسي سيرغي لافروف إن بلاده ترفض ذلك.")), 1)
    finish(store)
print(json.dumps(None), flush=True)
given = []
with Store.open(folder, write=True) as store:
    for line in sys.stdin:
        row = json.loads(line)
        if row is None:
            break
        day = row.pop("date")
        data = article_bytes(Article(**row, date=date.fromisoformat(day) if day else None))
        given.append(data)
        begun = time.process_time()
        one(store, data)
        print(json.dumps([0, time.process_time() - begun]), flush=True)
    begun = time.process_time()
    store.commit_all(waiting)
    left = time.process_time() - begun
    begun = time.process_time()
    finish(store)
    closing = time.process_time() - begun
waiting.clear()
for name in ("store", "records"):
    shutil.rmtree(folder / name)
(folder / "manifest.json").unlink()
with Store.open(folder, write=True) as store:
    begun = time.process_time()
    for data in given:
        one(store, data)
    store.commit_all(waiting)
    rest = time.process_time() - begun
print(json.dumps([left, closing, rest]), flush=True)
"""

CONTROL = """
import time
import numpy
row = numpy.random.default_rng(1).random((400, 400))
begun = time.perf_counter()
for _ in range(700):
    row = row @ row
    row /= row.max()
print(time.perf_counter() - begun)
"""


class Child:
    """A process that answers line by line."""

    def __init__(self, program: str, *arguments: str) -> None:
        """Start it, and wait until its models are loaded."""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=ONE_THREAD,
        )
        self._out = cast("IO[str]", self._process.stdin)
        self._in = cast("IO[str]", self._process.stdout)
        self.answer()

    def ask(self, what: object) -> list[float]:
        """Send a line, and return the answer."""
        print(json.dumps(what), file=self._out, flush=True)
        return self.answer()

    def answer(self) -> list[float]:
        """The next line."""
        return cast("list[float]", json.loads(self._in.readline()))

    def close(self) -> None:
        """End it."""
        self._out.close()
        self._process.wait()


def side_by_side(articles: Sequence[dict[str, object]], scratch: Path) -> tuple[int, float, float, float]:
    """Tokens; seconds of processor time of the peer, of the product, and of all but its language models."""
    peer, product = Child(PEER), Child(PRODUCT, str(scratch), str(len(articles)))
    tokens, theirs, ours = 0, 0.0, 0.0
    for article in articles:
        found, seconds = peer.ask(article)
        tokens += int(found)
        theirs += seconds
        ours += product.ask(article)[1]
    peer.close()
    left, closing, rest = product.ask(None)
    product.close()
    return tokens, theirs, ours + left + closing, rest + closing


def marginal(input_: Path, small: Path, scratch: Path, jobs: int) -> float:
    """Seconds that a build of ``input_`` takes beyond one of a single article."""
    least = build(scratch / f"least-{jobs}", small, "--jobs", str(jobs)).seconds
    return build(scratch / f"all-{jobs}", input_, "--jobs", str(jobs)).seconds - least


def control() -> float:
    """How much two processes of pure arithmetic get done over one in the same time."""

    def run(count: int) -> float:
        command = [sys.executable, "-c", CONTROL]
        running = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ONE_THREAD) for _ in range(count)
        ]
        return max(float(one.communicate()[0]) for one in running)

    alone, both = run(1), run(2)
    return 2 * alone / both


def varied(articles: Sequence[dict[str, object]], times: int) -> list[dict[str, object]]:
    """The articles ``times`` times, their lines in another order each time, so that no text recurs."""
    found = []
    for turn in range(times):
        for article in articles:
            lines = str(article["text"]).splitlines()
            turned = lines[turn % len(lines) :] + lines[: turn % len(lines)]
            text = "\n".join([*turned, f"العدد {turn}"])
            found.append({**article, "id": f"{article['id']}-{turn}", "text": text})
    return found


def write(path: Path, articles: Sequence[dict[str, object]]) -> Path:
    """Articles as JSON Lines."""
    rows = (json.dumps(one, ensure_ascii=False) + "\n" for one in articles)
    path.write_text("".join(rows), encoding="utf-8")
    return path


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--input", type=Path, default=SAMPLES, help="Articles; the samples if not given.")
    parser.add_argument("--most", type=int, default=1000, help="Most articles of them.")
    parser.add_argument("--variants", type=int, default=4, help="Times the articles, for two processes.")
    given = parser.parse_args()
    articles = records(given.input)[: given.most]
    found: list[tuple[int, float, float, float]] = []
    gains: list[float] = []
    arithmetic: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        many = write(scratch / "many.jsonl", varied(articles, given.variants))
        few = write(scratch / "few.jsonl", articles[:1])
        for number in range(given.rounds):
            found.append(side_by_side(articles, scratch / f"side-{number}"))
            place = scratch / f"jobs-{number}"
            place.mkdir()
            arithmetic.append(control())
            gains.append(marginal(many, few, place, 1) / marginal(many, few, place, 2))
            arithmetic.append(control())
    middle = statistics.median
    tokens = found[0][0]
    theirs, ours, rest = (middle(column) for column in list(zip(*found, strict=True))[1:])
    ratios = [one[1] / one[2] for one in found]
    shares = [one[3] / one[2] for one in found]
    table(
        f"Throughput: {len(articles)} articles, {tokens} tokens, {given.rounds} rounds",
        [
            ("plain Stanza, tokens a second of processor time", f"{tokens / theirs:,.0f}", ""),
            ("kgbuild, all stages, tokens a second of processor time", f"{tokens / ours:,.0f}", ""),
            ("ratio", f"{middle(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", "≥ 3"),
            ("the language models alone", f"{theirs / (ours - rest):.2f} times plain Stanza", ""),
            ("everything after the language models", f"{middle(shares):.0%} of the time", "≤ 20 %"),
            ("two processes against one", f"{middle(gains):.2f}", "≥ 1.8"),
            ("the same of pure arithmetic, on this machine", f"{middle(arithmetic):.2f}", "2 at most"),
        ],
    )


if __name__ == "__main__":
    main()
