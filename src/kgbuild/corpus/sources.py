"""Which files there are to read, in an order that depends on their names alone."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.corpus.metadata import FOLDER_FILES
from kgbuild.corpus.records import REPLACEMENT, issue
from kgbuild.errors import UsageError
from kgbuild.model import Issue

TEXT, PAGE, LINES, ARCHIVE = "text", "page", "lines", "archive"

_FORMATS = {
    ".txt": TEXT,
    ".html": PAGE,
    ".htm": PAGE,
    ".jsonl": LINES,
    ".jsonl.gz": LINES,
    ".warc": ARCHIVE,
    ".warc.gz": ARCHIVE,
    ".wet": ARCHIVE,
    ".wet.gz": ARCHIVE,
}
_ENDINGS = ", ".join(_FORMATS)
_DESCRIPTIONS = (".md", ".rst")
"""Files that describe a folder to people; they are passed over without a word."""

_STORE = frozenset({"lock", "records", "store"})
"""What lies in a store: one in a folder of articles is no part of them."""

STDIN = "-"
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file to read; ``document`` is its name without the ending."""

    path: Path
    document: str
    form: str


def find_sources(paths: Sequence[Path | str]) -> tuple[list[Source], list[Issue]]:
    """Find the files that ``paths`` (files and folders; ``-`` is passed over) stand for, each once.

    Folders are searched in depth. Hidden files, sidecars and folder metadata are no articles. What else
    of a folder cannot be read is told of as ``unsupported-format`` (by its ending, or since it is no file:
    a pipe, a socket, a link to a folder) or ``unreadable`` (a link that leads nowhere, a closed folder).

    Raises:
        UsageError: if a path is not there, or names a single file that is in no known format.

    """
    sources: dict[Path, Source] = {}
    issues: dict[Path, Issue] = {}
    for given in paths:
        if str(given) == STDIN:
            continue
        path = Path(given)
        for file, problem in _files_of(path):
            ending = _ending(file)
            key = file.resolve() if problem is None else file.absolute()
            if problem is not None:
                issues.setdefault(key, problem)
            elif ending is not None:
                sources.setdefault(
                    key, Source(file, document_name(file.name[: -len(ending)]), _FORMATS[ending])
                )
            elif not _is_companion(file):
                message = f"{file} is passed over: only files that end in {_ENDINGS} are read."
                issues.setdefault(key, issue("unsupported-format", file.name, message))
    return sorted(sources.values()), [issues[key] for key in sorted(issues)]


def document_name(name: str) -> str:
    """A file's name as an id: what no id can hold (control characters, bytes that are no text) replaced."""
    return _NO_NAME.sub(REPLACEMENT, name)


def _files_of(path: Path) -> Iterator[tuple[Path, Issue | None]]:
    """Give the files that a path stands for, and for what cannot be one why.

    Raises:
        UsageError: as :func:`find_sources`.

    """
    if path.is_dir():
        yield from _files_under(path)
    elif path.is_file():
        if _ending(path) is None:
            raise UsageError(f"{path} is in no known format. Give files that end in {_ENDINGS}, or folders.")
        yield path, None
    elif path.exists():
        raise UsageError(f"{path} is no file and no folder. Give a file or folder, or - for standard input.")
    else:
        raise UsageError(f"{path} is not there. Give an existing file or folder, or - for standard input.")


def _files_under(folder: Path) -> Iterator[tuple[Path, Issue | None]]:
    """Give the files of a folder and its folders, but no hidden ones; links to folders are not followed."""
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        if {*folders, *files} >= _STORE:
            folders.clear()
            message = f"{parent} is passed over: it is a store of kgbuild."
            yield Path(parent), issue("unsupported-format", Path(parent).name, message)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *(one for one in folders if Path(parent, one).is_symlink())]):
            path = Path(parent, name)
            if not name.startswith("."):
                yield path, _why_no_file(path)
    for error in closed:
        path = Path(error.filename)
        yield path, issue("unreadable", path.name, f"{path} cannot be read: {error.strerror}.")


def _why_no_file(path: Path) -> Issue | None:
    """Say why what stands in a folder is no file; None when it is one."""
    try:
        if path.is_file():
            return None
        there = path.exists()
    except OSError as error:
        return issue("unreadable", path.name, f"{path} cannot be read: {error.strerror}.")
    if not there:
        return issue("unreadable", path.name, f"{path} is a link that leads nowhere.")
    kind = "a link to a folder, which is not followed" if path.is_dir() else "no file"
    return issue("unsupported-format", path.name, f"{path} is passed over: it is {kind}.")


def _ending(path: Path) -> str | None:
    """Return the ending of a file that holds articles; None for any other file."""
    if path.name in FOLDER_FILES:
        return None
    name = path.name.casefold()
    return next((ending for ending in _FORMATS if name.endswith(ending) and len(name) > len(ending)), None)


def _is_companion(path: Path) -> bool:
    """Whether a file is metadata of an article or folder, or describes a folder to people."""
    if path.name in FOLDER_FILES or path.suffix.casefold() in _DESCRIPTIONS:
        return True
    if path.suffix != ".json":
        return False
    return any(path.with_suffix(ending).is_file() for ending in (".txt", ".html", ".htm"))
