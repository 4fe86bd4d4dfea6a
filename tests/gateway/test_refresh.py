"""Renewing behind the answer: bounded, one at a time for each key, drained, and never silent."""

from __future__ import annotations

import asyncio

from portico.core.errors import GitHubTimedOut
from portico.core.key import key_of
from portico.core.policy import Mode
from portico.gateway.refresh import Refresh
from tests.gateway.scene import OCTO, Scene, Witness, get, let_all_run, start
from tests.support.upstream import ok

KEYS = [key_of(get(f"/users/{number}"), OCTO.audience) for number in range(5)]


async def nothing() -> None:
    """Renew at once."""


async def test_one_for_each_key() -> None:
    """While a renewal is under way no second one of the same key is started."""
    refresh, release = Refresh(Witness().failed), asyncio.Event()

    started = [refresh.soon(key, release.wait) for key in (KEYS[0], KEYS[0], KEYS[1])]

    assert (started, len(refresh)) == ([True, False, True], 2)
    release.set()
    await refresh.drain(5.0)
    assert refresh.soon(KEYS[0], nothing)
    await refresh.drain(5.0)


async def test_bounded() -> None:
    """Beyond so many at once nothing more is started; it will be asked for again."""
    refresh, release = Refresh(Witness().failed, most=2), asyncio.Event()

    started = [refresh.soon(key, release.wait) for key in KEYS]

    assert started == [True, True, False, False, False]
    release.set()
    await refresh.drain(5.0)
    assert len(refresh) == 0


async def test_drained() -> None:
    """Draining waits for what is under way."""
    refresh, release, done = Refresh(Witness().failed), asyncio.Event(), []

    async def renew() -> None:
        await release.wait()
        done.append(True)

    refresh.soon(KEYS[0], renew)
    draining = start(refresh.drain(5.0))
    await let_all_run()
    assert not draining.done()
    release.set()
    await draining

    assert done == [True]


async def test_drained_with_bounded_patience() -> None:
    """What does not end in time is cancelled, and nobody is told of a failure."""
    witness = Witness()
    refresh = Refresh(witness.failed)
    refresh.soon(KEYS[0], asyncio.Event().wait)
    await let_all_run()

    await refresh.drain(0.0)

    assert len(refresh) == 0
    assert witness.failures == []


async def test_failure_is_told() -> None:
    """A renewal that fails is told to the observer, as nobody waits for it; the key is free."""
    witness = Witness()
    refresh, error = Refresh(witness.failed), GitHubTimedOut()

    async def renew() -> None:
        raise error

    refresh.soon(KEYS[0], renew)
    await refresh.drain(5.0)

    assert witness.failures == [("renewing /users/0", error)]
    assert refresh.soon(KEYS[0], nothing)
    await refresh.drain(5.0)


async def test_failed_renewal_leaves_the_stale_answer() -> None:
    """When the renewal fails, what is stored goes on being served, and is tried again."""
    scene = Scene(ok(b"1"), GitHubTimedOut(), ok(b"2"))
    await scene.get()
    scene.clock.advance(301)

    first = await scene.get()
    await scene.done()
    second = await scene.get()
    await scene.done()

    assert [a.mode for a in (first, second)] == [Mode.STALE, Mode.STALE]
    assert (await scene.get()).response.body == b"2"
    assert [call.status for call in scene.witness.calls] == [200, 0, 200]


async def test_renewal_shares_the_flight() -> None:
    """A renewal and a caller who wants GitHub asked are one call."""
    release = asyncio.Event()
    scene = Scene(ok(b"1"), ok(b"2").held(release))
    await scene.get()
    scene.clock.advance(301)
    stale = await scene.get()
    await scene.github.asked(2)
    strict = start(scene.get(cache_control="no-cache"))
    await let_all_run()

    release.set()

    assert (stale.response.body, (await strict).response.body) == (b"1", b"2")
    assert len(scene.asked) == 2
