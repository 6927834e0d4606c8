"""What a changed article and a changed lexicon cost, against a full build.

The full build's cost is that of the stages with recorded language models plus their own time for as many
articles, measured on the samples without recordings: running them over a thousand texts would say the same.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from common import ROOT, SAMPLES, build, empty, table, write_input


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as scratch:
        store, input_ = Path(scratch) / "kg", Path(scratch) / "in.jsonl"
        untagged = build(store, SAMPLES, "--jobs", "1").seconds
        empty(store)
        tagged = build(store, SAMPLES, "--jobs", "1").seconds
        empty(store)
        samples = 12
        full = build(store, write_input(input_, count), "--jobs", "1").seconds
        full += (untagged - tagged) / samples * count
        same = build(store, input_, "--jobs", "1").seconds
        rows = [json.loads(line) for line in input_.read_text(encoding="utf-8").splitlines()]
        rows[count // 2]["outlet"] = "ناشر آخر"
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        input_.write_text(text, encoding="utf-8")
        one = build(store, input_, "--jobs", "1").seconds
        lexicon = Path(scratch) / "lexicon"
        shutil.copytree(ROOT / "seeds" / "lexicon", lexicon)
        with (lexicon / "topics.tsv").open("a", encoding="utf-8") as file:
            file.write("# edited\n")
        edited = build(store, input_, "--jobs", "1", "--lexicon", lexicon).seconds
    table(
        f"Building again: {count} articles",
        [
            ("full build, seconds", f"{full:.1f}", ""),
            ("nothing changed", f"{same:.1f} s, {same / full:.1%}", ""),
            ("one article changed", f"{one:.1f} s, {one / full:.1%}", "≤ 2 % of 1,000 articles"),
            ("lexicon changed", f"{edited:.1f} s, {edited / full:.1%}", "≤ 25 %"),
        ],
    )


if __name__ == "__main__":
    main()
