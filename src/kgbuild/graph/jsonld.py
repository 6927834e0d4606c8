"""JSON-LD in the words of ``ontology/context.jsonld``, which every file carries so that it reads offline.

A name without a prefix is a class or property of our ontology; what is borrowed keeps its prefix. One line
a node, the nodes of a named graph together, everything sorted: equal quads give equal bytes.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.vocab import RDF, XSD

_LOCAL: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_WHOLE: Final = re.compile(r"(?:0|-?[1-9][0-9]{0,14})\Z")
_TAG: Final = re.compile(r"[a-z]{2,3}\Z")
_IRI: Final = "@id"
_BY_LANGUAGE: Final = "@language"
_KEYS: Final = frozenset({"@id", "@type", "@container"})


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the context: the values that stand under it without more words.

    ``kind`` is ``@id`` for things, ``@language`` for texts by language, the IRI of a datatype, or empty for
    plain strings.
    """

    name: str
    iri: str
    kind: str


@dataclass(frozen=True, slots=True)
class Context:
    """The context as it is written (``raw``), its prefixes, and its terms by their IRI."""

    raw: Mapping[str, Any]
    prefixes: Mapping[str, str]
    terms: Mapping[str, Term]

    def short(self, iri: str) -> str:
        """``ent:russia`` for an IRI under one of the prefixes, the IRI itself otherwise."""
        start = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self.prefixes.get(iri[:start])
        return f"{prefix}:{iri[start:]}" if prefix and _LOCAL.match(iri, start) else iri


def read_context(path: Path) -> Context:
    """Read a context file: prefixes as strings, terms as objects of ``@id``, ``@type`` and ``@container``.

    Raises:
        DataFileError: if it cannot be read or holds anything else; names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)["@context"]
        items = [*raw.items()]
    except json.JSONDecodeError as error:
        raise DataFileError(f"{path.name}, line {error.lineno}: {error.msg}. Correct the JSON.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path} cannot be read ({error}). Correct it.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise DataFileError(f'{path.name}, line 1: not of the form {{"@context": {{…}}}}.') from error
    prefixes = {name: iri for name, iri in items if isinstance(iri, str)}
    terms: dict[str, Term] = {}
    for name, value in items:
        term = _term(name, value, prefixes)
        if term is None and not (name in prefixes and prefixes[name].endswith(("#", "/"))):
            line = text.partition(f'"{name}"')[0].count("\n") + 1
            raise DataFileError(
                f"{path.name}, line {line}: {name!r} is neither a prefix for an IRI that "
                'ends with # or /, nor a term like {"@id": "da:agent", "@type": "@id"}.'
            )
        if term is not None:
            terms[term.iri] = term
    return Context(raw, MappingProxyType({v: k for k, v in prefixes.items()}), MappingProxyType(terms))


@cache
def context() -> Context:
    """The bundled context.

    Raises:
        DataFileError: as for :func:`read_context`.
    """
    return read_context(data_path("ontology", "context.jsonld"))


def jsonld(quads: Iterable[ox.Quad]) -> bytes:
    """JSON-LD with the named graphs and the context.

    Where an IRI begins with a name of the context and a colon (``act:1`` in full), it would be read as a
    shortened one; such quads are written without a context.
    """
    ordered = sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))
    if any(iri.partition(":")[0] in context().raw for quad in ordered for iri in _iris(quad)):
        return ox.serialize(ordered, format=ox.RdfFormat.JSON_LD) or b""
    return b"".join(_lines(ordered, context()))


def _lines(quads: Sequence[ox.Quad], words: Context) -> Iterator[bytes]:
    yield b'{"@context": ' + _json(dict(words.raw)) + b',\n"@graph": [\n'
    first = True
    for graph, in_graph in itertools.groupby(quads, lambda quad: quad.graph_name):
        named = not isinstance(graph, ox.DefaultGraph)
        if named:
            start = b'{"@id": ' + _json(_thing(graph, words)) + b', "@graph": [\n'
            yield start if first else b",\n" + start
            first = True
        for subject, about in itertools.groupby(in_graph, lambda quad: quad.subject):
            yield (b"" if first else b",\n") + _json(_node(subject, about, words))
            first = False
        if named:
            yield b"]}"
    yield b"]}\n"


def _node(subject: object, quads: Iterable[ox.Quad], words: Context) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _thing(subject, words), "@type": []}
    for quad in quads:
        predicate, value = quad.predicate.value, quad.object
        term = words.terms.get(predicate)
        if predicate == RDF.type and not isinstance(value, ox.Literal):
            known = words.terms.get(value.value) if isinstance(value, ox.NamedNode) else None
            node["@type"].append(known.name if known else _thing(value, words))
        elif term and isinstance(value, ox.Literal) and _is_tagged(value, term):
            node.setdefault(term.name, {}).setdefault(value.language, []).append(value.value)
        elif term and term.kind != _BY_LANGUAGE:
            node.setdefault(term.name, []).append(_value(value, term.kind, words))
        else:
            # where texts stand by language, another value goes under the whole IRI
            key = predicate if term else words.short(predicate)
            node.setdefault(key, []).append(_value(value, "", words))
    return {key: _alone(value) for key, value in node.items() if value}


def _alone(value: Any) -> Any:
    """A list of one as the one, also for each language."""
    if isinstance(value, dict):
        return {key: _alone(one) for key, one in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _is_tagged(value: ox.Literal, term: Term) -> bool:
    return term.kind == _BY_LANGUAGE and _TAG.match(value.language or "") is not None


def _value(value: object, kind: str, words: Context) -> Any:
    if not isinstance(value, ox.Literal):
        thing = _thing(value, words)
        return thing if kind == _IRI else {"@id": thing}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if datatype == XSD.string:
        return {"@value": value.value} if kind else value.value
    if datatype != kind:
        return {"@value": value.value, "@type": words.short(datatype)}
    return int(value.value) if kind == XSD.integer and _WHOLE.match(value.value) else value.value


def _thing(term: object, words: Context) -> str:
    return words.short(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _iris(quad: ox.Quad) -> Iterator[str]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _term(name: str, value: object, prefixes: Mapping[str, str]) -> Term | None:
    if not isinstance(value, dict) or not value.keys() <= _KEYS:
        return None
    iri, kind = (_long(value.get(key, ""), prefixes) for key in ("@id", "@type"))
    if not iri or kind is None or value.get("@container", _BY_LANGUAGE) != _BY_LANGUAGE:
        return None
    return Term(name, iri, _BY_LANGUAGE if "@container" in value else kind)


def _long(short: object, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that ``short`` means; keywords and nothing stay; None if its prefix is unknown."""
    if not isinstance(short, str):
        return None
    prefix, colon, local = short.partition(":")
    if not colon:
        return short if short in {"", "@id"} else None
    return prefixes[prefix] + local if prefix in prefixes else None
