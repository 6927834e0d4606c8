"""``kgbuild ontology``: the ontology for readers."""

from pathlib import Path

import click

from kgbuild.errors import UsageError


@click.group()
def ontology() -> None:
    """Show the ontology."""


@ontology.command("reference")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; the terminal if not given.",
)
def ontology_reference(output: Path | None) -> None:
    """Write the reference page of all terms, in Markdown."""
    from kgbuild.graph.reference import reference_page

    page = reference_page()
    if output is None:
        click.echo(page, nl=False)
        return
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}). Choose another file.") from error
