"""One sentence through the real models, the real gazetteer and the extraction."""

from collections.abc import Callable
from datetime import date

import pytest

from kgbuild.corpus.boilerplate import zones
from kgbuild.extraction.extractor import Extracted, Extractor
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.linking import Linker
from kgbuild.model import Article, ZoneKind
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer
from kgbuild.text.dates import find_times

Extract = Callable[[str], Extracted]


@pytest.fixture(scope="session")
def extract(analyzer: StanzaAnalyzer) -> Extract:
    linker = Linker.load()
    extractor = Extractor(Lexicon(), linker.entities)

    def run(text: str) -> Extracted:
        article = Article("test", text, date=date(2021, 7, 15))
        lines = zones(article)
        analysis = analyzer.analyze(text, lines)
        linked = linker.link(article, lines, analysis)
        times = [
            time
            for line in lines
            if line.kind is ZoneKind.BODY
            for time in find_times(text, line.span, article.date)
        ]
        return extractor.extract(article, lines, analysis, linked.referents, times, linked.nisbas)

    return run
