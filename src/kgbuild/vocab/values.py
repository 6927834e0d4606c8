"""The terms that stand for the values of :mod:`kgbuild.model`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgbuild.model import Basis, Certainty, Decision, Kind, Polarity, Precision, Tense
from kgbuild.vocab.acts import DA

KINDS: Final[Mapping[Kind, str]] = MappingProxyType({kind: DA.NS + kind.value for kind in Kind})
POLARITIES: Final[Mapping[Polarity, str]] = MappingProxyType(
    {Polarity.AFFIRMED: DA.Affirmed, Polarity.NEGATED: DA.Negated}
)
TENSES: Final[Mapping[Tense, str]] = MappingProxyType(
    {Tense.PAST: DA.PastTense, Tense.PRESENT: DA.PresentTense, Tense.FUTURE: DA.FutureTense}
)
CERTAINTIES: Final[Mapping[Certainty, str]] = MappingProxyType(
    {Certainty.CERTAIN: DA.Certain, Certainty.PROBABLE: DA.Probable, Certainty.POSSIBLE: DA.Possible}
)
PRECISIONS: Final[Mapping[Precision, str]] = MappingProxyType(
    {
        Precision.DAY: DA.DayPrecision,
        Precision.MONTH: DA.MonthPrecision,
        Precision.YEAR: DA.YearPrecision,
        Precision.UNKNOWN: DA.UnknownPrecision,
    }
)
BASES: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.EXPLICIT: DA.ExplicitInText,
        Basis.PUBLICATION: DA.FromPublicationDate,
        Basis.UNRESOLVED: DA.Unresolved,
    }
)
DECISIONS: Final[Mapping[Decision, str]] = MappingProxyType(
    {Decision.LINKED: DA.Linked, Decision.NIL: DA.Nil, Decision.AMBIGUOUS: DA.Ambiguous}
)
