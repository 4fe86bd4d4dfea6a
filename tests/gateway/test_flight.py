"""Callers who ask at the same time share one call, and none of them depends on another."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.errors import GitHubTimedOut, Overloaded, PorticoError
from portico.core.key import key_of
from portico.core.policy import Mode
from portico.gateway.answer import Answer
from tests.gateway.scene import (
    HUBOT,
    OCTO,
    Scene,
    SlowStore,
    get,
    leave,
    let_all_run,
    start,
)
from tests.support.upstream import PATIENCE_S, not_modified, ok

FRESH_S = 300
STALE_S = 86_400


async def test_200_callers_share_one_call() -> None:
    """200 identical cold requests at once are one call; it is paid once and stored once."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release))
    callers = [start(scene.get()) for _ in range(200)]
    await scene.github.asked(1)
    await let_all_run()

    release.set()
    answers = await asyncio.gather(*callers)

    assert len(scene.asked) == 1
    assert {answer.response.body for answer in answers} == {b"1"}
    assert [answer.mode for answer in answers] == [Mode.MISS] + [Mode.COALESCED] * 199
    assert sum(answer.points for answer in answers) == 1
    assert (await scene.get()).mode is Mode.HIT


async def test_two_audiences_never_share_a_call() -> None:
    """The same path asked with two credentials at once is two calls."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release), ok(b"2").held(release))
    octo, hubot = start(scene.get()), start(scene.get(caller=HUBOT))
    await scene.github.asked(2)

    release.set()

    assert ((await octo).response.body, (await hubot).response.body) == (b"1", b"2")
    assert [sent.credential for sent in scene.github.sent] == [OCTO.credential, HUBOT.credential]


async def test_leader_leaves() -> None:
    """The caller whose request was sent leaves; the others get the answer all the same."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release))
    leader = start(scene.get())
    await scene.github.asked(1)
    follower = start(scene.get())
    await let_all_run()

    await leave(leader)
    release.set()

    assert (await follower).response.body == b"1"
    assert len(scene.asked) == 1


async def test_follower_leaves() -> None:
    """A caller who leaves early takes nobody along."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release))
    leader = start(scene.get())
    await scene.github.asked(1)
    follower = start(scene.get())
    await let_all_run()

    await leave(follower)
    release.set()

    assert (await leader).mode is Mode.MISS


async def test_all_leave_after_sending() -> None:
    """An answer that was asked for is stored though nobody waits for it any more."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release))
    callers = [start(scene.get()) for _ in range(3)]
    await scene.github.asked(1)
    await let_all_run()

    await leave(*callers)
    release.set()
    await scene.done()

    assert (await scene.get()).mode is Mode.HIT


async def test_all_leave_while_queueing() -> None:
    """What nobody waits for any more is never sent."""
    release = asyncio.Event()
    scene = Scene(ok(b"0").held(release), ok(b"1"), places=1)
    busy = start(scene.get("/users/busy"))
    await scene.github.asked(1)
    callers = [start(scene.get()) for _ in range(3)]
    await let_all_run()

    await leave(*callers)
    release.set()
    await busy
    await scene.done()

    assert scene.asked == ["GET /users/busy"]
    assert (await scene.get()).mode is Mode.MISS


async def test_one_left_in_the_queue_is_served() -> None:
    """As long as one caller waits, the call keeps its place in the queue."""
    release = asyncio.Event()
    scene = Scene(ok(b"0").held(release), ok(b"1"), places=1)
    busy = start(scene.get("/users/busy"))
    await scene.github.asked(1)
    leaving, staying = start(scene.get()), start(scene.get())
    await let_all_run()

    await leave(leaving)
    release.set()

    assert (await staying).response.body == b"1"
    await busy


async def test_come_back_after_all_left_the_queue() -> None:
    """Whoever comes after all have left starts a call of their own."""
    release = asyncio.Event()
    scene = Scene(ok(b"0").held(release), ok(b"1"), places=1)
    busy = start(scene.get("/users/busy"))
    await scene.github.asked(1)
    gone = start(scene.get())
    await let_all_run()

    await leave(gone)
    back = start(scene.get())
    await let_all_run()
    release.set()

    assert (await back).mode is Mode.MISS
    await busy


async def test_failure_is_shared() -> None:
    """When the one call fails, all who shared it are told so, and the next one asks anew."""
    scene = Scene(GitHubTimedOut("silence"), ok(b"1"))

    outcomes = await asyncio.gather(*(scene.get() for _ in range(5)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [GitHubTimedOut] * 5
    assert (await scene.get()).mode is Mode.MISS


async def test_each_sharer_is_rescued_by_its_own_wishes() -> None:
    """Of two who share a failed call, the one with `no-cache` is told, the other rescued."""
    release = asyncio.Event()
    failure = ok(b'{"message":"Server Error"}', status=500)
    scene = Scene(ok(b"1"), failure.held(release))
    await scene.get()
    scene.clock.advance(FRESH_S + STALE_S + 1)
    tolerant = start(scene.get())
    await scene.github.asked(2)
    strict = start(scene.get(cache_control="no-cache"))
    await let_all_run()

    release.set()

    assert ((await tolerant).mode, (await tolerant).response.body) == (Mode.RESCUED, b"1")
    assert (await strict).response.status == 500
    assert len(scene.asked) == 2


async def test_strict_leader_does_not_forbid_the_rescue_of_others() -> None:
    """The wishes of whoever came first are not laid upon those who share the call."""
    release = asyncio.Event()
    scene = Scene(ok(b"1"), GitHubTimedOut(), ok().held(release))
    await scene.get()
    scene.clock.advance(FRESH_S + STALE_S + 1)

    strict, tolerant = await asyncio.gather(
        scene.get(cache_control="no-cache"), scene.get(), return_exceptions=True
    )

    assert isinstance(strict, GitHubTimedOut)
    assert isinstance(tolerant, Answer)
    assert tolerant.mode is Mode.RESCUED


async def test_look_up_again_inside_the_flight() -> None:
    """Who looked up before another's answer landed, and asks after it, is answered by the store."""
    store = SlowStore()
    scene = Scene(ok(b"1"), store=store)
    late = start(scene.get())
    await store.looked_up.wait()
    await scene.get()

    store.go_on.set()

    assert (await late).mode is Mode.HIT
    assert len(scene.asked) == 1


async def test_a_hit_inside_the_flight_is_not_forced_upon_no_cache() -> None:
    """Who wants GitHub asked does not share what another's flight found in the store."""
    store = SlowStore()
    scene = Scene(ok(b"1", etag='"e1"'), not_modified(), store=store)
    late = start(scene.get())
    await store.looked_up.wait()
    await scene.get()

    store.go_on.set()
    strict = start(scene.get(cache_control="no-cache"))

    assert (await late).mode is Mode.HIT
    assert (await strict).mode is Mode.REVALIDATED


async def test_overloaded_is_shared_too() -> None:
    """When no place comes free in time, all who shared the call are told when to come back."""
    release = asyncio.Event()
    scene = Scene(ok(b"0").held(release), places=1, patience_s=0)
    busy = start(scene.get("/users/busy"))
    await scene.github.asked(1)

    outcomes = await asyncio.gather(scene.get(), scene.get(), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Overloaded] * 2
    assert {o.retry_after_s for o in outcomes if isinstance(o, PorticoError)} == {5.0}
    release.set()
    await busy


async def test_drain_finishes_what_is_under_way() -> None:
    """Draining waits for calls whose callers have left."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release))
    caller = start(scene.get())
    await scene.github.asked(1)
    await leave(caller)
    draining = start(scene.gateway.drain(5.0))
    await let_all_run()

    assert not draining.done()
    release.set()
    await draining
    assert scene.store.peek(key_of(get(), OCTO.audience)) is not None


async def test_drain_has_bounded_patience() -> None:
    """What does not end in time is cancelled."""
    scene = Scene(ok(b"1").held(asyncio.Event()))
    caller = start(scene.get())
    await scene.github.asked(1)

    async with asyncio.timeout(PATIENCE_S):
        await scene.gateway.drain(0.0)

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert scene.github.open == 0


async def test_bookkeeping_ends() -> None:
    """When all is over nothing is left on the board."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release), GitHubTimedOut())
    await scene.gateway.drain(0.0)
    callers = [start(scene.get()) for _ in range(3)]
    await scene.github.asked(1)
    await leave(*callers[:2])
    release.set()
    await callers[2]
    with pytest.raises(GitHubTimedOut):
        await scene.get("/users/hubot")

    await scene.done()

    assert len(scene.gateway._flights) == 0
    assert scene.gateway._flights._by_key == {}
