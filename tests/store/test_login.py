import urllib.request

import pytest

from kgbuild.errors import UsageError
from kgbuild.store.login import PASSWORD_VARIABLE, USER_VARIABLE, Authorization, Login, find_login

URL = "http://www.example.org/dir/index.html"
MUFASA = Login("Mufasa", "Circle of Life")
CHALLENGE = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


def fields(header: str) -> dict[str, str]:
    assert header.startswith("Digest ")
    return urllib.request.parse_keqv_list(urllib.request.parse_http_list(header.removeprefix("Digest ")))


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_standard(algorithm: str, response: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 7616, section 3.9.1."""
    client = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    monkeypatch.setattr("secrets.token_hex", lambda _: client)
    authorization = Authorization(MUFASA)
    assert authorization.header("GET", URL) == {}
    assert authorization.meet([CHALLENGE % algorithm])
    found = fields(authorization.header("GET", URL)["Authorization"])
    assert found["response"] == response
    assert found["cnonce"] == client
    assert (found["uri"], found["nc"], found["qop"]) == ("/dir/index.html", "00000001", "auth")


def test_a_server_that_knows_no_qop() -> None:
    """The example of RFC 2069, as corrected by its errata."""
    authorization = Authorization(Login("Mufasa", "CircleOfLife"))
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
    assert authorization.meet([challenge])
    found = fields(authorization.header("GET", URL)["Authorization"])
    assert found["response"] == "1949323746fe6a43ef61f9606e7febea"
    assert "qop" not in found


def test_digest_before_basic_whatever_their_order() -> None:
    authorization = Authorization(MUFASA)
    assert authorization.meet(['Basic realm="x"', CHALLENGE % "SHA-256-sess"])
    assert authorization.header("PUT", URL)["Authorization"].startswith("Digest ")


@pytest.mark.parametrize(
    "challenges", [[], ["Bearer"], ['Digest realm="x"'], ["Digest algorithm=SHA-512"], [""]]
)
def test_a_challenge_that_cannot_be_met(challenges: list[str]) -> None:
    assert not Authorization(MUFASA).meet(challenges)
    assert not Authorization(None).meet(['Basic realm="x"'])


def test_a_quote_in_a_name_does_not_end_it() -> None:
    authorization = Authorization(Login('a"b\\c', "p"))
    authorization.meet([CHALLENGE % "MD5"])
    assert 'username="a\\"b\\\\c"' in authorization.header("GET", URL)["Authorization"]


def test_the_password_is_not_shown() -> None:
    assert "Circle" not in repr(MUFASA)


def test_a_login_is_whole_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_login({}, URL) is None
    assert find_login({USER_VARIABLE: "u", PASSWORD_VARIABLE: ""}, URL) == Login("u", "")
    with pytest.raises(UsageError, match=r"keyring set 'kgbuild www\.example\.org'"):
        find_login({PASSWORD_VARIABLE: "p"}, URL)


def test_the_keyring_is_asked_for_the_server_at_hand() -> None:
    keyring = pytest.importorskip("keyring")
    backend = pytest.importorskip("keyring.backend")

    class Memory(backend.KeyringBackend):  # type: ignore[misc,name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "found" if (service, username) == ("kgbuild www.example.org", "u") else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        assert find_login({USER_VARIABLE: "u"}, URL) == Login("u", "found")
        with pytest.raises(UsageError, match=PASSWORD_VARIABLE):
            find_login({USER_VARIABLE: "u"}, "http://elsewhere.example/")
    finally:
        keyring.set_keyring(before)
