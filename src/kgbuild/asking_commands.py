"""``kgbuild ask``, ``explain`` and ``evaluate``: what the graph answers, why it says so, how well."""

import shutil
from pathlib import Path

import click

from kgbuild.errors import UsageError
from kgbuild.options import queries_option, store_option


@click.command()
@click.argument("question", required=False)
@store_option
@click.option("--list", "listing", is_flag=True, help="List the questions and their parameters.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A value for a question's parameter."
)
@queries_option
@click.option(
    "--format", "form", default="table", show_default=True, help="table, csv, tsv, json or markdown."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=1_000, show_default=True, help="Most rows to show."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Seconds a query may take.",
)
def ask(
    question: str | None,
    store: Path,
    listing: bool,
    params: tuple[str, ...],
    queries: tuple[Path, ...],
    form: str,
    limit: int,
    timeout: float,
) -> None:
    """Ask a named QUESTION, a .rq file, or SPARQL text."""
    from kgbuild.presenting import question_lines
    from kgbuild.querying.catalog import questions
    from kgbuild.querying.rendering import render
    from kgbuild.querying.run import answer
    from kgbuild.store.isolated import IsolatedStore

    catalog = questions(queries)
    if listing:
        for line in question_lines(catalog):
            click.echo(line)
        return
    if question is None:
        raise UsageError("Name a question. kgbuild ask --list shows them all.")
    values = dict(_pair(param) for param in params)
    source = IsolatedStore(store, timeout=timeout)
    found = answer(source, catalog, question, values, limit=limit, seconds=timeout)
    click.echo(render(found, form, shutil.get_terminal_size((160, 24)).columns), nl=False)
    if found.truncated:
        click.echo(f"kgbuild: only the first {limit} rows are shown; allow more with --limit.", err=True)


def _pair(param: str) -> tuple[str, str]:
    name, sign, value = param.partition("=")
    if not sign or not name:
        raise UsageError(f"--param {param!r} is not NAME=VALUE, like topic=cyber.")
    return name, value


@click.command()
@click.argument("act")
@store_option
def explain(act: str, store: Path) -> None:
    """Show why the graph holds an ACT (its IRI or the start of its hash)."""
    from kgbuild.explain import explain as find
    from kgbuild.linking import Linker
    from kgbuild.pipeline import records
    from kgbuild.presenting import show_explanation

    for explanation in find(act, records(store), Linker.load().outlet):
        show_explanation(explanation)


@click.command()
@click.argument("gold", type=click.Path(path_type=Path, exists=True, file_okay=False))
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--errors", type=click.IntRange(min=0), default=0, help="Also show the first N errors.")
def evaluate(gold: Path, store: Path, form: str, errors: int) -> None:
    """Score the store's acts and mentions against the annotated articles in GOLD."""
    from kgbuild.evaluation import read_gold, score
    from kgbuild.graph.rows import act_rows, mention_rows
    from kgbuild.pipeline import records
    from kgbuild.presenting import scores_text

    extractions = list(records(store))
    acts = [row for extraction in extractions for row in act_rows(extraction)]
    mentions = [row for extraction in extractions for row in mention_rows(extraction)]
    scores = score(read_gold(gold), acts, mentions)
    click.echo(scores_text(scores, form, errors))
