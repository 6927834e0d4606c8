"""What a changed article and a changed lexicon cost, against a full build.

The full build's cost is that of the stages with recorded language models plus their own time for as many
articles, measured on the samples without recordings: running them over a thousand texts would say the same.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from common import ROOT, SAMPLES, build, empty, records, table, write_input


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--input", type=Path, help="JSON Lines of articles to build from, not the samples.")
    parser.add_argument("--recorded", type=Path, help="The nlp folder of a store that read --input before.")
    given = parser.parse_args()
    count = given.articles
    with tempfile.TemporaryDirectory() as scratch:
        store, input_ = Path(scratch) / "kg", Path(scratch) / "in.jsonl"
        tagging = _tagging(store)
        if given.input is None:
            write_input(input_, count)
        else:
            shutil.copy(given.input, input_)
            shutil.copytree(given.recorded, store / "nlp", dirs_exist_ok=True)
        rows = [json.loads(line) for line in input_.read_text(encoding="utf-8").splitlines()][:count]
        _write(input_, rows)
        full = build(store, input_, "--jobs", "1").processor + tagging * len(rows)
        same = build(store, input_, "--jobs", "1").processor
        rows[len(rows) // 2]["outlet"] = "ناشر آخر"
        _write(input_, rows)
        one = build(store, input_, "--jobs", "1").processor
        lexicon = Path(scratch) / "lexicon"
        shutil.copytree(ROOT / "seeds" / "lexicon", lexicon)
        with (lexicon / "topics.tsv").open("a", encoding="utf-8") as file:
            file.write("# edited\n")
        edited = build(store, input_, "--jobs", "1", "--lexicon", lexicon).processor
    table(
        f"Building again: {len(rows)} articles, processor time",
        [
            ("full build", f"{full:.1f} s", ""),
            ("of it the language models", f"{tagging * len(rows):.1f} s", ""),
            ("nothing changed", f"{same:.1f} s, {same / full:.1%}", ""),
            ("one article changed", f"{one:.1f} s, {one / full:.1%}", "≤ 2 % of 1,000 articles"),
            ("lexicon changed", f"{edited:.1f} s, {edited / full:.1%}", "≤ 25 %"),
        ],
    )


def _tagging(store: Path) -> float:
    """Seconds that the language models take for an article, the mean of the samples."""
    untagged = build(store, SAMPLES, "--jobs", "1").processor
    empty(store)
    tagged = build(store, SAMPLES, "--jobs", "1").processor
    empty(store)
    return (untagged - tagged) / len(records())


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
