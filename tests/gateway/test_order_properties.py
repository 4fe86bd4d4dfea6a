"""No answer is older than the last event that was received for it, whatever came in which order.

Fetches, writes and deliveries (lost, repeated, late, out of order) happen in any order, before a
GitHub whose replicas lag and whose clock is off. Each answer is then held against what GitHub
showed when.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Final

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portico.core.audience import Caller
from portico.core.freshness import DAY_S
from portico.core.happening import Hook
from portico.core.hooks import REPOSITORY, SETTLING_S, Source
from portico.core.message import Request
from portico.gateway.answer import Answer
from portico.gateway.invalidate import REPLICAS_LAG_S
from tests.gateway.changing_github import (
    ISSUES,
    ISSUES_BY_ID,
    META,
    MOST_LAG_S,
    OTHER,
    ChangingGitHub,
    newest_received,
)
from tests.gateway.scene import OCTO, OPERATORS, Scene, get

SOURCE: Final = Source(1, REPOSITORY, 5)
# A cut second at either end, of GitHub's instant and of its `Date`.
ROUNDING_S: Final = 2.0
# What was never told of may be shown so long: covered for a day, or renewed behind the answer.
CAP_S: Final = DAY_S + 300.0

LAGS: Final = st.sampled_from([0.0, MOST_LAG_S])
KINDS: Final = st.sampled_from(["opened", "starred"])
# The first and the last that wait, above all.
WHICH: Final = st.sampled_from([0, 0, -1, -1, 1])
READS: Final = st.tuples(
    st.sampled_from([META, META, ISSUES, ISSUES_BY_ID, OTHER]),
    st.sampled_from([OCTO, OCTO, OPERATORS]),
    LAGS,
)
WAITS: Final = st.sampled_from(
    [0.4, 5.0, 5.0, 40.0, 65.0, 65.0, 65.0, 350.0, 950.0, 7_000.0, 90_000.0]
)
STEPS: Final = st.one_of(
    st.tuples(st.just("read"), READS),
    st.tuples(st.just("read"), READS),
    st.tuples(st.just("read"), READS),
    st.tuples(st.just("wait"), WAITS),
    st.tuples(st.just("wait"), WAITS),
    st.tuples(st.just("change"), KINDS),
    st.tuples(st.just("deliver"), WHICH),
    st.tuples(st.just("deliver"), WHICH),
    st.tuples(st.sampled_from(["repeat", "lose"]), WHICH),
    st.tuples(st.just("reorder"), KINDS),
    st.tuples(st.just("write"), st.none()),
    st.tuples(st.just("overlap"), st.tuples(READS, KINDS)),
)


class Story:
    """A gateway, the GitHub before it, and what happens to both."""

    def __init__(self, *, ahead_s: float, is_timed: bool) -> None:
        self.scene = Scene()
        self.github = ChangingGitHub(self.scene.clock, ahead_s=ahead_s, is_timed=is_timed)
        self.scene.github.script = self.github.answer
        self.received: list[str] = []

    async def begin(self, *, is_covered: bool) -> None:
        """Learn GitHub's clock, and perhaps that all events of the repository reach us."""
        await self.scene.get("/meta")
        if is_covered:
            ping = replace(
                self.github.change("starred", is_told=False).happening,
                event="ping",
                hook=Hook(id=1, kind="", events=frozenset({"*"})),
            )
            await self.scene.deliveries.receive("ping", ping, SOURCE)
            self.scene.clock.advance(SETTLING_S)

    async def do(self, step: str, detail: object) -> None:
        """Let one thing happen."""
        match step, detail:
            case "read", (str(path), Caller() as caller, float(lag_s)):
                self.github.lag_s = lag_s
                self.judge(path, await self.scene.get(path, caller))
                await self.scene.done()
            case "wait", float(seconds):
                self.scene.clock.advance(seconds)
            case "change", str(kind):
                self.github.change(kind)
            case "deliver", int(which) if self.github.pending:
                await self.deliver(which)
            case "lose", int(which) if self.github.pending:
                del self.github.pending[which % len(self.github.pending)]
            case "repeat", int(which) if self.received:
                await self.repeat(which)
            case "reorder", str(kind):
                self.github.change(kind)
                self.scene.clock.advance(REPLICAS_LAG_S + 1)
                self.github.change(kind)
                await self.deliver(-1)
                await self.deliver(-1)
            case "write", None:
                await self.scene.gateway.write(Request("POST", ISSUES, body=b"{}"), OCTO)
                self.github.changes[-1].is_received = True
            case "overlap", ((str(path), Caller() as caller, float(lag_s)), str(kind)):
                await self.overlap(path, caller, lag_s, kind)

    async def deliver(self, which: int) -> None:
        """Hand over one of the deliveries that wait."""
        change = self.github.pending.pop(which % len(self.github.pending))
        await self.scene.deliveries.receive(change.guid, change.happening, SOURCE)
        change.is_received = True
        self.received.append(change.guid)

    async def repeat(self, which: int) -> None:
        """Hand an old delivery over again: as GitHub does, or by a new id as an attacker might."""
        guid = self.received[which % len(self.received)]
        change = next(each for each in self.github.changes if each.guid == guid)
        again = guid if which % 2 else f"{guid}-replayed"
        await self.scene.deliveries.receive(again, change.happening, SOURCE)

    async def overlap(self, path: str, caller: Caller, lag_s: float, kind: str) -> None:
        """Let something happen and be told of while a read is under way."""
        self.github.lag_s = lag_s
        until = asyncio.Event()
        self.scene.github.script = lambda sent: self.github.answer(sent).held(until)
        reading = asyncio.create_task(self.scene.gateway.fetch(get(path), caller))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        change = self.github.change(kind)
        await self.deliver(len(self.github.pending) - 1)
        until.set()
        # Who asked before the event may be told what was so before it.
        await reading
        self.scene.github.script = self.github.answer
        self.github.lag_s = 0.0
        answer = await self.scene.get(path, caller)
        self.judge(path, answer)
        assert _version(answer) >= change.versions.get(path, 0), "the flight from before the event"
        await self.scene.done()

    def judge(self, path: str, answer: Answer) -> None:
        """Hold an answer against what GitHub showed when, and what was told of it."""
        now = self.scene.clock.now()
        version = _version(answer)
        assert version >= self.github.version_at(path, now - answer.age_s - MOST_LAG_S), "its Age"
        assert answer.age_s <= CAP_S, "the cap"
        known = newest_received(self.github.changes, path)
        if known is not None and now > known.at + REPLICAS_LAG_S + ROUNDING_S:
            assert version >= known.versions[path], "the last event received"
        if known is not None:
            assert answer.age_s <= now - known.at + ROUNDING_S, "confirmed since"


def _version(answer: Answer) -> int:
    found = json.loads(answer.response.body)["version"]
    assert isinstance(found, int)
    return found


# The older of two events comes last: the minute after the newer one must not be cut short.
OUT_OF_ORDER: Final[list[tuple[str, object]]] = [
    ("reorder", "starred"),
    ("wait", 5.0),
    ("read", (META, OCTO, MOST_LAG_S)),
    ("wait", 65.0),
    ("read", (META, OCTO, 0.0)),
]
# A replica answers within the minute after an event that is told of later.
LATE: Final[list[tuple[str, object]]] = [
    ("change", "starred"),
    ("wait", 30.0),
    ("read", (META, OCTO, MOST_LAG_S)),
    ("wait", 65.0),
    ("deliver", 0),
    ("read", (META, OCTO, 0.0)),
]
# A replica lags behind an event that was told of at once, about what is covered.
LAGGING: Final[list[tuple[str, object]]] = [
    ("change", "starred"),
    ("deliver", 0),
    ("read", (META, OCTO, MOST_LAG_S)),
    ("wait", 65.0),
    ("read", (META, OCTO, 0.0)),
]
LOST: Final[list[tuple[str, object]]] = [
    ("read", (META, OCTO, 0.0)),
    ("change", "starred"),
    ("lose", 0),
    ("wait", 90_000.0),
    ("read", (META, OCTO, 0.0)),
]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@example(steps=OUT_OF_ORDER, is_covered=False, is_timed=True, ahead_s=0.0)
@example(steps=LATE, is_covered=False, is_timed=True, ahead_s=0.0)
@example(steps=LATE, is_covered=False, is_timed=True, ahead_s=-40.0)
@example(steps=LAGGING, is_covered=True, is_timed=True, ahead_s=0.0)
@example(steps=LOST, is_covered=True, is_timed=True, ahead_s=0.0)
@given(
    steps=st.lists(STEPS, min_size=5, max_size=40),
    is_covered=st.booleans(),
    is_timed=st.booleans(),
    ahead_s=st.sampled_from([0.0, -40.0, 40.0]),
)
def test_never_older_than_the_last_event_received(
    steps: list[tuple[str, object]], *, is_covered: bool, is_timed: bool, ahead_s: float
) -> None:
    """A minute after an event (replicas lag) no answer is from before it; Age and cap hold."""

    async def tell() -> None:
        story = Story(ahead_s=ahead_s, is_timed=is_timed)
        await story.begin(is_covered=is_covered)
        for step, detail in steps:
            await story.do(step, detail)

    asyncio.run(tell())
