"""Tokens a second through all stages, beside a plain Stanza pipeline an article with the same models.

Each pass gets an empty store; peer and product alternate. The share of the stages after the language models
is that of a build from their recorded output.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import SAMPLES, build, empty, records, table

_PEER = """
import json, sys, time
import stanza, torch
from kgbuild.nlp.models import resolve
torch.set_num_threads(1)
texts = json.load(sys.stdin)
run = stanza.Pipeline("ar", dir=str(resolve().path), processors="tokenize,mwt,pos,lemma,depparse,ner",
                      download_method=None, use_gpu=False, logging_level="CRITICAL")
begun = time.perf_counter()
tokens = sum(run(text).num_tokens for text in texts)
print(json.dumps([tokens, time.perf_counter() - begun]))
"""


def peer(texts: list[str]) -> tuple[int, float]:
    """Tokens, and seconds without loading the models."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PEER],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    tokens, seconds = json.loads(run.stdout.splitlines()[-1])
    return tokens, seconds


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--input", type=Path, default=SAMPLES, help="Articles; the samples if not given.")
    given = parser.parse_args()
    if given.input == SAMPLES:
        texts = [str(record["text"]) for record in records()]
    else:
        from kgbuild.corpus.reading import read

        texts = [article.text for article in read([given.input]).articles]
    theirs: list[float] = []
    one: list[float] = []
    two: list[float] = []
    recorded: list[float] = []
    idle: list[float] = []
    tokens = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(given.rounds):
            tokens, seconds = peer(texts)
            theirs.append(seconds)
            for jobs, times in (("1", one), ("2", two)):
                store = Path(scratch) / f"{number}-{jobs}"
                times.append(build(store, given.input, "--jobs", jobs).seconds)
                if jobs == "1":
                    empty(store)
                    recorded.append(build(store, given.input, "--jobs", "1").seconds)
                    idle.append(build(store, given.input, "--jobs", "1").seconds)
    median = statistics.median
    alone, pair, rest = median(one), median(two), median(recorded) - median(idle)
    table(
        f"Throughput: {len(texts)} articles, {tokens} tokens, median of {given.rounds} rounds",
        [
            ("plain Stanza, tokens a second (models loaded)", f"{tokens / median(theirs):,.0f}", ""),
            ("kgbuild, one process, tokens a second (with its start)", f"{tokens / alone:,.0f}", ""),
            ("ratio", f"{median(theirs) / alone:.2f}", "≥ 3"),
            ("two processes against one", f"{alone / pair:.2f}", "≥ 1.8"),
            ("stages after the language models", f"{rest / alone:.0%} of the time", "≤ 20 %"),
        ],
    )


if __name__ == "__main__":
    main()
