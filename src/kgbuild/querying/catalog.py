"""The named questions, checks and rules: SPARQL files whose header says what they are.

A header is the comment lines before the first line of SPARQL::

    # title: Proposals on a topic
    # question@en: Who proposed what on cyber security?
    # question@ar: …
    # param topic: topic = cyber; what the proposals are about
    # lists: who whom
    # order: article -start
    # sample: {"who": ["Russia"], "whom": [], "article": "demo-01", "start": 12}

A parameter stands in the query as ``VALUES ?topic { topic:cyber }``, with its default, so that the file
runs as it is in any SPARQL tool; ``any`` is ``UNDEF``. ``lists`` names the columns that are gathered where
all other columns are equal; ``order`` those that rows are sorted by, in falling order after a ``-``
(sorting here and not by ORDER BY makes large answers quick and equal in every store). ``sample`` is a row as
``--format json`` prints it; there may be several. ``LIMIT 1000`` in a subquery bounds the rows: it takes the
value that is asked for; ``LIMIT 2000`` to ``LIMIT 9000`` take as many times that value.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kgbuild.errors import DataFileError, UsageError
from kgbuild.querying.parameters import KINDS, UNBOUND, Parameter, term
from kgbuild.resources import data_path

_LINE: Final = re.compile(r"#\s*(?P<key>[a-z]+(?:@[a-z]+)?(?: [A-Za-z_]\w*)?):\s*(?P<value>.*)\Z")
_PARAMETER: Final = re.compile(r"(?P<kind>\w+) = (?P<default>[^;]+); (?P<about>\S.*)\Z")
_VALUES: Final = r"VALUES\s+\?{name}\s*\{{([^{{}}]*)\}}"
_KEYS: Final = frozenset(
    {"title", "question@en", "question@ar", "lists", "order", "finds", "rule", "scope", "copies"}
)
_SAMPLE: Final = "sample"
_BOUND: Final = re.compile(r" LIMIT ([1-9])000\b")
_BIGGEST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Question:
    """One SPARQL file; ``id`` is its name without the ending."""

    id: str
    path: Path
    text: str
    title: str
    question_en: str = ""
    question_ar: str = ""
    about: str = ""
    """What a check finds, or what a rule demands."""
    parameters: tuple[Parameter, ...] = ()
    lists: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    samples: tuple[Mapping[str, Any], ...] = ()
    scope: str = ""
    """What of the graph a rule looks at together, and ``copies``: see :mod:`kgbuild.querying.scopes`."""
    copies: str = ""

    @property
    def bounded(self) -> bool:
        """Whether the query bounds its rows itself, by ``LIMIT 1000`` (or times that) in a subquery.

        The bound also keeps Oxigraph from planning subquery and query as one, which it does badly.
        """
        return _BOUND.search(self.text) is not None

    def widest(self, limit: int) -> int | None:
        """The least that ``LIMIT 2000`` to ``LIMIT 9000`` let through, ``None`` where it has none of them."""
        factors = map(int, _BOUND.findall(self.text))
        return min((factor * (limit + 1) for factor in factors if factor > 1), default=None)

    def bound(self, values: Mapping[str, str], limit: int | None = None) -> str:
        """Return the query with ``values`` in place of the defaults, as checked RDF terms.

        ``limit`` is the most rows that a query which bounds itself gives, one more than which it looks for;
        with ``None`` its own bound stays.

        Raises:
            UsageError: if a name is unknown or a value does not fit its parameter.
        """
        by_name = {parameter.name: parameter for parameter in self.parameters}
        for name in sorted(values.keys() - by_name.keys()):
            known = ", ".join(sorted(by_name)) or "none"
            raise UsageError(f"{self.id} has no parameter {name!r}{_near(name, by_name)}. It has: {known}.")
        text = self.text
        for name, parameter in by_name.items():
            terms = parameter.terms(values.get(name, parameter.default))
            # Joining with UNDEF is slow, and what is not bound needs no block.
            block = "" if terms == UNBOUND else f"VALUES ?{name} {{ {terms} }}"
            text = _put(text, _VALUES.format(name=name), block)
        if limit is None:
            return text
        return _BOUND.sub(lambda found: f" LIMIT {int(found[1]) * (limit + 1)}", text)


def read_question(path: Path) -> Question:
    """Read one file.

    Raises:
        DataFileError: if it cannot be read or its header is malformed; names file and line.
    """
    try:
        if path.stat().st_size > _BIGGEST:
            raise DataFileError(f"{path} is larger than {_BIGGEST} bytes: that is no question. Remove it.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path} cannot be read ({error}). Correct it or remove it.") from error
    header: dict[str, str] = {}
    parameters: list[Parameter] = []
    samples: list[tuple[int, str]] = []
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            break
        continued = line.startswith("#   ")
        if continued and last == _SAMPLE:
            samples[-1] = (samples[-1][0], f"{samples[-1][1]} {line[1:].strip()}")
            continue
        if continued and last in header:
            header[last] += " " + line[1:].strip()
            continue
        found = _LINE.match(line.rstrip())
        last = found["key"] if found else ""
        if found and last.startswith("param "):
            parameters.append(_parameter(path, number, last.removeprefix("param "), found["value"]))
        elif found and last == _SAMPLE:
            samples.append((number, found["value"]))
        elif found and last in _KEYS and last not in header:
            header[last] = found["value"]
        else:
            raise DataFileError(
                f"{path.name}, line {number}: not a header line: {line!r}. Write '# KEY: VALUE' with one of "
                f"{', '.join(sorted(_KEYS))}, sample or 'param NAME', each but sample once, "
                "and set other comments off by an "
                "empty line."
            )
    if not header.get("title"):
        raise DataFileError(f"{path.name}, line 1: the header lacks a title. Begin with '# title: …'.")
    for parameter in parameters:
        _check_default(path, text, parameter)
    return Question(
        path.stem,
        path,
        text,
        header["title"],
        header.get("question@en", ""),
        header.get("question@ar", ""),
        header.get("finds") or header.get("rule", ""),
        tuple(parameters),
        frozenset(header.get("lists", "").split()),
        tuple(header.get("order", "").split()),
        tuple(_sample(path, number, value) for number, value in samples),
        header.get("scope", ""),
        header.get("copies", ""),
    )


def read_folder(folder: Path) -> dict[str, Question]:
    """All ``.rq`` files of a folder by id, sorted.

    Raises:
        UsageError: if it is no folder.
        DataFileError: if a file is malformed.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name one that holds .rq files.")
    return {path.stem: read_question(path) for path in sorted(folder.glob("*.rq"))}


def questions(own: Iterable[Path] = ()) -> Mapping[str, Question]:
    """The bundled questions and those of the user's own folders, by id.

    Raises:
        UsageError: if a folder is missing, or an id is taken.
        DataFileError: if a file is malformed.
    """
    found = read_folder(data_path("queries", "questions"))
    for folder in own:
        for name, question in read_folder(folder).items():
            if name in found:
                raise UsageError(
                    f"{question.path} has the name of {found[name].path}. Give it another file name."
                )
            found[name] = question
    return MappingProxyType(dict(sorted(found.items())))


def question(name: str, known: Mapping[str, Question]) -> Question:
    """Return the question ``name``.

    Raises:
        UsageError: if there is none; suggests the nearest.
    """
    try:
        return known[name]
    except KeyError:
        raise UsageError(
            f"There is no question {name!r}{_near(name, known)}. kgbuild ask --list shows them all."
        ) from None


def _put(text: str, pattern: str, block: str) -> str:
    """Put ``block`` where ``pattern`` is found; lines keep their numbers, which errors name."""
    return re.sub(pattern, lambda found: block + "\n" * found[0].count("\n"), text)


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _parameter(path: Path, number: int, name: str, value: str) -> Parameter:
    found = _PARAMETER.match(value)
    if not found or found["kind"] not in KINDS:
        raise DataFileError(
            f"{path.name}, line {number}: not a parameter: {value!r}. Write '# param NAME: KIND = "
            f"DEFAULT; what it is', with a kind of {', '.join(sorted(KINDS))}."
        )
    return Parameter(name, found["kind"], found["default"].strip(), found["about"])


def _sample(path: Path, number: int, value: str) -> Mapping[str, Any]:
    try:
        found = json.loads(value)
    except ValueError as error:
        raise DataFileError(f"{path.name}, line {number}: the sample is no JSON ({error}).") from error
    if not isinstance(found, dict):
        raise DataFileError(f"{path.name}, line {number}: the sample is no JSON object of columns.")
    return MappingProxyType(found)


def _check_default(path: Path, text: str, parameter: Parameter) -> None:
    blocks = re.findall(_VALUES.format(name=parameter.name), text)
    try:
        wanted = parameter.terms(parameter.default).split()
    except UsageError as error:
        raise DataFileError(f"{path.name}: the default of {parameter.name}: {error}") from error
    if not blocks or any([term(one) for one in block.split()] != wanted for block in blocks):
        raise DataFileError(
            f"{path.name}: the parameter {parameter.name} must stand in the query as "
            f"'VALUES ?{parameter.name} {{ … }}' with its default {parameter.default!r}."
        )
