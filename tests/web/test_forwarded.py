"""Where a request comes from: the peer, or whom a trusted proxy names."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from portico.web.asgi import Receive, Scope, Send
from portico.web.forwarded import Forwarded, address_of

PROXY, CALLER, FORGED = "10.1.2.3", "203.0.113.7", "192.0.2.1"


async def seen(
    through: Forwarded | None, peer: str | None, *fields: str, proto: str | None = None
) -> tuple[str, str]:
    """Return the address and the scheme that the application sees of a request."""
    headers = [(b"x-forwarded-for", field.encode()) for field in fields]
    if proto is not None:
        headers.append((b"x-forwarded-proto", proto.encode()))
    scope: dict[str, Any] = {"type": "http", "scheme": "http", "headers": headers}
    scope["client"] = None if peer is None else (peer, 4711)
    if through is not None:
        await through(scope, _nothing, _nothing)
    return address_of(scope), scope["scheme"]


def trusting(*networks: str) -> Forwarded:
    """Return the edge of a Portico that trusts these."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pass

    return Forwarded(app, networks)


async def _nothing(*_: object) -> Any:  # noqa: ANN401 (whatever ASGI wants)
    raise AssertionError


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}"])
async def test_a_trusted_proxy_is_believed(peer: str, caplog: pytest.LogCaptureFixture) -> None:
    """Also where a socket for IPv4 and IPv6 together shows it in the other form."""
    edge = trusting("10.0.0.0/8")

    assert await seen(edge, peer, CALLER, proto="https") == (CALLER, "https")
    assert caplog.messages == []


async def test_the_last_that_is_no_proxy_counts() -> None:
    """What stands before it was written by whoever came to the first proxy."""
    edge = trusting("10.0.0.0/8", "2001:db8::/32")

    assert (await seen(edge, PROXY, f"{FORGED}, {CALLER}, 10.9.9.9"))[0] == CALLER
    assert (await seen(edge, PROXY, FORGED, CALLER))[0] == CALLER
    assert (await seen(edge, "2001:db8::1", f"{CALLER}:8080"))[0] == CALLER


async def test_a_proxy_that_speaks_for_itself_is_the_caller() -> None:
    """Its own requests name nobody."""
    assert (await seen(trusting(PROXY), PROXY))[0] == PROXY


async def test_nobody_else_is_believed(caplog: pytest.LogCaptureFixture) -> None:
    """The fields of anybody else change nothing; the log says so once, with the remedy."""
    edge = trusting(PROXY)
    with caplog.at_level(logging.WARNING, "portico.web"):
        assert await seen(edge, "10.1.2.4", CALLER, proto="https") == ("10.1.2.4", "http")
        assert await seen(edge, "10.1.2.5", CALLER) == ("10.1.2.5", "http")

    (line,) = caplog.messages
    assert "10.1.2.4" in line
    assert "PORTICO_TRUSTED_PROXIES" in line
    assert CALLER not in line


async def test_nonsense_of_a_trusted_proxy_is_one_caller() -> None:
    """What is no address cannot be told apart, and is not taken for this machine."""
    edge = trusting(PROXY)

    found = {(await seen(edge, PROXY, text))[0] for text in ("unknown", "_hidden", "[::")}
    assert found == {"unreadable"}


async def test_a_unix_socket_is_this_machine() -> None:
    """There is no address; who may open it is decided by the file's rights."""
    assert (await seen(trusting(PROXY), None))[0] == ""
