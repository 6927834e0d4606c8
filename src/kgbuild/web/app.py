"""The site as an ASGI application: which address shows which page."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kgbuild.errors import UsageError
from kgbuild.web import answers
from kgbuild.web.description import describe
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
        routes=routes(),
        exception_handlers={
            HTTPException: _http_error,
            500: _broken,
            BusyError: _busy,
            NotFoundError: _missing,
        },
    )
    app.state.browser = browser
    app.state.source = LimitedStore(browser.folder, limits)
    app.state.description = describe(
        browser.index, browser.catalog, app.state.source.limits, token=token is not None
    )
    return Guard(app, hosts, token)


def routes() -> list[BaseRoute]:
    """Every address of the site; the handlers find the pages and the queries in the application's state."""

    def page(path: str, make: Make) -> Route:
        def endpoint(request: Request) -> Response:  # run in a thread, since it is no coroutine
            language = _language(request)
            query = dict(request.query_params)
            return _shown(request, make(request, query, language), language, query)

        return Route("/{lang}/" + path, endpoint, methods=["GET"])

    def listed(path: str, make: Callable[[Browser, Mapping[str, str]], Page]) -> Route:
        return page(path, lambda request, query, _: make(request.app.state.browser, query))

    def one(path: str, make: Callable[[Browser, str, Mapping[str, str]], Page]) -> Route:
        return page(
            f"{path}/{{key}}",
            lambda request, query, _: make(request.app.state.browser, str(request.path_params["key"]), query),
        )

    return [
        Route("/", _front, methods=["GET"]),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/openapi.json", _description, methods=["GET"]),
        Route("/{lang}", _front_of_language, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        listed("", lambda browser, _: browser.overview()),
        listed("articles", lambda browser, query: browser.articles(query)),
        one("article", lambda browser, key, _: browser.article(key)),
        Route("/{lang}/act/{key}.ttl", _turtle, methods=["GET"]),
        one("act", lambda browser, key, _: browser.act(key)),
        listed("actors", lambda browser, query: browser.actors(query)),
        one("actor", lambda browser, key, _: browser.actor(key)),
        listed("topics", lambda browser, _: browser.topics()),
        one("topic", lambda browser, key, query: browser.topic(key, query)),
        listed("timeline", lambda browser, query: browser.timeline(query)),
        listed("graph", lambda browser, query: browser.graph(query)),
        listed("search", lambda browser, query: browser.search(query)),
        listed("questions", lambda _, __: answers.questions_page()),
        Route("/{lang}/question/{key}.csv", _csv, methods=["GET"]),
        page("question/{key}", _question),
        page("console", _console),
    ]


def _language(request: Request) -> str:
    found = str(request.path_params["lang"])
    if found not in LANGUAGES:
        raise NotFoundError("language")
    return found


def _question(request: Request, query: Mapping[str, str], language: str) -> Page:
    state = request.app.state
    name = str(request.path_params["key"])
    return answers.question_page(state.browser, state.source, name, query, language, run="run" in query)


def _console(request: Request, query: Mapping[str, str], language: str) -> Page:
    state = request.app.state
    endpoint = str(request.base_url).rstrip("/") + "/sparql"
    return answers.console_page(state.browser, state.source, query, language, endpoint)


def _csv(request: Request) -> Response:
    _language(request)
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
    _language(request)
    browser: Browser = request.app.state.browser
    key = str(request.path_params["key"])
    if key not in browser.index.by_key:
        raise NotFoundError("act")
    return Response(browser.reader.turtle(key), media_type="text/turtle; charset=utf-8")


def _description(request: Request) -> Response:
    return JSONResponse(request.app.state.description)


def _front(request: Request) -> Response:
    """To the language that the visitor's browser asks for first, of those there are."""
    for wanted in request.headers.get("accept-language", "").lower().split(",")[:20]:
        language = wanted.strip()[:2]
        if language in LANGUAGES:
            return RedirectResponse(f"/{language}/", 302)
    return RedirectResponse(f"/{LANGUAGES[0]}/", 302)


def _front_of_language(request: Request) -> Response:
    return RedirectResponse(f"/{_language(request)}/", 302)


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
