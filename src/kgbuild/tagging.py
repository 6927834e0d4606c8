"""What the language models say of articles, recorded so that another lexicon does not tag again."""

import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kgbuild.errors import DataFileError
from kgbuild.model import Analysis, Article, Zone
from kgbuild.nlp.models import ModelFolder
from kgbuild.nlp.replay import ReplayAnalyzer, to_json
from kgbuild.nlp.replay import key as analysis_key
from kgbuild.store.database import writing


class Tagging:
    """The language models of a build, loaded at the first need, and what they said before."""

    def __init__(self, store: Path, models: ModelFolder, fingerprint: str) -> None:
        """Record in the folder ``store``, under the models' ``fingerprint``."""
        self._store = store
        self._models = models
        self._cache = store / "nlp" / fingerprint[:16]

    @cached_property
    def _live(self) -> Any:
        from kgbuild.nlp.stanza_adapter import StanzaAnalyzer  # torch takes seconds to import

        return StanzaAnalyzer(self._models)

    def analyses(self, zoned: Sequence[tuple[Article, Sequence[Zone]]]) -> Iterator[Analysis]:
        """What the models say of each article and its zones, in their order."""
        recorded = [self._recorded(article, zones) for article, zones in zoned]
        fresh = iter(())
        todo = [(a.text, zones) for (a, zones), analysis in zip(zoned, recorded, strict=True) if not analysis]
        if todo:
            fresh = iter(self._live.analyze_many(todo))
        for (article, zones), analysis in zip(zoned, recorded, strict=True):
            if analysis is None:
                new: Analysis = next(fresh)
                self._record(article, zones, new)
                yield new
            else:
                yield analysis

    def _recorded(self, article: Article, zones: Sequence[Zone]) -> Analysis | None:
        if not self._recording(article, zones).is_file():
            return None
        try:
            return ReplayAnalyzer(self._cache).analyze(article.text, zones)
        except DataFileError:
            return None  # cut off when a process died: it is made again

    def _record(self, article: Article, zones: Sequence[Zone], analysis: Analysis) -> None:
        if not self._store.is_dir():
            return  # a machine of a cluster that does not share the store's disk
        path = self._recording(article, zones)
        partial = path.with_name(f".{path.stem}.{os.getpid()}.part")
        with writing(self._store):
            self._cache.mkdir(parents=True, exist_ok=True)
            text = json.dumps(to_json(analysis), ensure_ascii=False, separators=(",", ":"))
            partial.write_text(text + "\n", encoding="utf-8")
            partial.replace(path)

    def _recording(self, article: Article, zones: Sequence[Zone]) -> Path:
        return self._cache / f"{analysis_key(article.text, zones)}.json"
