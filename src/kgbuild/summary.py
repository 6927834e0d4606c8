"""What a build tells of itself, while it goes on and at its end."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kgbuild.corpus.reading import ReadCounts
from kgbuild.validation import Report

Advance = Callable[[str, int, int], None]
"""Called as (stage, done, total) while a build goes on."""


@dataclass(slots=True)
class Summary:
    """What a build did. The counts close: see :meth:`closes`."""

    read: ReadCounts
    """Records read, and what became of them."""
    unchanged: int = 0
    """Articles that the store held already, made with the same settings."""
    counts: Counter[str] = field(default_factory=Counter)
    """Over all articles of the store: mentions, linked, nil, ambiguous, triggers, acts, trigger_issues."""
    issues: Counter[str] = field(default_factory=Counter)
    """Issues by code."""
    stored: int = 0
    """Articles in the store after the build."""
    report: Report | None = None

    @property
    def closes(self) -> bool:
        """Whether every mention and every trigger ended somewhere."""
        c = self.counts
        return (
            self.read.closes
            and c["mentions"] == c["linked"] + c["nil"] + c["ambiguous"]
            and c["triggers"] == c["acts"] + c["quarantined"] + c["trigger_issues"]
        )
