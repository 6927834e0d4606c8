"""Logging in to a server: name and password from the environment or the keyring, Basic and Digest.

Nothing is sent before the server asks for it, and where it offers Digest (RFC 7616), the password itself is
never sent.
"""

import base64
import hashlib
import importlib
import secrets
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kgbuild.errors import UsageError

USER_VARIABLE: Final = "KGBUILD_USER"
PASSWORD_VARIABLE: Final = "KGBUILD_PASSWORD"  # noqa: S105  (the name of a variable)
SERVICE: Final = "kgbuild"
"""Under which the keyring keeps passwords: this, a blank and the server's host."""

_HASHES: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r}, …)"


def find_login(environment: Mapping[str, str], address: str) -> Login | None:
    """The login for ``address``; None when no name is set.

    The password is the variable's, or else what the keyring holds for the name and the server.

    Raises:
        UsageError: if there is a name without a password, or the other way round.
    """
    user, password = environment.get(USER_VARIABLE), environment.get(PASSWORD_VARIABLE)
    if user is None and password is None:
        return None
    host = urllib.parse.urlsplit(address).hostname or ""
    if user and password is None:
        password = _from_keyring(host, user)
    if not user or password is None:
        raise UsageError(
            f"Set both {USER_VARIABLE} and {PASSWORD_VARIABLE}, or neither; or keep the password in the "
            f"keyring: keyring set '{SERVICE} {host}' NAME"
        )
    return Login(user, password)


class Authorization:
    """The ``Authorization`` headers of one server, once it has said what it wants."""

    def __init__(self, login: Login | None) -> None:
        self._login = login
        self._challenge: dict[str, str] | None = None
        self._basic = False
        self._uses = 0

    def header(self, method: str, url: str) -> dict[str, str]:
        """The header for a request; none before a challenge."""
        if self._login is None:
            return {}
        if self._basic:
            token = base64.b64encode(f"{self._login.user}:{self._login.password}".encode()).decode()
            return {"Authorization": f"Basic {token}"}
        if self._challenge is None:
            return {}
        self._uses += 1
        return {"Authorization": _digest(self._login, self._challenge, method, url, self._uses)}

    def meet(self, challenges: Sequence[str]) -> bool:
        """Take the challenges of a 401 answer (its ``WWW-Authenticate`` headers); whether to try again.

        A wrong password is not tried twice; a nonce that grew stale is met anew.
        """
        if self._login is None:
            return False
        for challenge in challenges:
            scheme, _, rest = challenge.strip().partition(" ")
            if scheme.casefold() != "digest":
                continue
            fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
            is_stale = fields.get("stale", "").casefold() == "true"
            is_known = _base(fields) in _HASHES and "realm" in fields and "nonce" in fields
            if is_known and (self._challenge is None or is_stale):
                self._challenge, self._uses = fields, 0
                return True
            if is_known:
                return False
        if self._basic or not any(one.strip().casefold().startswith("basic") for one in challenges):
            return False
        self._basic = True
        return True


def _digest(login: Login, challenge: Mapping[str, str], method: str, url: str, uses: int) -> str:
    """The header of RFC 7616 with ``qop=auth``, or that of RFC 2069 where the server knows no ``qop``."""
    parts = urllib.parse.urlsplit(url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    algorithm = challenge.get("algorithm", "MD5")
    hashed = _HASHES[_base(challenge)]

    def digest(*values: str) -> str:
        return hashed(":".join(values).encode()).hexdigest()

    nonce, client, count = challenge["nonce"], secrets.token_hex(16), f"{uses:08x}"
    secret = digest(login.user, challenge["realm"], login.password)
    if algorithm.casefold().endswith("-sess"):
        secret = digest(secret, nonce, client)
    request = digest(method, uri)
    fields = {"username": login.user, "realm": challenge["realm"], "nonce": nonce, "uri": uri}
    offered = {one.strip() for one in challenge.get("qop", "").split(",")}
    if "auth" in offered:
        fields["response"] = digest(secret, nonce, count, client, "auth", request)
        fields["cnonce"] = client
    else:
        fields["response"] = digest(secret, nonce, request)
    if "opaque" in challenge:
        fields["opaque"] = challenge["opaque"]
    quoted = [f'{name}="{_escaped(value)}"' for name, value in fields.items()]
    plain = [f"algorithm={algorithm}", *([f"qop=auth, nc={count}"] if "auth" in offered else [])]
    return "Digest " + ", ".join([*quoted, *plain])


def _base(challenge: Mapping[str, str]) -> str:
    return challenge.get("algorithm", "MD5").upper().removesuffix("-SESS")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _from_keyring(host: str, user: str) -> str | None:
    """The password in the system's keyring; None without one, or without the package ``keyring``."""
    try:
        keyring: Any = importlib.import_module("keyring")
        errors: Any = importlib.import_module("keyring.errors")
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(f"{SERVICE} {host}", user)
    except errors.KeyringError:
        return None
    return found
