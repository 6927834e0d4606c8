"""What a run is told: where its store is, which models and data files it uses."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgbuild.resources import data_path

DEFAULT_STORE = Path("kg")
NAMED_MODELS = frozenset({"bundled", "official"})
LOCAL = "local"
DASK = "dask"


@dataclass(frozen=True, slots=True)
class Work:
    """How the work is shared out; nothing here changes what comes out of it."""

    jobs: int | None = None
    """Worker processes; None: as many as there are processors and articles for; 0: none, and no bounds."""
    engine: str = LOCAL
    """``local`` or ``dask``."""
    scheduler: str | None = None
    """Address of a Dask scheduler; without one the cluster is made of processes of this machine."""
    seconds: float = 300.0
    """What one article may take."""
    memory: int = 4096
    """MiB of memory that a worker process may take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a build. ``None`` for a folder means the bundled one."""

    store: Path = DEFAULT_STORE
    models: str = "bundled"
    lexicon: Path | None = None
    gazetteer: Path | None = None
    timestamp: str | None = None
    """ISO 8601 instant for the provenance graph; without it no time is written at all."""
    prune: bool = False
    """Whether articles of the store that are not given go."""
    work: Work = field(default_factory=Work)

    @property
    def lexicon_folder(self) -> Path:
        """Folder of the extraction's tables."""
        return self.lexicon or data_path("seeds", "lexicon")

    @property
    def gazetteer_folder(self) -> Path:
        """Folder of the gazetteer's tables."""
        return self.gazetteer or data_path("seeds", "entities")

    def as_dict(self) -> dict[str, str | None]:
        """What decides the result, for another process; folders as absolute paths."""
        folders = {"store": self.store, "lexicon": self.lexicon, "gazetteer": self.gazetteer}
        named: dict[str, str | None] = {k: str(v.resolve()) if v else None for k, v in folders.items()}
        if self.models in NAMED_MODELS:
            return {**named, "models": self.models}
        return {**named, "models": str(Path(self.models).resolve())}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Settings":
        """Read what :meth:`as_dict` wrote."""
        lexicon, gazetteer = (Path(given[k]) if given[k] else None for k in ("lexicon", "gazetteer"))
        return cls(Path(given["store"]), str(given["models"]), lexicon, gazetteer)


def folder_hash(*folders: Path) -> str:
    """SHA-256 (hex) over names and bytes of the data files under ``folders``, in a fixed order."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".tsv", ".ttl", ".rq"}):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
