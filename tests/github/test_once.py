"""One making at a time, for all who wait."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.errors import GitHubUnreachable
from portico.github.once import Once


class Maker:
    """Makes numbers, each when it is let go on; counts how many it is at."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.made = 0
        self.fails = False

    async def __call__(self) -> int:
        """Make the next number."""
        self.made += 1
        number = self.made
        await self.go_on.wait()
        if self.fails:
            raise GitHubUnreachable(str(number))
        return number


async def test_all_who_wait_get_the_same() -> None:
    """Ten who ask at once are served by one making; the next asks anew."""
    once, make = Once[int](), Maker()
    async with once.running():
        waiting = [asyncio.ensure_future(once.get("a", make)) for _ in range(10)]
        await asyncio.sleep(0)
        make.go_on.set()

        assert await asyncio.gather(*waiting) == [1] * 10
        assert await once.get("a", make) == 2


async def test_keys_are_apart() -> None:
    """What is made for one key is not what another waits for."""
    once, make = Once[int](), Maker()
    make.go_on.set()
    async with once.running():
        assert {await once.get("a", make), await once.get("b", make)} == {1, 2}


async def test_who_leaves_takes_nobody_along() -> None:
    """The making goes on for the others, also where its first asker leaves."""
    once, make = Once[int](), Maker()
    async with once.running():
        first = asyncio.ensure_future(once.get("a", make))
        second = asyncio.ensure_future(once.get("a", make))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        make.go_on.set()

        assert await second == 1
        assert first.cancelled()


async def test_a_failure_is_shared_and_not_kept() -> None:
    """All who wait are told; whoever asks later has it tried again."""
    once, make = Once[int](), Maker()
    make.fails = True
    make.go_on.set()
    async with once.running():
        waiting = [once.get("a", make) for _ in range(3)]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        make.fails = False

        assert [str(outcome) for outcome in outcomes] == ["1"] * 3
        assert await once.get("a", make) == 2


async def test_begun_is_not_waited_for() -> None:
    """What is begun is there for who asks meanwhile."""
    once, make = Once[int](), Maker()
    async with once.running():
        once.begin("a", make)
        once.begin("a", make)
        make.go_on.set()

        assert await once.get("a", make) == 1


async def test_nothing_is_left_at_the_end() -> None:
    """What never ends is given up, and nothing is begun after that."""
    once, make = Once[int](), Maker()
    async with asyncio.timeout(5), once.running():
        once.begin("a", make)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        once.begin("a", make)
