"""The command line: which commands there are, how errors end."""

from typing import Any

import click

from kgbuild import __version__
from kgbuild.asking_commands import ask, evaluate, explain
from kgbuild.building_commands import build, remove, validate
from kgbuild.errors import Exit, KgbuildError
from kgbuild.exporting_commands import acts, export, load, mentions
from kgbuild.models_command import models
from kgbuild.ontology_command import ontology
from kgbuild.options import made_with, store_option
from kgbuild.reviewing_command import review
from kgbuild.text.terminal import visible
from kgbuild.web.commands import serve, site


class _Group(click.Group):
    """A group whose errors become one sentence and the documented exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgbuildError as error:
            click.echo(f"kgbuild: {visible(str(error))}", err=True)
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


for _command in (
    build, remove, validate, ask, explain, evaluate, export, load, acts, mentions, models, ontology,
    serve, site,
):  # fmt: skip
    main.add_command(_command)
main.command()(store_option(made_with(review)))
