"""Many tellings of one thing: of many copies each is linked to the first, so that links grow as copies do.

Links between all copies of a text would be half the square of their number: an agency's report that two
hundred papers print would have twenty thousand of them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from kgbuild.store.tellings import Member

FEW: Final = 8
"""So many copies are all linked to one another."""


def first_of_each(members: Sequence[Member]) -> list[Member]:
    """Of each kind of copies the first few, with the first in another article and from another outlet.

    Args:
        members: the acts of a group, by kind and then by IRI.
    """
    found: list[Member] = []
    kind: list[Member] = []
    for one in members:
        if not kind or one.copy != kind[0].copy:
            kind = []
        if len(kind) < FEW or any(
            differ(kind[0], one) and not any(differ(kind[0], other) for other in kind)
            for differ in (_articles_differ, _outlets_differ)
        ):
            kind.append(one)
            found.append(one)
    return found


def with_copies(
    links: Collection[ox.Triple], members: Sequence[Member], firsts: Collection[Member]
) -> set[ox.Triple]:
    """The links among ``firsts``, and one or two from each other member to the firsts that it goes with.

    A copy goes with what the firsts of its kind are linked to, and with these if they are linked to each
    other: to the first of them all in another article, and to the first from another outlet. Links lead
    from the smaller IRI to the larger.
    """
    copy_of = {one.act: one.copy for one in firsts}
    near: dict[tuple[str, ox.NamedNode], set[str]] = {}
    for link in links:
        ends = [copy_of[_name(end)] for end in (link.subject, link.object)]
        for place in (0, 1):
            near.setdefault((ends[place], link.predicate), set()).add(ends[1 - place])
    found = set(links)
    for (copy, predicate), kinds in near.items():
        near_by = [one for one in firsts if one.copy in kinds]
        centers = sorted(near_by, key=lambda one: (one.copy != copy, one.act))  # its own kind before others
        for one in members:
            if one.copy == copy and one.act not in copy_of:
                for center in _nearest(one, centers):
                    start, end = (ox.NamedNode(act) for act in sorted((one.act, center.act)))
                    found.add(ox.Triple(start, predicate, end))
    return found


def _nearest(one: Member, centers: Iterable[Member]) -> list[Member]:
    """The first center in another article, and the first from another outlet."""
    ordered = list(centers)
    found = []
    differ: Callable[[Member, Member], bool]
    for differ in (_articles_differ, _outlets_differ):
        first = next((center for center in ordered if differ(one, center)), None)
        if first is not None and first not in found:
            found.append(first)
    return found


def _articles_differ(one: Member, other: Member) -> bool:
    return len(one.articles | other.articles) > 1 and one.act != other.act


def _outlets_differ(one: Member, other: Member) -> bool:
    return len(one.outlets | other.outlets) > 1 and _articles_differ(one, other)


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
