"""Every phrase that linking looks for, in one automaton, and what an article holds of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kgbuild.linking.gazetteer import Gazetteer, Name
from kgbuild.linking.grammar import Cue, Group, Institution, Title, TitleWord, clitics
from kgbuild.linking.matcher import Hit, Matcher, SearchText, phrase_key, spelled
from kgbuild.resources import data_path
from kgbuild.text.folding import fold


@dataclass(frozen=True, slots=True)
class Nisba:
    """A nisba adjective of ``entity`` (a key); gender ``m``, ``f`` or ``p`` for the plural."""

    entity: str
    gender: str


@dataclass(frozen=True, slots=True)
class TitleForm:
    """A spelling of a title noun; construct ones stand right before a name."""

    title: Title
    construct: bool


@dataclass(frozen=True, slots=True)
class InstitutionForm:
    """A spelling of an institution: ``definite``, ``construct`` or ``short``."""

    institution: Institution
    how: str


Item = Name | Nisba | TitleForm | TitleWord | InstitutionForm | Group | Cue
I = TypeVar("I", bound=Item)  # noqa: E741 - a type variable


@dataclass(slots=True)
class Reading:
    """One article's text and the phrases in it, by where they start and, for cues, where they end."""

    search: SearchText
    hits: list[Hit[Item]]
    starts: dict[int, list[Hit[Item]]] = field(default_factory=dict)
    cue_ends: dict[int, list[Cue]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for hit in self.hits:
            self.starts.setdefault(hit.start, []).append(hit)
            for item in hit.items:
                if isinstance(item, Cue):
                    self.cue_ends.setdefault(hit.end, []).append(item)

    def all(self, kind: type[I]) -> Iterator[tuple[Hit[Item], I]]:
        """Items of one type with their hits, by start, the longest first."""
        for hit in self.hits:
            for item in hit.items:
                if isinstance(item, kind):
                    yield hit, item

    def at(self, place: int, kind: type[I]) -> Iterator[tuple[int, I]]:
        """Items of one type that start a word at ``place``, with their ends, the longest first."""
        for hit in self.starts.get(place, ()):
            if not hit.before:
                for item in hit.items:
                    if isinstance(item, kind):
                        yield hit.end, item

    def cues_before(self, place: int) -> list[Cue]:
        """Cues whose last word is the word before ``place``, spaces and opening quotes between."""
        end = place
        text = self.search.text
        while end > 0 and not text[end - 1].isalnum() and text[end - 1] != "\n" and place - end < 3:
            end -= 1
        return self.cue_ends.get(end, [])


class Vocabulary:
    """The automaton over all phrases of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Path | None = None) -> None:
        """Build it; ``lexicon`` is the folder whose ``clitics.tsv`` says what is written onto a name.

        Raises:
            DataFileError: if that table is malformed.
        """
        grammar = gazetteer.grammar
        self.clitics = clitics(lexicon or data_path("seeds", "lexicon"))
        spellings = [(fold(a).text, fold(b).text) for a, b in grammar.spellings]
        phrases: dict[str, list[Item]] = {}

        def add(text: str, item: Item) -> None:
            for form in spelled(text, spellings):
                phrases.setdefault(form, []).append(item)

        for name in gazetteer.names:
            add(name.text, name)
        for demonym in grammar.demonyms:
            for gender, words in (("m", demonym.masculine), ("f", demonym.feminine), ("p", demonym.plural)):
                for text in words:
                    add(text, Nisba(demonym.entity, gender))
        for title in grammar.titles:
            for construct, words in ((False, title.definite), (True, title.construct)):
                for text in words:
                    add(text, TitleForm(title, construct))
        for word in grammar.title_words:
            add(word.form, word)
        for institution in grammar.institutions:
            for how, words in (
                ("definite", institution.definite),
                ("construct", institution.construct),
                ("short", institution.short),
            ):
                for text in words:
                    add(text, InstitutionForm(institution, how))
        for group in grammar.groups:
            add(group.form, group)
        for cue in grammar.cues:
            add(cue.form, cue)
        self._matcher: Matcher[Item] = Matcher(phrases, self.clitics)
        self.short_forms = frozenset(
            phrase_key(text) for institution in grammar.institutions for text in institution.short
        )
        """Folded institution nouns that are adjectives as well."""
        article = phrase_key(self.clitics.article)
        single = [d for d in grammar.demonyms if " " not in d.masculine[0]]
        masculine = [phrase_key(text) for d in single for text in d.masculine]
        feminine = [phrase_key(text) for d in single for text in d.feminine]
        self._definite = frozenset(masculine + feminine)
        self._indefinite = frozenset(text.removeprefix(article) for text in feminine)
        self._masculine = frozenset(text.removeprefix(article) for text in masculine)
        self._accusatives = frozenset(text.removeprefix(article) + "\u0627" for text in masculine)

    def read(self, source: str) -> Reading:
        """Find every phrase in an article's text."""
        search = SearchText.of(source)
        return Reading(search, self._matcher.hits(search.text))

    def is_nisba(self, word: str) -> bool:
        """Whether a folded word is a nisba adjective with the article (``السعودية``: "the Saudi")."""
        return word in self._definite

    def is_indefinite_nisba(self, word: str) -> bool:
        """Whether a folded word is a feminine nisba without the article (``سورية``: "Syrian")."""
        return word in self._indefinite

    def is_any_nisba(self, word: str) -> bool:
        """Whether a folded word is a nisba adjective in any form but the plural."""
        forms = (self._definite, self._indefinite, self._masculine, self._accusatives)
        return any(word in known for known in forms)

    def may_be_accusative_nisba(self, word: str) -> bool:
        """Whether a folded word is also an indefinite nisba in the accusative (``روسيا``: "Russian")."""
        return word in self._accusatives
