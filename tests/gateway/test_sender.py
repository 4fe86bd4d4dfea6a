"""One call to GitHub: what is tried again, what it costs, and what the budget learns of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portico.core.errors import (
    CallerError,
    GitHubBroken,
    GitHubTimedOut,
    GitHubUnreachable,
    PorticoError,
)
from portico.gateway.ports import Call
from tests.gateway.scene import ANYBODY, HUBOT, ISSUES, OCTO, PATH, Scene
from tests.support.clock import ManualClock
from tests.support.upstream import Outcome, Reply, binary, not_modified, ok


def telling(reply: Reply, remaining: int) -> Reply:
    """Return an answer that tells what is left of this hour."""
    reset_at = int(ManualClock().now()) + 3_600
    for name, value in (("Limit", 5000), ("Remaining", remaining), ("Reset", reset_at)):
        reply = reply.having(f"X-RateLimit-{name}", str(value))
    return reply


@pytest.mark.parametrize("failure", [ok(status=502), ok(status=503), GitHubUnreachable()])
async def test_read_is_tried_twice(failure: Outcome) -> None:
    """A passing failure of a read is tried once more, after a pause."""
    scene = Scene(failure, ok(b"1"))
    before = scene.clock.now()

    answer = await scene.get()

    assert answer.response.body == b"1"
    assert scene.clock.now() == before + 0.25


async def test_read_is_tried_only_twice() -> None:
    """The second failure is the answer."""
    scene = Scene(GitHubUnreachable(), GitHubUnreachable())

    with pytest.raises(GitHubUnreachable):
        await scene.get()


@pytest.mark.parametrize(
    "outcome", [ok(status=500), ok(status=403), ok(status=429), GitHubTimedOut(), GitHubBroken()]
)
async def test_not_tried_again(outcome: Outcome) -> None:
    """What GitHub refused, and what took all the patience there was, is not asked twice."""
    scene = Scene(outcome)

    if isinstance(outcome, PorticoError):
        with pytest.raises(type(outcome)):
            await scene.get()
    else:
        assert (await scene.get()).response.status == outcome.status


@pytest.mark.parametrize("failure", [ok(status=502), GitHubUnreachable()])
async def test_write_is_never_tried_again(failure: Outcome) -> None:
    """A write may have taken place."""
    scene = Scene(failure)

    if isinstance(failure, PorticoError):
        with pytest.raises(GitHubUnreachable):
            await scene.send("POST", ISSUES)
    else:
        assert (await scene.send("POST", ISSUES)).response.status == 502


async def test_failed_stream_is_closed_before_the_second_attempt() -> None:
    """A binary 502 is not left open."""
    scene = Scene(Reply(502, binary().headers, (b"\x00",)), ok(b"1"))

    await scene.get()

    assert scene.github.open == 0


async def test_all_attempts_are_paid() -> None:
    """Points are counted for each attempt that GitHub answered."""
    scene = Scene(ok(status=502), ok(b"1"))

    assert (await scene.get()).points == 2


async def test_calls_are_told_to_the_observer() -> None:
    """Each call that ended is told once, a failure with status 0."""
    scene = Scene(ok(b"1"), GitHubTimedOut())

    await scene.get()
    with pytest.raises(GitHubTimedOut):
        await scene.get(ISSUES)

    assert scene.witness.calls == [Call("GET", PATH, 200, 1, 0.0), Call("GET", ISSUES, 0, 0, 0.0)]


@pytest.mark.parametrize(
    "reply",
    [ok(b"1"), ok(status=404), ok(status=500), ok(b"{").breaking(GitHubBroken()), binary(b"1")],
)
async def test_every_answer_teaches_the_budget(reply: Reply) -> None:
    """Answers, errors, cut bodies and streams: all tell what is left."""
    scene = Scene(telling(reply, 4711))

    try:
        answer = await scene.get()
    except PorticoError:
        pass
    else:
        if answer.streaming is not None:
            await answer.streaming.close()

    window = scene.gateway.window(OCTO, PATH)
    assert window is not None
    assert window.remaining == 4711


async def test_304_teaches_the_budget() -> None:
    """A 304 tells too, though it cost nothing."""
    scene = Scene(telling(ok(etag='"e"'), 10), telling(not_modified(), 9))
    await scene.get()

    await scene.get(cache_control="no-cache")

    window = scene.gateway.window(OCTO, PATH)
    assert window is not None
    assert window.remaining == 9


async def test_buckets_are_apart() -> None:
    """What one credential has left says nothing of another's, nor of another resource."""
    scene = Scene(telling(ok(), 1))
    await scene.get()

    assert scene.gateway.window(ANYBODY, PATH) is None
    assert scene.gateway.window(OCTO, "/search/users") is None


async def test_request_that_cannot_be_sent() -> None:
    """What the client refuses to put on the wire is the caller's error; GitHub was not asked."""
    scene = Scene(CallerError("The path must be ASCII"))

    with pytest.raises(CallerError):
        await scene.get()
    assert scene.witness.calls == []


async def test_the_limit_that_tells_whose_a_token_is_counts_for_its_holder() -> None:
    """The next call with another of the user's tokens is not made: their bucket is known empty."""
    message = b'{"message":"API rate limit exceeded for user ID 7."}'
    scene = Scene(telling(ok(message, status=403), 0))
    await scene.get()

    refused = await scene.get(caller=replace(HUBOT, bucket="user:7"))

    assert refused.response.status == 403
    assert len(scene.github.sent) == 1
