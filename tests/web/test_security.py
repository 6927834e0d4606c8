import pytest
from starlette.testclient import TestClient

from kgbuild.web.app import make_app
from kgbuild.web.pages import Browser
from kgbuild.web.security import COOKIE, is_loopback

TOKEN = "a-token-of-the-tests"  # noqa: S105


@pytest.fixture
def guarded(site: Browser) -> TestClient:
    app = make_app(site, hosts=["localhost", "graph.example"], token=TOKEN)
    return TestClient(app, base_url="http://192.0.2.7:8000", follow_redirects=False)


@pytest.mark.parametrize("path", ["/en/", "/static/site.css", "/sparql", "/en/nothing", "/en/questions"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


def test_no_other_site_may_read_the_answers(client: TestClient) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "GET"}
    answer = client.options("/sparql?query=ASK{}", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    answer = client.get("/sparql?query=ASK{}", headers={"origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "192.0.2.7", "", "[::2]"]
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/en/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_the_names_of_this_machine_are_answered_to(client: TestClient, host: str) -> None:
    assert client.get("/en/", headers={"host": host}).status_code == 200


def test_without_the_token_nothing_is_shown(guarded: TestClient) -> None:
    for path in (
        "/en/",
        "/static/site.css",
        "/sparql?query=ASK{}",
        "/en/?token=wrong",
        "/?token=",
        "/?token=é",
    ):
        answer = guarded.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_token_of_the_address_becomes_a_cookie(guarded: TestClient) -> None:
    answer = guarded.get(f"/en/timeline?topic=cyber&token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/timeline?topic=cyber")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    guarded.cookies.clear()
    assert guarded.get("/en/", headers={"cookie": f"{COOKIE}={TOKEN}"}).status_code == 200
    assert guarded.get("/en/", headers={"cookie": f"{COOKIE}=x"}).status_code == 401


def test_the_entrance_leads_nowhere_else(guarded: TestClient) -> None:
    for path in (f"//evil.example?token={TOKEN}", f"/\\evil.example?token={TOKEN}"):
        guarded.cookies.clear()
        location = guarded.get(f"http://192.0.2.7:8000{path}").headers["location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


def test_programs_send_the_token_as_a_header(guarded: TestClient) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/sparql?query=ASK{}", headers=bearer).status_code == 200
    assert guarded.get("/en/", headers={"authorization": "Bearer x"}).status_code == 401


def test_behind_a_token_addresses_are_answered_to_and_unknown_names_are_not(guarded: TestClient) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/en/", headers={**bearer, "host": "graph.example"}).status_code == 200
    assert guarded.get("/en/", headers={**bearer, "host": "evil.example"}).status_code == 421


def test_files_outside_static_are_not_served(client: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.8.8", True), ("0.0.0.0", False),  # noqa: S104
     ("::", False), ("192.0.2.1", False), ("graph.example", False), ("", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
