"""The weights of the extraction's learned heads: ``heads.py ARTICLES GOLD WEIGHTS``.

ARTICLES is a file or folder that ``kgbuild build`` reads, GOLD the folder of its annotations, WEIGHTS the
table to write, normally ``seeds/lexicon/weights.tsv``. Prints what cross-validation by article gives. Two
runs write the same bytes.

Each head is a logistic regression with an L2 penalty, fitted by L-BFGS (Nocedal and Wright, Numerical
Optimization, algorithm 7.4) on full batches.
"""

import argparse
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgbuild.config import Settings
from kgbuild.corpus.boilerplate import zones as find_zones
from kgbuild.corpus.reading import read as read_articles
from kgbuild.evaluation import GoldArticle, read_gold
from kgbuild.evaluation.alignment import align
from kgbuild.evaluation.judging import JOINT_TYPES, Pair
from kgbuild.evaluation.names import Naming
from kgbuild.evaluation.rows import EntityRef, act_rows, mention_rows
from kgbuild.extraction.agents import AgentFinder
from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.heads import Candidate
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.parties import Party
from kgbuild.extraction.settling import ACT, ADDRESSEE, REPORTED_BY, TOPIC
from kgbuild.extraction.state import State
from kgbuild.extraction.trust import features as trust_features
from kgbuild.extraction.vouchers import Voucher
from kgbuild.graph import rows
from kgbuild.model import Article, Entity, Extraction, Role
from kgbuild.stages import Stages
from kgbuild.stages import _times as times_of

FOLDS = 10
LEAST_WEIGHT = 0.01
LEAST_SEEN = 3
"""A feature counts when it stands in so many candidates."""
Floats = NDArray[np.float64]
Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Read:
    """An annotated article as the rules read it."""

    gold: GoldArticle
    extractor: Extractor
    state: State
    extraction: Extraction
    """Its links, and the acts before the heads."""


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one act; ``right``: which are annotated, ``counts``: what choosing some yields."""

    article: str
    features: tuple[Features, ...]
    right: tuple[bool, ...]
    always: tuple[bool, ...]
    """Candidates that the rules chose: they stay whatever the head says."""
    free: bool
    """Whether the annotation names somebody that the text does not: the others count less then."""
    counts: Callable[[Sequence[int]], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Head:
    """How one head is trained. ``exclusive``: one candidate is right, the others are not."""

    name: str
    penalty: float
    exclusive: bool
    thresholds: tuple[float, ...]
    keep: Callable[[str], bool] = lambda _: True


HEADS = (
    # a confidence that users choose a least one of, so that no act is left out here
    Head(ACT, 8.0, exclusive=False, thresholds=(0.0,)),
    Head(ADDRESSEE, 5.0, exclusive=False, thresholds=(0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)),
    Head(REPORTED_BY, 4.0, exclusive=False, thresholds=(0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)),
    Head(TOPIC, 25.0, exclusive=True, thresholds=(0.05,)),
)


def annotated(
    articles: Iterable[Article],
    gold: Sequence[GoldArticle],
    store: Path,
    finder: type[AgentFinder] = AgentFinder,
) -> Iterator[Read]:
    """The annotated ones of ``articles``, read by the rules; analyses are recorded in ``store``."""
    wanted = {one.id: one for one in gold}
    stages = Stages(Settings(store=store))
    extractor = Extractor(Lexicon(), stages.linker.entities, finder=finder)
    store.mkdir(parents=True, exist_ok=True)
    for article in articles:
        if article.id not in wanted:
            continue
        zones = find_zones(article)
        (analysis,) = stages.tagging.analyses([(article, zones)])
        linked = stages.linker.link(article, zones, analysis)
        state = extractor.read(
            article, zones, analysis, linked.referents, times_of(article, zones), linked.nisbas
        )
        extraction = Extraction(article, tuple(zones), linked.links, tuple(state.acts), ())
        yield Read(wanted[article.id], extractor, state, extraction)


def groups(read: Sequence[Read], head: Head) -> list[Group]:
    """The candidates of every act that an annotation tells, with what is right of them."""
    found: list[Group] = []
    for one in read:
        acts = act_rows(rows.act_rows(one.extraction))
        naming = Naming.of(one.gold, mention_rows(rows.mention_rows(one.extraction)))
        finder = one.extractor.settler
        subjects = finder.subjects(one.state)
        pairs = align(one.gold.acts, acts)
        if head.name == ACT:
            found += _act_groups(
                one, [Pair(one.gold.id, one.gold.acts[a], acts[n], naming) for a, n in pairs], pairs
            )
            continue
        for at, number in pairs:
            pair = Pair(one.gold.id, one.gold.acts[at], acts[number], naming)
            if pair.gold.optional and not pair.has_right_type:
                continue
            if head.name == TOPIC:
                candidates = subjects.candidates(one.state, number)
                if pair.gold.topics:
                    found.append(_topic_group(pair, candidates, head))
            elif head.name == ADDRESSEE and pair.gold.type not in JOINT_TYPES:
                parties = finder.parties(one.state, number)
                ruled = one.state.acts[number].entities(Role.ADDRESSEE)
                found.append(_party_group(pair, parties, pair.gold.addressee_readings, ruled, head))
            elif head.name == REPORTED_BY and _is_judged(pair):
                vouchers = finder.vouchers(one.state, number)
                ruled = one.state.acts[number].entities(Role.REPORTED_BY)
                found.append(_party_group(pair, vouchers, pair.gold.reported_by_readings, ruled, head))
    return found


def _is_judged(pair: Pair) -> bool:
    """Whether the annotation says who is credited, or that nobody is."""
    return bool(pair.gold.reported_by_readings[0]) or not pair.gold.reporter_inferred


def _act_groups(one: Read, pairs: Sequence[Pair], places: Sequence[tuple[int, int]]) -> list[Group]:
    """Every act on its own, right when its type and agent are; and the annotated acts that are missed."""
    found: list[Group] = []
    paired = {number: pair for pair, (_, number) in zip(pairs, places, strict=True)}
    for number in range(len(one.state.acts)):
        pair = paired.get(number)
        if pair is not None and pair.gold.optional and not pair.has_right_type:
            continue
        right = pair is not None and pair.has_right_type and pair.accepts(pair.act.agent)
        missed = pair is not None and not pair.gold.optional
        features = trust_features(one.state, number)

        def counts(chosen: Sequence[int], right: bool = right, missed: bool = missed) -> tuple[int, int, int]:
            return (
                int(right and bool(chosen)),
                int(not right and bool(chosen)),
                int(missed and not (right and chosen)),
            )

        found.append(Group(one.gold.id, (features,), (right,), (False,), free=False, counts=counts))
    reached = {at for at, _ in places}
    lost = sum(at not in reached and not act.optional for at, act in enumerate(one.gold.acts))
    found.append(Group(one.gold.id, (), (), (), free=False, counts=lambda _: (0, 0, lost)))
    return found


def _topic_group(pair: Pair, candidates: Sequence[Candidate[str]], head: Head) -> Group:
    right = tuple(one.value in pair.gold.topics for one in candidates)

    def counts(chosen: Sequence[int]) -> tuple[int, int, int]:
        hit = any(right[n] for n in chosen)
        return int(hit), 0, int(not hit)

    kept = tuple(_kept(one.features, head) for one in candidates)
    return Group(pair.article, kept, right, (False,) * len(right), free=False, counts=counts)


def _party_group(
    pair: Pair,
    candidates: Sequence[Candidate[Party]] | Sequence[Candidate[Voucher]],
    readings: Sequence[Sequence[str]],
    ruled: Sequence[Entity],
    head: Head,
) -> Group:
    known = [one.value.entity for one in candidates]
    known += [entity for entity in ruled if entity not in known]
    entities = [_ref(entity) for entity in known]
    names = [name for name in readings[0] if pair.naming.is_placed(name)]
    right = [any(pair.naming.denotes(name, entity) for name in readings[0]) for entity in entities]

    def counts(chosen: Sequence[int]) -> tuple[int, int, int]:
        found = [pair._participants(tuple(reading), [entities[n] for n in chosen]) for reading in readings]
        best = max(found, key=lambda c: (c.tp - c.fp - c.fn, c.tp))
        return best.tp, best.fp, best.fn

    features = [_kept(one.features, head) for one in candidates]
    features += [{}] * (len(known) - len(features))
    always = tuple(entity in ruled for entity in known)
    free = len(names) < len(readings[0])
    return Group(pair.article, tuple(features), tuple(right), always, free=free, counts=counts)


def _kept(features: Features, head: Head) -> Features:
    return {name: value for name, value in features.items() if head.keep(name)}


def _ref(entity: Entity) -> EntityRef:
    fields = rows.entity_object(entity)
    return EntityRef(fields["iri"], fields.get("label_en"), fields.get("label_ar"), fields.get("wikidata"))


class Model:
    """Weights of one head."""

    def __init__(self, head: Head, groups: Sequence[Group]) -> None:
        """Fit the weights to annotated candidates."""
        self._head = head
        seen = Counter(name for group in groups for one in group.features for name in one)
        self.names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
        self._column = {name: at for at, name in enumerate(self.names)}
        self.weights = self._fit(groups)

    def _fit(self, groups: Sequence[Group]) -> Floats:
        row, column, value, starts = self._sparse(groups)
        right = np.array([float(r) for group in groups for r in group.right])
        weight = np.array([0.3 if g.free and not r else 1.0 for g in groups for r in g.right])
        sizes = np.diff(starts)
        if self._head.exclusive:
            sums = np.repeat(np.add.reduceat(right, starts[:-1]), sizes)
            right = right / np.maximum(sums, 1.0)
            weight = np.repeat((np.add.reduceat(right, starts[:-1]) > 0).astype(float), sizes)

        def loss(weights: Floats) -> tuple[float, Floats]:
            total = np.bincount(row, weights=weights[column] * value, minlength=len(right))
            if self._head.exclusive:
                total = total - np.repeat(np.maximum.reduceat(total, starts[:-1]), sizes)
                log = total - np.log(np.repeat(np.add.reduceat(np.exp(total), starts[:-1]), sizes))
                cost, share = -(weight * right * log).sum(), np.exp(log)
            else:
                cost = (weight * (np.logaddexp(0, total) - right * total)).sum()
                share = 1 / (1 + np.exp(-np.clip(total, -35, 35)))
            slope = np.bincount(
                column, weights=(weight * (share - right))[row] * value, minlength=len(weights)
            )
            penalty = self._head.penalty
            return float(cost + penalty / 2 * (weights**2).sum()), slope + penalty * weights

        return minimized(loss, np.zeros(len(self.names)))

    def probabilities(self, groups: Sequence[Group]) -> list[Floats]:
        """The probability of every candidate of every group."""
        row, column, value, starts = self._sparse(groups)
        total = np.bincount(row, weights=self.weights[column] * value, minlength=starts[-1])
        found: list[Floats] = []
        for start, end in pairwise(starts):
            here = total[start:end]
            if self._head.exclusive:
                power = np.exp(here - here.max())
                found.append(power / power.sum())
            else:
                found.append(1 / (1 + np.exp(-np.clip(here, -35, 35))))
        return found

    def _sparse(
        self, groups: Sequence[Group]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, NDArray[np.int64]]:
        row: list[int] = []
        column: list[int] = []
        value: list[float] = []
        starts, at = [0], 0
        for group in groups:
            for features in group.features:
                for name, amount in features.items():
                    if name in self._column:
                        row.append(at)
                        column.append(self._column[name])
                        value.append(amount)
                at += 1
            starts.append(at)
        return np.array(row, int), np.array(column, int), np.array(value), np.array(starts, int)


def minimized(loss: Callable[[Floats], tuple[float, Floats]], weights: Floats) -> Floats:
    """The minimum of a convex loss, by L-BFGS with ten past steps and backtracking."""
    cost, slope = loss(weights)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(300):
        direction = _direction(slope, past)
        step, gain = 1.0, slope @ direction
        while True:
            new = weights - step * direction
            new_cost, new_slope = loss(new)
            if new_cost <= cost - 1e-4 * step * gain or step < 1e-8:
                break
            step /= 2
        moved, bent = new - weights, new_slope - slope
        if moved @ bent > 1e-10:
            past = [*past[-9:], (moved, bent)]
        done = abs(cost - new_cost) < 1e-6 * max(1.0, abs(cost))
        weights, cost, slope = new, new_cost, new_slope
        if done:
            break
    return weights


def _direction(slope: Floats, past: Sequence[tuple[Floats, Floats]]) -> Floats:
    """The two-loop recursion."""
    direction = slope.copy()
    factors: list[float] = []
    for moved, bent in reversed(past):
        factors.append(float(moved @ direction / (bent @ moved)))
        direction -= factors[-1] * bent
    if past:
        moved, bent = past[-1]
        direction *= (moved @ bent) / (bent @ bent)
    else:
        direction /= max(1.0, float(np.abs(direction).max()))
    for (moved, bent), factor in zip(past, reversed(factors), strict=True):
        direction += (factor - float(bent @ direction / (bent @ moved))) * moved
    return direction


def fold(article: str) -> int:
    """Which fold an article is in: the same on every machine."""
    return zlib.crc32(article.encode()) % FOLDS


def cross_validated(head: Head, groups: Sequence[Group]) -> list[Floats]:
    """Probabilities of every candidate, each from a model that has not seen its article."""
    found: list[Floats] = [np.zeros(0)] * len(groups)
    for number in range(FOLDS):
        out = [at for at, group in enumerate(groups) if fold(group.article) == number]
        model = Model(head, [group for group in groups if fold(group.article) != number])
        for at, probabilities in zip(out, model.probabilities([groups[at] for at in out]), strict=True):
            found[at] = probabilities
    return found


def figures(head: Head, groups: Sequence[Group], probabilities: Sequence[Floats], least: float) -> Floats:
    """True positives, false positives and misses when candidates from ``least`` on are chosen."""
    counts = np.zeros(3)
    for group, shares in zip(groups, probabilities, strict=True):
        chosen = [n for n, share in enumerate(shares) if group.always[n] or share >= least]
        if any(group.always):
            chosen = [n for n in chosen if group.always[n]]
        if head.exclusive:
            best = sorted(range(len(shares)), key=lambda n: -shares[n])[:2]
            chosen = [n for at, n in enumerate(best) if at == 0 or shares[n] >= least]
        counts += group.counts(chosen)
    return counts


def f1(counts: Floats) -> float:
    """F1 of true positives, false positives and misses."""
    return float(2 * counts[0] / max(1.0, 2 * counts[0] + counts[1] + counts[2]))


def train(read: Sequence[Read], advance: Callable[[str], None]) -> list[tuple[str, str, float]]:
    """Rows of the weights' table; what cross-validation gives is told to ``advance``."""
    table: list[tuple[str, str, float]] = []
    for head in HEADS:
        examples = groups(read, head)
        held_out = cross_validated(head, examples)
        counted = {least: figures(head, examples, held_out, least) for least in head.thresholds}
        best = max(head.thresholds, key=lambda least: (f1(counted[least]), least))
        tp, fp, fn = (int(n) for n in counted[best])
        advance(
            f"{head.name}: {len(examples)} acts, threshold {best}: {tp} right, {fp} wrong, {fn} missed, "
            f"F1 {f1(counted[best]):.3f}, recall {tp / (tp + fn):.3f}"
        )
        table += table_of(head, Model(head, examples), best)
    return table


def table_of(head: Head, model: Model, threshold: float) -> list[tuple[str, str, float]]:
    """The rows of one head; weights that change next to nothing are left out."""
    weights = zip(model.names, model.weights, strict=True)
    kept = [
        (head.name, name, round(float(weight), 3)) for name, weight in weights if abs(weight) >= LEAST_WEIGHT
    ]
    return [(head.name, "threshold", threshold), *kept]


def write(path: Path, table: Sequence[tuple[str, str, float]]) -> None:
    """Write the table with the comment that says what it is."""
    lines = [
        "# What speaks for a candidate in a learned role: made by training/heads.py, not by hand "
        "(docs/decisions/0030-learned-heads.md).",
        "# weight: what a feature adds to a candidate's score; threshold: the probability that counts.",
        "head\tfeature\tweight",
        *(f"{head}\t{name}\t{weight:g}" for head, name, weight in table),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--store", type=Path, default=Path("kg-heads"), help="where analyses are recorded")
    given = parser.parse_args()
    articles = read_articles([given.articles]).articles
    read = list(annotated(articles, read_gold(given.gold), given.store))
    write(given.weights, train(read, print))


if __name__ == "__main__":
    main()
