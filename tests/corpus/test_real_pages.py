"""Zones of scraped pages against their annotation, where the evaluation data lie beside the checkout."""

import json
from pathlib import Path

import pytest

from kgbuild.corpus.boilerplate import zones
from kgbuild.corpus.reading import read
from kgbuild.model import ZoneKind

SHARED = Path(__file__).resolve().parents[3] / "shared"
GOLD = SHARED / "eval" / "gold"
TEXT = (ZoneKind.BODY, ZoneKind.TITLE, ZoneKind.SUBTITLE)

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="the evaluation data are not beside the checkout")


def test_titles_are_found_and_nothing_of_the_body_is_lost() -> None:
    for article in read([SHARED / "seeds"]).articles:
        gold = json.loads((GOLD / "seeds" / f"{article.id}.json").read_text(encoding="utf-8"))
        found = zones(article)
        assert [[z.span.start, z.span.end] for z in found if z.kind is ZoneKind.TITLE] == [gold["title_span"]]
        start, end = gold["body_span"]
        inside = [z for z in found if start <= z.span.start < end]
        assert {z.kind for z in inside} <= {ZoneKind.BODY, ZoneKind.SUBTITLE}
        furniture = gold["boilerplate_spans"]
        kept = [z for z in found if z.kind in TEXT and any(a <= z.span.start < b for a, b in furniture)]
        assert kept == []


@pytest.mark.parametrize("split", ["dev", "news"])
def test_no_annotated_act_is_outside_the_text(split: str) -> None:
    for article in read([SHARED / "eval" / f"{split}.jsonl"]).articles:
        gold = json.loads((GOLD / split / f"{article.id}.json").read_text(encoding="utf-8"))
        spans = [z.span for z in zones(article) if z.kind in TEXT]
        for act in gold["acts"]:
            assert any(span.start <= act["trigger_start"] < span.end for span in spans), act
