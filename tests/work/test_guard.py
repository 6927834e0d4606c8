import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild.errors import KgbuildError, ModelError
from kgbuild.work.guard import CRASH, MEMORY, TIMEOUT, Bounds, Failure, Guard, Program
from kgbuild.work.pool import LocalPool

BOUNDS = Bounds(seconds=60)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    return Program("programs:obedient", str(tmp_path))


@pytest.fixture
def guard(program: Program) -> Iterator[Guard]:
    one = Guard(program, BOUNDS)
    yield one
    one.close()


def codes(outcomes: list[bytes | Failure]) -> list[bytes | str]:
    return [one.code if isinstance(one, Failure) else one for one in outcomes]


def test_one_outcome_an_item_in_order(guard: Guard) -> None:
    assert list(guard.run([b"a", b"b", b""])) == [b"A", b"B", b""]
    assert list(guard.run([b"c"])) == [b"C"]
    assert list(guard.run([])) == []


def test_an_item_that_takes_too_long_is_given_up_and_harms_no_other(program: Program) -> None:
    guard = Guard(program, Bounds(seconds=0.7))
    assert codes(list(guard.run([b"a", b"sleep 50", b"b"]))) == [b"A", TIMEOUT, b"B"]
    guard.close()


def test_an_item_alone_that_takes_too_long_is_not_done_again(program: Program) -> None:
    guard = Guard(program, Bounds(seconds=0.5))
    (found,) = guard.run([b"sleep 50"])
    assert isinstance(found, Failure)
    assert found.code == TIMEOUT
    assert "0.5 seconds" in found.message
    guard.close()


def test_an_item_that_takes_too_much_memory_is_given_up(program: Program) -> None:
    guard = Guard(program, Bounds(seconds=60, memory=150))
    (found,) = guard.run([b"grow 250"])
    assert isinstance(found, Failure)
    assert found.code == MEMORY
    assert list(guard.run([b"small"])) == [b"SMALL"]
    guard.close()


def test_a_crash_that_does_not_come_again_leaves_no_trace(guard: Guard) -> None:
    assert list(guard.run([b"a", b"die-once x", b"b"])) == [b"A", b"DIE-ONCE X", b"B"]
    assert list(guard.run([b"die-once y"])) == [b"DIE-ONCE Y"]


@pytest.mark.parametrize(("order", "said"), [(b"die", "by signal 9"), (b"raise why", "LookupError: why")])
def test_an_item_that_breaks_every_process_is_told_of(guard: Guard, order: bytes, said: str) -> None:
    found = list(guard.run([b"a", order, b"b"]))
    assert codes(found) == [b"A", CRASH, b"B"]
    assert isinstance(found[1], Failure)
    assert said in found[1].message


def test_what_stops_a_run_comes_through(guard: Guard) -> None:
    with pytest.raises(ModelError, match="Fetch them again"):
        list(guard.run([b"stop"]))


def test_a_worker_that_cannot_begin_says_why(program: Program) -> None:
    guard = Guard(Program("programs:broken"), BOUNDS)
    with pytest.raises(KgbuildError, match="Install them"):
        list(guard.run([b"a"]))
    guard.close()


def test_a_closed_guard_starts_nothing(guard: Guard) -> None:
    guard.close()
    with pytest.raises(KgbuildError, match="go on"):
        list(guard.run([b"a"]))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is not told there")
def test_a_process_that_is_worn_is_renewed_between_batches(program: Program) -> None:
    guard = Guard(program, Bounds(worn_items=3, worn_memory=1))
    pids = [pid for _ in range(4) for pid in guard.run([b"pid", b"pid"])]
    guard.close()
    assert pids[0] == pids[1] == pids[2] == pids[3]
    assert pids[4] == pids[5] == pids[6] == pids[7]
    assert pids[3] != pids[4]
    roomy = Guard(program, Bounds(worn_items=3, worn_memory=100_000))
    assert len({pid for _ in range(4) for pid in roomy.run([b"pid", b"pid"])}) == 1
    roomy.close()


def test_a_pool_gives_every_item_back_once(program: Program) -> None:
    items = [f"item {n}".encode() for n in range(40)]
    items[7], items[23] = b"die", b"die-once z"
    found = dict(LocalPool(program, BOUNDS, jobs=2, batch=3).run(iter(items)))
    assert sorted(found) == sorted(items)
    assert [item for item, outcome in found.items() if isinstance(outcome, Failure)] == [b"die"]
    assert found[b"item 5"] == b"ITEM 5"


def test_a_pool_without_items_starts_nothing() -> None:
    assert list(LocalPool(Program("no:such"), BOUNDS, jobs=2).run([])) == []


def test_a_pool_that_is_left_ends_its_processes(program: Program) -> None:
    outcomes = LocalPool(program, BOUNDS, jobs=1).run(iter([b"a", b"sleep 600"]))
    assert next(outcomes)[1] == b"A"
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    if children.exists():
        running = children.read_text(encoding="ascii").split()
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in running]
        assert not any(b"programs:obedient" in command for command in commands)


def test_what_stops_a_run_stops_the_pool(program: Program) -> None:
    items = (item for item in [b"a", b"stop", *[b"sleep 0.05"] * 1000])
    with pytest.raises(ModelError, match="Fetch"):
        list(LocalPool(program, BOUNDS, jobs=2).run(items))
    assert sum(1 for _ in items) > 500  # the rest was not even fetched


def test_a_process_that_cannot_be_started_stops_the_run(
    program: Program, guard: Guard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with pytest.raises(KgbuildError, match=r"cannot be started .* run the same command again"):
        list(guard.run([b"a"]))
    with pytest.raises(KgbuildError, match="cannot be started"):
        list(LocalPool(program, BOUNDS, jobs=2).run(iter([b"a", b"b"])))


def test_items_that_cannot_be_read_are_not_just_missing(program: Program) -> None:
    def items() -> Iterator[bytes]:
        yield b"a"
        raise OSError(5, "Input/output error")

    with pytest.raises(KgbuildError, match="Input/output error"):
        list(LocalPool(program, BOUNDS, jobs=1).run(items()))
