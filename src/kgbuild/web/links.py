"""Addresses of pages: on the server from its root, in static files from the page that holds the link."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode


class Links(Protocol):
    """Makes the addresses in pages. A page's path has no language and no ending: ``actor/russia``."""

    @property
    def static(self) -> bool:
        """Whether pages are files, which nobody can ask questions."""

    def page(self, language: str, path: str, query: Mapping[str, str] | None = None) -> str:
        """Address of a page."""

    def asset(self, name: str) -> str:
        """Address of a file of ``static/``."""


def _query(query: Mapping[str, str] | None) -> str:
    kept = {name: value for name, value in (query or {}).items() if value}
    return "?" + urlencode(kept) if kept else ""


@dataclass(frozen=True, slots=True)
class ServedLinks:
    """Addresses on the server."""

    static: bool = False

    def page(self, language: str, path: str, query: Mapping[str, str] | None = None) -> str:
        """``/en/actor/russia?…``."""
        return f"/{language}/{quote(path)}" + _query(query)

    def asset(self, name: str) -> str:
        """``/static/site.css``."""
        return f"/static/{name}"


def file_name(language: str, path: str) -> str:
    """The file of a page: ``en/index.html``, ``en/actor/russia.html``."""
    if path.endswith((".csv", ".ttl")):
        return f"{language}/{path}"
    return f"{language}/{path or 'index'}.html"


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Addresses in static files, relative to the page ``language``/``path``: they work in any folder."""

    language: str
    path: str
    static: bool = True

    def page(self, language: str, path: str, query: Mapping[str, str] | None = None) -> str:
        """``../actor/russia.html?…``."""
        return quote(self._relative(file_name(language, path))) + _query(query)

    def asset(self, name: str) -> str:
        """``../../static/site.css``."""
        return self._relative(f"static/{name}")

    def _relative(self, target: str) -> str:
        return posixpath.relpath(target, posixpath.dirname(file_name(self.language, self.path)))
