"""The client against a real socket: what it puts on the wire, and what it makes of what comes."""

import asyncio
import gzip
from pathlib import Path

import pytest

from portico.core.audience import Credential
from portico.core.errors import GitHubUnreachable
from portico.core.message import Headers, Request
from portico.github.client import GitHubClient
from portico.github.coding import PIECE_BYTES
from tests.support.raw_server import HEAD, OK, Script, Wire, answering, raw_server
from tests.support.talking import body_of, fetch, talking

TOKEN = "ghp_" + "a" * 36
TARGETS = (
    "/repos/o/r/contents/a%2Fb%20c+d",
    "/repos/o/r/../../user",
    "//evil.example/x",
    "/@evil.example/%2e%2e/;a=b,c",
    "/search/issues?q=is%3Aopen+label:%22a%20b%22&x=%E9%FF&empty=&flag",
    "/x?a=[1]&b={c}|^`'\"<>",
    "/x?q=a?b#c",
)


@pytest.mark.parametrize("target", TARGETS)
async def test_a_target_reaches_github_byte_for_byte(target: str) -> None:
    """Neither escapes nor dots nor odd characters of a target are touched on the way."""
    path, _, query = target.partition("?")
    async with talking(answering(OK), root="/api/v3") as (server, client):
        await body_of(await client.send(Request("GET", path, query), None))

        assert server.heads[0].split("\r\n")[0] == f"GET /api/v3{target} HTTP/1.1"


async def test_a_bare_request_has_just_the_fields_that_github_wants() -> None:
    """Without fields of the caller's, six are sent, and each with its fixed value."""
    async with talking(answering(OK)) as (server, client):
        await fetch(client)

        assert server.fields() == {
            "host": server.url.removeprefix("http://"),
            "user-agent": "portico/1.2.3",
            "accept": "application/vnd.github+json",
            "accept-encoding": "gzip",
            "x-github-api-version": "2022-11-28",
        }


async def test_a_password_from_netrc_is_never_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the credential given travels, whatever a .netrc holds for the host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with talking(answering(OK)) as (server, client):
        await fetch(client)
        anonymous = server.fields()
        await body_of(await client.send(Request("GET", "/x"), Credential("Bearer", TOKEN)))

        assert "authorization" not in anonymous
        assert server.fields()["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
async def test_a_write_without_a_body_says_so(method: str) -> None:
    """GitHub answers 411 to a PUT without a length, so an empty body is announced."""
    async with talking(answering(OK)) as (server, client):
        await fetch(client, method)

        assert server.fields()["content-length"] == "0"
        assert "content-type" not in server.fields()


async def test_a_body_travels_unchanged() -> None:
    """A write's body arrives as it was given, with its own type."""
    request = Request("POST", "/x", headers=Headers([("Content-Type", "text/x")]), body=b"\0\xff\n")
    async with talking(answering(OK)) as (server, client):
        await body_of(await client.send(request, None))

        assert server.requests[0].endswith(b"\r\n\r\n\0\xff\n")
        assert server.fields()["content-type"] == "text/x"


async def test_a_redirect_is_an_answer_like_any_other() -> None:
    """A redirect is handed back, and nobody is sent to where it points."""
    async with raw_server(answering(OK)) as elsewhere:
        moved = f"HTTP/1.1 301 Moved\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n"
        async with talking(answering(moved.encode())) as (_, client):
            answer = await client.send(Request("GET", "/x"), Credential("Bearer", TOKEN))
            await body_of(answer)

            assert (answer.status, elsewhere.connections) == (301, 0)


async def test_a_cookie_is_not_kept() -> None:
    """What a Set-Cookie brought is not sent with the next request."""
    with_cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with talking(answering(with_cookie)) as (server, client):
        await fetch(client)
        await fetch(client)

        assert "cookie" not in server.fields()


async def test_a_coded_body_comes_decoded_and_its_fields_say_so() -> None:
    """After gzip is taken off, neither Content-Encoding nor Content-Length remains."""
    coded = gzip.compress(b'{"a":1}' * 10_000)
    head = b"Content-Encoding: gzip\r\nX-A: b\r\nContent-Length: %d\r\n\r\n" % len(coded)
    async with talking(answering(HEAD + head + coded)) as (_, client):
        answer = await client.send(Request("GET", "/x"), None)

        assert await body_of(answer) == b'{"a":1}' * 10_000
        assert answer.headers == Headers([("X-A", "b")])


async def test_a_body_can_be_left_and_taken_up_again() -> None:
    """Whoever has read the beginning of a body can hand on the rest of it."""
    plain = bytes(10 * PIECE_BYTES)
    coded = gzip.compress(plain)
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(coded)
    async with talking(answering(HEAD + head + coded)) as (_, client):
        answer = await client.send(Request("GET", "/x"), None)
        begun = await anext(answer.chunks())

        assert begun + await body_of(answer) == plain
        assert 0 < len(begun) < len(plain)


async def test_a_head_request_has_no_body_to_decode() -> None:
    """The fields of an answer to HEAD describe a body that does not come."""
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 500\r\n\r\n"
    async with talking(answering(head)) as (_, client):
        assert await fetch(client, "HEAD") == b""


async def test_connections_are_used_again() -> None:
    """Ten requests one after the other share one connection."""
    async with talking(answering(OK)) as (server, client):
        for _ in range(10):
            await fetch(client)

        assert server.connections == 1


async def test_an_answer_that_is_closed_unread_takes_its_connection_along() -> None:
    """What is left of an unread body can never be taken for the next answer."""
    long = HEAD + b"Content-Length: 1000000\r\n\r\n" + b"x" * 10
    async with talking(answering(long, OK)) as (server, client):
        await (await client.send(Request("GET", "/x"), None)).close()

        assert await fetch(client) == b"{}"
        assert server.connections == 2


def closing_after_the_first() -> Script:
    """A server that answers once and then closes without an answer."""

    async def script(wire: Wire, number: int) -> None:
        await (wire.send(OK) if number != 2 else asyncio.sleep(0))
        if number == 2:
            wire.close()

    return script


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
async def test_a_write_is_never_sent_twice(method: str) -> None:
    """Where a kept connection breaks under a write, GitHub is not asked again."""
    async with talking(closing_after_the_first()) as (server, client):
        await fetch(client)
        with pytest.raises(GitHubUnreachable):
            await fetch(client, method)

        assert [head.split()[0] for head in server.heads] == ["GET", method]


async def test_a_read_survives_a_connection_that_was_just_closed() -> None:
    """Where a kept connection breaks under a read, another one is tried at once."""
    async with talking(closing_after_the_first()) as (server, client):
        await fetch(client)

        assert await fetch(client) == b"{}"
        assert server.connections == 2


async def test_a_client_that_was_not_started_says_so() -> None:
    """Sending before the start, or after the end, is a mistake in the program."""
    client = GitHubClient("http://127.0.0.1", timeout_s=1.0, version="1")
    with pytest.raises(RuntimeError):
        await fetch(client)
