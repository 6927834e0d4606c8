"""The site in a real browser: layout, marks, panels, filters, graph, console, keyboard; in both languages."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kgbuild.web.marks import told
from kgbuild.web.pages import Browser

expect.set_options(timeout=30_000)
SEVERE = ("serious", "critical")
QUERY = "SELECT ?act { ?act a da:Propose ; da:hasMention ?m }"
TAP = """() => { document.getElementById('graph').graph.edges('[source="russia"]').emit('tap'); }"""
MEETING = """() => {
  const boxes = document.getElementById('graph').graph.nodes().map(
    e => e.boundingBox({ includeEdges: false }));
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(
    b => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2)).length;
}"""
"""How many pairs of nodes, with their names, overlap."""
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.fixture
def page(visit: Any) -> Page:
    found: Page = visit.page
    found.set_default_timeout(60_000)
    return found


def offer(site: Browser) -> str:
    """Key of the story's first article."""
    return site.index.by_id["offer"]


def addresses(site: Browser) -> dict[str, str]:
    """One address of each kind of page."""
    propose = next(act.key for act in site.index.acts if act.type == "Propose")
    return {
        "overview": "",
        "articles": "articles",
        "article": f"article/{offer(site)}#act-{propose}",
        "act": f"act/{propose}",
        "actors": "actors",
        "actor": "actor/russia",
        "topics": "topics",
        "topic": "topic/cyber",
        "timeline": "timeline?actor=russia",
        "graph": "graph",
        "questions": "questions",
        "question": "question/who-proposed-what-on-cyber?run=yes",
        "console": f"console?query={QUERY}",
        "search": "search?q=russia",
        "empty": "timeline?actor=joe-biden&topic=cyber",
    }


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ar", "dark")])
def test_no_page_has_a_serious_finding_of_axe(site: Browser, visit: Any, language: str, theme: Any) -> None:
    page: Page = visit.page
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for name, path in addresses(site).items():
        page.goto(f"/{language}/{path}")
        results = Axe().run(page, options=OPTIONS).response
        severe = [one for one in results["violations"] if one["impact"] in SEVERE]
        if severe:
            found[name] = [
                f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}"
                for one in severe
            ]
    assert found == {}


def test_an_error_page_has_a_way_on(visit: Any, page: Page) -> None:
    page.goto("/ar/actor/nobody")
    assert page.locator("main .button").count() >= 3
    visit.complaints.clear()  # the browser itself notes that the answer was 404


def test_marks_stand_at_the_right_characters(site: Browser, page: Page) -> None:
    key = offer(site)
    extraction = site.store.record(key)
    text = extraction.article.text
    page.goto(f"/en/article/{key}")
    assert page.locator("[data-text]").evaluate("e => e.textContent") == text
    pieces = page.locator("[data-text] [data-s]").evaluate_all(
        "all => all.map(e => [+e.dataset.s, +e.dataset.e, e.textContent, e.dataset.trigger || ''])"
    )
    for start, end, shown, _ in pieces:
        assert text[start:end] == shown
    for number, one in enumerate(told(extraction)):
        marked = "".join(shown for _, _, shown, acts in pieces if str(number) in acts.split())
        assert marked == one.trigger.of(text)


def test_arabic_runs_from_right_to_left_in_both_languages(site: Browser, page: Page) -> None:
    for language in ("en", "ar"):
        page.goto(f"/{language}/article/{offer(site)}")
        box = page.locator("[data-text]")
        assert box.evaluate("e => getComputedStyle(e).direction") == "rtl"
        first, second = page.locator("[data-text] > *").nth(0), page.locator("[data-text] > *").nth(1)
        one, two = first.bounding_box(), second.bounding_box()
        assert one
        assert two
        assert one["x"] + one["width"] >= two["x"] + two["width"]
        side, main = page.locator(".acts-side").bounding_box(), page.locator(".article-text").bounding_box()
        assert side
        assert main
        assert (side["x"] > main["x"]) == (language == "en")


def test_a_click_opens_the_act_with_all_that_is_known(site: Browser, page: Page) -> None:
    page.goto(f"/en/article/{offer(site)}")
    page.locator("[data-text] a.trigger", has_text="عرضت").click()
    panel = page.locator("details.act[open]")
    expect(panel).to_have_count(1)
    for words in (
        "Propose",
        "Russia",
        "United States",
        "Cybersecurity",
        "15 July 2021",
        "Sergey Lavrov",
        "arada",
        "0.8",
    ):
        expect(panel).to_contain_text(words)
    expect(panel.locator(".role-condition")).to_have_count(1)
    expect(panel.locator(".iri")).to_contain_text("https://w3id.org/kgbuild/act/")
    panel.get_by_text("Turtle", exact=True).click()
    expect(panel.locator("pre")).to_contain_text("da:Propose")
    lit = "".join(page.locator("[data-text] .lit").all_text_contents())
    assert lit == "روسيا عرضت على الولايات المتحدة حوارا حول الأمن السيبراني"
    assert page.locator("[data-text] .lit-condition").count() >= 1
    assert re.search(r"#act-[0-9a-f]{20}$", page.url)


def test_a_denial_leads_to_what_it_denies(site: Browser, page: Page) -> None:
    page.goto(f"/en/article/{offer(site)}")
    page.locator("[data-text] a.trigger", has_text="نفت").click()
    page.locator("details.act[open] dd", has_text="Accuse").get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("Accuse")


def test_an_analyst_comes_from_the_overview_to_the_words_and_the_turtle(page: Page) -> None:
    page.goto("/en/")
    page.locator(".bars").get_by_role("link", name="Russia", exact=True).first.click()
    page.wait_for_url("**/en/actor/russia")
    page.locator(".positions a.badge-link", has_text="Propose").first.click()
    page.wait_for_url("**/en/act/*")
    expect(page.locator("ol.chain li").first).to_have_text("Sergey Lavrov")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert "da:Propose" in download.value.path().read_text(encoding="utf-8")
    page.locator(".telling h3 a").first.click()
    page.wait_for_url("**/en/article/*#act-*")
    panel = page.locator("details.act[open]")
    expect(panel.locator("ol.chain li").first).to_have_text("Sergey Lavrov")
    expect(page.locator("[data-text] .lit-trigger")).to_have_text("عرضت")
    panel.get_by_role("link", name="Back to the text").click()
    expect(page.locator("[data-text] a.trigger:focus")).to_have_text("عرضت")


def test_without_scripts_an_act_leads_back_to_its_words(site: Browser, chromium: Any, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/en/article/{offer(site)}")
    panel = page.locator("details.act").first
    panel.locator("summary").first.click()
    panel.get_by_role("link", name="Back to the text").click()
    expect(page.locator("[data-text] a.trigger:target")).to_be_in_viewport()
    context.close()


def test_deep_links_open_an_act_and_show_characters(site: Browser, page: Page) -> None:
    key = offer(site)
    denial = next(act.key for act in site.index.acts if act.type == "Deny")
    page.goto(f"/ar/article/{key}#act-{denial}")
    expect(page.locator("details.act[open]")).to_have_attribute("id", f"act-{denial}")
    expect(page.locator("details.act[open]")).to_be_in_viewport()
    text = site.store.record(key).article.text
    start = text.index("جنيف")
    page.goto(f"/ar/article/{key}#c{start}-{start + 4}")
    expect(page.locator(".cited")).to_have_text("جنيف")


def test_the_keyboard_alone_opens_and_closes_an_act(site: Browser, page: Page) -> None:
    page.goto(f"/en/article/{offer(site)}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('trigger')"):
            break
    chosen = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("details.act[open] > summary")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Escape")
    expect(page.locator("details.act[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == chosen


def test_the_keyboard_alone_reaches_every_part_of_the_overview(page: Page) -> None:
    page.goto("/en/")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.tagName")
        )
    assert {"/en/timeline", "/en/graph", "/ar/", "BUTTON", "INPUT", "SUMMARY"} <= reached


def test_filters_go_into_the_address_and_back(page: Page) -> None:
    page.goto("/en/timeline")
    everything = page.locator("article.card").count()
    page.locator("select[name=actor]").select_option(label="Russia")
    page.locator("select[name=topic]").select_option(label="Cybersecurity")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/timeline?*actor=russia*topic=cyber*")
    assert 0 < page.locator("article.card").count() < everything
    expect(page.locator("select[name=actor]")).to_have_value("russia")
    page.get_by_role("link", name="العربية").click()
    page.wait_for_url("**/ar/timeline?*actor=russia*")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("select[name=topic]")).to_have_value("cyber")


def test_the_graph_draws_arrows_from_agent_to_addressee(page: Page) -> None:
    for language, arrow in (("en", "→"), ("ar", "←")):
        page.goto(f"/{language}/graph")
        page.wait_for_selector("#graph[data-ready]")
        edges = page.evaluate(
            "document.getElementById('graph').graph.edges().map(e => [e.source().id(), e.target().id(),"
            " e.style('target-arrow-shape'), e.style('source-arrow-shape')])"
        )
        assert ["russia", "united-states", "triangle", "none"] in edges
        assert page.evaluate(MEETING) == 0
        page.evaluate(TAP)
        side = page.locator("[data-side]")
        expect(side.locator("h2")).to_contain_text(arrow)
        expect(side.locator("blockquote").first).to_contain_text("روسيا")
        expect(side.locator("li a").first).to_have_attribute(
            "href", re.compile(r"/article/[0-9a-f]{20}#act-")
        )
        rows = page.locator("table tbody tr")
        assert rows.count() == len(edges)


def test_a_question_is_asked_with_the_form(page: Page) -> None:
    page.goto("/en/question/who-proposed-what-on-cyber")
    page.locator("select[name=topic]").select_option("cyber")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.locator("tbody a[href*='/article/']").click()
    expect(page.locator(".cited")).not_to_have_count(0)


def test_the_console_runs_a_query_from_its_editor(page: Page) -> None:
    page.goto("/en/console")
    page.wait_for_selector(".CodeMirror")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(QUERY)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/console?query=*")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".CodeMirror").click()  # in its middle, which is below the only line of the query
    expect(page.locator(".CodeMirror textarea")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_light_and_dark_are_chosen_and_kept(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/en/")
    color = "getComputedStyle(document.body.parentElement).backgroundColor"
    light = page.evaluate(color)
    page.locator("[data-theme-switch]").click()
    dark = page.evaluate(color)
    assert light != dark
    page.goto("/ar/topics")
    assert page.evaluate(color) == dark


def test_a_phone_needs_no_scrolling_sideways(site: Browser, page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    for n, (name, path) in enumerate(addresses(site).items()):
        language = ("en", "ar")[n % 2]
        page.goto(f"/{language}/{path}")
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= 375, (name, language, width)
