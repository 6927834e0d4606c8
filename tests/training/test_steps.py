"""``make models`` does what the table in ``training/README.md`` says, in its order, and nothing twice."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "training"
_ROW = re.compile(r"^\| [^|]+ \| `python ([^`]+)` \|", re.MULTILINE)
_RUN = re.compile(r"^cd training && OMP_NUM_THREADS=1 \S+/python (.+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _needs_make() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")


def printed(target: str, work: Path) -> list[str]:
    """The commands of a dry run, with the places named as in the table."""
    folders = {"DATA": work / "data", "GOLD": work / "gold", "WORK": work / "work"}
    done = subprocess.run(
        ["make", "--dry-run", target, *(f"{name}={path}" for name, path in folders.items())],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    commands = _RUN.findall(done.stdout)
    for name, path in folders.items():
        commands = [command.replace(str(path), name) for command in commands]
    return [command.replace(str(ROOT), "..") for command in commands]


def documented() -> list[str]:
    return _ROW.findall((TRAINING / "README.md").read_text(encoding="utf-8"))


def touch(path: Path, seconds: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (seconds, seconds))


def test_the_table_has_the_steps_of_make(tmp_path: Path) -> None:
    *steps, figures = documented()
    assert printed("models", tmp_path) == steps
    assert printed("figures", tmp_path) == [*steps, figures]


def test_every_script_is_a_step_or_part_of_one() -> None:
    run = {command.split()[0] for command in documented()}
    assert all((TRAINING / script).is_file() for script in run)
    assert {"vectors.py", "data.py", "segmentation.py", "train.py", "encoder.py", "name_encoder.py"} <= run


def test_every_trainer_is_run() -> None:
    trained = {command.split()[2] for command in documented() if command.startswith("train.py ")}
    settings = (TRAINING / "train.py").read_text(encoding="utf-8")
    choices = re.search(r"choices=\[([^\]]+)\]", settings)
    assert choices is not None
    assert trained == set(re.findall(r'"(\w+)"', choices[1]))


def test_steps_that_are_done_are_skipped(tmp_path: Path) -> None:
    later = 4_000_000_000
    done = tmp_path / "work" / "done"
    for number, step in enumerate(("install", "vectors", "segmentation", "data", "tokenize", "mwt")):
        touch(done / step, later + number)
    left = printed("models", tmp_path)
    assert left[0] == "train.py WORK pos"
    assert not any(c.startswith(("vectors", "data", "segmentation", "train.py WORK mwt")) for c in left)


def test_a_step_runs_again_when_its_input_is_newer(tmp_path: Path) -> None:
    later = 4_000_000_000
    done = tmp_path / "work" / "done"
    for number, step in enumerate(("install", "vectors", "data", "tokenize")):
        touch(done / step, later + number)
    touch(tmp_path / "data" / "padt" / "ar_padt-ud-train.conllu.xz", later + 10)
    left = printed("models", tmp_path)
    assert {"data.py DATA GOLD WORK", "train.py WORK tokenize"} <= set(left)
    assert not any(c.startswith("vectors") for c in left)
