"""Where a request comes from, also through the proxies that the operator trusts."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Iterator
from typing import Final

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portico.core.address import network_of
from portico.web.asgi import App, Receive, Scope, Send

_log: Final = logging.getLogger("portico.web")
_FIELD: Final = b"x-forwarded-for"


class Forwarded:
    """ASGI: takes the client's address and the scheme from `X-Forwarded-*` of trusted proxies.

    Anybody may send these fields: from who is in none of the `trusted` networks they are ignored,
    and the log says so once, as it may be a proxy that was forgotten. Of several addresses the
    last one that is no trusted proxy's counts.
    """

    def __init__(self, app: App, trusted: Iterable[str]) -> None:
        hosts = [form for network in trusted for form in _forms(network)]
        self._believing = ProxyHeadersMiddleware(app, hosts)  # type: ignore[arg-type]
        self._has_told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan."""
        peer = scope.get("client")
        await self._believing(scope, receive, send)  # type: ignore[arg-type]
        if not self._has_told and scope.get("client") is peer and _is_forwarded(scope):
            self._has_told = True
            _log.warning(
                "X-Forwarded-For of %s is ignored: if that is a proxy of yours, name its address "
                "in PORTICO_TRUSTED_PROXIES, or who comes through it cannot be told apart",
                peer[0] if peer else "the Unix socket",
            )


def address_of(scope: Scope) -> str:
    """Return the network that the sender of a request is counted by, "" for this machine."""
    client = scope.get("client")
    # Over a Unix socket there is no address: who may open it is of this machine.
    return network_of(client[0]) if client else ""


def _is_forwarded(scope: Scope) -> bool:
    return scope["type"] == "http" and any(name == _FIELD for name, _ in scope["headers"])


def _forms(network: str) -> Iterator[str]:
    """Tell a network, and how a socket for IPv4 and IPv6 together shows it (RFC 4291 §2.5.5.2)."""
    yield network
    parsed = ipaddress.ip_network(network)
    if isinstance(parsed, ipaddress.IPv4Network):
        yield f"::ffff:{parsed.network_address}/{96 + parsed.prefixlen}"
