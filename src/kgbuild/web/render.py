"""Pages as HTML: Jinja with autoescape, and what every template may call."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from kgbuild import __version__
from kgbuild.graph.ontology import label, topic_label
from kgbuild.graph.terms import clean
from kgbuild.vocab import ACT, ARTICLE, DA, ENTITY, WIKIDATA
from kgbuild.web.families import FAMILIES, family_of
from kgbuild.web.i18n import LANGUAGES, Messages, messages
from kgbuild.web.index import Act
from kgbuild.web.links import Links
from kgbuild.web.network import Network
from kgbuild.web.pages import Browser
from kgbuild.web.paging import Page
from kgbuild.web.security import POLICY

_ACTS_AN_EDGE: Final = 3
_ALMOST_A_YEAR: Final = 360
_FOLDER: Final = Path(__file__).parent / "templates"
_WORDS: Final = re.compile(r"[a-z]+|[A-Z][a-z]*")


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["exact"] = exact
    found.filters["json_block"] = json_block
    found.filters["in_words"] = in_words
    found.filters["groupby_month"] = groupby_month
    found.filters["cap"] = capitalized
    found.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    return found


def exact(text: str) -> Markup:
    """Text of an article as HTML that a browser reads back unchanged: it would make CR LF one line break."""
    return Markup(str(escape(clean(text))).replace("\r", "&#13;"))  # noqa: S704  (escaped just now)


def json_block(value: object) -> Markup:
    """JSON for a ``<script type="application/json">``: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text.encode("utf-8", "replace").decode())  # noqa: S704  (no markup is left in it)


def capitalized(text: str) -> str:
    """The text with a capital first letter, and the others as they are."""
    return text[:1].upper() + text[1:]


def in_words(name: str) -> str:
    """``PastTense`` as ``past tense``."""
    return " ".join(_WORDS.findall(name)).lower() or name


def warm() -> None:
    """Compile the templates now, and not when the first visitor waits."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


def render(page: Page, browser: Browser, language: str, links: Links, query: Mapping[str, str]) -> str:
    """The page as HTML, in one of the languages.

    Args:
        page: what to show.
        browser: whose index names the things in it.
        language: ``en`` or ``ar``.
        links: makes the addresses.
        query: of the request, which the switch of languages keeps.
    """
    words = messages(language)
    index = browser.index

    def href(path: str, fragment: str = "", **query: object) -> str:
        given = {name: str(value) for name, value in query.items() if value}
        return links.page(language, path, given) + (f"#{fragment}" if fragment else "")

    def class_label(name: str) -> str:
        return label(DA.NS + name, language)

    def detail(key: str) -> Any:
        return browser.reader.detail(key)

    def act_title(act: Any) -> str:
        comma = "، " if language == "ar" else ", "
        agents = comma.join(index.actor(key).name(language) for key in act.agents) or words.text("act.nobody")
        to = comma.join(index.actor(key).name(language) for key in act.addressees)
        arrow = " ← " if language == "ar" else " → "
        return f"{class_label(act.type)}: {agents}{arrow + to if to else ''}"

    title = words.text(page.title[1:]) if page.title.startswith(":") else page.title
    values: dict[str, Any] = {
        "comma": words.text("comma") + " ",
        "t": words.text,
        "n": words.count,
        "has": words.has,
        "day": words.day,
        "month": words.month,
        "days": words.days,
        "lang": language,
        "dir": words.direction,
        "other_lang": next(one for one in LANGUAGES if one != language),
        "href": href,
        "other_href": links.page(next(one for one in LANGUAGES if one != language), page.path, query),
        "asset": links.asset,
        "static": links.static,
        "csp": POLICY,
        "section": page.section,
        "path": page.path,
        "query": query,
        "index": index,
        "catalog": browser.catalog,
        "name": lambda key: index.actor(key).name(language),
        "class_label": class_label,
        "topic_label": lambda name: topic_label(name, language),
        "family_label": class_label,
        "family_of": lambda name: family_of().get(name, "Other"),
        "families_order": FAMILIES,
        "act_title": act_title,
        "detail": detail,
        "evidence": browser.reader.evidence,
        "ACT": ACT,
        "ARTICLE": ARTICLE,
        "ENTITY": ENTITY,
        "WIKIDATA": WIKIDATA,
        "version": __version__,
    }
    if page.values.get("act") is not None and page.template == "act.html":
        title = act_title(page.values["act"])
    if page.template == "actor.html":
        title = page.values["actor"].name(language)
    if page.template == "graph.html":
        values["graph_data"] = graph_data(page, browser, language, href, words, act_title)
    html = _environment().get_template(page.template).render({**values, "title": title, **page.values})
    return html.encode("utf-8", "replace").decode()


def groupby_month(acts: Iterable[Act]) -> list[tuple[date | None, bool, list[Act]]]:
    """Acts in runs of one month each: its first day, whether it stands for the whole year, the acts.

    What is dated by the year alone makes a run of its own; the undated come under ``None``.
    """
    return [(first, yearly, list(run)) for (first, yearly), run in groupby(acts, _run)]


def _run(act: Act) -> tuple[date | None, bool]:
    if act.day is None:
        return None, False
    yearly = ((act.until or act.day) - act.day).days >= _ALMOST_A_YEAR
    return (act.day.replace(month=1, day=1) if yearly else act.day.replace(day=1)), yearly


def graph_data(
    page: Page,
    browser: Browser,
    language: str,
    href: Callable[..., str],
    words: Messages,
    act_title: Callable[[Act], str],
) -> dict[str, Any]:
    """What the drawing of the graph is made from: nodes and edges with labels, addresses and evidence."""
    index = browser.index
    shown: Network = page.values["shown"]
    nodes = [
        {"key": key, "label": index.actor(key).name(language), "weight": weight, "href": href(f"actor/{key}")}
        for key, weight in shown.nodes
    ]
    edges = [
        {
            "agent": edge.agent,
            "addressee": edge.addressee,
            "agentLabel": index.actor(edge.agent).name(language),
            "addresseeLabel": index.actor(edge.addressee).name(language),
            "count": len(edge.acts),
            "family": max(FAMILIES, key=lambda one: (edge.families[one], -FAMILIES.index(one))),
            "href": href("timeline", actor=edge.agent, role="agent", whom=edge.addressee),
            "more": words.text("graph.more", n=len(edge.acts)),
            "acts": [
                {
                    "label": capitalized(act_title(act)),
                    "href": href(f"article/{act.articles[0]}", f"act-{act.key}")
                    if act.articles
                    else href(f"act/{act.key}"),
                    "quote": browser.reader.evidence(act.key).quote,
                }
                for act in edge.acts[:_ACTS_AN_EDGE]
            ],
        }
        for edge in shown.edges
    ]
    return {
        "nodes": nodes,
        "edges": edges,
        "families": FAMILIES,
        "dashes": {"Evaluative": "dashed", "Directive": "dotted"},
        "arrow": "←" if language == "ar" else "→",
        "openActor": words.text("graph.open_actor"),
    }
