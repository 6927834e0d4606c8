"""Answers as tables: which columns are shown, and what the cells lead to."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kgbuild.graph.ontology import label
from kgbuild.querying.rendering import short
from kgbuild.querying.run import Answer, Cell
from kgbuild.vocab import ACT, ARTICLE, DA, ENTITY, TOPIC, WIKIDATA, act_classes, topics
from kgbuild.web.index import Index

_SHOWN: Final = 500
_LONGEST_CELL: Final = 600
_HASH: Final = re.compile(r"(act|art|ent):(?:nil-)?[0-9a-f]{20}\Z")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")

Shown = list[tuple[str, str, str, str]]
"""A cell: its parts as text, path of a page, fragment of its address, and language of the text."""


def table(found: Answer, index: Index, language: str, *, every: bool = False) -> dict[str, Any]:
    """An answer as cells that templates show; of two columns ``who``, ``who_ar`` that of the language.

    ``every`` keeps all columns, as a console must.
    """
    names = found.columns
    kept = [
        n
        for n, name in enumerate(names)
        if every
        or not (
            (name.endswith("_ar") and language != "ar" and name.removesuffix("_ar") in names)
            or (f"{name}_ar" in names and language == "ar")
            or (name in {"start", "end"} and {"start", "end", "article"} <= set(names))
        )
    ]
    at = {name: n for n, name in enumerate(names)}
    translated = language == "ar" and not every
    return {
        "answered": True,
        "columns": [names[n] if every else names[n].removesuffix("_ar") for n in kept],
        "cells": [
            [
                _act_class(row[n]) if names[n] == "type" and translated else _cell(row, n, at, index)
                for n in kept
            ]
            for row in found.rows[:_SHOWN]
        ],
        "total": len(found.rows),
        "truncated": found.truncated or len(found.rows) > _SHOWN,
    }


def _cell(row: tuple[Cell, ...], n: int, at: Mapping[str, int], index: Index) -> Shown:
    value = row[n]
    if value is None or value == ():
        return []
    if isinstance(value, tuple):
        return [_part(one, index) for one in value]
    if isinstance(value, bool):
        return [("true" if value else "false", "", "", "")]
    if not isinstance(value, str):
        return [(str(value), "", "", "")]
    if n == at.get("article") and value in index.by_id:
        return [(value, f"article/{index.by_id[value]}", _characters(row, at), "")]
    return [_part(value, index)]


def _act_class(value: Cell) -> Shown:
    """The class of an act, which questions name in English, in Arabic."""
    arabic = _arabic_classes().get(str(value), "")
    return [(arabic or str(value), "", "", "ar" if arabic else "")] if value else []


@cache
def _arabic_classes() -> Mapping[str, str]:
    return {label(DA.NS + name, "en"): label(DA.NS + name, "ar") for name in act_classes()}


def _characters(row: tuple[Cell, ...], at: Mapping[str, int]) -> str:
    start, end = (row[at[name]] if name in at else None for name in ("start", "end"))
    return f"c{start}-{end}" if isinstance(start, int) and isinstance(end, int) else ""


def _part(text: str, index: Index) -> tuple[str, str, str, str]:
    for namespace, path, known in (
        (ENTITY, "actor", index.actors),
        (ACT, "act", index.by_key),
        (ARTICLE, "article", index.articles),
    ):
        key = text.removeprefix(namespace)
        if key != text and key in known:
            shown = short(text)
            return shown[:-12] + "…" if _HASH.match(shown) else shown, f"{path}/{key}", "", ""
    if text.startswith(TOPIC.NS) and text in topics().values():
        return short(text), f"topic/{text.removeprefix(TOPIC.NS)}", "", ""
    if text.startswith((DA.NS, WIKIDATA)):
        return short(text), "", "", ""
    cut = text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"
    return short(cut), "", "", "ar" if _ARABIC.search(text) else ""
