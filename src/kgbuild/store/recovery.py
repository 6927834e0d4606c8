"""Putting the records right after a process died while it wrote them."""

from collections.abc import Callable
from pathlib import Path

from kgbuild.errors import StoreError
from kgbuild.store.parts import Header, file_content, read_header, unmade
from kgbuild.store.records import from_json


def recover_records(folder: Path, has_graph: Callable[[str], bool]) -> list[str]:
    """Finish or undo what was begun in ``folder``; return the keys of records that cannot be read.

    A record ``KEY.part`` that is whole takes its place, marked as to be made again, since nobody knows
    whether its graph was changed; one that is cut off goes, and the graph was not touched. Of several
    records of one article the one to be made again stays, else one that has a graph.
    """
    for partial in sorted(folder.glob("*.part")):
        _roll_forward(partial)
    lost: list[str] = []
    versions: dict[str, list[Header]] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            header = read_header(path)
        except StoreError:
            lost.append(path.stem)
            path.unlink()
            continue
        versions.setdefault(header.document, []).append(header)
    for several in versions.values():
        several.sort(key=lambda one: (one.made_with != "", not has_graph(one.key), one.key))
        for older in several[1:]:
            (folder / f"{older.key}.json").unlink()
    return lost


def _roll_forward(partial: Path) -> None:
    data = partial.read_bytes()
    record = data.partition(b"\n")[2]
    try:
        header = read_header(partial)
        from_json(record)
    except StoreError:
        partial.unlink()
        return
    partial.write_bytes(file_content(unmade(header), record))
    partial.replace(partial.with_suffix(".json"))
