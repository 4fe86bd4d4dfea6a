"""The budget against the sandbox's own buckets, over random interleavings of calls and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.budget import Budget, Refusal, Reservation
from portico.core.lane import Lane, floor_points
from portico.core.message import Headers, Response
from portico.core.price import Price
from portico.sandbox.limits import Buckets
from tests.core.values import ALICE, NOW

# The least that GitHub grants to anybody: nothing less is safe to assume before the first answer.
LIMIT: Final = 60
SUBJECT: Final = "user:1"


@dataclass(slots=True)
class Play:
    """GitHub counts a call when it is sent; its answer arrives whenever the steps say.

    `ahead_s` is how far our clock is ahead of GitHub's. `is_strict`: GitHub must never refuse.
    """

    ahead_s: float = 0.0
    is_strict: bool = True
    lane: Lane = Lane.INTERACTIVE
    resource: str = "core"
    now: float = NOW
    budget: Budget = field(default_factory=Budget)
    github: Buckets = field(
        default_factory=lambda: Buckets(limits={(SUBJECT, "core"): LIMIT, (SUBJECT, "search"): 10})
    )
    under_way: list[tuple[Reservation, Response]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def price(self) -> Price:
        """One call's."""
        return Price(self.resource, 1, 1, is_write=False)

    @property
    def left(self) -> int:
        """What GitHub would say is left."""
        return self.github.read(SUBJECT, self.resource, self.now - self.ahead_s).remaining

    def send(self, *, is_free: bool) -> None:
        """Send a call unless the budget forbids it; GitHub must have a point for it."""
        refusal = self.budget.refusal(ALICE, self.price, self.lane, now=self.now)
        if refusal is not None:
            self.refusals.append(refusal)
            return
        assert self.left or not self.is_strict, "a call that GitHub would refuse was made"
        reservation = self.budget.reserve(ALICE, self.price, now=self.now)
        at = self.now - self.ahead_s
        reading = self.github.charge(SUBJECT, self.resource, at, points=0 if is_free else 1)
        fields = (*reading.headers(), ("Date", formatdate(at, usegmt=True)))
        self.under_way.append((reservation, Response(304 if is_free else 200, Headers(fields))))

    def land(self, which: int) -> None:
        """Let one of the answers under way arrive."""
        if self.under_way:
            reservation, answer = self.under_way.pop(which % len(self.under_way))
            self.budget.land(reservation, answer, now=self.now)

    def lose(self, which: int) -> None:
        """Let one of the answers under way never arrive."""
        if self.under_way:
            reservation, _ = self.under_way.pop(which % len(self.under_way))
            self.budget.land(reservation, None, now=self.now)

    def act(self, step: tuple[str, int]) -> None:
        """Do one step."""
        what, number = step
        match what:
            case "send":
                for _ in range(number):
                    self.send(is_free=False)
            case "ask again":
                self.send(is_free=True)
            case "land":
                self.land(number)
            case "lose":
                self.lose(number)
            case "wait":
                self.now += number


def steps(*kinds: str) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Return lists of steps of these kinds, mostly those that spend."""
    sizes = {
        "send": st.integers(1, LIMIT),
        "wait": st.sampled_from([1, 59, 61, 3_299, 3_599, 3_899]),
    }
    step = st.sampled_from(kinds).flatmap(
        lambda kind: st.tuples(st.just(kind), sizes.get(kind, st.integers(0, 50)))
    )
    return st.lists(step, max_size=40)


PLAYED: Final = steps("send", "ask again", "land", "land", "wait")
CLOCKS: Final = st.sampled_from([0.0, 300.0, -300.0])
RESOURCES: Final = st.sampled_from(["core", "search"])


@given(PLAYED, CLOCKS, RESOURCES)
def test_no_call_is_made_that_the_bucket_does_not_hold(
    played: list[tuple[str, int]], ahead_s: float, resource: str
) -> None:
    """Whatever the order of answers, the turns of windows and our clock: GitHub never refuses."""
    play = Play(ahead_s=ahead_s, resource=resource)

    for step in played:
        play.act(step)


@given(PLAYED)
def test_the_count_is_wrong_by_no_more_than_what_is_under_way(
    played: list[tuple[str, int]],
) -> None:
    """What is believed to be left differs from GitHub's count by at most the calls under way."""
    play = Play()
    for step in played:
        play.act(step)
        window = play.budget.window(ALICE, "core", now=play.now)
        if window is not None:
            assert 0 <= window.remaining - play.left <= len(play.under_way)


@given(PLAYED, st.sampled_from([Lane.REFRESH, Lane.BACKGROUND]))
def test_a_lane_leaves_its_floor_to_the_others(played: list[tuple[str, int]], lane: Lane) -> None:
    """However much it asks, a less urgent lane leaves what is the more urgent ones'."""
    play = Play(lane=lane)
    play.send(is_free=False)
    play.land(0)

    for step in played:
        play.act(step)

        assert play.left >= floor_points(lane, LIMIT)
    urgent = play.budget.refusal(ALICE, play.price, Lane.INTERACTIVE, now=play.now)
    assert urgent is None or urgent.is_passing


@given(steps("send", "land", "lose", "wait"))
def test_losses_never_close_a_bucket_for_good(played: list[tuple[str, int]]) -> None:
    """However many answers are lost, with nothing under way one call can find out what is left."""
    play = Play(is_strict=False)
    for step in played:
        play.act(step)
    while play.under_way:
        play.lose(0)

    refusal = play.budget.refusal(ALICE, play.price, now=play.now)

    assert refusal is None or play.left == 0 or refusal.until <= play.now + 61


def test_what_was_lost_counts_as_taken() -> None:
    """After a time-out one point less is spent, until an answer to a later call tells the count."""
    play = Play()
    play.send(is_free=False)
    play.land(0)
    for _ in range(LIMIT - 4):
        play.send(is_free=False)
        play.land(0)
    # Of the last three points one is lost.
    play.send(is_free=False)
    play.lose(0)

    for _ in range(3):
        play.send(is_free=False)

    assert len(play.under_way) == 2
    play.land(1)
    play.land(0)
    window = play.budget.window(ALICE, "core", now=play.now)
    assert window is not None
    assert window.remaining == play.left == 0


def test_what_is_under_way_is_reserved() -> None:
    """The last points are not promised twice; the refusal ends when a call lands for nothing."""
    play = Play()
    play.send(is_free=False)
    play.land(0)
    for _ in range(LIMIT - 2):
        play.send(is_free=False)
        play.land(0)
    play.send(is_free=True)

    held = play.budget.refusal(ALICE, play.price, now=play.now)
    play.land(0)

    assert held is not None
    assert held.is_passing
    assert play.budget.refusal(ALICE, play.price, now=play.now) is None


@pytest.mark.parametrize("strikes", [1, 2, 3])
def test_secondary_limits_without_a_time_wait_longer_and_longer(strikes: int) -> None:
    """A minute, then two, then four, as GitHub asks of whoever is limited again."""
    budget, now = Budget(), NOW
    limited = Response(403, Headers(), b'{"message":"You have exceeded a secondary rate limit."}')
    price, wait_s = Price("core", 1, 1, is_write=False), 0.0
    for _ in range(strikes):
        budget.learn(ALICE, limited, now=now)
        refusal = budget.refusal(ALICE, price, now=now)
        assert refusal is not None
        wait_s, now = refusal.until - now, refusal.until

    assert wait_s == 60 * 2 ** (strikes - 1)


def test_an_answer_ends_the_growing() -> None:
    """After a call that succeeded the next secondary limit is a minute again."""
    budget = Budget()
    limited = Response(403, Headers(), b'{"message":"You have exceeded a secondary rate limit."}')
    budget.learn(ALICE, limited, now=NOW)
    budget.learn(ALICE, Response(200), now=NOW + 61)

    budget.learn(ALICE, limited, now=NOW + 62)

    assert budget.cooling_until(ALICE, now=NOW + 62) == NOW + 122
