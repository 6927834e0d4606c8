"""Text out of a web page's bytes, by the encoding that it is in or says it is in; nothing is guessed."""

import re
from collections.abc import Sequence

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "windows-1256": "cp1256",
    "cp1256": "cp1256",
    "x-cp1256": "cp1256",
    "iso-8859-6": "iso8859_6",
    "iso8859-6": "iso8859_6",
    "iso_8859-6": "iso8859_6",
    "arabic": "iso8859_6",
    "asmo-708": "iso8859_6",
    "ecma-114": "iso8859_6",
}
"""The encodings that can hold Arabic, by the names that the web has for them."""

_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4096
_FEW = 0.001
"""Share of broken characters up to which a text in UTF-8 is cut or damaged, and above which it is in none."""


def meta_charset(page: bytes) -> str | None:
    """The encoding that a page names in itself."""
    found = _META.search(page, 0, _META_WITHIN)
    return found[1].decode("ascii") if found else None


def decode(data: bytes, named: Sequence[str | None]) -> str | None:
    """Decode by byte order mark, else as UTF-8 where that fits, else by the first of ``named`` that fits.

    What is in UTF-8 but for a few broken characters is taken as such, with U+FFFD for each. None when
    nothing fits. UTF-8 goes before what is named, since no other text looks like it, and many pages in
    UTF-8 name the encoding that they were in before.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    codecs = [_CODECS[key] for name in named if name and (key := name.strip().lower()) in _CODECS]
    if b"\0" in data:  # UTF-16, most of it ASCII, could be taken for UTF-8
        codecs.sort(key=lambda codec: not codec.startswith("utf-16"))
    else:
        codecs.insert(0, "utf-8")
    for codec in codecs or ["utf-8"]:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    text = data.decode("utf-8", "replace")
    return text if text.count("\ufffd") <= _FEW * len(text) else None
