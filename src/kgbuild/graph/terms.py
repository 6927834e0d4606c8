"""RDF terms in the few forms that docs/graph.md allows, from text that nobody has checked.

Literals are written as Oxigraph stores them (``0.8``, never ``0.80``), so that quads compare equal
before and after a round trip through the store.
"""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox

from kgbuild.vocab import XSD

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"


def clean(text: str) -> str:
    """Return ``text`` with every code point that XML 1.0 cannot hold replaced by U+FFFD.

    One for one, so that offsets stay true. Without this a NUL in an article would make the RDF/XML
    and GraphML exports unreadable, and a lone surrogate every other one as well.
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def string(text: str) -> ox.Literal:
    """A plain ``xsd:string``."""
    return ox.Literal(clean(text))


def worded(text: str, language: str) -> ox.Literal:
    """A language-tagged string; ``und`` where ``language`` is no BCP 47 tag."""
    if not _LANGUAGE.match(language):
        return ox.Literal(clean(text), language="und")
    try:
        return ox.Literal(clean(text), language=language)
    except ValueError:
        return ox.Literal(clean(text), language="und")


def script_language(text: str) -> str:
    """``ar`` when the text holds an Arabic letter, else ``en``: for names of unmarked language."""
    return "ar" if _ARABIC.search(text) else "en"


def integer(number: int) -> ox.Literal:
    """An ``xsd:integer``."""
    return ox.Literal(str(int(number)), datatype=node(XSD.integer))


def decimal(number: float) -> ox.Literal:
    """An ``xsd:decimal`` of two decimals in Oxigraph's canonical form: ``1``, ``0.8``."""
    digits = f"{number:.2f}".rstrip("0").rstrip(".")
    return ox.Literal("0" if digits == "-0" else digits, datatype=node(XSD.decimal))


def day(value: date) -> ox.Literal:
    """A day as ``xsd:dateTime`` at midnight UTC."""
    return ox.Literal(f"{value.isoformat()}T00:00:00Z", datatype=node(XSD.dateTime))


def uri(value: str) -> ox.Literal:
    """An ``xsd:anyURI``; what a URI cannot hold is percent-encoded."""
    return ox.Literal(quote(clean(value), safe=_URL_SAFE), datatype=node(XSD.anyURI))


def iri_of(term: object) -> str:
    """IRI of a named node; the empty string for any other term."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    """A triple; a ``str`` as value is an IRI."""
    thing = node(value) if isinstance(value, str) else value
    return ox.Triple(node(subject), node(predicate), thing)


@lru_cache(maxsize=4096)
def node(iri: str) -> ox.NamedNode:
    """A named node; kept, since most of an article's IRIs and all predicates recur."""
    return ox.NamedNode(iri)
