"""Two engines, one report; and of two hundred corruptions of a valid graph nearly every one is reported."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from pyshacl import validate as pyshacl_validate
from rdflib.namespace import SH

from kgbuild.errors import StoreError, UsageError
from kgbuild.validation import Report, validate_quads
from kgbuild.validation.convert import Converter
from kgbuild.validation.shapes import bundled_shapes
from kgbuild.validation.shifty_engine import is_installed
from kgbuild.vocab import RDFS

SHAPES = Path(__file__).parents[1] / "shapes"
COUNT = 200
WANTED = 0.98
needs_pyshifty = pytest.mark.skipif(
    not is_installed(), reason='pyshifty is not installed: pip install "kgbuild[fast]"'
)


def module(path: Path) -> ModuleType:
    """A helper by its path; tests are no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look their module up
    spec.loader.exec_module(found)
    return found


mutations = module(Path(__file__).with_name("mutations.py"))


@cache
def valid() -> tuple[ox.Quad, ...]:
    path = SHAPES / "fixtures" / "valid.ttl"
    return tuple(sorted(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE), key=str))


@cache
def report_of(seed: int, engine: str | None) -> Report:
    return validate_quads(mutations.mutation(valid(), seed).quads, engine=engine)


def fast() -> str:
    return "pyshifty" if is_installed() else "pyshacl"


def test_the_valid_graph_is_valid_for_both() -> None:
    for engine in ("pyshacl", fast()):
        assert validate_quads(valid(), engine=engine).results == ()


def test_corruptions_are_reported() -> None:
    missed = [
        str(made.what)
        for seed in range(COUNT)
        for made in [mutations.mutation(valid(), seed)]
        if not report_of(seed, fast()).results
    ]
    assert len(missed) <= COUNT * (1 - WANTED), missed


def test_corruptions_are_of_every_kind_and_differ() -> None:
    made = [mutations.mutation(valid(), seed) for seed in range(COUNT)]
    assert {one.kind for one in made} == set(mutations.KINDS)
    assert len({one.what for one in made}) > COUNT * 0.7
    assert mutations.mutation(valid(), 7) == mutations.mutation(valid(), 7)


@needs_pyshifty
@pytest.mark.parametrize("seed", range(COUNT))
def test_the_engines_agree_on_a_corruption(seed: int) -> None:
    assert report_of(seed, "pyshifty") == report_of(seed, "pyshacl"), mutations.mutation(valid(), seed).what


@pytest.mark.parametrize("seed", range(COUNT))
def test_what_needs_no_engine_is_found_as_by_one(seed: int) -> None:
    assert report_of(seed, None) == report_of(seed, fast()), mutations.mutation(valid(), seed).what


def test_sparql_constraints_are_what_pyshacl_makes_of_them() -> None:
    """They run in Oxigraph with $this left free; pySHACL runs them once a focus node."""
    shapes = bundled_shapes()
    named = {one.shape for one in shapes.constraints}
    cases = module(SHAPES / "test_shapes.py")
    for case in cases.CASES:
        if case.shape not in named:
            continue
        quads = cases.patched(case)
        data = Converter().graph(quads)
        for triple in shapes.background:
            data.add(triple)
        _, report, _ = pyshacl_validate(data, shacl_graph=shapes.graph, advanced=False, inference="none")
        theirs = {
            (str(report.value(node, SH.focusNode)), str(report.value(node, SH.value)))
            for node in report.subjects(SH.sourceConstraintComponent, SH.SPARQLConstraintComponent)
            if str(report.value(node, SH.sourceShape)) == case.shape
        }
        found = validate_quads(quads, engine="pyshacl").results
        ours = {(r.focus, r.value) for r in found if (r.shape, r.constraint) == (case.shape, "SPARQL")}
        assert ours == theirs, case.name
        assert ours, case.name


def test_there_is_no_third_engine() -> None:
    with pytest.raises(UsageError, match="pyshacl or pyshifty"):
        validate_quads(valid(), engine="reasoner")


@needs_pyshifty
def test_both_refuse_quoted_triples() -> None:
    one = valid()[0]
    inner = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))
    quoting = ox.Quad(one.subject, ox.NamedNode(RDFS.comment), inner)
    for engine in ("pyshacl", "pyshifty"):
        with pytest.raises(StoreError, match="quoted triple"):
            validate_quads([quoting], engine=engine)
