"""What a person sees: progress, the closing summary, explanations, score tables."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from kgbuild.evaluation import Scores
from kgbuild.explain import Explanation
from kgbuild.querying.catalog import Question
from kgbuild.text.terminal import visible
from kgbuild.vocab import QUARANTINE_GRAPH

if TYPE_CHECKING:
    from kgbuild.pipeline import Advance, Summary

_STAGES = {"read": "Reading", "extract": "Tagging, linking, extracting", "check": "Checking the shapes"}
_STYLES = {
    "trigger": "bold reverse",
    "agent": "bold green",
    "addressee": "bold cyan",
    "reported_by": "bold magenta",
    "condition": "underline",
    "time": "yellow",
    "evidence": "italic",
}


@contextmanager
def progress() -> Iterator["Advance"]:
    """A progress bar on a terminal, one plain line a stage elsewhere; both on the error stream."""
    console = Console(stderr=True)
    if not console.is_terminal:
        told: set[str] = set()

        def plain(stage: str, _done: int, total: int) -> None:
            if stage not in told:
                told.add(stage)
                of = f" ({total} articles)" if stage == "extract" else ""
                console.print(f"{_STAGES[stage]}{of} …", highlight=False)

        yield plain
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES[stage], total=max(total, 1))
            bars.update(tasks[stage], completed=done if total else 1, total=max(total, 1))

        yield advance


def summary_lines(summary: "Summary", store: Path) -> Iterator[str]:
    """The closing summary of a build."""
    c = summary.counts
    r = summary.read
    yield (
        f"Read {r.records} records: {r.articles} articles ({summary.unchanged} unchanged), "
        f"{r.refused} refused, {r.repeated} repeated."
    )
    yield f"The graph in {store} tells of {summary.stored} articles:"
    yield f"  {c['mentions']} mentions = {c['linked']} linked + {c['nil']} NIL + {c['ambiguous']} ambiguous"
    held = f" + {c['quarantined']} in quarantine" if c["quarantined"] else ""
    yield f"  {c['triggers']} triggers = {c['acts']} acts + {c['trigger_issues']} without an agent{held}"
    if held:
        yield f"What is in quarantine does not conform and is no part of the graph: see {QUARANTINE_GRAPH}."
    if summary.issues:
        yield f"Issues (in {store / 'issues.jsonl'}): " + ", ".join(
            f"{code} {count}" for code, count in sorted(summary.issues.items())
        )
    if summary.report is not None:
        yield summary.report.headline()


def question_lines(catalog: Mapping[str, Question]) -> Iterator[str]:
    """The questions with their parameters."""
    for question in catalog.values():
        yield question.id
        yield f"    {question.question_en or question.title}"
        if question.question_ar:
            yield f"    {question.question_ar}"
        for parameter in question.parameters:
            yield f"    --param {parameter.name}={parameter.default}  ({parameter.kind})"


def show_explanation(one: Explanation) -> None:
    """Print an explanation; on a terminal the words are marked by color and style.

    What an article says gives the terminal no orders: see :func:`kgbuild.text.terminal.visible`.
    """
    console = Console()
    console.print(Text(visible(f"{one.type}  {one.act}"), style="bold"), soft_wrap=True)
    where = f"article {one.article}, characters {one.evidence.start}–{one.evidence.end}"
    console.print(Text(visible(where)), soft_wrap=True)
    line = Text()
    for piece in one.line:
        marked = piece.mark not in {"", "evidence"}
        text = visible(piece.text)
        text = f"[{text}]" if marked and not console.is_terminal else text
        line.append(text, style=_STYLES.get(piece.mark, ""))
    console.print(line, soft_wrap=True)
    console.print(Text(visible(f"  rule: {one.rule}   confidence: {one.confidence}")), soft_wrap=True)
    for name, value in one.facts:
        console.print(Text(visible(f"  {name}: {value}")), soft_wrap=True)
    console.print(Text(visible("  told by: " + " ← ".join(one.chain))), soft_wrap=True)


def scores_text(scores: Scores, form: str, errors: int) -> str:
    """Scores as a table or JSON, with the first ``errors`` errors before them."""
    shown = [str(error) for error in scores.errors[:errors]]
    body = json.dumps(scores.as_dict(), ensure_ascii=False, indent=1) if form == "json" else scores.table()
    return "\n".join([*shown, body])
