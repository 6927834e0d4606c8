"""What each layer of the extraction adds: ``python benchmarks/ablation.py ../shared``.

Scores the annotated articles of ``../shared/eval`` with the lexicon alone (the nearest name before or after a
trigger is its agent), then with the rules of grammar, with coreference, and with the learned heads. On
``news``, from which the heads were learned, each article's heads are those of a model that has not seen
it. Prints Markdown: the figures a layer, precision and recall of acts from a least confidence on, and what is
wrong most often. The models' analyses are recorded in ``--store``, so that a second run takes seconds.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))

from heads import HEADS, Model, Read, annotated, fold, groups, table_of

from kgbuild.corpus.reading import read as read_articles
from kgbuild.evaluation import GoldArticle, Scores, read_gold, score
from kgbuild.evaluation.alignment import align
from kgbuild.evaluation.judging import Pair
from kgbuild.evaluation.names import Naming
from kgbuild.evaluation.rows import act_rows as parsed_acts
from kgbuild.evaluation.rows import mention_rows as parsed_mentions
from kgbuild.evaluation.scores import Figure, Problem
from kgbuild.extraction.agents import AgentFinder
from kgbuild.extraction.heads import Heads
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line
from kgbuild.extraction.phrases import Agents
from kgbuild.extraction.state import State
from kgbuild.extraction.triggers import Found
from kgbuild.graph.rows import act_rows, mention_rows
from kgbuild.model import ActMention, Entity, Extraction, Role

SPLITS = ("seeds", "dev", "news")
FOLDS = 10
CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
REMEMBERED = frozenset(
    {"speaker", "teller", "first-person", "recent-subject", "head-noun", "sentence-subject"}
)
"""The agents that no phrase of the trigger's own clause names."""


class Nearest(AgentFinder):
    """The lexicon alone: the nearest name before or after a trigger in its line is its agent."""

    def find(self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]) -> Agents | None:  # noqa: ARG002
        """The nearest referent's entities."""
        near = sorted((abs(line.extent(number)[0] - trigger.index), number) for number in line.placed)
        if not near:
            return None
        return Agents(line.referents[near[0][1]].entities, "after-verb")


class Clausal(AgentFinder):
    """The rules of grammar within a clause, without memory of who spoke before."""

    def find(self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]) -> Agents | None:
        """What the rules find, unless they had to remember it."""
        found = super().find(state, line, trigger, teller)
        if found is None or found.how not in REMEMBERED:
            return found
        return Agents((), "unresolved")


LAYERS: tuple[tuple[str, type[AgentFinder]], ...] = (
    ("lexicon alone", Nearest),
    ("+ grammar", Clausal),
    ("+ coreference", AgentFinder),
)


@dataclass(frozen=True, slots=True)
class Result:
    """The acts of a split under one layer."""

    gold: Sequence[GoldArticle]
    extractions: Sequence[Extraction]

    def scored(self, least: float = 0.0) -> Scores:
        """Figures of the acts whose confidence is ``least`` at least."""
        acts: list[dict[str, Any]] = []
        mentions: list[dict[str, Any]] = []
        for one in self.extractions:
            rows = act_rows(one)
            acts += [row for row, act in zip(rows, one.acts, strict=True) if act.confidence >= least]
            mentions += mention_rows(one)
        return score(self.gold, acts, mentions)


def layered(read: Sequence[Read], gold: Sequence[GoldArticle]) -> Result:
    """The acts as the rules left them."""
    return Result(gold, [one.extraction for one in read])


def headed(read: Sequence[Read], gold: Sequence[GoldArticle], heads: Callable[[str], Heads]) -> Result:
    """The acts with what the heads of each article add."""
    found: list[Extraction] = []
    for one in read:
        settler = one.extractor.settler.with_heads(heads(one.gold.id))
        found.append(replace(one.extraction, acts=settler.settle(one.state)))
    return Result(gold, found)


def held_out(read: Sequence[Read], bundled: Heads) -> Callable[[str], Heads]:
    """For every article, heads learned from the articles of the other folds."""
    examples = {head.name: groups(read, head) for head in HEADS}
    made: dict[int, Heads] = {}
    for number in range(FOLDS):
        rows = []
        for head in HEADS:
            model = Model(head, [group for group in examples[head.name] if fold(group.article) != number])
            rows += table_of(head, model, bundled.threshold(head.name))
        made[number] = Heads.of(rows)
    return lambda article: made[fold(article)]


LAYER_HEAD = (
    "| layer | articles | found | typed | act | addressee | source | topic |",
    "|---|---|---|---|---|---|---|---|",
)


def layer_row(layer: str, split: str, result: Result) -> str:
    """The figures of a layer on a split, as Markdown."""
    return f"| {layer} | {split} | {' | '.join(columns(result.scored()))} |"


def tell(*lines: str) -> None:
    """Print at once: the whole takes minutes."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def columns(scores: Scores) -> list[str]:
    """F1 of the figures that the table shows, and the share of acts with a right topic."""
    names = (Figure.DETECTED, Figure.TYPED, Figure.ACT, Figure.ADDRESSEE, Figure.REPORTED_BY)
    return [f"{scores.figures[name].f1:.3f}" for name in names] + [
        f"{scores.figures[Figure.TOPIC].recall:.3f}"
    ]


def confidence_table(result: Result) -> Iterator[str]:
    """Precision and recall of acts (type and agent right) from a least confidence on."""
    yield "| confidence at least | precision | recall | acts |"
    yield "|---|---|---|---|"
    for least in CONFIDENCES:
        counts = result.scored(least).figures[Figure.ACT]
        kept = sum(act.confidence >= least for one in result.extractions for act in one.acts)
        yield f"| {least:.1f} | {counts.precision:.3f} | {counts.recall:.3f} | {kept} |"


def rule_table(result: Result) -> Iterator[str]:
    """How often each rule that found an agent was right in type and agent: what ``confidence`` says."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for how, is_right in judged(result):
        seen[how] += 1
        right[how] += is_right
    yield "| rule | acts | right |"
    yield "|---|---|---|"
    for how, count in sorted(seen.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {how} | {count} | {right[how] / count:.2f} |"


def judged(result: Result) -> Iterator[tuple[str, bool]]:
    """For every act that counts, the rule that found its agent and whether type and agent are right."""
    gold = {one.id: one for one in result.gold}
    for one in result.extractions:
        article = gold[one.article.id]
        rows = parsed_acts(act_rows(one))
        naming = Naming.of(article, parsed_mentions(mention_rows(one)))
        told = {number: at for at, number in align(article.acts, rows)}
        for number, act in enumerate(one.acts):
            if number not in told:
                yield rule_of(act), False
                continue
            pair = Pair(article.id, article.acts[told[number]], rows[number], naming)
            judgements = [j for j in pair.judge() if j.figure is Figure.ACT]
            if judgements:
                yield rule_of(act), judgements[0].counts.tp == 1


def rule_of(act: ActMention) -> str:
    """The rule that found the agent."""
    return next((a.how for a in act.arguments if a.role is Role.AGENT), "nobody")


def error_table(result: Result) -> Iterator[str]:
    """The ten commonest kinds of error."""
    kinds: Counter[str] = Counter()
    for problem in result.scored().errors:
        kind = kind_of(problem)
        if kind:
            kinds[kind] += 1
    yield "| kind of error | count |"
    yield "|---|---|"
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:10]:
        yield f"| {kind} | {count} |"


def kind_of(problem: Problem) -> str:
    """What sort of error a problem is; empty for those of names, which have a table of their own."""
    message = problem.message
    if problem.figure in {Figure.MENTION, Figure.LINK}:
        return ""
    if problem.figure is Figure.DETECTED:
        return f"act {message.split(':')[0]}"
    if problem.figure is Figure.TYPED:
        return "type " + message.split(":")[0]
    said = message.split(f"with {problem.figure.value} ", 1)[-1].split(":")[0]
    found, _, wanted = said.partition(", not ")
    if problem.figure in {Figure.ACT, Figure.ADDRESSEE, Figure.REPORTED_BY}:
        name = "agent" if problem.figure is Figure.ACT else problem.figure.value.replace("_", " ")
        return f"{name} " + ("missed" if found == "-" else "made up" if wanted == "-" else "another one")
    return f"{problem.figure.value} wrong"


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--store", type=Path, default=Path("kg-ablation"), help="where analyses are recorded")
    given = parser.parse_args()
    files = {"seeds": given.shared / "seeds", "dev": given.shared / "eval" / "dev.jsonl"}
    files["news"] = given.shared / "eval" / "news.jsonl"
    articles = {split: read_articles([path]).articles for split, path in files.items()}
    gold = {split: read_gold(given.shared / "eval" / "gold" / split) for split in SPLITS}
    read: dict[str, list[Read]] = {}
    tell(*LAYER_HEAD)
    for layer, finder in LAYERS:
        for split in SPLITS:
            read[split] = list(annotated(articles[split], gold[split], given.store, finder))
            tell(layer_row(layer, split, layered(read[split], gold[split])))
    bundled = Heads(Lexicon().folder / "weights.tsv")
    learned = {split: headed(read[split], gold[split], lambda _: bundled) for split in ("seeds", "dev")}
    learned["news"] = headed(read["news"], gold["news"], held_out(read["news"], bundled))
    learned["all"] = Result(
        [one for split in SPLITS for one in gold[split]],
        [one for split in SPLITS for one in learned[split].extractions],
    )
    tell(*(layer_row("+ learned heads", split, learned[split]) for split in (*SPLITS, "all")), "")
    for section in (confidence_table, error_table, rule_table):
        tell(*section(learned["news"]), "")


if __name__ == "__main__":
    main()
