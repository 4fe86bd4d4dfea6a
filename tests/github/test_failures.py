"""What goes wrong on the wire, and the error that it becomes."""

import asyncio
import gzip
import os
import ssl
from collections.abc import Callable
from errno import ECONNRESET
from typing import TypeAlias

import aiohttp
import pytest

from portico.core.audience import Credential
from portico.core.errors import GitHubBroken, GitHubError, GitHubTimedOut, GitHubUnreachable
from portico.core.message import Request
from portico.github.client import FIELD_LIMIT_BYTES, GitHubClient
from portico.github.failures import translation_of
from tests.support.raw_server import HEAD, OK, Script, Wire, answering, raw_server
from tests.support.talking import body_of, fetch, talking

TOKEN = "ghp_" + "a" * 36


def breaking(data: bytes, how: Callable[[Wire], None]) -> Script:
    """A server that sends `data` and then ends the connection in this way."""

    async def script(wire: Wire, number: int) -> None:
        await wire.send(data)
        how(wire)

    return script


TOO_LONG = b"X-A: " + b"a" * FIELD_LIMIT_BYTES + b"\r\n"
Failure: TypeAlias = tuple[Script, type[GitHubError]]
FAILURES: dict[str, Failure] = {
    "closes at once": (breaking(b"", Wire.close), GitHubUnreachable),
    "resets at once": (breaking(b"", Wire.reset), GitHubUnreachable),
    "closes within the head": (breaking(HEAD + b"Content-Le", Wire.close), GitHubUnreachable),
    "closes within the body": (
        breaking(HEAD + b"Content-Length: 9\r\n\r\nabc", Wire.close),
        GitHubUnreachable,
    ),
    "resets within the body": (
        breaking(HEAD + b"Content-Length: 9\r\n\r\nabc", Wire.reset),
        GitHubUnreachable,
    ),
    "closes within a chunk": (
        breaking(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", Wire.close),
        GitHubUnreachable,
    ),
    "is silent": (answering(b""), GitHubTimedOut),
    "is silent within the body": (
        answering(HEAD + b"Content-Length: 9\r\n\r\nabc"),
        GitHubTimedOut,
    ),
    "only ever says continue": (answering(b"HTTP/1.1 100 Continue\r\n\r\n"), GitHubTimedOut),
    "speaks SSH": (answering(b"SSH-2.0-OpenSSH_9.6\r\n"), GitHubBroken),
    "switches protocols": (
        answering(b"HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
        GitHubBroken,
    ),
    "has two lengths": (
        answering(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        GitHubBroken,
    ),
    "has a field without end": (answering(HEAD + TOO_LONG + b"\r\n"), GitHubBroken),
    "has fields without end": (answering(HEAD + b"X-A: b\r\n" * 500 + b"\r\n"), GitHubBroken),
    "says gzip and is not": (
        answering(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
        GitHubBroken,
    ),
    "has a coding that nobody asked for": (
        answering(HEAD + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"),
        GitHubBroken,
    ),
}


@pytest.mark.parametrize(("script", "expected"), FAILURES.values(), ids=FAILURES.keys())
async def test_each_failure_has_its_own_error(script: Script, expected: type[GitHubError]) -> None:
    """What goes wrong on the wire becomes one of three errors, without a secret in its words."""
    request = Request("GET", "/x", query="access_token=geheim")
    async with talking(script, timeout_s=0.1) as (_, client):
        with pytest.raises(GitHubError) as caught:
            await body_of(await client.send(request, Credential("Bearer", TOKEN)))

        assert type(caught.value) is expected
        assert TOKEN not in caught.value.detail
        assert "geheim" not in caught.value.detail


async def test_a_gzip_stream_that_stops_too_soon_is_not_a_whole_body() -> None:
    """A proper length around an improper gzip stream does not make the body complete."""
    coded = gzip.compress(b'{"a":1}' * 1_000)[:-9]
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(coded)
    async with talking(answering(HEAD + head + coded)) as (_, client):
        with pytest.raises(GitHubBroken):
            await fetch(client)


async def test_nobody_listening_is_told_in_plain_words() -> None:
    """A refused connection is named as such."""
    async with raw_server(answering(OK)) as server:
        url = server.url
    async with GitHubClient(url, timeout_s=1.0, version="1") as client:
        with pytest.raises(GitHubUnreachable, match="No connection to GitHub: Connection refused"):
            await fetch(client)


async def test_a_handshake_that_does_not_end_is_given_up() -> None:
    """An address that takes the connection and says nothing is unreachable in half the time."""
    async with raw_server(answering(b"")) as server:
        url = server.url.replace("http:", "https:")
        async with GitHubClient(url, timeout_s=0.2, version="1") as client:
            with pytest.raises(GitHubUnreachable, match="in time"):
                await fetch(client)


async def test_garbage_in_the_middle_of_a_body_does_not_hang() -> None:
    """A reader who waits is not told by aiohttp; the silence that follows ends the wait."""
    waiting = asyncio.Event()

    async def script(wire: Wire, number: int) -> None:
        await wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
        await waiting.wait()
        await wire.send(b"no length\r\n")

    async with talking(script, timeout_s=0.2) as (_, client):
        chunks = (await client.send(Request("GET", "/x"), None)).chunks()
        assert await anext(chunks) == b"abcde"
        waiting.set()
        with pytest.raises(GitHubError):
            await anext(chunks)


def test_a_certificate_is_refused_with_the_reason_of_openssl() -> None:
    """An operator learns what is wrong with the certificate."""
    reason = ssl.SSLCertVerificationError()
    reason.verify_message = "self-signed certificate"
    key = aiohttp.client_reqrep.ConnectionKey("h", 443, True, True, None, None, None, None)  # noqa: FBT003
    told = translation_of(aiohttp.ClientConnectorCertificateError(key, reason))

    assert isinstance(told, GitHubUnreachable)
    assert told.detail == (
        "The certificate of GitHub's address is not trusted: self-signed certificate"
    )


def test_an_error_that_no_row_knows_is_a_broken_connection() -> None:
    """Whatever else the operating system raises counts as a connection that broke."""
    told = translation_of(OSError(ECONNRESET, os.strerror(ECONNRESET)))

    assert isinstance(told, GitHubUnreachable)
