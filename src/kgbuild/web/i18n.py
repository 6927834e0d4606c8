"""The words of the interface in English and Arabic, from ``locale/messages.tsv``."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from kgbuild.errors import DataFileError
from kgbuild.text.tables import read_table

LANGUAGES: Final = ("en", "ar")
_PATH: Final = Path(__file__).parent / "locale" / "messages.tsv"
_SMALL_TEENS: Final = range(3, 11)


def plural_category(language: str, count: int) -> str:
    """CLDR's category of a whole number: ``one`` and ``other`` in English, six in Arabic."""
    if language != "ar":
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    if count % 100 in _SMALL_TEENS:
        return "few"
    return "many" if count % 100 > max(_SMALL_TEENS) else "other"


class Messages:
    """The messages in one language."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return "rtl" if self.language == "ar" else "ltr"

    def text(self, key: str, **values: object) -> str:
        """The message ``key`` with ``{name}`` replaced by its value.

        Raises:
            DataFileError: if there is no such message.
        """
        found = self._words.get(key)
        if found is None:
            raise DataFileError(f"{_PATH.name} has no message {key!r}. Add a row for it to {_PATH}.")
        for name, value in values.items():
            found = found.replace(f"{{{name}}}", str(value))
        return found

    def count(self, key: str, number: int) -> str:
        """A number with its noun: ``1 act``, ``5 acts``, in the plural form that the language wants."""
        shown = f"{number:,}"
        category = plural_category(self.language, number)
        form = category if f"{key}.{category}" in self._words else "other"
        return self.text(f"{key}.{form}", n=shown)

    def has(self, key: str) -> bool:
        """Whether there is a message ``key``."""
        return key in self._words

    def day(self, day: date | str | None) -> str:
        """``16 June 2021``, with the name of the month in the language; the empty string for no day."""
        if isinstance(day, str):
            try:
                day = date.fromisoformat(day)
            except ValueError:
                return str(day)
        return f"{day.day} {self.text(f'month.{day.month}')} {day.year}" if day else ""

    def days(self, first: date | str | None, last: date | str | None) -> str:
        """A span of days in the fewest words: a day, a month, a year, or two days."""
        try:
            start, end = (
                date.fromisoformat(one) if isinstance(one, str) else one
                for one in (first or None, last or None)
            )
        except ValueError:
            return " – ".join(str(one) for one in (first, last) if one)
        if start is None or end is None or start == end:
            return self.day(start or end)
        after = end + timedelta(days=1)
        if start.day == 1 and after.day == 1 and start.year == end.year:
            if start.month == end.month:
                return self.month(start)
            if (start.month, after.month) == (1, 1):
                return str(start.year)
        return f"{self.day(start)} – {self.day(end)}"

    def month(self, day: date) -> str:
        """``June 2021``."""
        return f"{self.text(f'month.{day.month}')} {day.year}"


@cache
def messages(language: str) -> Messages:
    """The messages in ``language``, one of :data:`LANGUAGES`.

    Raises:
        DataFileError: if the table is malformed, or a message lacks a translation.
    """
    words: dict[str, str] = {}
    for row in read_table(_PATH, ("key", *LANGUAGES)):
        if row["key"] in words:
            raise row.malformed(f"the key {row['key']!r} stands in an earlier row too")
        plural = row["key"].rpartition(".")[2] in {"zero", "two", "few", "many"}
        if not row["ar"] or not (row["en"] or plural):
            raise row.malformed("a translation is missing")
        words[row["key"]] = row[language]
    return Messages(language, {key: text for key, text in words.items() if text})
