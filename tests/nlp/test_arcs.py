from collections.abc import Callable, Iterator

import pytest
import torch
from stanza.models.common.doc import Document
from stanza.models.depparse.model import GraphParser

from kgbuild.nlp import arcs
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

TEXT = (
    "قال وزير الخارجية الروسي سيرغي لافروف اليوم إن موسكو مستعدة للحوار مع واشنطن إذا توقفت الاتهامات.\n\n"
    "رفضت طهران ذلك.\n\nوأضاف المتحدث باسم الكرملين أن بلاده لم تتلق ردا رسميا من الجانب الأمريكي حتى الآن."
)
Trees = list[list[tuple[int, str]]]


@pytest.fixture
def tagged(analyzer: StanzaAnalyzer) -> Callable[[str], Document]:
    pipeline = analyzer._pipeline

    def tag(text: str) -> Document:
        with torch.inference_mode():
            document = analyzer._segmented(text, range(len(text)))
            for name in ("pos", "lemma"):
                document = pipeline.processors[name].process(document)
        return document

    return tag


@pytest.fixture
def parse(analyzer: StanzaAnalyzer) -> Callable[[Document], Trees]:
    def trees(document: Document) -> Trees:
        with torch.inference_mode():
            parsed = analyzer._pipeline.processors["depparse"].process(document)
        return [[(w.head, w.deprel) for w in s.words] for s in parsed.sentences]

    return trees


@pytest.fixture
def stanzas_own(analyzer: StanzaAnalyzer) -> Iterator[Callable[[], None]]:
    parser = analyzer._pipeline.processors["depparse"].trainer.model
    ours = parser.predict

    def switch() -> None:
        parser.predict = GraphParser.predict.__get__(parser)

    yield switch
    parser.predict = ours


def test_trees_are_those_of_stanza(
    tagged: Callable[[str], Document],
    parse: Callable[[Document], Trees],
    stanzas_own: Callable[[], None],
) -> None:
    ours = parse(tagged(TEXT))
    stanzas_own()
    assert parse(tagged(TEXT)) == ours
    assert len(ours) == 3
    assert all(sum(head == 0 for head, _ in tree) == 1 for tree in ours)


def test_scores_of_pairs_are_those_of_stanza(analyzer: StanzaAnalyzer) -> None:
    parser = analyzer._pipeline.processors["depparse"].trainer.model
    torch.manual_seed(4)
    states = torch.randn(2, 9, 2 * parser.args["hidden_dim"])
    with torch.inference_mode():
        for scorer in (parser.unlabeled, parser.deprel):
            expected = scorer(states, states)
            for number, rows in enumerate(states):
                found = arcs._Biaffine(scorer)(rows).transpose(1, 2)
                assert torch.allclose(found, expected[number], rtol=1e-4, atol=1e-3)


def test_sentences_are_parsed_alike_one_by_one_and_beside_each_other(analyzer: StanzaAnalyzer) -> None:
    parser = analyzer._pipeline.processors["depparse"].trainer.model
    scorer = arcs.ArcScorer(parser)
    torch.manual_seed(4)
    lengths = [9, 2, 30]
    states = torch.randn(sum(lengths), 2 * parser.args["hidden_dim"])
    with torch.inference_mode():
        together = scorer.trees(states, lengths)
        alone = [scorer.trees(part, [len(part)])[0] for part in torch.split(states, lengths)]
    assert together == alone
    assert [len(tree) for tree in together] == [8, 1, 29]
    assert all(sum(head == 0 for head, _ in tree) == 1 for tree in together)


def test_trees_are_mended_where_the_model_asks_for_it(
    analyzer: StanzaAnalyzer, tagged: Callable[[str], Document], stanzas_own: Callable[[], None]
) -> None:
    processor = analyzer._pipeline.processors["depparse"]
    processor.config["resolve_head_constraints"] = True
    try:
        with torch.inference_mode():
            ours = [(w.head, w.deprel) for w in processor.process(tagged(TEXT)).iter_words()]
            stanzas_own()
            theirs = [(w.head, w.deprel) for w in processor.process(tagged(TEXT)).iter_words()]
    finally:
        processor.config["resolve_head_constraints"] = False
    assert ours == theirs


def test_other_parsers_are_left_alone(analyzer: StanzaAnalyzer) -> None:
    parser = analyzer._pipeline.processors["depparse"].trainer.model
    assert arcs.fits(parser)
    assert not arcs.fits(torch.nn.Linear(1, 1))
