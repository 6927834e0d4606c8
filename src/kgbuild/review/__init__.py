"""Corrections by a person: what to look at as a table, and decisions that survive every rebuild."""

from kgbuild.review.applying import STAGE, UNMATCHED, apply, took_effect
from kgbuild.review.corrections import Correction, Corrections
from kgbuild.review.entities import Entities, added_entities
from kgbuild.review.items import Item, items
from kgbuild.review.table import read_decisions, text_table, write_table

__all__ = [
    "STAGE",
    "UNMATCHED",
    "Correction",
    "Corrections",
    "Entities",
    "Item",
    "added_entities",
    "apply",
    "items",
    "read_decisions",
    "text_table",
    "took_effect",
    "write_table",
]
