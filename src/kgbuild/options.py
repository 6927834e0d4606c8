"""Options that several commands share, and where their output goes."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from kgbuild.config import DASK, DEFAULT_STORE, LOCAL, Work
from kgbuild.errors import UsageError

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_STORE,
    show_default=True,
    help="Folder of the embedded store.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; the terminal if not given.",
)
queries_option = click.option(
    "--queries",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of your own .rq files; may be given several times.",
)

_MADE_WITH = (
    click.option(
        "--models", default="bundled", show_default=True, help="bundled, official, or a folder of models."
    ),
    click.option(
        "--lexicon", type=click.Path(path_type=Path, file_okay=False), help="Your own seeds/lexicon."
    ),
    click.option(
        "--gazetteer", type=click.Path(path_type=Path, file_okay=False), help="Your own seeds/entities."
    ),
    click.option(
        "--timestamp", help="ISO 8601 instant to record as the run's end; none is recorded otherwise."
    ),
)
_SHARED_OUT = (
    click.option(
        "--jobs",
        type=click.IntRange(min=0),
        help="Worker processes; as many as processors if not given, fewer for few articles; 0: none.",
    ),
    click.option(
        "--engine",
        type=click.Choice([LOCAL, DASK]),
        default=LOCAL,
        show_default=True,
        help="What runs the workers.",
    ),
    click.option(
        "--scheduler", metavar="ADDRESS", help="Scheduler of your Dask cluster, like tcp://HOST:8786."
    ),
    click.option(
        "--article-timeout",
        type=click.FloatRange(min=0.1),
        default=Work().seconds,
        show_default=True,
        help="Seconds that one article may take.",
    ),
    click.option(
        "--worker-memory",
        type=click.IntRange(min=64),
        default=Work().memory,
        show_default=True,
        help="MiB of memory that a worker may take.",
    ),
)


def made_with(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that decide what is made of an article."""
    for option in reversed(_MADE_WITH):
        command = option(command)
    return command


def shared_out(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that decide how the work is shared out."""
    for option in reversed(_SHARED_OUT):
        command = option(command)
    return command


def write(data: bytes, output: Path | None) -> None:
    """Write to a file, or to the terminal where there is none.

    Raises:
        UsageError: if the file cannot be written.
    """
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}). Choose another file.") from error
