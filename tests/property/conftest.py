"""What hostile and broken text looks like."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

ODDITIES = [
    "\x00",
    "\x1b[2J\x1b]0;title\x07",
    "\u202e\u2066\u2069\u200f",
    "\u200b\u200c\u200d\ufeff\u2060",
    "\ud800",
    "\udfff\ud800",
    "\ue000\U000f0000",
    "ﻻﷲﷺﺎ\ufe8f",
    "\u0651\u064b" * 9,
    "e\u0301\u0489" * 5,
    "\r\n\u2028\u2029\x85\v\f",
    '"""',
    "'''",
    "\\u0000\\",
    "<script>&amp;]]></x>",
    "> } ; DROP ALL ; <",
    "@prefix x: <y> .",
    "=cmd|' /C calc'!A1",
    "+1\t-1,@SUM(A1)",
    "../../etc/passwd",
    "%00%2f%s%n{}",
    "قال وزير الخارجية الروسي سيرغي لافروف",
    "إن بلاده ترفض الاتهامات الأمريكية.",
    "موسكو (رويترز) - ",
    "المصدر: تاس",
    "15 يوليو/تموز 2021",
    "٣١ فبراير ٩٩٩٩",
    "اقرأ أيضا:",
    "\n",
    "\n\n",
    " ",
    "،",
]


def decoded(data: bytes) -> str:
    """Text out of bytes: each is an oddity, an ASCII or an Arabic character, or opens any code point."""
    pieces: list[str] = []
    values = iter(data)
    for value in values:
        if value < len(ODDITIES):
            pieces.append(ODDITIES[value])
        elif value < 0x7F:
            pieces.append(chr(value))
        elif value < 0x90:
            point = (value & 0xF) << 16 | next(values, 0) << 8 | next(values, 0)
            pieces.append(chr(point))
        else:
            pieces.append(chr(0x600 + value - 0x90))
    return "".join(pieces)


def texts(longest: int) -> SearchStrategy[str]:
    """Text of any code points, lone surrogates too, and of what has broken such programs before.

    It is made out of bytes, which Hypothesis draws several times as fast as characters.
    """
    return st.binary(max_size=longest).map(decoded)


_TAGS = [
    "html",
    "head",
    "body",
    "p",
    "div",
    "article",
    "section",
    "main",
    "span",
    "a",
    "b",
    "q",
    "blockquote",
    "ul",
    "li",
    "dl",
    "dt",
    "table",
    "tr",
    "td",
    "br",
    "hr",
    "img",
    "pre",
    "code",
    "time",
    "meta",
    "title",
    "link",
    "script",
    "style",
    "template",
    "svg",
    "form",
    "input",
    "header",
    "footer",
    "nav",
    "aside",
    "h1",
    "h2",
    "x-y",
    "a:b",
]
_ATTRIBUTES = [
    "class",
    "id",
    "href",
    "content",
    "property",
    "name",
    "itemprop",
    "datetime",
    "rel",
    "lang",
    "type",
    "charset",
    "xmlns",
]
_VALUES = [
    "article-body",
    "sidebar comment",
    "og:title",
    "og:site_name",
    "article:published_time",
    "author",
    "canonical",
    "application/ld+json",
    "2021-13-45T99:99",
    "http://[::1",
    "text/html; charset=utf-7",
    '{"@type": "NewsArticle", "datePublished": [null], "author": {"name": 1}}',
]
_ENDS = ["", "</div>", "<!--", "]]>", "<", "&#0;", "&#xD800;", "&bogus;"]


def tangled(data: bytes) -> str:
    """A web page out of bytes: each three are a tag with an attribute, closed or not, or a text."""
    page: list[str] = []
    opened: list[str] = []
    values = iter(data)
    for value in values:
        tag = _TAGS[value % len(_TAGS)]
        about, what = next(values, 0), next(values, 0)
        if value > 0xE0:
            page.append(ODDITIES[about % len(ODDITIES)] * (1 + what % 7))
        elif value > 0xC0:
            page.append(f"</{opened.pop() if opened else tag}>" + _ENDS[about % len(_ENDS)])
        else:
            name = _ATTRIBUTES[about % len(_ATTRIBUTES)]
            quoted = (_VALUES + ODDITIES)[what % (len(_VALUES) + len(ODDITIES))]
            page.append(f"<{tag} {name}='{quoted}'>" if about & 0x80 else f"<{tag}>")
            opened.append(tag)
    return "".join(page)


def pages(longest: int) -> SearchStrategy[str]:
    """Web pages that no editor would make, of up to ``longest`` pieces."""
    return st.binary(max_size=3 * longest).map(tangled)


_FIELDS = [
    b"WARC-Type: response",
    b"WARC-Type: resource",
    b"WARC-Type: conversion",
    b"WARC-Target-URI: https://news.example/1",
    b"WARC-Target-URI: \xff\x1b[2J> <x>",
    b"WARC-Date: 9999-12-31T00:00:00Z",
    b"WARC-Truncated: length",
    b"Content-Type: application/http; msgtype=response",
    b"Content-Type: text/plain; charset=windows-1256",
    b"Content-Type: text/plain",
    b" folded",
    b"no field",
]
_MESSAGES = [
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: deflate\r\n\r\n",
    b"HTTP/1.1 404 No\r\n\r\n",
    b"HTTP/1.1 200",
    b"5;x\r\nhello\r\n0\r\n\r\n",
    b"WARC/1.0\r\nContent-Length: 0\r\n\r\n",
    "قال وزير الخارجية إن بلاده ترفض".encode(),
    "قال وزير الخارجية".encode("cp1256"),
    b"",
]


_ADDED = [0, 0, 0, 0, 0, 1, -1, 5, 40, 10**9]
_BREAKS = [b"\r\n\r\n", b"\r\n\r\n", b"\r\n\r\n", b"\n", b""]


def wound(data: bytes) -> bytes:
    """A web archive out of bytes, whose lengths, fields and bodies need not fit together."""
    out = bytearray()
    values = iter(data)
    for value in values:
        fields = [_FIELDS[next(values, 0) % len(_FIELDS)] for _ in range(value % 6)]
        body = b"".join(_MESSAGES[next(values, 0) % len(_MESSAGES)] for _ in range(value // 6 % 4))
        length = len(body) + _ADDED[next(values, 0) % len(_ADDED)]
        out += b"\r\n".join([b"WARC/1.0", *fields, b"Content-Length: %d" % length, b"", body])
        out += _BREAKS[next(values, 0) % len(_BREAKS)]
    return bytes(out)


def warcs(longest: int) -> SearchStrategy[bytes]:
    """Web archives out of up to ``longest`` bytes."""
    return st.binary(max_size=longest).map(wound)
