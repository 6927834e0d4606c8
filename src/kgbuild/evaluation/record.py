"""A JSON object that is read field by field, with errors that say where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kgbuild.errors import DataFileError
from kgbuild.model import Span


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object and its place (``gold/001.json: act 3``) for error messages.

    Every reader raises :class:`DataFileError` for a value of the wrong type, and those without a
    default also for a missing one.
    """

    value: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, where: str) -> "Record":
        """``value`` as a record.

        Raises:
            DataFileError: if it is no JSON object.
        """
        if not isinstance(value, Mapping):
            raise DataFileError(f"{where}: expected a JSON object, found {type(value).__name__}")
        return cls(value, where)

    def text(self, key: str) -> str:
        """A string that must be there."""
        found = self.value.get(key)
        if not isinstance(found, str):
            raise self.error(key, "a string")
        return found

    def optional_text(self, key: str) -> str | None:
        """A string, or ``None`` where it is missing, null or empty."""
        return self.text(key) or None if self.value.get(key) is not None else None

    def offset(self, key: str) -> int:
        """A number of code points, zero or more."""
        found = self.value.get(key)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self.error(key, "a number of code points")
        return found

    def span(self) -> Span:
        """The span of ``start`` and ``end``."""
        start, end = self.offset("start"), self.offset("end")
        if end < start:
            raise self.error("end", f"an offset of at least {start}")
        return Span(start, end)

    def quoted_span(self, key: str) -> Span:
        """The span of the string ``KEY`` that begins at ``KEY_start``."""
        start = self.offset(f"{key}_start")
        return Span(start, start + len(self.text(key)))

    def flag(self, key: str) -> bool:
        """A truth value; missing or null is false."""
        found = self.value.get(key)
        if found is None:
            return False
        if not isinstance(found, bool):
            raise self.error(key, "true or false")
        return found

    def items(self, key: str) -> list[Any]:
        """A list; missing or null is empty."""
        found = self.value.get(key)
        if found is None:
            return []
        if not isinstance(found, list | tuple):
            raise self.error(key, "a list")
        return list(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; missing or null is empty."""
        found = self.items(key)
        if not all(isinstance(item, str) for item in found):
            raise self.error(key, "a list of strings")
        return tuple(found)

    def record(self, key: str) -> "Record":
        """An object that must be there."""
        return Record.of(self.value.get(key), f"{self.where}, {key}")

    def records(self, key: str) -> list["Record"]:
        """A list of objects; missing or null is empty."""
        return [
            Record.of(item, f"{self.where}, {key} {n}") for n, item in enumerate(self.items(key), start=1)
        ]

    def error(self, key: str, expected: str) -> DataFileError:
        """The error to raise when a field is not as expected."""
        if key not in self.value:
            return DataFileError(f"{self.where}: {key!r} is missing; expected {expected}")
        return DataFileError(f"{self.where}: {key!r} is {self.value[key]!r:.60}; expected {expected}")
