"""What guards the site: the hosts it answers to, the token where it is reachable, headers of answers."""

import hmac
import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""No script or style in the page, nothing from elsewhere; a static file gives it in a meta element."""

HEADERS: Final = {
    "content-security-policy": POLICY + "; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE: Final = "kgbuild-token"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that is bound to ``host``."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware around the whole site.

    Args:
        app: what is guarded.
        hosts: names that the Host header may give; any other name is refused, since a page of another
            site whose name was pointed at this machine (DNS rebinding) would send it. Where there is a token,
            which no other site can send, any IP address is admitted too.
        token: what a visitor must bring, once as ``?token=`` (it becomes a cookie) or in each request as
            ``Authorization: Bearer``; ``None`` for no token.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK, token: str | None = None) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it; put the headers on every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        headers = Headers(scope=scope)
        if not self._knows(headers.getlist("host")):
            refusal = PlainTextResponse(
                "This server does not go by that name. See kgbuild serve --allow-host.\n", 421
            )
            await refusal(scope, receive, with_headers)
        elif self._token is None or self._brings(headers):
            await self._app(scope, receive, with_headers)
        else:
            await self._entrance(scope)(scope, receive, with_headers)

    def _knows(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        host = given[0].strip().lower()
        name = host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._token is not None

    def _brings(self, headers: Headers) -> bool:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return self._is_token(bearer) or self._is_token(cookie)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), (self._token or "").encode())

    def _entrance(self, scope: Scope) -> PlainTextResponse | RedirectResponse:
        pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        if not any(name == "token" and self._is_token(value) for name, value in pairs):
            return PlainTextResponse(
                "A token is needed: open the address that kgbuild serve printed, or send it as "
                "Authorization: Bearer.\n",
                401,
                {"www-authenticate": "Bearer"},
            )
        rest = urlencode([pair for pair in pairs if pair[0] != "token"])
        path = "/" + scope["path"].lstrip("/\\")
        found = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
        found.set_cookie(COOKIE, self._token or "", httponly=True, samesite="strict", path="/")
        return found
