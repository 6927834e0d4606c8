"""What each result depends on besides the article, as digests of data files, models and versions."""

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from kgbuild import __version__
from kgbuild.config import Settings, folder_hash
from kgbuild.nlp.models import ModelFolder
from kgbuild.resources import data_path


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """SHA-256 (hex) of what each result depends on besides the article."""

    models: str
    """The model files' digest and Stanza's version: the language models' output."""
    made_with: str
    """Also lexicon, gazetteer, ontology, shapes and this program's version: an article's record and graph."""
    checked_with: str
    """Shapes, ontology and the engines' versions: what the check of a graph finds."""
    derived_with: str
    """Rules, ontology, gazetteer and this program's version: what is derived from the articles' graphs."""
    configuration: str
    """All of that: the graph as a whole."""

    @classmethod
    def of(cls, settings: Settings, models: ModelFolder) -> "Fingerprints":
        """Read and hash the data files that ``settings`` name."""
        tagged = hashlib.sha256(f"{models.fingerprint} {version('stanza')}".encode()).hexdigest()
        ontology = folder_hash(data_path("ontology"))
        gazetteer = folder_hash(settings.gazetteer_folder)
        rules = folder_hash(data_path("queries", "derive"))
        made = digest(
            __version__,
            tagged,
            folder_hash(settings.lexicon_folder),
            gazetteer,
            ontology,
            folder_hash(data_path("shapes")),
        )
        return cls(
            tagged,
            made,
            digest(__version__, *_engine_versions(), folder_hash(data_path("shapes")), ontology),
            digest(__version__, rules, ontology, gazetteer),
            digest(made, rules),
        )


def digest(*parts: str) -> str:
    """SHA-256 (hex) of some strings, in order."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _engine_versions() -> list[str]:
    """The versions of what checks graphs; the empty string for what is not installed."""
    found = []
    for name in ("pyshacl", "pyshifty"):
        try:
            found.append(version(name))
        except PackageNotFoundError:
            found.append("")
    return found
