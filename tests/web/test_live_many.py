"""A thousand listeners on one process, over real sockets."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.gateway.live_scene import issue
from tests.web.live_stand import LiveStand, Wire

MANY = 1_000
# Both ends are in this process, and there is something else.
FILES = 2 * MANY + 200


@pytest.fixture(autouse=True)
def _files(lack: Callable[[str], NoReturn]) -> Iterator[None]:
    """Let enough files be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        if hard != resource.RLIM_INFINITY and hard < FILES:
            lack(f"Only {hard} files may be open here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_thousand_listeners() -> None:
    """All hear everything in order; one more is told to come back; at the end all hear of it."""
    stand = LiveStand(most_listeners=MANY)
    targets = ("/live?repo=octo/hello", "/live?user=octo")
    async with stand.served() as address:
        wires: list[Wire] = []
        for start in range(0, MANY, 100):
            connecting = (Wire.listen(address, targets[n % 2]) for n in range(start, start + 100))
            wires += await asyncio.gather(*connecting)
        refused = await Wire.listen(address, targets[0])

        for number in range(5):
            await stand.happen(issue(number))
        await asyncio.gather(*(wire.until_told(5) for wire in wires))
        for wire in wires[: MANY // 2]:
            await wire.close()
        while len(stand.live) > MANY // 2:  # noqa: ASYNC110 (sockets close when they do)
            await asyncio.sleep(0.01)
        await stand.happen(issue(5))
        ending = [asyncio.create_task(wire.until_over()) for wire in wires[MANY // 2 :]]
        await refused.close()
    await asyncio.gather(*ending)
    for wire in wires:
        await wire.close()

    assert refused.status == 503
    told = [[event["details"]["number"] for event in wire.heard.happenings] for wire in wires]
    assert told == [list(range(5))] * (MANY // 2) + [list(range(6))] * (MANY // 2)
    assert {wire.heard.events[-1].name for wire in wires[MANY // 2 :]} == {"closing"}
    assert stand.asked == 1
    assert stand.scene.witness.failures == []
