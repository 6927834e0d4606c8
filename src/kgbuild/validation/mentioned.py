"""Which properties a query asks for, where its form is so simple that this can be told from its text."""

import re
from typing import Final

_NAME: Final = r"(?:[a-z]+:[A-Za-z0-9_-]+|<[^<>\s]+>)"
_TERM: Final = rf"(?:[?$]\w+|{_NAME})"
_PATH: Final = rf"(?:{_NAME}(?:[/|]{_NAME})*[+*]?)"
_OBJECTS: Final = rf"{_PATH}\s+{_TERM}(?:\s*,\s*{_TERM})*"
_TRIPLES: Final = rf"(?:{_TERM}\s+{_OBJECTS}(?:\s*;\s*{_OBJECTS})*\s*\.)"
_NOT_THERE: Final = rf"(?:FILTER\s+NOT\s+EXISTS\s*{{\s*(?:{_TRIPLES}\s*)*{_TERM}\s+{_OBJECTS}\s*}})"
_PART: Final = rf"(?:{_TRIPLES}|FILTER\s*\([^{{}}]*\)|{_NOT_THERE})"
_PROLOGUE: Final = r"(?:PREFIX\s+[a-z]+:\s+<[^<>\s]+>\s*)*"
_SIMPLE: Final = re.compile(rf"\s*{_PROLOGUE}SELECT(?:\s+[?$]\w+)+\s+WHERE\s*{{\s*(?:{_PART}\s*)*}}\s*")
_PREFIX: Final = re.compile(r"PREFIX\s+([a-z]+):\s+<([^<>\s]+)>")
_COMMENT: Final = re.compile(r"(?m)(?:^|\s)#.*$")
_MENTIONED: Final = re.compile(r"([a-z]+):([A-Za-z0-9_-]+)|<([^<>\s]+)>")


def mentioned(query: str) -> frozenset[str] | None:
    """IRIs in a query, its properties among them; ``None`` where it may ask for any property.

    It is simple where each triple names its property, and nothing but triples and filters is asked for.
    """
    text = _COMMENT.sub("", query)
    if not _SIMPLE.fullmatch(text):
        return None
    prefixes = dict(_PREFIX.findall(text))
    body = text[text.index("{") :]
    names = {(prefix, name, iri) for prefix, name, iri in _MENTIONED.findall(body)}
    if any(prefix and prefix not in prefixes for prefix, _, _ in names):
        return None
    return frozenset(iri or prefixes[prefix] + name for prefix, name, iri in names)
