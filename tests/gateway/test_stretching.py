"""The curve in the loop: while the bucket runs short less is asked, and what is told holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pytest

from portico.core.audience import Caller, Credential, public_caller
from portico.core.budget import Budget
from portico.core.lane import Lane, floor_points
from portico.core.message import Request
from portico.core.policy import Mode
from portico.core.resource import classify
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.core.stretch import MOST
from portico.gateway.gateway import Gateway
from portico.gateway.sender import Sender
from portico.gateway.throttle import Throttle
from portico.sandbox import Sandbox, tokens
from portico.stores.memory import MemoryStore
from tests.gateway.scene import ANYBODY, ISSUES, OCTO, OPERATORS, PATH, SECRET, Scene, Witness, get
from tests.support.clock import ManualClock
from tests.support.sandboxed import SandboxedGitHub
from tests.support.upstream import Reply, not_modified, ok

SLOW_S: Final = 300.0
DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
LIMIT: Final = 1_000
PULL: Final = "/repos/octo/hello/pulls/1"
SEARCH: Final = "/search/repositories?q=harbor"
OTHER: Final = {"core": "/users/hubot", "search": "/search/repositories?q=tide"}


def telling(
    reply: Reply, remaining: int, *, resource: str = "core", left_s: float = HOUR_S
) -> Reply:
    """Return an answer that tells what is left of a bucket, `left_s` after the scene's start."""
    reset_at = int(ManualClock().now() + left_s)
    told = {"Limit": LIMIT, "Remaining": remaining, "Reset": reset_at, "Resource": resource}
    for name, value in told.items():
        reply = reply.having(f"X-RateLimit-{name}", str(value))
    return reply


def short(remaining: int = 125, *, left_s: float = HOUR_S) -> Reply:
    """Return an answer after which an eighth is left: times are four times as long."""
    return telling(ok(b"1", etag='"1"'), remaining, left_s=left_s)


async def test_an_answer_stays_fresh_for_longer_and_says_so() -> None:
    """A hit at four times the age, by `hit` and by `fetch`; and stale just after."""
    scene = Scene(short(), not_modified())
    first = await scene.get(caller=OPERATORS)
    scene.clock.advance(MOST * SLOW_S)

    last = await scene.get(caller=OPERATORS)
    at_hand = scene.gateway.hit(get(), OPERATORS)
    scene.clock.advance(1)
    after = await scene.get(caller=OPERATORS)
    await scene.done()

    assert (first.mode, first.age_s, first.ttl_s) == (Mode.MISS, 0, MOST * SLOW_S)
    assert (last.mode, last.age_s, last.ttl_s) == (Mode.HIT, MOST * SLOW_S, 0)
    assert at_hand is not None
    assert (at_hand.mode, at_hand.ttl_s) == (Mode.HIT, 0)
    assert (after.mode, after.ttl_s) == (Mode.STALE, -1)
    assert len(scene.asked) == 2


async def test_what_is_told_ends_where_the_bucket_lasts() -> None:
    """The nearer the reset the less is stretched, and that is foreseen in what is told."""
    scene = Scene(short(left_s=1_500), not_modified())
    # The points go for 450 s, so after 600 s, with 900 s left, times are twice as long.
    until_s = 600.0
    first = await scene.get(caller=OPERATORS)
    scene.clock.advance(until_s)
    last = await scene.get(caller=OPERATORS)
    scene.clock.advance(1)
    after = await scene.get(caller=OPERATORS)
    await scene.done()

    assert first.ttl_s == pytest.approx(until_s)
    assert last.mode is Mode.HIT
    assert last.ttl_s == pytest.approx(0)
    assert after.mode is Mode.STALE


async def test_stale_times_are_stretched_too() -> None:
    """Where renewals may not be made any more, what is stale is shown for longer without a call."""
    floor = floor_points(Lane.REFRESH, LIMIT)
    old_s = SLOW_S + DAY_S + 1
    scene = Scene(ok(b"1"), telling(ok(), floor, left_s=old_s + HOUR_S))
    await scene.get(caller=OPERATORS)
    scene.clock.advance(old_s)
    await scene.get("/users/hubot", OPERATORS)

    answer = await scene.get(caller=OPERATORS)
    await scene.done()

    assert (answer.mode, answer.response.body) == (Mode.STALE, b"1")
    assert scene.asked == [f"GET {PATH}", "GET /users/hubot"]


@pytest.mark.parametrize(
    ("path", "cache_control", "fresh_s"),
    [
        (PATH, "max-age=100", 100),
        (PATH, "max-age=900", 900),
        (PATH, "min-fresh=100", 200),
        (PATH, "no-cache", -1),
        (PULL, None, 10),
        ("/user", None, -1),
    ],
)
async def test_what_is_as_ever(path: str, cache_control: str | None, fresh_s: float) -> None:
    """The caller's wishes, what people decide by, and the caller's own."""
    scene = Scene(short(), short(), short())
    await scene.get(path, OPERATORS)
    scene.clock.advance(max(0.0, fresh_s))
    within = scene.gateway.hit(get(path, cache_control=cache_control), OPERATORS)
    scene.clock.advance(1)
    beyond = scene.gateway.hit(get(path, cache_control=cache_control), OPERATORS)

    assert (within is not None) is (fresh_s >= 0)
    assert beyond is None


async def test_what_is_known_to_have_changed_is_asked_for() -> None:
    """A mark ends it, however few points are left."""
    scene = Scene(short(), telling(ok(b"2"), 124))
    await scene.get(caller=OPERATORS)
    scene.store.mark(classify(PATH).tags)

    answer = await scene.get(caller=OPERATORS)

    assert (answer.mode, answer.response.body) == (Mode.CHANGED, b"2")


async def test_a_principal_is_believed_no_longer() -> None:
    """What only some may see is confirmed as often as ever, so lost access is seen as soon."""
    scene = Scene(short(), not_modified())
    first = await scene.get(caller=OCTO)
    scene.clock.advance(SLOW_S + 1)

    assert first.ttl_s == SLOW_S
    assert (await scene.get(caller=OCTO)).mode is Mode.STALE
    await scene.done()


@pytest.mark.parametrize(
    ("caller", "resource", "path", "is_longer"),
    [
        (OPERATORS, "core", ISSUES, True),
        (OPERATORS, "search", ISSUES, False),
        (OPERATORS, "search", SEARCH, True),
        (OPERATORS, "core", SEARCH, False),
        (ANYBODY, "core", ISSUES, True),
        (OCTO, "core", ISSUES, False),
    ],
)
async def test_the_bucket_that_would_be_spent_from_counts(
    caller: Caller, resource: str, path: str, *, is_longer: bool
) -> None:
    """The caller's, and in it the resource of the path; another that runs short does not matter."""
    scene = Scene(ok(), telling(ok(), 0, resource=resource, left_s=110))
    await scene.get(path, caller)
    scene.clock.advance(50)
    await scene.get(OTHER[resource], caller)
    scene.clock.advance(50)

    assert (scene.gateway.hit(get(path), caller) is not None) is is_longer


async def test_another_callers_bucket_does_not_count() -> None:
    """That one who brings a token has spent theirs makes nothing older for everybody."""
    scene = Scene(telling(ok(), 0), ok())
    await scene.get(caller=OCTO)

    assert (await scene.get(caller=OPERATORS)).ttl_s == SLOW_S


READER: Final = public_caller(Credential("Bearer", tokens.PUBLIC), key=SECRET)
HARBOR: Final = Request("GET", "/repos/solveig/harbor")
EVERY_S: Final = 30


@dataclass
class Stand:
    """A gateway before the sandbox, whose operator has so many of 5,000 points left."""

    remaining: int
    clock: ManualClock = field(default_factory=ManualClock)
    ages_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(now=self.clock.now)
        world = self.sandbox.world
        account = world.accounts["portico-demo"].id
        spent = 5_000 - self.remaining
        world.buckets.charge(f"user:{account}", "core", self.clock.now(), points=spent)
        throttle = Throttle(Budget(), self.clock, places=50, patience_s=5.0)
        upstream, witness = SandboxedGitHub(self.sandbox), Witness()
        self.gateway = Gateway(
            store=MemoryStore(10_000_000, secret=SECRET),
            sender=Sender(upstream, throttle, self.clock, witness, body_limit_bytes=1_000_000),
            throttle=throttle,
            rewriter=Rewriter(GITHUB_API_URL),
            clock=self.clock,
            observer=witness,
        )

    def oldest_s(self) -> float:
        """Return the greatest age of a hit since this was last asked."""
        ages_s, self.ages_s = self.ages_s, []
        return max(ages_s)

    async def read_for(self, seconds: float) -> int:
        """Ask for a repository that changes all the time; return how many calls that took."""
        before = self.sandbox.calls(HARBOR.path)
        for number in range(int(seconds / EVERY_S)):
            self.sandbox.world.edit_repository("solveig/harbor", description=f"Tide {number}")
            answer = await self.gateway.fetch(HARBOR, READER)
            if answer.mode is Mode.HIT:
                self.ages_s.append(answer.age_s)
            await self.gateway.drain(5.0)
            self.clock.advance(EVERY_S)
        return self.sandbox.calls(HARBOR.path) - before


async def test_few_points_few_calls_and_after_the_reset_as_ever() -> None:
    """Within the bound answers grow older, and fewer points go; a new hour is as the table says."""
    plenty, few = Stand(4_000), Stand(700)

    calls = [await each.read_for(HOUR_S / 2) for each in (plenty, few)]
    oldest_s = [each.oldest_s() for each in (plenty, few)]
    for each in (plenty, few):
        each.clock.advance(HOUR_S)
    calls_later = [await each.read_for(HOUR_S / 2) for each in (plenty, few)]

    assert calls[0] > 2 * calls[1]
    assert oldest_s[0] <= SLOW_S < oldest_s[1] <= MOST * SLOW_S
    assert calls_later == [calls[0], calls[0]]
    assert few.oldest_s() <= SLOW_S
