"""Extractions as JSON: what was read out of an article, from which rows and explanations are made.

The JSON follows the dataclasses of :mod:`kgbuild.model` field by field; dates are ISO days, spans are
``[start, end]``, and entities, which recur on every page of a record, stand once in a table and are
referred to by their number there.
"""

import json
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final

from kgbuild.errors import StoreError
from kgbuild.model import Entity, Extraction, Span

FORMAT: Final = 1
_ADVICE: Final = "Run kgbuild build again to write it anew."


def to_json(extraction: Extraction) -> bytes:
    """One line of UTF-8 JSON; lone surrogates of an article's text are passed through."""
    entities: dict[Entity, int] = {}
    body = _plain(extraction, entities)
    bare: list[Any] = [_fields(entity, entities) for entity in entities]
    record = {"format": FORMAT, "entities": bare, "extraction": body}
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def from_json(data: bytes, name: str = "the record") -> Extraction:
    """Return the extraction that :func:`to_json` wrote; ``name`` is for the message.

    Raises:
        StoreError: if the bytes are no such record.
    """
    try:
        record = json.loads(data.decode("utf-8", "surrogatepass"))
        if not isinstance(record, dict) or record.get("format") != FORMAT:
            raise StoreError(f"{name} was written by another version of kgbuild. {_ADVICE}")
        table: list[Entity] = []
        for row in record["entities"]:
            table.append(_built(Entity, row, table))
        extraction = _read(Extraction, record["extraction"], table)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise StoreError(f"{name} is damaged ({error}). {_ADVICE}") from error
    return typing.cast("Extraction", extraction)


def _plain(value: Any, entities: dict[Entity, int]) -> Any:
    if isinstance(value, Entity):
        return entities.setdefault(value, len(entities))
    if isinstance(value, Span):
        return [value.start, value.end]
    if is_dataclass(value):
        return _fields(value, entities)
    if isinstance(value, tuple):
        return [_plain(one, entities) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def _fields(value: Any, entities: dict[Entity, int]) -> dict[str, Any]:
    return {one.name: _plain(getattr(value, one.name), entities) for one in fields(value)}


@cache
def _hints(owner: type) -> dict[str, Any]:
    return typing.get_type_hints(owner)


@cache
def _optional(owner: type) -> frozenset[str]:
    """Fields with a default: a record that was written before there was such a field can be read."""
    return frozenset(
        one.name for one in fields(owner) if one.default is not MISSING or one.default_factory is not MISSING
    )


def _built(owner: type, data: Any, table: list[Entity]) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{owner.__name__} is no object")
    hints = _hints(owner)
    unknown, missing = data.keys() - hints.keys(), hints.keys() - data.keys()
    if unknown or not missing <= _optional(owner):
        raise KeyError(f"fields of {owner.__name__}: {sorted(unknown | missing)}")
    return owner(**{name: _read(hints[name], value, table) for name, value in data.items()})


def _read(hint: Any, value: Any, table: list[Entity]) -> Any:
    """``value`` as an instance of the type that ``hint`` describes."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _read(next(a for a in inner if a is not type(None)), value, table)
    if origin is tuple:
        return tuple(_read(inner[0], one, table) for one in _checked(list, value))
    if origin is dict:
        return {_checked(str, k): _checked(int, v) for k, v in _checked(dict, value).items()}
    if hint is Entity:
        return table[_natural(value)]
    if hint is Span:
        start, end = _checked(list, value)
        return Span(_natural(start), _natural(end))
    if is_dataclass(hint):
        return _built(typing.cast("type", hint), value, table)
    return _scalar(hint, value)


def _scalar(hint: Any, value: Any) -> Any:
    if hint is date:
        return date.fromisoformat(_checked(str, value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is float:
        return float(_checked((int, float), value))
    return _checked(hint, value)


def _natural(value: Any) -> int:
    number: int = _checked(int, value)
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number


def _checked(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{value!r:.60} is no {kind}")
    return value
