"""Which lines of an article are its text, and which are what the web page put around it.

The rules look at where a line stands, how long it is, whether it ends as a sentence does, whether it
is said twice, and at general wording (``seeds/lexicon/boilerplate.tsv``); none knows a site. Running
text (:attr:`Line.is_prose`) is never taken for boilerplate between the first and the last line of
running text; a doubtful line is kept. Each zone's ``reason`` names the rule:

========================== ============ =====================================================
reason                     kind         rule
========================== ============ =====================================================
``given-title``            title        the line says what the article's metadata give as title
``headline``               title        the first line of some words before the running text
``before-first-sentence``  subtitle     another line of some words before the running text
``heading``                subtitle     a short line without a full stop between running text
``prose``                  body         running text
``kept``                   body         no rule says that it is anything else
``dateline``               dateline     place and agency, as a line or before the first sentence
``source-line``            source       «المصدر: …», or an agency's name alone, after the text
``repeated``               boilerplate  said by the line before, or by the title
``beside-widget``          boilerplate  a short line in a group of captions and buttons
``short-line``             boilerplate  a few words before the text
``trailing-menu``          boilerplate  a few words after the text, or lines after a list's title
``related-link``           boilerplate  a line under «اقرأ أيضا»
``no-arabic``              boilerplate  no Arabic letter in it
``publication-time``       boilerplate  a date alone
class of wording           boilerplate  see the table's ``class`` column
========================== ============ =====================================================
"""

from collections.abc import Sequence

from kgbuild.corpus.datelines import dateline_end, is_dateline
from kgbuild.corpus.lines import Line, split_lines
from kgbuild.corpus.wording import MAX_LINE_WORDS, MAX_SOURCE_WORDS, Boilerplate, bundled_boilerplate
from kgbuild.model import Article, Basis, Precision, Span, Zone, ZoneKind
from kgbuild.text.dates import find_times

TITLE_WORDS = 4
"""A headline has at least this many words, unless no line before the text has."""

MENU_WORDS = 3
"""A line of at most this many words outside the running text is a button, a section or a name."""

HEADING_WORDS = 12
MAX_WORDS_BY_DATE = 2
BULLETS = "•▪◦●-–—*·"

_Verdict = tuple[ZoneKind, str]


def zones(article: Article, wording: Boilerplate | None = None) -> tuple[Zone, ...]:
    """Divide an article's text into zones, in textual order.

    Every line that is not blank is covered exactly once, without the white space around it, by one
    zone; a line that glues a dateline or label to running text by two.

    Args:
        article: the article; its ``title`` helps to find the title's line.
        wording: table of boilerplate wording; the bundled one if not given.

    Raises:
        DataFileError: if the bundled table is malformed.

    """
    lines = split_lines(article.text)
    if not lines:
        return ()
    table = wording or bundled_boilerplate()
    kinds = [table.kind_of(line) for line in lines]
    prose = [
        kind not in ("cookies", "legal") and _without_source(line, table).is_prose
        for line, kind in zip(lines, kinds, strict=True)
    ]
    first = next((i for i, is_prose in enumerate(prose) if is_prose), len(lines))
    last = next((i for i in reversed(range(len(lines))) if prose[i]), -1)
    verdicts = [
        *_before(lines[:first], kinds[:first], followed=first < len(lines)),
        *_inside(lines[first : last + 1], kinds[first : last + 1], prose[first : last + 1]),
        *_after(lines[max(first, last + 1) :], kinds[max(first, last + 1) :], table),
    ]
    _apply_title(lines, verdicts, article.title)
    result: list[Zone] = []
    dateline_possible = True
    for line, (kind, reason) in zip(lines, verdicts, strict=True):
        result.extend(_split(line, kind, reason, table, dateline_possible=dateline_possible))
        if kind is ZoneKind.BODY:
            dateline_possible = False
    return tuple(result)


def _without_source(line: Line, table: Boilerplate) -> Line:
    """Cut a source label that is glued to the end of a sentence off the line."""
    cut = table.trailing_source(line)
    return line if cut is None else Line(line.span, line.raw[:cut].rstrip(), line.block)


def _before(lines: Sequence[Line], kinds: Sequence[str | None], *, followed: bool) -> list[_Verdict]:
    """Judge the lines before the running text; all lines when no running text follows."""
    verdicts: list[_Verdict | None] = [_plain_boilerplate(lines, kinds, i) for i in range(len(lines))]
    if not followed:
        return [verdict or (ZoneKind.BODY, "kept") for verdict in verdicts]
    if lines and (verdicts[-1] is None or kinds[-1] == "credit") and is_dateline(lines[-1]):
        verdicts[-1] = (ZoneKind.DATELINE, "dateline")
    furnished = {line.block for line, verdict in zip(lines, verdicts, strict=True) if _is_furniture(verdict)}
    headline = _headline(lines, verdicts, furnished)
    for i, line in enumerate(lines):
        if verdicts[i] is not None:
            continue
        if i == headline:
            verdicts[i] = (ZoneKind.TITLE, "headline")
        elif line.block in furnished and (headline is None or line.block != lines[headline].block):
            verdicts[i] = (ZoneKind.BOILERPLATE, "beside-widget")
        elif len(line.words) <= MENU_WORDS:
            verdicts[i] = (ZoneKind.BOILERPLATE, "short-line")
        else:
            verdicts[i] = (ZoneKind.SUBTITLE, "before-first-sentence")
    return [verdict or (ZoneKind.BODY, "kept") for verdict in verdicts]


def _headline(lines: Sequence[Line], verdicts: Sequence[_Verdict | None], furnished: set[int]) -> int | None:
    """Find the headline: the first open line of some words, rather in a group without buttons."""
    open_lines = [i for i, verdict in enumerate(verdicts) if verdict is None]
    for words in (TITLE_WORDS, 2):
        for blocks_allowed in (False, True):
            for i in open_lines:
                if len(lines[i].words) >= words and (blocks_allowed or lines[i].block not in furnished):
                    return i
    return None


def _inside(lines: Sequence[Line], kinds: Sequence[str | None], prose: Sequence[bool]) -> list[_Verdict]:
    """Judge the lines from the first to the last line of running text."""
    verdicts: list[_Verdict] = []
    under_related: int | None = None
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if prose[i]:
            under_related = None
            repeated = i > 0 and line.wording == lines[i - 1].wording
            verdicts.append((ZoneKind.BOILERPLATE, "repeated") if repeated else (ZoneKind.BODY, "prose"))
            continue
        plain = _plain_boilerplate(lines, kinds, i)
        if plain is not None:
            under_related = line.block if kind in ("related", "menu") else under_related
            verdicts.append(plain)
        elif under_related == line.block:
            verdicts.append((ZoneKind.BOILERPLATE, "related-link"))
        elif len(line.words) <= HEADING_WORDS and not line.ends_sentence and line.raw[0] not in BULLETS:
            verdicts.append((ZoneKind.SUBTITLE, "heading"))
        else:
            verdicts.append((ZoneKind.BODY, "kept"))
    return verdicts


def _after(lines: Sequence[Line], kinds: Sequence[str | None], table: Boilerplate) -> list[_Verdict]:
    """Judge the lines after the running text."""
    verdicts: list[_Verdict] = []
    list_begun = False
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        plain = _plain_boilerplate(lines, kinds, i)
        list_begun = list_begun or kind in ("related", "menu")
        # after the text «المصدر: رويترز» says whose report it is, before it whose picture
        labeled = kind == "source" or table.label(line, "source") is not None
        if (labeled and len(line.words) <= MAX_SOURCE_WORDS) or table.is_agency(line.words):
            verdicts.append((ZoneKind.SOURCE, "source-line"))
        elif plain is not None:
            verdicts.append(plain)
        elif list_begun or (len(line.words) <= MENU_WORDS and not line.ends_sentence):
            verdicts.append((ZoneKind.BOILERPLATE, "trailing-menu"))
        else:
            verdicts.append((ZoneKind.BODY, "kept"))
    return verdicts


def _plain_boilerplate(lines: Sequence[Line], kinds: Sequence[str | None], i: int) -> _Verdict | None:
    """Judge line ``i``, which is no running text, by wording, repetition and letters alone."""
    line, kind = lines[i], kinds[i]
    if kind == "source" and len(line.words) <= MAX_SOURCE_WORDS:
        return (ZoneKind.SOURCE, "source-line")
    if kind is not None and kind != "source":
        return (ZoneKind.BOILERPLATE, kind)
    if not line.is_arabic:
        return (ZoneKind.BOILERPLATE, "no-arabic")
    if _is_publication_time(line):
        return (ZoneKind.BOILERPLATE, "publication-time")
    neighbors = [lines[j].wording for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return (ZoneKind.BOILERPLATE, "repeated") if line.wording in neighbors else None


def _is_publication_time(line: Line) -> bool:
    """Whether a line is a full date with two words around it at most («آخر تحديث 16 يونيو 2021 - 10:30»)."""
    if len(line.words) > MAX_LINE_WORDS or not any(word.isdigit() for word in line.words):
        return False
    times = find_times(line.raw, Span(0, len(line.raw)), None)
    if not any(time.basis is Basis.EXPLICIT and time.precision is Precision.DAY for time in times):
        return False
    rest = list(line.raw)
    for time in times:
        rest[time.span.start : time.span.end] = " " * len(time.span)
    words = Line(line.span, "".join(rest), line.block).words
    return sum(not word.isdigit() for word in words) <= MAX_WORDS_BY_DATE


def _is_furniture(verdict: _Verdict | None) -> bool:
    """Whether a line shows that its group is made of captions and buttons."""
    return verdict is not None and verdict[0] is ZoneKind.BOILERPLATE and verdict[1] != "no-arabic"


def _apply_title(lines: Sequence[Line], verdicts: list[_Verdict], title: str | None) -> None:
    """Let the line that says the given title be the title, and drop later lines that say the title again."""
    given = Line(Span(0, 0), title, 0).wording if title else ""
    positions = [i for i, line in enumerate(lines) if given and line.wording == given]
    if positions:
        for i, (kind, _) in enumerate(verdicts):
            if kind is ZoneKind.TITLE:
                verdicts[i] = (ZoneKind.SUBTITLE, "before-first-sentence")
        verdicts[positions[0]] = (ZoneKind.TITLE, "given-title")
    titles = {lines[i].wording for i, (kind, _) in enumerate(verdicts) if kind is ZoneKind.TITLE}
    for i, (kind, reason) in enumerate(verdicts):
        if lines[i].wording in titles and kind is not ZoneKind.TITLE and reason != "prose":
            verdicts[i] = (ZoneKind.BOILERPLATE, "repeated")


def _split(
    line: Line, kind: ZoneKind, reason: str, table: Boilerplate, *, dateline_possible: bool
) -> list[Zone]:
    """Make the zones of a line: one, or more where a dateline, label or source is glued to running text."""
    if kind is not ZoneKind.BODY:
        return [Zone(line.span, kind, reason)]
    start, end = line.span.start, line.span.end
    head: list[Zone] = []
    tail: list[Zone] = []
    dateline = dateline_end(line, table) if dateline_possible else None
    related = table.label(line, "related")
    cut, head_kind, head_reason = (
        (dateline, ZoneKind.DATELINE, "dateline") if dateline else (related, ZoneKind.BOILERPLATE, "related")
    )
    if cut and line.raw[cut:].strip():
        label = line.raw[:cut].rstrip()
        head.append(Zone(Span(start, start + len(label)), head_kind, head_reason))
        start = end - len(line.raw[cut:].lstrip())
    source = table.trailing_source(line)
    if source is not None and line.span.start + source > start:
        tail.append(Zone(Span(line.span.start + source, end), ZoneKind.SOURCE, "source-line"))
        end = line.span.start + len(line.raw[:source].rstrip())
    return [*head, Zone(Span(start, end), kind, reason), *tail]
