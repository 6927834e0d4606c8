"""Score the questions against the evaluation's expected answers, on annotations or on a built graph.

    python tests/queries/scoring.py ../shared            # the graph made of the annotations
    python tests/queries/scoring.py ../shared STORE      # what kgbuild build made of ../shared/seeds

With ``-v`` it lists what was missed and what was wrong. An answer names acts; the expected answers name
annotated acts. An act of a built graph is the annotated one whose type it may have and whose evidence it
overlaps most, by at least half of the shorter of the two. Rows that are not required, and acts that the
annotations call optional (headlines, repeats), count neither for nor against.
"""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from kgbuild import vocab
from kgbuild.graph.mapping import named_acts
from kgbuild.graph.ontology import topic_label
from kgbuild.querying.catalog import questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store

Act = tuple[str, int | str]
"""The article and the number of the annotated act, or the IRI of an act that is none of them."""
Row = Mapping[str, Any]
_SAME = 0.5
_WHERE = frozenset({"act", "start", "end", "evidence", "according_to"})


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of what is required, and what was answered besides."""

    right: frozenset[Any]
    missed: frozenset[Any]
    wrong: frozenset[Any]

    @property
    def precision(self) -> float:
        """Share of the answers that are right; 1 where there are none."""
        answers = len(self.right) + len(self.wrong)
        return len(self.right) / answers if answers else 1.0

    @property
    def recall(self) -> float:
        """Share of the required answers that were given."""
        required = len(self.right) + len(self.missed)
        return len(self.right) / required if required else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Graph:
    """An open store beside the annotations of its articles."""

    def __init__(self, store: Store, articles: Sequence[Any]) -> None:
        self.store = store
        self.articles = {one.id: one for one in articles}
        self.acts: dict[tuple[str, str, int], Act] = {}
        for extraction in store.records():
            self._align(extraction)
        self.free = {
            (id, n)
            for id, one in self.articles.items()
            for n, act in enumerate(one.acts)
            if act.get("optional")
        }

    def _align(self, extraction: Any) -> None:
        article = extraction.article.id
        pairs = []
        named = named_acts(extraction)
        for at, one in enumerate(named):
            name, span = vocab.report_name(one.mention.trigger.act_type), one.mention.evidence
            for n, gold in enumerate(self.articles[article].acts):
                first, last = gold["evidence_start"], gold["evidence_start"] + len(gold["evidence"])
                shared = min(span.end, last) - max(span.start, first)
                if name not in {gold["type"], *gold.get("alt_types", ())}:
                    continue
                share = shared / max(1, min(len(span), last - first))
                same_trigger = one.mention.trigger.span.start == gold["trigger_start"]
                if share >= _SAME:
                    pairs.append((not same_trigger, -share, abs(len(span) - (last - first)), at, n))
        taken: dict[int, int] = {}
        for *_, at, n in sorted(pairs):
            if at not in taken and n not in taken.values():
                taken[at] = n
        for at, one in enumerate(named):
            key = (article, one.iri, one.mention.evidence.start)
            self.acts.setdefault(key, (article, taken[at]) if at in taken else (article, one.iri))

    def ask(self, name: str, **values: str) -> list[dict[str, Any]]:
        """Rows of a question's answer."""
        found = ask_question(self.store, questions()[name], values)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def act(self, row: Row, prefix: str = "") -> Act:
        """The act that a row names in its columns ``act``, ``article`` and ``start`` (with a prefix)."""
        article = row.get(f"{prefix}article") or row["article"]
        return self.acts.get(
            (article, row[f"{prefix}act"], row[f"{prefix}start"]), (article, row[f"{prefix}act"])
        )

    def tellings(self, rows: Iterable[Row]) -> list[frozenset[Act]]:
        """The acts of rows that say the same: they differ in nothing but where and by whom it is told.

        "The negotiations touched on …" and "this dialogue has begun", of the same two parties in one article
        and both without time and place, are one answer to who met whom, given twice.
        """
        found: dict[tuple[Any, ...], set[Act]] = {}
        for row in rows:
            key = tuple((name, cell) for name, cell in row.items() if name not in _WHERE)
            found.setdefault(key, set()).add(self.act(row))
        return [frozenset(acts) for acts in found.values()]

    def twins(self) -> dict[Act, frozenset[Act]]:
        """For each annotated act those of its article with its type, parties, topics and time."""
        found: dict[Act, frozenset[Act]] = {}
        for id, one in self.articles.items():
            alike: dict[str, set[Act]] = {}
            for n, act in enumerate(one.acts):
                terms = [act["type"], sorted(act["agent"]), sorted(act["addressee"]), sorted(act["topics"])]
                time = act["time"] or act.get("time_inherited", {}).get("expr")
                alike.setdefault(json.dumps([*terms, time]), set()).add((id, n))
            found.update({act: frozenset(acts) for acts in alike.values() for act in acts})
        return found

    def score_tellings(self, rows: Iterable[Row], required: Iterable[Any], allowed: Iterable[Any]) -> Score:
        """As :meth:`score`, where each answer is a set of tellings and is right if one of them is."""
        must, free = set(required), {*allowed, *self.free}
        answers = self.tellings(rows)
        found = {act for acts in answers for act in acts} & must
        wrong = {act for acts in answers if not acts & (must | free) for act in acts}
        return Score(frozenset(found), frozenset(must - found), frozenset(wrong))

    def score(self, answers: Iterable[Any], required: Iterable[Any], allowed: Iterable[Any]) -> Score:
        """Compare sets; what holds an optional act and is not required counts for nothing."""
        given, must = set(answers), set(required)
        free = set(allowed) | {one for one in given if any(part in self.free for part in _acts(one))}
        return Score(frozenset(given & must), frozenset(must - given), frozenset(given - must - free))


def _acts(answer: Any) -> list[Any]:
    if isinstance(answer, frozenset):
        return list(answer)
    return [answer, *answer] if isinstance(answer, tuple) else [answer]


def _act(row: Row | None) -> Act | None:
    return (row["article"], row["act"]) if row and row.get("act") is not None else None


def _split(rows: Iterable[Row]) -> tuple[list[Act | None], list[Act | None]]:
    rows = list(rows)
    return (
        [_act(row) for row in rows if row.get("required", True)],
        [_act(row) for row in rows if not row.get("required", True)],
    )


def plain(graph: Graph, question: Row) -> Score:
    """Questions whose answers are acts."""
    answers = [graph.act(row) for row in graph.ask(question["id"])]
    return graph.score(answers, *_split(question["expected"]))


def meetings(graph: Graph, question: Row) -> Score:
    """The acts that tell of the expected meetings."""
    rows = [
        {"required": event.get("required", True), **row}
        for event in question["expected"]
        for row in event["rows"]
    ]
    required, allowed = _split(rows)
    must = [one for one in required if one not in graph.free]
    return graph.score_tellings(graph.ask(question["id"]), must, [*allowed, *required])


def proposals(graph: Graph, question: Row) -> Score:
    """Proposals, each as often as it is told."""
    return graph.score_tellings(graph.ask(question["id"]), *_split(question["expected"]))


def accusations(graph: Graph, question: Row) -> Score:
    """Pairs of an accusation and its denial, either of which may be missing."""
    pairs = [
        ((_act(row["accusation"]), _act(row["denial"])), row.get("required", True))
        for row in question["expected"]
    ]
    answers = []
    for row in graph.ask(question["id"]):
        accusation = graph.act(row) if row["act"] else None
        denial = graph.act(row, "denial_") if row["denial_act"] else None
        answers.append((accusation, denial))
    return graph.score(
        answers, [one for one, must in pairs if must], [one for one, must in pairs if not must]
    )


def around(graph: Graph, question: Row) -> Score:
    """Acts around a meeting, each with its phase."""
    required = [(_act(row), row["phase"]) for row in question["expected"] if row.get("required", True)]
    allowed = [(_act(row), row["phase"]) for row in question["expected"] if not row.get("required", True)]
    answers = [(graph.act(row), row["phase"]) for row in graph.ask(question["id"])]
    return graph.score(answers, required, allowed)


def contradictions(graph: Graph, question: Row) -> Score:
    """Recall of the expected pairs of acts, precision of the places.

    A place is a kind of contradiction and the two articles: all its rows are one answer, right if an
    expected pair is among them, since the evaluation names one pair of statements where several say the
    same. An expected pair of words that are no acts (two days that are called today) is found by a row whose
    two quotations hold them; a pair with an act that the annotations call optional is not required.
    """
    required: set[Any] = set()
    words: dict[str, tuple[Row, Row]] = {}
    for row in question["expected"]:
        pair = frozenset({_act(row["side_a"]), _act(row["side_b"])} - {None})
        if not pair & graph.free:
            required.add(pair or row["note"])
        if not pair and row["side_a"] and row["side_b"]:
            words[row["note"]] = (row["side_a"], row["side_b"])
    places: dict[tuple[str, str, str], set[Any]] = {}
    for row in graph.ask(question["id"]):
        place = (row["kind"], row["article"], row["other_article"])
        said = places.setdefault(place, set())
        said.add(frozenset({graph.act(row), graph.act(row, "other_")}))
        said |= {note for note, sides in words.items() if _quotes(row, *sides) or _quotes(row, *sides[::-1])}
    found = required & set().union(*places.values())
    wrong = {place for place, pairs in places.items() if not pairs & required}
    return Score(frozenset(found), frozenset(required - found), frozenset(wrong))


def _quotes(row: Row, one: Row, other: Row) -> bool:
    """Whether the two quotations of a row hold the words of ``one`` and of ``other``."""
    return all(
        side["article"] == row[f"{prefix}article"]
        and row[f"{prefix}start"] <= side["evidence_start"]
        and side["evidence_start"] + len(side["evidence"])
        <= row[f"{prefix}start"] + len(row[f"{prefix}evidence"])
        for prefix, side in (("", one), ("other_", other))
    )


def clusters(graph: Graph, question: Row) -> Score:
    """Recall of the acts that stand in a cluster, by links to another of it; precision of the links.

    An act that one article tells twice in the same terms (type, parties, topics, time) is one act here.
    """
    twins = graph.twins()
    of: dict[Act, set[str]] = {}
    required: set[Act] = set()
    for cluster in question["expected"]:
        for row in cluster["rows"]:
            act = (row["article"], row["act"])
            of.setdefault(act, set()).add(cluster["act_cluster"])
            if cluster.get("required", True) and act not in graph.free:
                required.add(act)
    found: set[Act] = set()
    wrong: set[Any] = set()
    for row in graph.ask(question["id"]):
        sides = [twins.get(act, frozenset({act})) for act in (graph.act(row), graph.act(row, "other_"))]
        known = [set().union(*(of.get(act, set()) for act in side)) for side in sides]
        if known[0] & known[1]:
            found.update(*sides)
        elif not any(side & graph.free for side in sides):
            wrong.add(frozenset(sides))
    return Score(frozenset(found & required), frozenset(required - found), frozenset(wrong))


def positions(graph: Graph, question: Row) -> Score:
    """The rows that each position rests on; other acts of the same actor on the same topic are free."""
    required = {
        (position["actor"], position["topic"], _act(row))
        for position in question["expected"]
        for row in position["rows"]
        if _act(row) not in graph.free
    }
    known = {(actor, topic) for actor, topic, _ in required}
    topics = {topic_label(topic, "en"): topic for topic in vocab.topics()}
    answers = [(row["who"], topics[row["about"]], graph.act(row)) for row in graph.ask(question["id"])]
    return graph.score(answers, required, [one for one in answers if one[:2] in known])


def offices(graph: Graph, question: Row) -> Score:
    """Offices by person and article; an expected one is met by one whose title holds its words."""
    answers = {
        (article, row["name"], row["role"]) for row in graph.ask(question["id"]) for article in row["article"]
    }
    right: set[Any] = set()
    missed: set[Any] = set()
    used: set[Any] = set()
    for row in question["expected"]:
        words = [word for word in row["role_en"].partition("(")[0].lower().split() if word != "former"]
        met = {
            one
            for one in answers
            if one[:2] == (row["article"], row["person"])
            and " ".join(words[:1] if words[0] == "ambassador" else words) in one[2].lower()
        }
        used |= met
        if row.get("required", True):
            (right if met else missed).add((row["article"], row["person"], row["role_en"]))
    return Score(frozenset(right), frozenset(missed), frozenset(answers - used))


SCORERS: Mapping[str, Callable[[Graph, Row], Score]] = {
    "accusations-and-denials": accusations,
    "acts-in-several-articles": clusters,
    "disagreements": contradictions,
    "geneva-summit-events": around,
    "positions-per-actor-topic": positions,
    "proposals-without-answer": proposals,
    "roles": offices,
    "who-met-whom": meetings,
}


def scores(graph: Graph, expected: Path) -> dict[str, Score]:
    """The score of each question of the evaluation, by id."""
    asked = json.loads(expected.read_text(encoding="utf-8"))
    return {one["id"]: SCORERS.get(one["id"], plain)(graph, one) for one in asked}


def module(name: str) -> ModuleType:
    """Import a module that lies beside this one: tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


def main(shared: Path, folder: Path | None) -> None:
    """Print the scores as a Markdown table."""
    annotated = module("annotated")
    articles = list(annotated.annotated(shared / "eval" / "gold" / "seeds", shared / "seeds"))
    with tempfile.TemporaryDirectory() as scratch:
        if folder is None:
            folder = Path(scratch) / "kg"
            annotated.build(folder, articles)
        with Store.open(folder) as store:
            found = scores(Graph(store, articles), shared / "eval" / "questions.json")
    lines = []
    for name, score in sorted(found.items()):
        lines.append(f"| {name} | {score.precision:.2f} | {score.recall:.2f} | {score.f1:.2f} |")
        if "-v" in sys.argv:
            lines.append(f"    missed {sorted(score.missed, key=str)}")
            lines.append(f"    wrong {sorted(score.wrong, key=str)}")
    macro = sum(score.f1 for score in found.values()) / len(found)
    sys.stdout.write("\n".join([*lines, f"| macro | | | {macro:.3f} |", ""]))


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one != "-v"]
    main(Path(given[0]), Path(given[1]) if len(given) > 1 else None)
