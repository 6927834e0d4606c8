import json
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import StoreError
from kgbuild.model import (
    ActMention,
    Argument,
    Article,
    Basis,
    Candidate,
    Certainty,
    Decision,
    Entity,
    Extraction,
    Issue,
    Kind,
    Link,
    Mention,
    Polarity,
    Precision,
    Role,
    Span,
    Tense,
    TimeExpression,
    Trigger,
    Zone,
    ZoneKind,
)
from kgbuild.store.records import from_json, to_json

text = st.text(st.characters(exclude_categories=()), max_size=8)
maybe = st.none() | text
numbers = st.floats(0, 1)
spans = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Span(min(pair), max(pair)))
days = st.none() | st.dates(date(1900, 1, 1))
entities = st.builds(
    Entity,
    text,
    st.sampled_from(Kind),
    text,
    maybe,
    maybe,
    maybe,
    maybe,
    maybe,
    st.lists(text, max_size=2).map(tuple),
)
mentions = st.builds(Mention, spans, text, st.sampled_from(Kind), text)
candidates = st.lists(st.builds(Candidate, entities, numbers, text), max_size=2).map(tuple)
links = st.builds(Link, mentions, st.sampled_from(Decision), entities, candidates)
arguments = st.builds(
    Argument, st.sampled_from(Role), entities, text, st.none() | spans, st.none() | entities
)
times = st.builds(TimeExpression, spans, text, st.sampled_from(Precision), st.sampled_from(Basis), days, days)
acts = st.builds(
    ActMention,
    st.builds(Trigger, spans, text, text),
    st.lists(arguments, max_size=2).map(tuple),
    spans,
    st.lists(text, max_size=2).map(tuple),
    st.none() | times,
    st.sampled_from(Polarity),
    st.sampled_from(Tense),
    st.sampled_from(Certainty),
    st.none() | spans,
    st.none() | st.integers(0, 9),
    numbers,
)
extractions = st.builds(
    Extraction,
    st.builds(Article, text, text, maybe, maybe, days, maybe, text),
    st.lists(st.builds(Zone, spans, st.sampled_from(ZoneKind), text), max_size=2).map(tuple),
    st.lists(links, max_size=2).map(tuple),
    st.lists(acts, max_size=2).map(tuple),
    st.lists(st.builds(Issue, text, text, text, text, st.none() | spans), max_size=2).map(tuple),
    st.dictionaries(text, st.integers(0, 9), max_size=2),
)


@settings(deadline=None, max_examples=60)
@given(extractions)
def test_a_record_comes_back_as_it_was(extraction: Extraction) -> None:
    data = to_json(extraction)
    assert from_json(data) == extraction
    assert to_json(from_json(data)) == data
    assert data.count(b"\n") == 1


def test_an_entity_stands_once_in_a_record(story: ModuleType) -> None:
    data = to_json(story.offer())
    assert data.decode().count("الاتحاد الروسي") == 1
    assert from_json(data) == story.offer()


def changed(data: bytes, change: Any) -> bytes:
    record = json.loads(data)
    change(record)
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["extraction"].pop("acts"),
        lambda r: r["extraction"].update(surprise=1),
        lambda r: r["extraction"]["article"].update(date="yesterday"),
        lambda r: r["extraction"]["article"].update(text=7),
        lambda r: r["extraction"]["article"].update(text=None),
        lambda r: r["extraction"]["links"][0].update(entity=999),
        lambda r: r["extraction"]["links"][0].update(entity=-1),
        lambda r: r["extraction"]["links"][0].update(entity=True),
        lambda r: r["extraction"]["links"][0].update(decision="perhaps"),
        lambda r: r["extraction"]["acts"][0].update(evidence=[5, 2]),
        lambda r: r["extraction"]["acts"][0].update(evidence=[5]),
        lambda r: r["extraction"]["acts"][0].update(confidence="high"),
        lambda r: r["extraction"]["acts"].append([]),
        lambda r: r.pop("entities"),
        lambda r: r["extraction"].update(counts=[]),
    ],
)
def test_a_damaged_record_says_what_to_do(story: ModuleType, change: Any) -> None:
    with pytest.raises(StoreError, match=r"offer\.json is damaged.*kgbuild build"):
        from_json(changed(to_json(story.offer()), change), "offer.json")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(StoreError, match="kgbuild build"):
        from_json(data)


def test_a_record_of_another_version_says_so(story: ModuleType) -> None:
    data = changed(to_json(story.offer()), lambda r: r.update(format=99))
    with pytest.raises(StoreError, match="another version"):
        from_json(data)
