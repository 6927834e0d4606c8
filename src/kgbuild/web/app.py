"""The site as an ASGI application: which address shows which page."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kgbuild.errors import UsageError
from kgbuild.web import answers
from kgbuild.web.endpoint import sparql
from kgbuild.web.i18n import LANGUAGES, messages
from kgbuild.web.limits import BusyError, LimitedStore, Limits
from kgbuild.web.links import ServedLinks
from kgbuild.web.pages import Browser
from kgbuild.web.paging import NotFoundError, Page
from kgbuild.web.render import render
from kgbuild.web.security import LOOPBACK, Guard

STATIC: Final = Path(__file__).parent / "static"
_LINKS: Final = ServedLinks()

Make = Callable[[Request, Mapping[str, str], str], Page]


def make_app(
    browser: Browser,
    limits: Limits | None = None,
    *,
    hosts: Iterable[str] = LOOPBACK,
    token: str | None = None,
) -> ASGIApp:
    """The whole site over an open store.

    Args:
        browser: makes the pages.
        limits: of the queries that visitors ask.
        hosts: names that the site answers to.
        token: what visitors must bring, or ``None``.
    """
    app = Starlette(
        routes=_routes(browser),
        exception_handlers={
            HTTPException: _http_error,
            500: _broken,
            BusyError: _busy,
            NotFoundError: _missing,
        },
    )
    app.state.browser = browser
    app.state.source = LimitedStore(browser.folder, limits)
    return Guard(app, hosts, token)


def _routes(browser: Browser) -> list[BaseRoute]:
    def page(path: str, make: Make) -> Route:
        def endpoint(request: Request) -> Response:  # run in a thread, since it is no coroutine
            language = request.path_params["lang"]
            if language not in LANGUAGES:
                raise NotFoundError("language")
            query = dict(request.query_params)
            return _shown(request, make(request, query, language), language, query)

        return Route("/{lang}/" + path, endpoint, methods=["GET"])

    def part(request: Request) -> str:
        return str(request.path_params["key"])

    return [
        Route("/", _front, methods=["GET"]),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/{lang}", _front_of_language, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        page("", lambda *_: browser.overview()),
        page("articles", lambda _, query, __: browser.articles(query)),
        page("article/{key}", lambda request, *_: browser.article(part(request))),
        Route("/{lang}/act/{key}.ttl", _turtle, methods=["GET"]),
        page("act/{key}", lambda request, *_: browser.act(part(request))),
        page("actors", lambda _, query, __: browser.actors(query)),
        page("actor/{key}", lambda request, *_: browser.actor(part(request))),
        page("topics", lambda *_: browser.topics()),
        page("topic/{key}", lambda request, query, _: browser.topic(part(request), query)),
        page("timeline", lambda _, query, __: browser.timeline(query)),
        page("graph", lambda _, query, __: browser.graph(query)),
        page("search", lambda _, query, __: browser.search(query)),
        page("questions", lambda *_: answers.questions_page()),
        Route("/{lang}/question/{key}.csv", _csv, methods=["GET"]),
        page("question/{key}", _question),
        page("console", _console),
    ]


def _question(request: Request, query: Mapping[str, str], language: str) -> Page:
    state = request.app.state
    name = str(request.path_params["key"])
    return answers.question_page(state.browser, state.source, name, query, language, run="run" in query)


def _console(request: Request, query: Mapping[str, str], language: str) -> Page:
    state = request.app.state
    endpoint = str(request.base_url).rstrip("/") + "/sparql"
    return answers.console_page(state.browser, state.source, query, language, endpoint)


def _csv(request: Request) -> Response:
    state = request.app.state
    name = str(request.path_params["key"])
    try:
        text = answers.question_csv(state.browser, state.source, name, dict(request.query_params))
    except (NotFoundError, BusyError):
        raise
    except UsageError as error:
        return PlainTextResponse(f"{error}\n", 422)
    return Response(
        text,
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
        media_type="text/csv; charset=utf-8",
    )


def _turtle(request: Request) -> Response:
    browser: Browser = request.app.state.browser
    key = str(request.path_params["key"])
    if key not in browser.index.by_key:
        raise NotFoundError("act")
    return Response(browser.reader.turtle(key), media_type="text/turtle; charset=utf-8")


def _front(request: Request) -> Response:
    """To the language that the visitor's browser asks for first, of those there are."""
    for wanted in request.headers.get("accept-language", "").lower().split(",")[:20]:
        language = wanted.strip()[:2]
        if language in LANGUAGES:
            return RedirectResponse(f"/{language}/", 302)
    return RedirectResponse(f"/{LANGUAGES[0]}/", 302)


def _front_of_language(request: Request) -> Response:
    if request.path_params["lang"] not in LANGUAGES:
        raise NotFoundError("language")
    return RedirectResponse(f"/{request.path_params['lang']}/", 302)


def _shown(request: Request, page: Page, language: str, query: Mapping[str, str]) -> Response:
    browser: Browser = request.app.state.browser
    return HTMLResponse(render(page, browser, language, _LINKS, query), page.status)


def _error(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    language = request.url.path.strip("/").partition("/")[0]
    language = language if language in LANGUAGES else LANGUAGES[0]
    words = messages(language)
    known = status if words.has(f"error.{status}") else 400
    values: dict[str, Any] = {"status": status, "said": words.text(f"error.{known}.said")}
    page = Page("error.html", "", f":error.{known}", "", values, status)
    response = _shown(request, page, language, {})
    response.headers.update(headers or {})
    return response


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    headers = error.headers if isinstance(error, HTTPException) else None
    return _error(request, status, headers)


async def _missing(request: Request, _: Exception) -> Response:
    return _error(request, 404)


async def _busy(request: Request, _: Exception) -> Response:
    return _error(request, 429, {"retry-after": "5"})


async def _broken(request: Request, _: Exception) -> Response:
    return _error(request, 500)
