"""Which files there are to read, in an order that depends on their names alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.corpus.metadata import FOLDER_FILES
from kgbuild.corpus.records import issue
from kgbuild.errors import UsageError
from kgbuild.model import Issue

TEXT, PAGE, LINES = "text", "page", "lines"

_FORMATS = {
    ".txt": TEXT,
    ".html": PAGE,
    ".htm": PAGE,
    ".jsonl": LINES,
    ".jsonl.gz": LINES,
}
_ENDINGS = ", ".join(_FORMATS)
_DESCRIPTIONS = (".md", ".rst")
"""Files that describe a folder to people; they are passed over without a word."""

STDIN = "-"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file to read; ``document`` is its name without the ending."""

    path: Path
    document: str
    form: str


def find_sources(paths: Sequence[Path | str]) -> tuple[list[Source], list[Issue]]:
    """Find the files that ``paths`` (files and folders; ``-`` is passed over) stand for, each once.

    Folders are searched in depth. Hidden files, sidecars and folder metadata are no articles; any other
    file of a folder that cannot be read is told of as ``unsupported-format``.

    Raises:
        UsageError: if a path is not there, or names a single file that is in no known format.

    """
    sources: dict[Path, Source] = {}
    issues: dict[Path, Issue] = {}
    for given in paths:
        if str(given) == STDIN:
            continue
        path = Path(given)
        if path.is_dir():
            files: Iterator[Path] | list[Path] = _files_under(path)
        elif path.is_file():
            if _ending(path) is None:
                raise UsageError(
                    f"{path} is in no known format. Give files that end in {_ENDINGS}, or folders."
                )
            files = [path]
        else:
            raise UsageError(
                f"{path} is not there. Give an existing file or folder, or - for standard input."
            )
        for file in files:
            ending = _ending(file)
            key = file.resolve()
            if ending is not None:
                sources.setdefault(key, Source(file, file.name[: -len(ending)], _FORMATS[ending]))
            elif not _is_companion(file):
                message = f"{file} is passed over: only files that end in {_ENDINGS} are read."
                issues.setdefault(key, issue("unsupported-format", file.name, message))
    return sorted(sources.values()), [issues[key] for key in sorted(issues)]


def _files_under(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and its folders, but no hidden ones."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield path


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
