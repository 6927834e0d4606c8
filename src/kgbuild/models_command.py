"""``kgbuild models``: which language models there are, and whether they are as they were recorded."""

from pathlib import Path

import click


@click.group()
def models() -> None:
    """List, fetch and check the language models."""


@models.command("list")
def models_list() -> None:
    """List the models and whether they are ready."""
    from kgbuild.nlp.models import list_models

    for one in list_models():
        click.echo(f"{one.name:10} {one.state:12} {one.size / 1e6:7.1f} MB  {one.path}")


@models.command("pull")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=30.0, show_default=True, help="Seconds of silence."
)
def models_pull(timeout: float) -> None:
    """Fetch the official Stanza models from their hub."""
    from kgbuild.nlp.models import pull

    folder = pull(timeout=timeout)
    click.echo(f"The official models are in {folder.path}. Use them with: kgbuild build … --models official")


@models.command("record")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def models_record(folder: Path) -> None:
    """Record the SHA-256 of your own models in FOLDER, which says that you trust them."""
    from kgbuild.nlp.models import record

    record(folder)
    click.echo(f"Recorded. Use them with: kgbuild build … --models {folder}")


@models.command("verify")
@click.argument("selector", default="bundled")
def models_verify(selector: str) -> None:
    """Check model files (bundled, official or a folder) against their recorded SHA-256."""
    from kgbuild.nlp.models import resolve

    folder = resolve(selector)
    click.echo(f"{folder.path}: all files are as recorded ({folder.fingerprint[:16]}…).")
