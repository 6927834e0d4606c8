"""Which models there are, where they lie, and whether they are still what was recorded.

Model files are programs in all but name, so none is opened before its SHA-256 has been compared with
the folder's ``SHA256SUMS``. Importing this module loads neither Stanza nor torch.
"""

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import DataFileError, ModelError
from kgbuild.resources import data_path

BUNDLED = "bundled"
OFFICIAL = "official"
MANIFEST = "SHA256SUMS"
_CHECKED_SUFFIXES = (".pt", ".safetensors", ".json", ".tsv")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_HINTS = {
    BUNDLED: "Install kgbuild again (pip install --force-reinstall kgbuild), or restore models/ from git.",
    OFFICIAL: "Fetch them again: kgbuild models pull.",
}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in Stanza's layout whose files have been checked.

    ``fingerprint`` is the SHA-256 (hex) of the sorted manifest: folders with equal files have equal ones.
    """

    name: str
    path: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ModelListing:
    """One row of ``kgbuild models list``. ``state`` is ``ready``, ``not pulled`` or what is wrong."""

    name: str
    path: Path
    state: str
    size: int
    """Bytes of all model files; 0 when the folder is not there."""


def official_folder() -> Path:
    """Where pulled models go: ``$KGBUILD_MODELS``, or ``kgbuild/models`` in the user's cache."""
    chosen = os.environ.get("KGBUILD_MODELS")
    if chosen:
        return Path(chosen) / OFFICIAL
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "kgbuild" / "models" / OFFICIAL


def resolve(selector: str = BUNDLED) -> ModelFolder:
    """The checked folder that ``selector`` names: ``bundled``, ``official`` or a path.

    Raises:
        ModelError: if the folder or its manifest is missing, or a file is missing, unlisted or changed.

    """
    path = _folder(selector)
    hint = _HINTS.get(selector, f"If the change is yours, record it: kgbuild models record {path}")
    if not (path / "resources.json").is_file():
        missing = _HINTS.get(selector, "Give a folder in Stanza's layout: resources.json and ar/tokenize/…")
        raise ModelError(f"no models in {path}. {missing}")
    recorded = _read_manifest(path, hint)
    present = _model_files(path)
    unlisted = sorted(set(present) - set(recorded))
    if unlisted:
        raise ModelError(f"{path / unlisted[0]} is not listed in {MANIFEST}. {hint}")
    for name in sorted(recorded):
        if name not in present:
            raise ModelError(f"{path / name} is missing. {hint}")
        if _digest(present[name]) != recorded[name]:
            raise ModelError(f"{path / name} is not the file that {MANIFEST} records. {hint}")
    payload = "".join(f"{recorded[name]}  {name}\n" for name in sorted(recorded))
    return ModelFolder(selector, path, hashlib.sha256(payload.encode()).hexdigest())


def record(path: Path) -> ModelFolder:
    """Write the manifest of a folder of models that the user trusts, and return the folder.

    Raises:
        ModelError: if the folder holds no models or cannot be written to.

    """
    if not (path / "resources.json").is_file():
        raise ModelError(f"no models in {path}: it has no resources.json. Give a folder in Stanza's layout.")
    rows = [f"{_digest(file)}  {name}\n" for name, file in sorted(_model_files(path).items())]
    try:
        (path / MANIFEST).write_text("".join(rows), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"cannot write {path / MANIFEST}: {error}. Make the folder writable.") from error
    return resolve(str(path))


def pull(target: Path | None = None, *, timeout: float = 30.0) -> ModelFolder:
    """Fetch the official Arabic models and record what came.

    Args:
        target: folder to make or replace; :func:`official_folder` when None.
        timeout: seconds that the hub may stay silent.

    Raises:
        ModelError: if the hub does not answer or the folder cannot be written.

    """
    from kgbuild.nlp.hub import download

    folder = target or official_folder()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pull-") as scratch:
            fresh = Path(scratch) / "models"
            download(fresh, timeout)
            record(fresh)
            if folder.exists():
                shutil.rmtree(folder)
            fresh.replace(folder)
    except OSError as error:
        raise ModelError(
            f"cannot put models into {folder}: {error}. Free space there or choose another folder."
        ) from error
    return resolve(OFFICIAL if target is None else str(folder))


def list_models() -> tuple[ModelListing, ...]:
    """The bundled and the official models and the state of each. Checks every file."""
    rows = []
    for name in (BUNDLED, OFFICIAL):
        try:
            path = _folder(name)
        except ModelError as error:
            rows.append(ModelListing(name, Path(), str(error), 0))
            continue
        if not path.is_dir():
            rows.append(ModelListing(name, path, "not pulled", 0))
            continue
        size = sum(file.stat().st_size for file in _model_files(path).values())
        try:
            resolve(name)
        except ModelError as error:
            rows.append(ModelListing(name, path, str(error), size))
        else:
            rows.append(ModelListing(name, path, "ready", size))
    return tuple(rows)


def _folder(selector: str) -> Path:
    if selector == OFFICIAL:
        return official_folder()
    if selector != BUNDLED:
        return Path(selector)
    try:
        return data_path("models", "ar-bundled")
    except DataFileError as error:
        raise ModelError(str(error)) from error


def _model_files(path: Path) -> dict[str, Path]:
    """Files that analysis could open, by POSIX path relative to ``path``."""
    return {
        file.relative_to(path).as_posix(): file
        for file in path.rglob("*")
        if file.is_file() and file.suffix in _CHECKED_SUFFIXES
    }


def _read_manifest(path: Path, hint: str) -> dict[str, str]:
    manifest = path / MANIFEST
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise ModelError(
            f"{path} has no {MANIFEST}, so its files cannot be checked. If you trust them, "
            f"record them first: kgbuild models record {path}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"cannot read {manifest}: {error}. {hint}") from error
    recorded = {}
    for number, line in enumerate(lines, 1):
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None:
            raise ModelError(f"{manifest}, line {number}: not a SHA-256 and a file name. {hint}")
        recorded[match.group(2)] = match.group(1)
    return recorded


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {file}: {error}. Make it readable.") from error
