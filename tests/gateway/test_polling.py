"""What a day of polling asks of GitHub, with webhooks and without.

`python -m tests.gateway.test_polling` prints the figures of docs/webhooks.md.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Final

from portico.core.happening import Happening, Hook, RepositoryRef
from portico.core.hooks import ORGANIZATION, SETTLING_S, Source
from portico.core.message import Request
from portico.stores.memory import MemoryStore
from tests.gateway.scene import OPERATORS, Scene
from tests.support.upstream import Reply, Sent, not_modified, ok

SOURCE: Final = Source(1, ORGANIZATION, 9)
POLLED_EVERY_S: Final = 300.0
DAY_S: Final = 86_400.0
FACETS: Final = ("", "/issues", "/commits")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a day took: calls to GitHub, points of the hour's limit, and answers from before."""

    calls: int
    points: int
    outdated: int


class Day:
    """Clients that ask for every facet of every repository, one of which is pushed to now and then.

    Some repository is pushed to every `pushed_every_s` seconds, each in its turn.
    """

    def __init__(self, *, repositories: int, clients: int, pushed_every_s: float) -> None:
        self.scene = Scene(store=MemoryStore(4_096 * len(FACETS) * (repositories + 1)))
        self.scene.github.script = self._answer
        self._repositories = [
            RepositoryRef(id=number, full_name=f"octo/r{number}", is_private=False, owner_id=9)
            for number in range(repositories)
        ]
        self._clients = clients
        self._pushed_every_s = pushed_every_s
        self._pushes: dict[str, int] = {}
        self._points = 0
        self._outdated = 0

    async def live(self, *, has_hook: bool) -> Cost:
        """Let the day pass and return what it took."""
        if has_hook:
            everything = Hook(id=1, kind="", events=frozenset({"*"}))
            ping = Happening(event="ping", owner="octo", owner_id=9, hook=everything)
            await self.scene.deliveries.receive("ping", ping, SOURCE)
            self.scene.clock.advance(SETTLING_S)
        begun_at = self.scene.clock.now()
        pushed = 0
        while (passed_s := self.scene.clock.now() - begun_at) < DAY_S:
            while pushed * self._pushed_every_s < passed_s:
                await self._push(pushed, is_told=has_hook)
                pushed += 1
            await self._poll()
            self.scene.clock.advance(POLLED_EVERY_S)
        return Cost(len(self.scene.github.sent), self._points, self._outdated)

    async def _poll(self) -> None:
        for ref in self._repositories:
            for facet in FACETS:
                path = f"/repos/{ref.full_name}{facet}"
                for _ in range(self._clients):
                    await self._ask(path)
        await self.scene.done()

    async def _ask(self, path: str) -> None:
        request = Request("GET", path)
        answer = self.scene.gateway.hit(request, OPERATORS)
        if answer is None:
            answer = await self.scene.gateway.fetch(request, OPERATORS)
        self._outdated += answer.response.body != str(self._shown(path)).encode()

    async def _push(self, number: int, *, is_told: bool) -> None:
        ref = self._repositories[number % len(self._repositories)]
        self._pushes[ref.full_name] = self._pushes.get(ref.full_name, 0) + 1
        if is_told:
            pushed = Happening(
                event="push",
                repository=ref,
                owner="octo",
                owner_id=9,
                details={"ref": "main", "is_default_branch": True},
            )
            await self.scene.deliveries.receive(f"push {number}", pushed, SOURCE)

    def _answer(self, sent: Sent) -> Reply:
        shown = self._shown(sent.request.path)
        if sent.if_none_match == f'"{shown}"':
            return not_modified()
        self._points += 1
        return ok(str(shown).encode(), etag=f'"{shown}"')

    def _shown(self, path: str) -> int:
        """Return what GitHub shows at a path: the number of pushes; of issues always the same."""
        name = "/".join(path.split("/")[2:4])
        return 0 if path.endswith("/issues") else self._pushes.get(name, 0)


async def test_webhooks_save_nine_calls_in_ten() -> None:
    """With them it takes a tenth of the calls, no more points, and shows nothing outdated."""
    days = [Day(repositories=8, clients=2, pushed_every_s=3_600.0) for _ in range(2)]
    without = await days[0].live(has_hook=False)
    with_hook = await days[1].live(has_hook=True)

    assert with_hook.calls * 10 < without.calls
    assert with_hook.points <= without.points
    assert with_hook.outdated == 0 < without.outdated


def main() -> None:
    """Print what a day of the page's size takes; about a minute."""
    for has_hook in (False, True):
        day = Day(repositories=50, clients=1, pushed_every_s=POLLED_EVERY_S)
        sys.stdout.write(f"{asyncio.run(day.live(has_hook=has_hook))}\n")


if __name__ == "__main__":
    main()
