"""The command line: parse, call, print, exit code."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kgbuild import __version__
from kgbuild.config import DASK, DEFAULT_STORE, LOCAL, Settings, Work
from kgbuild.errors import Exit, KgbuildError, UsageError
from kgbuild.ontology_command import ontology
from kgbuild.reviewing_command import review
from kgbuild.web.commands import serve, site

_store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_STORE,
    show_default=True,
    help="Folder of the embedded store.",
)
_output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; the terminal if not given.",
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


def _made_with(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that decide what is made of an article."""
    for option in reversed(_MADE_WITH):
        command = option(command)
    return command


def _shared_out(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that decide how the work is shared out."""
    for option in reversed(_SHARED_OUT):
        command = option(command)
    return command


class _Group(click.Group):
    """A group whose errors become one sentence and the documented exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgbuildError as error:
            click.echo(f"kgbuild: {error}", err=True)
            ctx.exit(int(error.exit_code))
        except KeyboardInterrupt:
            click.echo(
                "kgbuild: stopped. What was finished is in the store; run the command again to go on.",
                err=True,
            )
            ctx.exit(int(Exit.FAILED))


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgbuild")
def main() -> None:
    """From Arabic news to an RDF knowledge graph of diplomatic acts.

    Exit codes: 0 done and the data conforms, 1 the data does not conform, 2 the command was wrong, 3 a
    stage failed.
    """


@main.command()
@click.argument("paths", nargs=-1, required=True)
@_store_option
@_made_with
@click.option("--prune", is_flag=True, help="Also remove the articles of the store that are not given.")
@_shared_out
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


@main.command()
@click.argument("documents", nargs=-1, required=True)
@_store_option
@_made_with
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


@main.command()
@_store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Show warnings and notes too.")
@click.pass_context
def validate(ctx: click.Context, store: Path, form: str, everything: bool) -> None:
    """Check the graph against the shapes; exit 1 when it does not conform."""
    from kgbuild.pipeline import check
    from kgbuild.presenting import progress
    from kgbuild.store.embedded import Store

    with Store.open(store) as opened, progress() as advance:
        report = check(opened, advance)
    click.echo(report.to_json() if form == "json" else report.to_text(everything=everything))
    if not report.conforms:
        ctx.exit(int(Exit.NONCONFORMING))


@main.command()
@click.argument("question", required=False)
@_store_option
@click.option("--list", "listing", is_flag=True, help="List the questions and their parameters.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A value for a question's parameter."
)
@click.option(
    "--queries",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of your own .rq files; may be given several times.",
)
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


@main.command()
@click.argument("act")
@_store_option
def explain(act: str, store: Path) -> None:
    """Show why the graph holds an ACT (its IRI or the start of its hash)."""
    from kgbuild.explain import explain as find
    from kgbuild.linking import Linker
    from kgbuild.pipeline import records
    from kgbuild.presenting import show_explanation

    for explanation in find(act, records(store), Linker.load().outlet):
        show_explanation(explanation)


@main.command()
@click.argument("form", metavar="FORMAT")
@_store_option
@_output_option
def export(form: str, store: Path, output: Path | None) -> None:
    """Write the graph: protege, turtle, trig, nquads, ntriples, jsonld, rdfxml, graphml, void or csv."""
    from kgbuild.graph.rows import act_csv, act_rows
    from kgbuild.graph.serialize import serialize
    from kgbuild.store.embedded import Store

    with Store.open(store) as opened:
        if form == "csv":
            data = act_csv(row for e in opened.records() for row in act_rows(e)).encode()
        else:
            data = serialize(opened.quads(), form)
    _write(data, output)


@main.command()
@click.argument("url")
@_store_option
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@click.option("--prune", is_flag=True, help="Also delete there the articles that are no longer here.")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Graphs a request; more than one go as a SPARQL update.",
)
@click.option("--query-url", metavar="URL", help="Address for queries, where it cannot be told from URL.")
@click.option("--update-url", metavar="URL", help="Address for updates, where it cannot be told from URL.")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Seconds a request."
)
def load(
    url: str,
    store: Path,
    dry_run: bool,
    prune: bool,
    batch: int,
    query_url: str | None,
    update_url: str | None,
    timeout: float,
) -> None:
    """Load the graph into the triple store at URL, one named graph an article.

    URL is the address of an Oxigraph server (http://localhost:7878) or of a SPARQL 1.1 Graph Store. Name
    and password, if it asks for them, come from the environment: KGBUILD_USER and KGBUILD_PASSWORD; without
    the latter the password is looked up in the keyring.
    """
    from kgbuild.store.embedded import Store
    from kgbuild.store.remote import Endpoint, Remote
    from kgbuild.store.remote import load as send

    remote = Remote(Endpoint.at(url, query_url, update_url), timeout=timeout)
    with Store.open(store) as opened:
        uploads = send(opened, remote, prune=prune, dry_run=dry_run, batch=batch)
    for upload in uploads:
        click.echo(f"{upload.method} {upload.url}  {upload.triples} triples")
    verb = "would be sent" if dry_run else "sent"
    click.echo(f"{len(uploads)} requests {verb}, {sum(u.triples for u in uploads)} triples.")


def _rows_command(name: str, text: str) -> Callable[..., None]:
    def command(store: Path, form: str, output: Path | None) -> None:
        from kgbuild.graph import rows
        from kgbuild.pipeline import records

        make = rows.act_rows if name == "acts" else rows.mention_rows
        found = [row for extraction in records(store) for row in make(extraction)]
        if form == "jsonl":
            data = rows.jsonl(found)
        else:
            data = rows.act_csv(found) if name == "acts" else rows.mention_csv(found)
        _write(data.encode("utf-8", "replace"), output)

    command.__doc__ = text
    return command


for _name, _text in (
    ("acts", "Print one row an act, for pandas and for scoring."),
    ("mentions", "Print one row a mention of a name, with what it was linked to."),
):
    _command = _store_option(_output_option(_rows_command(_name, _text)))
    _command = click.option(
        "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
    )(_command)
    main.command(_name)(_command)


@main.command()
@click.argument("gold", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_store_option
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


@main.group()
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


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}). Choose another file.") from error


main.add_command(ontology)
main.add_command(serve)
main.add_command(site)
main.command()(_store_option(_made_with(review)))
