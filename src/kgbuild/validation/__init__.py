"""Checking the graph against the shapes in ``shapes/``, with a report that a person can act on."""

from kgbuild.validation.check import validate_graphs, validate_quads
from kgbuild.validation.report import Report, Result, Severity
from kgbuild.validation.shapes import Shapes

__all__ = ["Report", "Result", "Severity", "Shapes", "validate_graphs", "validate_quads"]
