"""Two processes on one store: whichever takes a delivery, both know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from portico.core.happening import Happening, RepositoryRef
from portico.core.hooks import SETTLING_S
from portico.core.policy import Mode
from portico.core.sampling import DELIVERY_TAKES_S, SAMPLE_EVERY_S
from portico.stores.memory import MemoryStore
from portico.stores.sqlite import SQLiteStore
from portico.stores.tiered import TieredStore
from tests.gateway.scene import ISSUES, OPERATORS, Scene
from tests.gateway.test_covering import OPENED, PING, SOURCE
from tests.support.upstream import not_modified, ok

HOURS_S: Final = 5 * 3_600.0
MOVING_S: Final = 60.0


class Workers:
    """Two scenes on one file, on clocks that go alike. What GitHub answers is given to each."""

    def __init__(self, path: Path) -> None:
        self.one, self.other = self._scene(path), self._scene(path)

    def advance(self, seconds: float) -> None:
        """Let time go by for both."""
        for scene in (self.one, self.other):
            scene.clock.advance(seconds)

    async def close(self) -> None:
        """End both."""
        for scene in (self.one, self.other):
            await scene.done()
            await scene.store.close()

    @staticmethod
    def _scene(path: Path) -> Scene:
        disk = SQLiteStore.open(path, limit_bytes=1_000_000, now=lambda: 0.0, shared=True)
        return Scene(store=TieredStore(MemoryStore(1_000_000), disk))


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncIterator[Workers]:
    """Two processes that have been pinged, the first of them by GitHub."""
    made = Workers(tmp_path / "store.db")
    await made.one.deliveries.receive("ping", PING, SOURCE)
    # A read of whatever takes in what the other process announced.
    made.other.github.script = lambda _: ok()
    await made.other.get("/meta")
    made.advance(SETTLING_S)
    yield made
    await made.close()


async def test_a_delivery_to_one_is_heard_by_the_other(workers: Workers) -> None:
    """What the other has at hand is covered by it, marked by it, and told to whoever listens."""
    other = workers.other
    other.github.script = lambda _: ok(b'[{"number":6}]', etag='"1"')
    await other.get(ISSUES, OPERATORS)
    workers.advance(HOURS_S)
    covered = await other.get(ISSUES, OPERATORS)
    await workers.one.deliveries.receive("1", OPENED, SOURCE)
    other.github.script = lambda _: not_modified()
    after = await other.get(ISSUES, OPERATORS)

    assert (covered.mode, after.mode) == (Mode.HIT, Mode.REVALIDATED)
    assert [delivery for delivery, _ in other.told] == ["ping", "1"]


async def test_a_delivery_that_lists_many(workers: Workers) -> None:
    """What is too long for one announcement comes in several, with nothing left out."""
    name = "o" * 39 + "/" + "r" * 97
    listed = tuple(
        RepositoryRef(id=10**9 + number, full_name=f"{name}-{number}", is_private=True)
        for number in range(50)
    )
    suspended = Happening(
        event="installation",
        action="suspend",
        owner="octo",
        repositories={"listed": listed, "lost": listed},
    )
    await workers.one.deliveries.receive("1", suspended, SOURCE)
    workers.other.gateway.invalidate.catch_up()

    parts = [happening for delivery, happening in workers.other.told if delivery == "1"]
    for role in ("listed", "lost"):
        assert [each for part in parts for each in part.repositories[role]] == list(listed)
    assert {(part.event, part.action, part.owner) for part in parts} == {
        ("installation", "suspend", "octo")
    }


async def test_a_repeat_to_the_other_is_known(workers: Workers) -> None:
    """GitHub may redeliver to any of the processes."""
    await workers.one.deliveries.receive("1", OPENED, SOURCE)
    receipt = await workers.other.deliveries.receive("1", OPENED, SOURCE)

    assert receipt.is_repeat
    assert [delivery for delivery, _ in workers.other.told] == ["ping", "1"]


async def test_what_one_missed_ends_it_for_the_other(workers: Workers) -> None:
    """A repository leaves covered mode everywhere at once; so it comes back."""
    one, other = workers.one, workers.other
    one.github.script = lambda _: ok(b'[{"number":6}]', etag='"1"')
    await one.get(ISSUES, OPERATORS)
    workers.advance(MOVING_S + 1)
    await one.get(ISSUES, OPERATORS)
    workers.advance(SAMPLE_EVERY_S)
    one.github.script = lambda _: ok(b'[{"number":7}]', etag='"2"')
    await one.get(ISSUES, OPERATORS)
    await one.done()
    workers.advance(DELIVERY_TAKES_S + 1)
    await one.get(ISSUES, OPERATORS, cache_control="only-if-cached, max-stale")
    await one.store.settled()
    left = await other.get(ISSUES, OPERATORS, cache_control="only-if-cached, max-stale")
    await other.deliveries.receive("ping again", PING, SOURCE)
    back = await one.get(ISSUES, OPERATORS, cache_control="only-if-cached")

    assert one.witness.misses == ["octo/hello"]
    assert (left.mode, back.mode) == (Mode.STALE, Mode.HIT)
