"""The OpenAPI description says what the site does: held by schemathesis, and against the routes."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from kgbuild.web.app import make_app, routes
from kgbuild.web.limits import Limits
from kgbuild.web.pages import Browser

LIMITS = Limits(seconds=5)
FREE = ("/sparql", "/{lang}/console")
"""What these take is a text to a schema; only few texts are SPARQL."""
PLAIN = ("/", "/openapi.json", "/static/{path}")
"""Nothing that these take could be other than described."""


def operations() -> Iterator[tuple[str, str]]:
    for route in routes():
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path}}"
        elif isinstance(route, Route):
            for method in sorted(route.methods or ()):
                if method != "HEAD":  # Starlette answers HEAD wherever it answers GET
                    yield method, route.path


@pytest.fixture(scope="module")
def schema(site: Browser) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", make_app(site, LIMITS, hosts=["testserver"]))


def test_every_route_is_described_and_nothing_else(site: Browser, client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    described = {(method.upper(), path) for path, found in paths.items() for method in found}
    assert described == set(operations())


def test_a_token_is_described_where_one_is_needed(site: Browser) -> None:
    app = make_app(site, LIMITS, token="secret")  # noqa: S106
    client = TestClient(app, base_url="http://127.0.0.1", headers={"authorization": "Bearer secret"})
    found = client.get("/openapi.json").json()
    assert found["security"] == [{"token": []}]
    assert all("401" in one["responses"] for path in found["paths"].values() for one in path.values())


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        (method, path, mode)
        for method, path in sorted(operations())
        for mode in GenerationMode
        if mode.is_positive or path not in PLAIN
    ],
)
def test_answers_are_as_described(schema: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = schema[path][method]
    keys = [one.get("example") for one in operation.definition.raw["parameters"] if one["name"] == "key"]

    @settings(
        max_examples=10,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def check(case: Any, known: bool) -> None:
        if known and keys:
            case.path_parameters["key"] = keys[0]  # a key that the graph has: no other is ever guessed
        case.call_and_validate(excluded_checks=[positive_data_acceptance] if path in FREE else [])

    check()
