"""``kgbuild review``: what a person should look at as a table, and their decisions into the graph."""

from pathlib import Path

import click

from kgbuild.config import DEFAULT_STORE, Settings, Work
from kgbuild.errors import Exit, UsageError


@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Table to write and fill in (TSV)."
)
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="List acts of a lower confidence than this.",
)
@click.option("--all", "everything", is_flag=True, help="List every act, and what was decided before.")
@click.option(
    "--apply",
    "filled",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A table whose column decision was filled in: put it into the graph.",
)
@click.option("--by", default="", metavar="NAME", help="Who decided, where the table does not say.")
@click.pass_context
def review(
    ctx: click.Context,
    store: Path,
    out: Path | None,
    below: float,
    everything: bool,
    filled: Path | None,
    by: str,
    models: str,
    lexicon: Path | None,
    gazetteer: Path | None,
    timestamp: str | None,
) -> None:
    """List unknown names and unsure acts as a table; apply the decisions that a person filled in.

    Decisions are kept in the store (corrections.tsv) and hold for every later build.
    """
    if filled is None:
        _list(store, out, below, everything)
    elif out is not None or everything:
        raise UsageError("--apply reads a table and --out writes one: give one of them.")
    else:
        settings = Settings(store, models, lexicon, gazetteer, timestamp, work=Work(jobs=0))
        _apply(ctx, filled, by, settings)


def _list(store: Path, out: Path | None, below: float, everything: bool) -> None:
    from kgbuild.review import text_table, write_table
    from kgbuild.reviewing import review_items
    from kgbuild.store.embedded import Store

    if out is not None and out.exists():
        raise UsageError(f"{out} is there already, perhaps with decisions in it. Name another file.")
    with Store.open(store) as opened:
        found = review_items(opened, below=below, everything=everything)
    if out is None:
        click.echo(text_table(found), nl=False)
        return
    try:
        out.write_text(write_table(found), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}). Choose another file.") from error
    where = "" if store == DEFAULT_STORE else f" --store {store}"
    click.echo(
        f"{len(found)} rows in {out}. Fill in the column decision, then: kgbuild review{where} --apply {out}"
    )


def _apply(ctx: click.Context, filled: Path, by: str, settings: Settings) -> None:
    from kgbuild.pipeline import correct
    from kgbuild.presenting import progress, summary_lines
    from kgbuild.review import Corrections, read_decisions

    decisions = read_decisions(filled, by)
    corrections = Corrections.load(settings.store).merged(decisions)
    with progress() as advance:
        summary = correct(corrections, settings, advance)
    click.echo(f"{len(decisions)} decisions applied, {len(corrections)} kept in {settings.store}.")
    for line in list(summary_lines(summary, settings.store))[1:]:
        click.echo(line)
    if summary.report is not None and not summary.report.conforms:
        ctx.exit(int(Exit.NONCONFORMING))
