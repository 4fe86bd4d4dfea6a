"""What is passed through: binary and too large bodies, to one caller each, never stored."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.errors import GitHubBroken, GitHubUnreachable
from portico.core.message import Headers, Request
from portico.core.policy import Mode
from portico.gateway.answer import Answer
from portico.gateway.stream import Streaming, read
from portico.stores.memory import MemoryStore
from tests.gateway.scene import BODY_LIMIT_BYTES, OCTO, PATH, Scene, get, leave, let_all_run, start
from tests.support.upstream import Reply, ScriptedGitHub, binary, in_turn, ok

LARGE_CHUNKS = (b"[" + b" " * 600, b" " * 600, b"]")


def large() -> Reply:
    """Return JSON over the limit, in several chunks."""
    return Reply(200, ok().headers, LARGE_CHUNKS)


async def body_of(answer: Answer) -> bytes:
    """Read the body of a streaming answer."""
    assert answer.streaming is not None
    return b"".join([chunk async for chunk in answer.streaming.chunks()])


@pytest.mark.parametrize("reply", [binary(b"\x00", b"\x01"), large()])
async def test_passes_through_and_is_not_stored(reply: Reply) -> None:
    """A binary or too large body comes out whole, and the next caller asks again."""
    scene = Scene(reply, reply)

    first, second = await scene.get(), await scene.get()

    assert (first.mode, first.is_stored) == (Mode.BYPASS, False)
    assert await body_of(first) == await body_of(second) == b"".join(reply.chunks)
    assert scene.github.open == 0


async def test_announced_as_too_large_is_not_even_begun() -> None:
    """A `Content-Length` over the limit is believed."""
    github = ScriptedGitHub(in_turn(ok(b"[]").having("Content-Length", "1001")))
    incoming = await github.send(Request("GET", PATH), None)

    reply = await read(incoming, limit_bytes=BODY_LIMIT_BYTES)

    assert isinstance(reply, Streaming)


@pytest.mark.parametrize("size_bytes", [BODY_LIMIT_BYTES - 2, BODY_LIMIT_BYTES])
async def test_up_to_the_limit_is_read_whole(size_bytes: int) -> None:
    """The limit itself is still kept."""
    scene = Scene(ok(b"[" + b" " * (size_bytes - 2) + b"]"))

    answer = await scene.get()

    assert (answer.mode, len(answer.response.body)) == (Mode.MISS, size_bytes)


async def test_followers_fetch_their_own() -> None:
    """Of callers who share a call that streams, one gets its body, the others ask once more."""
    release = asyncio.Event()
    scene = Scene(binary(b"1").held(release), binary(b"2"), binary(b"3"))
    callers = [start(scene.get()) for _ in range(3)]
    await scene.github.asked(1)
    await let_all_run()

    release.set()
    answers = await asyncio.gather(*callers)

    assert sorted([await body_of(answer) for answer in answers]) == [b"1", b"2", b"3"]
    assert scene.github.open == 0


async def test_followers_own_validator_stays_here() -> None:
    """The second call of a follower carries no `If-None-Match` of theirs either."""
    release = asyncio.Event()
    scene = Scene(binary(b"1").held(release), binary(b"2"))
    request = get().having("If-None-Match", '"of-portico"')
    callers = [start(scene.gateway.fetch(request, OCTO)) for _ in range(2)]
    await scene.github.asked(1)
    await let_all_run()

    release.set()
    await asyncio.gather(*callers)

    assert [sent.if_none_match for sent in scene.github.sent] == [None, None]


async def test_abandoned_stream_is_closed() -> None:
    """When all have left before a streaming answer came, it is let go of."""
    release = asyncio.Event()
    scene = Scene(binary(b"1").held(release))
    callers = [start(scene.get()) for _ in range(2)]
    await scene.github.asked(1)
    await let_all_run()

    await leave(*callers)
    release.set()
    await scene.done()

    assert scene.github.open == 0


async def test_leaving_in_the_moment_of_landing() -> None:
    """Also when they leave after the answer came and before they were told of it."""
    release = asyncio.Event()
    scene = Scene(binary(b"1").held(release))
    caller = start(scene.get())
    await scene.github.asked(1)
    (flight,) = scene.gateway._flights._by_key.values()
    flight.task.add_done_callback(lambda _: caller.cancel())

    release.set()
    await asyncio.wait([caller])
    await scene.done()

    assert caller.cancelled()
    assert scene.github.open == 0


async def test_stream_left_in_the_middle() -> None:
    """A reader who stops lets go of the connection by closing."""
    scene = Scene(binary(b"1", b"2", b"3"))
    answer = await scene.get()
    assert answer.streaming is not None
    async for _ in answer.streaming.chunks():
        break

    await answer.streaming.close()

    assert scene.github.open == 0


async def test_stream_that_breaks() -> None:
    """A body that breaks off while it is passed on tells its reader, and is let go of."""
    scene = Scene(binary(b"1").breaking(GitHubUnreachable()))
    answer = await scene.get()

    with pytest.raises(GitHubUnreachable):
        await body_of(answer)
    assert scene.github.open == 0


async def test_cut_body_is_no_answer() -> None:
    """A body to be kept that breaks off is an error, and the connection is let go of."""
    scene = Scene(ok(b"{").breaking(GitHubBroken()))

    with pytest.raises(GitHubBroken):
        await scene.get()
    assert scene.github.open == 0


async def test_replaced_by_a_stream() -> None:
    """When what was stored has become too large to be stored, the old one is not shown again."""
    scene = Scene(ok(b"1"), large(), large())
    await scene.get()

    await body_of(await scene.get(cache_control="no-cache"))

    assert (await scene.get()).mode is Mode.BYPASS


async def test_renewal_that_streams_is_closed() -> None:
    """A renewal that nobody reads does not keep a connection."""
    scene = Scene(ok(b"1"), large())
    await scene.get()
    scene.clock.advance(301)

    stale = await scene.get()
    await scene.done()

    assert stale.mode is Mode.STALE
    assert scene.github.open == 0


async def test_passed_on_fields() -> None:
    """What describes the connection or the credential's standing stays behind."""
    fields = [("Set-Cookie", "a=b"), ("X-RateLimit-Remaining", "1"), ("Content-Disposition", "c")]
    reply = binary(b"1")
    scene = Scene(Reply(200, Headers([*reply.headers, *fields]), reply.chunks))

    answer = await scene.get()

    assert [name for name, _ in answer.response.headers] == ["Content-Type", "Content-Disposition"]
    await body_of(answer)


class _Unsettled(MemoryStore):
    """A store on a disk that never comes to an end."""

    async def settled(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


async def test_who_leaves_a_write_before_its_answer_leaves_nothing_open() -> None:
    """What GitHub answered to a write is let go of when nobody is there to read it."""
    scene = Scene(binary(b"\x00"), store=_Unsettled(1_000_000))
    writing = start(scene.send("POST", "/markdown"))
    await scene.github.asked(1)
    await let_all_run()

    await leave(writing)

    assert scene.github.open == 0
