"""What a changed article and a changed lexicon cost, against a full build.

    python benchmarks/incremental.py --articles 1000 --input news.jsonl --recorded kg/nlp

The full build's cost is that of the stages with recorded language models plus the models' own time for as
many characters, measured on the samples without recordings: running them over a thousand texts would say the
same.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from common import ROOT, SAMPLES, build, empty, records, table, taken, write_input

_TOPIC = "trade"


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--input", type=Path, help="JSON Lines of articles to build from, not the samples.")
    parser.add_argument("--recorded", type=Path, help="The nlp folder of a store that read --input before.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store, input_ = Path(scratch) / "kg", Path(scratch) / "in.jsonl"
        a_character = _tagging(store)
        if given.input is None:
            write_input(input_, given.articles)
        else:
            taken(given.input, input_, given.articles)
        if given.recorded is not None:
            shutil.copytree(given.recorded, store / "nlp", dirs_exist_ok=True)
        rows = [json.loads(line) for line in input_.read_text(encoding="utf-8").splitlines()]
        if given.input is not None and given.recorded is None:
            build(store, input_, "--jobs", "1")  # records what is counted by the character below
            empty(store)
        tagging = a_character * sum(len(str(row["text"])) for row in rows)
        full = build(store, input_, "--jobs", "1").processor + tagging
        same = build(store, input_, "--jobs", "1").processor
        rows[len(rows) // 2]["outlet"] = "ناشر آخر"
        _write(input_, rows)
        one = build(store, input_, "--jobs", "1").processor
        lexicon = Path(scratch) / "lexicon"
        shutil.copytree(ROOT / "seeds" / "lexicon", lexicon)
        topics = (lexicon / "topics.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in topics if f"\t{_TOPIC}\t" not in row]
        (lexicon / "topics.tsv").write_text("".join(kept), encoding="utf-8")
        before = _graphs(store)
        edited = build(store, input_, "--jobs", "1", "--lexicon", lexicon).processor
        others = len(_graphs(store).items() - before.items())
    table(
        f"Building again: {len(rows)} articles, processor time",
        [
            ("full build", f"{full:.1f} s", ""),
            ("of it the language models", f"{tagging:.1f} s", ""),
            ("nothing changed", f"{same:.1f} s, {same / full:.1%}", ""),
            ("one article changed", f"{one:.1f} s, {one / full:.1%}", "≤ 2 % of 1,000 articles"),
            (
                f"lexicon changed ({_TOPIC} taken out: other graphs for {others} articles)",
                f"{edited:.1f} s, {edited / full:.1%}",
                "≤ 25 %",
            ),
        ],
    )


def _tagging(store: Path) -> float:
    """Seconds that the language models take for a character, the mean of the samples."""
    untagged = build(store, SAMPLES, "--jobs", "1").processor
    empty(store)
    tagged = build(store, SAMPLES, "--jobs", "1").processor
    empty(store)
    characters = sum(len(str(row["text"])) for row in records())
    return float((untagged - tagged) / characters)


def _graphs(store: Path) -> dict[str, str]:
    """The digest of each article's graph, from the first lines of the records."""
    headers = {}
    for path in (store / "records").glob("*.json"):
        with path.open(encoding="utf-8") as lines:
            headers[path.stem] = str(json.loads(next(lines))["graph"])
    return headers


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
