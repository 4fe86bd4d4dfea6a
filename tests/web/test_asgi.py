"""Bodies within limits, whole answers, and callers who leave."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.errors import BodyTooLarge, GitHubTimedOut
from portico.web.asgi import ClientGone, Message, Receive, read_body, send_whole, unless_gone


def receiving(*messages: Message) -> Receive:
    """Return a `receive` that hands these out, and then waits for ever."""
    left = list(messages)

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    return receive


def part(body: bytes, *, more: bool = False) -> Message:
    """Return a piece of a request's body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def test_body_is_put_together() -> None:
    """A body that comes in pieces is one body."""
    receive = receiving(part(b"ab", more=True), part(b"", more=True), part(b"c"))

    assert await read_body(receive, limit_bytes=3) == b"abc"


async def test_body_over_the_limit() -> None:
    """Reading ends at the limit, however much is still to come."""
    with pytest.raises(BodyTooLarge):
        await read_body(receiving(part(b"abcd", more=True)), limit_bytes=3)


async def test_body_of_who_left() -> None:
    """A body that will never be whole is none."""
    with pytest.raises(ClientGone):
        await read_body(
            receiving(part(b"a", more=True), {"type": "http.disconnect"}), limit_bytes=3
        )


@pytest.mark.parametrize(
    ("status", "body", "is_head", "length", "sent_body"),
    [
        (200, b"ab", False, b"2", b"ab"),
        (200, b"ab", True, b"2", b""),
        (204, b"", False, None, b""),
        (304, None, False, None, b""),
        (404, b"", False, b"0", b""),
    ],
)
async def test_whole_answers(
    status: int, body: bytes | None, *, is_head: bool, length: bytes | None, sent_body: bytes
) -> None:
    """A length where there can be a body; none for 204 and 304 (RFC 9110 §8.6)."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await send_whole(send, status, [(b"ETag", b'"e"')], body, is_head=is_head)

    assert dict(sent[0]["headers"]).get(b"Content-Length") == length
    assert sent[1]["body"] == sent_body


async def test_work_goes_on_while_the_caller_is_there() -> None:
    """The result is returned, or its failure raised; a body that comes meanwhile is ignored."""

    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    async def fail() -> int:
        raise GitHubTimedOut

    assert await unless_gone(receiving(part(b"x" * 10, more=True), part(b"y")), work()) == 7
    with pytest.raises(GitHubTimedOut):
        await unless_gone(receiving(), fail())


async def test_work_is_cancelled_when_the_caller_leaves() -> None:
    """Nothing is worked on for somebody who has left."""
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(ClientGone):
        await unless_gone(receiving({"type": "http.disconnect"}), work())

    async with asyncio.timeout(5):
        await cancelled.wait()


async def test_result_that_is_there_is_not_thrown_away() -> None:
    """Who leaves in the moment of the answer does not make it lost: it may hold a connection."""

    async def work() -> int:
        return 7

    assert await unless_gone(receiving({"type": "http.disconnect"}), work()) == 7
