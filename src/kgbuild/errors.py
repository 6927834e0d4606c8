"""What can go wrong, in two kinds.

An exception under :class:`KgbuildError` stops the run: its message ends with what to do next, and
the command line turns it into an exit code. What concerns one article, mention or act is no
exception but a :class:`kgbuild.model.Issue`, recorded under a stable code while the run goes on.
"""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    """The command did its work; the data conforms."""
    NONCONFORMING = 1
    """The command did its work; the data does not conform to the shapes."""
    USAGE = 2
    """The command was asked for something that cannot be done: a missing path, an unknown option."""
    FAILED = 3
    """A stage failed: a model, a store, a server."""


class KgbuildError(Exception):
    """Root of everything that stops a run."""

    exit_code: Exit = Exit.FAILED


class UsageError(KgbuildError):
    """The request itself is wrong: a path that is not there, an unknown question or parameter."""

    exit_code = Exit.USAGE


class DataFileError(KgbuildError):
    """A data file (lexicon, gazetteer, query, ontology, shape) is malformed; names file and line."""


class ModelError(KgbuildError):
    """The language models are missing, incomplete, changed since they were recorded, or unusable."""


class StoreError(KgbuildError):
    """The embedded store is missing, busy or damaged."""


class RemoteError(KgbuildError):
    """A server asked for by the user did not answer, or refused."""
