"""All benchmarks of builds, one after the other; their sections become ``results.md``.

What the language models say of the samples is recorded once, for all. A benchmark that fails leaves a line
in place of its section, and the others go on.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ONE_THREAD, RECORDED, SAMPLES, build

HERE = Path(__file__).resolve().parent
BARS = {"shacl": "≤ 90 s and ≤ 1 GB for 1,000,000 triples on two cores"}
"""Of those that print figures and no section."""


def machine() -> str:
    """The processor's name, how many of it there are, and Python's version."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} processors, Python {platform.python_version()}"


def section(name: str, arguments: list[str], environment: dict[str, str]) -> tuple[str, bool]:
    """Run one benchmark; its section, and whether it ran and met what it asks for itself."""
    begun = time.perf_counter()
    run = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    print(
        f"{name}: {time.perf_counter() - begun:.0f} s, exit code {run.returncode}",
        file=sys.stderr,
        flush=True,
    )
    if run.returncode == 0:
        if run.stdout.startswith("## "):
            return run.stdout, True
        return f"## {name} (bar: {BARS.get(name, 'none')})\n\n{run.stdout}\n", True
    print(run.stderr, file=sys.stderr)
    said = run.stderr.strip().splitlines()
    return f"{run.stdout}## {name}\n\nFailed: {said[-1] if said else run.returncode}\n\n", False


def main() -> None:
    """Run them and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--articles", type=int, default=100, help="Articles of loading and of building again."
    )
    parser.add_argument("--small", type=int, default=50, help="Articles of the small build, for memory.")
    parser.add_argument("--large", type=int, default=200, help="Articles of the large build.")
    parser.add_argument("--killed", type=int, default=24, help="Articles of the builds that are killed.")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--triples", type=int, default=200_000, help="Triples checked against the shapes.")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="Names of benchmarks, like writing load.")
    parser.add_argument("--output", type=Path, default=HERE / "results.md")
    given = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "kg"
        build(store, SAMPLES, "--jobs", "1")
        environment = {**ONE_THREAD, RECORDED: str(store / "nlp")}
        killed = ["--articles", str(given.killed), "--kills", str(given.kills)]
        every = [
            ("throughput", ["--rounds", str(given.rounds)]),
            ("writing", []),
            ("memory", ["--small", str(given.small), "--large", str(given.large)]),
            ("shacl", [str(store), str(given.triples)]),
            ("incremental", ["--articles", str(given.articles)]),
            ("kill", killed),
            ("kill", [*killed, "--changed", str(max(1, given.killed // 12))]),
            ("load", ["--articles", str(given.articles), "--rounds", str(given.rounds)]),
        ]
        sections = [f"# Measured by `make bench`\n\n{machine()}.\n\n"]
        for name, arguments in every:
            if given.only is None or name in given.only:
                text, is_met = section(name, arguments, environment)
                sections.append(text)
                met = met and is_met
    partial = given.output.with_suffix(".part")
    partial.write_text("".join(sections).rstrip() + "\n", encoding="utf-8")
    partial.replace(given.output)
    sys.exit(not met)


if __name__ == "__main__":
    main()
