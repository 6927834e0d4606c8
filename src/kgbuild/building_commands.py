"""``kgbuild build``, ``remove`` and ``validate``: making the graph, and checking it."""

from pathlib import Path

import click

from kgbuild.config import DASK, Settings, Work
from kgbuild.errors import Exit, UsageError
from kgbuild.options import made_with, shared_out, store_option


@click.command()
@click.argument("paths", nargs=-1, required=True)
@store_option
@made_with
@click.option("--prune", is_flag=True, help="Also remove the articles of the store that are not given.")
@shared_out
@click.pass_context
def build(
    ctx: click.Context,
    paths: tuple[str, ...],
    store: Path,
    models: str,
    lexicon: Path | None,
    gazetteer: Path | None,
    timestamp: str | None,
    prune: bool,
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    article_timeout: float,
    worker_memory: int,
) -> None:
    """Read articles (files, folders, - for stdin) into the graph and check it."""
    from kgbuild.pipeline import build as run
    from kgbuild.presenting import progress, summary_lines

    if scheduler and engine != DASK:
        raise UsageError("--scheduler is the address of a Dask cluster: add --engine dask.")
    work = Work(jobs, engine, scheduler, article_timeout, worker_memory)
    settings = Settings(store, models, lexicon, gazetteer, timestamp, prune, work)
    with progress() as advance:
        summary = run([path if path == "-" else Path(path) for path in paths], settings, advance)
    for line in summary_lines(summary, store):
        click.echo(line)
    if summary.report is not None and not summary.report.conforms:
        ctx.exit(int(Exit.NONCONFORMING))


@click.command()
@click.argument("documents", nargs=-1, required=True)
@store_option
@made_with
def remove(
    documents: tuple[str, ...],
    store: Path,
    models: str,
    lexicon: Path | None,
    gazetteer: Path | None,
    timestamp: str | None,
) -> None:
    """Remove articles, named by their ids; give the options that the graph was built with."""
    from kgbuild.pipeline import remove as run
    from kgbuild.presenting import progress, summary_lines

    with progress() as advance:
        summary = run(documents, Settings(store, models, lexicon, gazetteer, timestamp), advance)
    for line in list(summary_lines(summary, store))[1:]:
        click.echo(line)


@click.command()
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Show warnings and notes too.")
@click.pass_context
def validate(ctx: click.Context, store: Path, form: str, everything: bool) -> None:
    """Check the graph against the shapes; exit 1 when it does not conform."""
    from kgbuild.pipeline import check
    from kgbuild.presenting import progress
    from kgbuild.store.embedded import Store
    from kgbuild.text.terminal import visible

    with Store.open(store) as opened, progress() as advance:
        report = check(opened, advance)
    click.echo(report.to_json() if form == "json" else visible(report.to_text(everything=everything)))
    if not report.conforms:
        ctx.exit(int(Exit.NONCONFORMING))
