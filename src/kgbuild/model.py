"""The types that the stages hand to one another.

All are frozen. Every offset is a half-open code point offset into ``Article.text`` as it was
given, so that ``article.text[span.start:span.end]`` is the quoted string, always. This module
imports nothing of kgbuild.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open code point range ``[start, end)`` of an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The string that this span covers in ``text``."""
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def distance(self, other: "Span") -> int:
        """Code points between the two; 0 when they touch or overlap."""
        return max(0, other.start - self.end, self.start - other.end)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as given, with what is known of it.

    ``text`` is never changed after reading: boilerplate, marks and vowels stay in it. For HTML it is
    the text that the reader extracted.
    """

    id: str
    text: str
    url: str | None = None
    outlet: str | None = None
    date: datetime.date | None = None
    title: str | None = None
    language: str = "ar"

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything above: equal articles have equal hashes."""
        fields = [
            self.id,
            self.text,
            self.url,
            self.outlet,
            self.date.isoformat() if self.date else None,
            self.title,
            self.language,
        ]
        payload = json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hashlib.sha256(payload).hexdigest()


class ZoneKind(StrEnum):
    """What a stretch of an article's text is."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    BODY = "body"
    DATELINE = "dateline"
    SOURCE = "source"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Zone:
    """A line of the article's text (without its line break) and what it is."""

    span: Span
    kind: ZoneKind
    reason: str
    """The general rule that decided, e.g. ``before-first-sentence``."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one article, mention or act that a person should know; the run went on."""

    stage: str
    code: str
    article: str
    message: str
    span: Span | None = None


class Kind(StrEnum):
    """Kinds of named things."""

    PERSON = "Person"
    ORGANIZATION = "Organization"
    PLACE = "Place"
    EVENT = "Event"


@dataclass(frozen=True, slots=True)
class Word:
    """A syntactic word: a token, or a part of a multi-word token (``و`` and ``قال`` of ``وقال``).

    ``span`` covers the word's own letters where the parts of its token spell it, and the whole token
    where they do not. ``head`` is the 1-based index of the governing word in the sentence, 0 for the
    root.
    """

    index: int
    text: str
    lemma: str
    upos: str
    feats: str
    head: int
    deprel: str
    span: Span


@dataclass(frozen=True, slots=True)
class Token:
    """A token as written, of one or more words."""

    span: Span
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; its ``words`` are those of its tokens, in order."""

    span: Span
    tokens: tuple[Token, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of the sentence; ``words[i].index == i + 1``."""
        return tuple(word for token in self.tokens for word in token.words)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that names something, before linking. ``surface`` is the text of ``span``."""

    span: Span
    surface: str
    kind: Kind
    source: str = "ner"
    """``ner`` or ``gazetteer``."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the language models say of one article."""

    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A known thing (from the gazetteer) or a NIL one (named in one article, not known).

    ``key`` is the gazetteer row's id, or ``nil-…`` with a hash. ``stands_for`` is the key of the
    state that a capital, a seat of government or a ministry can speak for. ``country`` is the key of
    the state that the thing belongs to.
    """

    key: str
    kind: Kind
    label_ar: str
    label_en: str | None = None
    wikidata: str | None = None
    subtype: str | None = None
    """Finer kind: ``country``, ``city``, ``agency``, ``ministry``, ``bloc`` …"""
    country: str | None = None
    stands_for: str | None = None
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    """A person's, ``m`` or ``f``, where the gazetteer knows it: verbs and pronouns agree with it."""

    @property
    def is_nil(self) -> bool:
        """Whether no gazetteer row stands behind this entity."""
        return self.key.startswith("nil-")


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held which office of what, and when; ``person`` and ``of`` are entity keys, years inclusive."""

    person: str
    title_ar: str
    title_en: str | None
    of: str
    from_year: int | None = None
    to_year: int | None = None


class Decision(StrEnum):
    """How linking ended for a mention."""

    LINKED = "linked"
    NIL = "nil"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a mention may name, with a score in [0, 1] and the reason for it."""

    entity: Entity
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Link:
    """A mention and what it was decided to name.

    ``entity`` is always set: the linked one, the best candidate of an ambiguous mention, or the NIL
    entity that all mentions of that name share within the article.
    """

    mention: Mention
    decision: Decision
    entity: Entity
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Referent:
    """A stretch of text that stands for entities: a name, a title, a group noun.

    ``how`` is ``name``, ``title`` («الوزير»), ``group`` («الطرفان») or ``nisba`` («الجانب الأمريكي»).
    """

    span: Span
    entities: tuple[Entity, ...]
    how: str


class Precision(StrEnum):
    """How exactly a time is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What a resolved time rests on."""

    EXPLICIT = "explicit"
    """The text names it fully."""
    PUBLICATION = "publication"
    """Resolved against the article's date."""
    UNRESOLVED = "unresolved"
    """The expression alone: nothing to resolve it against."""


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time as the text says it; ``first`` and ``last`` bound the days it can mean (inclusive)."""

    span: Span
    text: str
    precision: Precision
    basis: Basis
    first: datetime.date | None = None
    last: datetime.date | None = None


class Polarity(StrEnum):
    """Whether the act was reported as done or as not done."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"


class Tense(StrEnum):
    """Where the text places the act relative to its telling."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


class Certainty(StrEnum):
    """How firmly the source vouches for the act."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Role(StrEnum):
    """What a participant does in an act."""

    AGENT = "agent"
    ADDRESSEE = "addressee"
    REPORTED_BY = "reported_by"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The word that shows an act, and the lexicon row that says so."""

    span: Span
    row: str
    act_type: str


@dataclass(frozen=True, slots=True)
class Argument:
    """An entity in a role; ``how`` names the rule that put it there, ``span`` the words it was read from."""

    role: Role
    entity: Entity
    how: str
    span: Span | None = None
    on_behalf_of: Entity | None = None


@dataclass(frozen=True, slots=True)
class ActMention:
    """One act as told in one place of one article.

    ``within`` is the position, in the article's tuple of acts, of the act whose content this one is.
    ``confidence`` lies in [0, 1] and is rounded to two decimals. ``possible_topics`` are further topics that
    the words give some reason for, but not enough to say that the act is about them.
    """

    trigger: Trigger
    arguments: tuple[Argument, ...]
    evidence: Span
    topics: tuple[str, ...] = ()
    time: TimeExpression | None = None
    polarity: Polarity = Polarity.AFFIRMED
    tense: Tense = Tense.PAST
    certainty: Certainty = Certainty.CERTAIN
    condition: Span | None = None
    within: int | None = None
    confidence: float = 1.0
    possible_topics: tuple[str, ...] = ()

    def entities(self, role: Role) -> tuple[Entity, ...]:
        """The entities in ``role``, in textual order."""
        return tuple(a.entity for a in self.arguments if a.role is role)


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one article: the record from which its graph is made."""

    article: Article
    zones: tuple[Zone, ...]
    links: tuple[Link, ...]
    acts: tuple[ActMention, ...]
    issues: tuple[Issue, ...]
    counts: dict[str, int] = field(default_factory=dict)
    """``mentions = linked + nil + ambiguous`` and ``triggers = acts + trigger_issues``."""
