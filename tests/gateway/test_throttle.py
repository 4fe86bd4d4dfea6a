"""Places and refusals: how many calls at once, who waits, who is turned away and until when."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.budget import Budget
from portico.core.errors import Overloaded
from portico.core.lane import Lane
from portico.core.message import Request, Response
from portico.core.policy import Mode
from portico.gateway import throttle as throttle_module
from portico.gateway.throttle import RETRY_AFTER_S, Throttle
from tests.gateway.scene import (
    HUBOT,
    ISSUES,
    OPERATORS,
    PATH,
    Scene,
    get,
    leave,
    let_all_run,
    start,
)
from tests.support.clock import ManualClock
from tests.support.upstream import Reply, by_path, ok

HOUR_S = 3_600


def exhausted(scene: Scene) -> Reply:
    """Return GitHub's answer to the call that took the last point of the hour."""
    reset_at = int(scene.clock.now()) + HOUR_S
    reply = ok(b"1").having("X-RateLimit-Limit", "60").having("X-RateLimit-Remaining", "0")
    return reply.having("X-RateLimit-Reset", str(reset_at))


async def test_at_most_so_many_at_once() -> None:
    """However many ask, only so many calls are under way; all are answered in the end."""
    release = asyncio.Event()
    scene = Scene(places=3)
    paths = [f"/users/{number}" for number in range(20)]
    scene.github.script = by_path({path: ok(b"1").held(release) for path in paths})
    callers = [start(scene.get(path)) for path in paths]
    await scene.github.asked(3)
    await let_all_run()

    assert len(scene.asked) == 3
    release.set()
    await asyncio.gather(*callers)
    assert (len(scene.asked), scene.github.most_open) == (20, 3)


async def test_first_come_first_served() -> None:
    """Places are given in the order of asking."""
    scene = Scene(places=1)
    paths = [f"/users/{number}" for number in range(5)]
    scene.github.script = by_path({path: ok(b"1") for path in paths})

    await asyncio.gather(*(scene.get(path) for path in paths))

    assert scene.asked == [f"GET {path}" for path in paths]


async def test_place_is_given_back_after_a_failure() -> None:
    """A failed call, and one whose caller left, free their places."""
    scene = Scene(Overloaded(), ok(b"1").held(asyncio.Event()), ok(b"2"), places=1)
    with pytest.raises(Overloaded):
        await scene.get()
    writing = start(scene.send("POST", ISSUES))
    await scene.github.asked(2)
    await leave(writing)

    assert (await scene.get()).response.body == b"2"


async def test_no_place_in_time() -> None:
    """Whoever waits too long is told when to come back, and takes no place."""
    throttle = Throttle(Budget(), ManualClock(), places=1, patience_s=0)
    async with throttle.place(get(), "octo"):
        with pytest.raises(Overloaded) as raised:
            async with throttle.place(get(), "octo"):
                pass

    assert raised.value.retry_after_s == RETRY_AFTER_S
    async with throttle.place(get(), "octo"):
        pass


async def test_queue_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the length of the queue nobody is let in to wait."""
    monkeypatch.setattr(throttle_module, "MOST_WAITING", 1)
    throttle = Throttle(Budget(), ManualClock(), places=1, patience_s=5)

    async def pass_through() -> None:
        async with throttle.place(get(), "octo"):
            pass

    async with throttle.place(get(), "octo"):
        waiting = start(pass_through())
        await let_all_run()
        with pytest.raises(Overloaded):
            await pass_through()

    await waiting
    await pass_through()


async def test_refused_while_nothing_is_left() -> None:
    """With the last point gone GitHub is not asked; the answer is the one GitHub would give."""
    scene = Scene()
    scene.github.script = by_path({PATH: exhausted(scene), ISSUES: ok(b"2")})
    await scene.get()

    refused = await scene.get(ISSUES)

    assert refused.response.status == 403
    assert b"API rate limit exceeded" in refused.response.body
    assert scene.asked == [f"GET {PATH}"]
    assert refused.points == 0


async def test_opens_at_the_reset() -> None:
    """At the instant of the reset the next call is made."""
    scene = Scene()
    scene.github.script = by_path({PATH: exhausted(scene), ISSUES: ok(b"2")})
    await scene.get()
    scene.clock.advance(HOUR_S - 10)
    still = await scene.get(ISSUES)
    scene.clock.advance(10)

    opened = await scene.get(ISSUES)

    assert (still.response.status, opened.response.body) == (403, b"2")


async def test_whoever_can_wait_for_the_reset_waits() -> None:
    """A limit that ends within a caller's patience costs them that wait, no refusal."""
    scene = Scene(patience_s=5)
    scene.github.script = by_path({PATH: exhausted(scene), ISSUES: ok(b"2")})
    await scene.get()
    scene.clock.advance(HOUR_S - 1)

    answer = await scene.get(ISSUES)

    assert answer.response.body == b"2"


async def test_urgent_calls_go_first() -> None:
    """When a place comes free, whoever is waited for has it before renewals and samples."""
    order: list[Lane] = []
    throttle = Throttle(Budget(), ManualClock(), places=1, patience_s=5)

    async def pass_through(lane: Lane) -> None:
        async with throttle.place(get(), "octo", lane):
            order.append(lane)

    async with throttle.place(get(), "octo"):
        callers = [start(pass_through(lane)) for lane in reversed(Lane)]
        await let_all_run()
    await asyncio.gather(*callers)

    assert order == list(Lane)


async def test_buckets_take_turns() -> None:
    """Somebody with many calls does not hold up somebody with one."""
    order: list[str] = []
    throttle = Throttle(Budget(), ManualClock(), places=1, patience_s=5)

    async def pass_through(bucket: str) -> None:
        async with throttle.place(get(), bucket):
            order.append(bucket)

    async with throttle.place(get(), "octo"):
        callers = [start(pass_through(bucket)) for bucket in ("octo", "octo", "octo", "hubot")]
        await let_all_run()
    await asyncio.gather(*callers)

    assert order == ["octo", "hubot", "octo", "octo"]


async def test_a_lane_below_its_floor_is_refused_while_others_go_on() -> None:
    """A renewal is turned away where somebody who waits is let through."""
    clock = ManualClock()
    budget = Budget()
    few = ok(b"1").having("X-RateLimit-Limit", "60").having("X-RateLimit-Remaining", "5")
    told = few.having("X-RateLimit-Reset", str(int(clock.now()) + HOUR_S))
    budget.learn("octo", Response(200, told.headers), now=clock.now())
    throttle = Throttle(budget, clock, places=1, patience_s=5)

    async with throttle.place(get(), "octo", Lane.REFRESH) as renewal:
        pass
    async with throttle.place(get(), "octo") as urgent:
        pass

    assert renewal.refused is not None
    assert urgent.refused is None


async def test_writes_of_one_bucket_keep_their_distance() -> None:
    """A second write waits until a second after the first; another bucket's does not."""
    clock = ManualClock()
    throttle = Throttle(Budget(), clock, places=5, patience_s=5)
    sent: list[tuple[str, float]] = []

    async def write(bucket: str) -> None:
        async with throttle.place(Request("POST", ISSUES), bucket):
            sent.append((bucket, clock.now()))

    began_at = clock.now()
    await asyncio.gather(write("octo"), write("octo"), write("hubot"))

    waits = sorted((bucket, at - began_at) for bucket, at in sent)
    assert waits == [("hubot", 0.0), ("octo", 0.0), ("octo", 1.0)]


async def test_a_place_that_nobody_takes_any_more_is_given_back() -> None:
    """A caller who leaves in the very moment in which the place is theirs takes none along."""
    throttle = Throttle(Budget(), ManualClock(), places=1, patience_s=5)

    async def pass_through() -> None:
        async with throttle.place(get(), "octo"):
            pass

    async with throttle.place(get(), "octo"):
        leaving = start(pass_through())
        await let_all_run()
    # The place has been given, and the waiter has not run yet.
    await leave(leaving)

    await pass_through()
    assert throttle.waiting == 0


async def test_limit_of_one_is_no_limit_of_another() -> None:
    """Another credential's calls go on."""
    scene = Scene()
    scene.github.script = by_path({PATH: exhausted(scene), ISSUES: ok(b"2")})
    await scene.get()

    assert (await scene.get(ISSUES, HUBOT)).response.body == b"2"


async def test_stored_answers_are_served_while_limited() -> None:
    """A limit does not hide what is stored: fresh it is a hit, older it is a rescue."""
    scene = Scene()
    scene.github.script = by_path({ISSUES: exhausted(scene)})
    await scene.get(ISSUES)
    fresh = await scene.get(ISSUES)
    scene.clock.advance(HOUR_S / 2)

    old = await scene.get(ISSUES)

    assert (fresh.mode, old.mode) == (Mode.HIT, Mode.RESCUED)
    assert len(scene.asked) == 1


async def test_secondary_limit_is_obeyed() -> None:
    """After `Retry-After: 30` no call is made for 30 s, and those refused are told the rest."""
    limited = ok(b'{"message":"You have exceeded a secondary rate limit."}', status=403)
    scene = Scene(limited.having("Retry-After", "30"), ok(b"1"))
    await scene.get()
    scene.clock.advance(20)
    refused = await scene.get(ISSUES)
    scene.clock.advance(10)

    assert (refused.response.status, refused.response.headers.get("Retry-After")) == (403, "10")
    assert (await scene.get(ISSUES)).response.body == b"1"


async def test_limit_learnt_while_queueing() -> None:
    """Whoever waits for a place while a limit is hit is not sent when the place comes free."""
    release = asyncio.Event()
    scene = Scene(places=1)
    scene.github.script = by_path({PATH: exhausted(scene).held(release), ISSUES: ok(b"2")})
    first = start(scene.get(caller=OPERATORS))
    await scene.github.asked(1)
    second = start(scene.get(ISSUES, OPERATORS))
    await let_all_run()

    release.set()

    assert (await first).response.body == b"1"
    assert (await second).response.status == 403
    assert len(scene.asked) == 1


async def test_writes_are_refused_too() -> None:
    """A write over the limit is not sent; GitHub's own answer says why."""
    scene = Scene()
    scene.github.script = by_path({PATH: exhausted(scene)})
    await scene.get()

    answer = await scene.send("POST", ISSUES)

    assert answer.response.status == 403
    assert len(scene.asked) == 1
