"""What extraction knows of an article while it reads it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.discourse import Discourse
from kgbuild.extraction.lines import Line
from kgbuild.extraction.triggers import Found
from kgbuild.model import ActMention, Article, Entity, Issue, Referent, Role, Span

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Where an act was told: line, trigger and content, and whether quotation marks hold that together."""

    line: Line
    trigger: Found
    content: Span | None
    quoted: bool


@dataclass(slots=True)
class State:
    """The acts and issues found so far, and who was spoken of. ``topics`` are the article's own."""

    article: Article
    discourse: Discourse
    topics: tuple[str, ...]
    lines: Sequence[Line] = ()
    agencies: tuple[Referent, ...] = ()
    """News agencies that the article's source line or dateline credits for all of it."""
    acts: list[ActMention] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    """Where each act was told, beside ``acts``."""
    nominal: list[bool] = field(default_factory=list)
    """Whether each act's trigger is a noun, beside ``acts``."""
    issues: list[Issue] = field(default_factory=list)
    triggers: int = 0
    named: Counter[str] = field(default_factory=Counter)
    """How often the article names each actor, by key."""
    _rank: dict[int, int] = field(default_factory=dict)

    def salience(self, entity: Entity) -> str:
        """Where an entity stands among those that the article names most: ``1``, ``2``, ``3`` or ``few``."""
        count = self.named[entity.key]
        if count not in self._rank:
            self._rank[count] = 1 + sum(other > count for other in self.named.values())
        rank = self._rank[count]
        return str(rank) if rank <= _MOST_NAMED else "once" if count <= 1 else "few"

    def add(self, act: ActMention, told: Told) -> None:
        """Take an act in."""
        self.acts.append(act)
        self.told.append(told)
        self.nominal.append(told.trigger.part == "noun")

    def issue(self, code: str, message: str, span: Span) -> None:
        """Record something that a person should know."""
        self.issues.append(Issue("extract", code, self.article.id, message, span))

    def verbs_before(self, line: Line, trigger: Found) -> list[ActMention]:
        """The acts of verbs and participles before a trigger in its sentence, the last first."""
        start = sentence_start(line, trigger)
        found: list[ActMention] = []
        for act, nominal in zip(reversed(self.acts), reversed(self.nominal), strict=True):
            if not start <= act.trigger.span.start < trigger.span.start:
                break
            if not nominal:
                found.append(act)
        return found

    def lost_since(self, line: Line, trigger: Found) -> list[int]:
        """Offsets of the sentence's triggers that could not become acts."""
        start = sentence_start(line, trigger)
        return [i.span.start for i in self.issues if i.span is not None and i.span.start >= start]

    def teller(self, act: ActMention) -> tuple[Entity, ...]:
        """The agents of the act in whose content an act stands; () at the top."""
        return self.acts[act.within].entities(Role.AGENT) if act.within is not None else ()


def sentence_start(line: Line, trigger: Found) -> int:
    """Offset where the trigger's sentence begins."""
    first, _ = line.sentence_range(trigger.index)
    return line.toks[first].span.start
