"""The two files that tell of a whole build: ``manifest.json`` and ``issues.jsonl``."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kgbuild.errors import StoreError
from kgbuild.model import Issue

MANIFEST = "manifest.json"
ISSUES = "issues.jsonl"


def read_manifest(folder: Path) -> dict[str, Any]:
    """What :func:`write_manifest` wrote; empty where there is none.

    Raises:
        StoreError: if it is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoreError(f"{path} is damaged ({error}). Delete it and run kgbuild build.") from error
    if not isinstance(found, dict):
        raise StoreError(f"{path} is damaged (no object). Delete it and run kgbuild build.")
    return found


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, keys sorted."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with _replacing(folder / MANIFEST) as file:
        file.write(text)


def write_issues(folder: Path, issues: Iterable[Issue]) -> None:
    """Write an issue a line; what is said of one article, given in a row, by place and code."""
    with _replacing(folder / ISSUES) as file:
        for _, group in itertools.groupby(issues, key=lambda one: one.article):
            for one in sorted(group, key=_place):
                file.write(json.dumps(_row(one), ensure_ascii=False) + "\n")


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """A file to write that takes the place of ``path`` when all of it is written."""
    partial = path.with_name(f"{path.name}.part")
    with partial.open("w", encoding="utf-8", errors="replace") as file:
        yield file
    partial.replace(path)


def _place(one: Issue) -> tuple[int, int, str, str, str]:
    start, end = (one.span.start, one.span.end) if one.span else (0, 0)
    return start, end, one.code, one.stage, one.message


def _row(one: Issue) -> dict[str, object]:
    return {
        "article": one.article,
        "start": one.span.start if one.span else None,
        "end": one.span.end if one.span else None,
        "stage": one.stage,
        "code": one.code,
        "message": one.message,
    }
