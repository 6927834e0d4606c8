"""What a run is told: where its store is, which models and data files it uses."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kgbuild.resources import data_path

DEFAULT_STORE = Path("kg")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a build. ``None`` for a folder means the bundled one."""

    store: Path = DEFAULT_STORE
    models: str = "bundled"
    lexicon: Path | None = None
    gazetteer: Path | None = None
    timestamp: str | None = None
    """ISO 8601 instant for the provenance graph; without it no time is written at all."""

    @property
    def lexicon_folder(self) -> Path:
        """Folder of the extraction's tables."""
        return self.lexicon or data_path("seeds", "lexicon")

    @property
    def gazetteer_folder(self) -> Path:
        """Folder of the gazetteer's tables."""
        return self.gazetteer or data_path("seeds", "entities")


def folder_hash(*folders: Path) -> str:
    """SHA-256 (hex) over names and bytes of the data files under ``folders``, in a fixed order."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".tsv", ".ttl", ".rq"}):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
