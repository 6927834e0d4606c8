"""The named fields at the head of a WARC record or an HTTP message: ``Name: value``, a line each."""

import re

HEAD_END = re.compile(rb"\r?\n\r?\n")
_TOKEN = re.compile(r"[!#-'*+\-.0-9A-Z^_`a-z|~]+")
_PARAMETER = re.compile(r';\s*([!#-\'*+\-.0-9A-Z^_`a-z|~]+)\s*=\s*(?:"([^"]*)"|([^\s;]+))')


def parse_fields(head: bytes) -> dict[str, str]:
    """The fields by lower-case name, the first of each name; a line that is no field is passed over."""
    fields: dict[str, str] = {}
    last: str | None = None
    for line in head.decode("utf-8", "replace").splitlines():
        if line[:1] in (" ", "\t"):  # the value goes on
            if last is not None:
                fields[last] = f"{fields[last]} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        last = None
        if colon and _TOKEN.fullmatch(name := name.strip().lower()) and name not in fields:
            fields[name], last = value.strip(), name
    return fields


def media_type(value: str) -> str:
    """The media type that a ``Content-Type`` names, in lower case; empty where it names none."""
    return value.partition(";")[0].strip().lower()


def charset(value: str) -> str | None:
    """The ``charset`` that a ``Content-Type`` names."""
    for name, quoted, plain in _PARAMETER.findall(value):
        if name.lower() == "charset":
            return (quoted or plain).strip() or None
    return None
