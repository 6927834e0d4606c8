"""``kgbuild export``, ``load``, ``acts`` and ``mentions``: the graph and its rows for other programs."""

from pathlib import Path

import click

from kgbuild.options import output_option, store_option, write


@click.command()
@click.argument("form", metavar="FORMAT")
@store_option
@output_option
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
    write(data, output)


@click.command()
@click.argument("url")
@store_option
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


def _rows_command(name: str, text: str) -> click.Command:
    def command(store: Path, form: str, output: Path | None) -> None:
        from kgbuild.graph import rows
        from kgbuild.pipeline import records

        make = rows.act_rows if name == "acts" else rows.mention_rows
        found = [row for extraction in records(store) for row in make(extraction)]
        if form == "jsonl":
            data = rows.jsonl(found)
        else:
            data = rows.act_csv(found) if name == "acts" else rows.mention_csv(found)
        write(data.encode("utf-8", "replace"), output)

    command.__doc__ = text
    formats = click.Choice(["jsonl", "csv"])
    chosen = click.option("--format", "form", type=formats, default="jsonl", show_default=True)
    return click.command(name)(chosen(store_option(output_option(command))))


acts = _rows_command("acts", "Print one row an act, for pandas and for scoring.")
mentions = _rows_command("mentions", "Print one row a mention of a name, with what it was linked to.")
