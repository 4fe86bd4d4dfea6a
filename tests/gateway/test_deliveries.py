"""Deliveries: what they make GitHub be asked about again, and what they leave alone."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any, Final

from portico.core.happening import Happening, read_happening
from portico.core.policy import Mode
from portico.gateway.deliveries import MOST_REMEMBERED
from portico.gateway.invalidate import REPLICAS_LAG_S
from tests.gateway.scene import HUBOT, OCTO, Scene, let_all_run, start
from tests.support.upstream import by_path, not_modified, ok

REPO: Final = "/repos/octo/hello"
BY_ID: Final = "/repositories/1296269"
OTHER: Final = "/repos/octo/other"
META: Final = {
    "id": 1296269,
    "full_name": "octo/hello",
    "private": False,
    "owner": {"login": "octo", "id": 1},
    "default_branch": "main",
}
BODY: Final = b'{"id":1296269,"full_name":"octo/hello"}'
OTHER_BODY: Final = b'{"id":2,"full_name":"octo/other"}'


def happening(event: str = "star", action: str | None = "created", **members: Any) -> Happening:  # noqa: ANN401 (JSON)
    """Return what a delivery about `octo/hello` tells."""
    payload = {"repository": META, "sender": {"login": "hubot", "id": 2}, **members}
    if action:
        payload["action"] = action
    if event == "star":
        payload.setdefault("starred_at", None)
    return read_happening(event, json.dumps(payload).encode())


def scene(*, most_remembered: int = MOST_REMEMBERED) -> Scene:
    """Return a gateway before a GitHub that has two repositories."""
    made = Scene(most_remembered=most_remembered)
    answers = {REPO: BODY, BY_ID: BODY, OTHER: OTHER_BODY}
    made.github.script = by_path({path: ok(body, etag='"1"') for path, body in answers.items()})
    return made


async def modes(acting: Scene, *paths: str) -> list[Mode]:
    """Ask for these paths and return how each answer came about."""
    return [(await acting.get(path)).mode for path in paths]


async def test_what_it_touched_is_asked_for_again_and_nothing_else() -> None:
    """After a star GitHub is asked about that repository, by name and by id, and no other."""
    acting = scene()
    await modes(acting, REPO, BY_ID, OTHER)

    receipt = await acting.deliveries.receive("1", happening())

    assert not receipt.is_repeat
    assert await modes(acting, REPO, BY_ID, OTHER) == [Mode.CHANGED, Mode.CHANGED, Mode.HIT]


async def test_a_repeat_changes_nothing() -> None:
    """The same delivery once more marks nothing and is told to nobody."""
    acting = scene()
    await acting.deliveries.receive("1", happening())
    await modes(acting, REPO)

    receipt = await acting.deliveries.receive("1", happening())

    assert receipt.is_repeat
    assert await modes(acting, REPO) == [Mode.HIT]
    assert [delivery for delivery, _ in acting.told] == ["1"]
    assert acting.witness.deliveries == [("star", "taken"), ("star", "repeat")]


async def test_a_repeat_is_known_after_much_else() -> None:
    """What no longer fits into memory is still known by the store; memory stays bounded."""
    acting = scene(most_remembered=3)
    for number in range(20):
        await acting.deliveries.receive(str(number), happening())

    receipt = await acting.deliveries.receive("0", happening())

    assert receipt.is_repeat


async def test_a_fetch_that_began_before_is_not_stored_as_fresh() -> None:
    """An answer under way when the delivery came is asked for again by the next caller."""
    acting = scene()
    release = asyncio.Event()
    acting.github.script = by_path({REPO: ok(BODY, etag='"1"').held(release)})
    caller = start(acting.get(REPO))
    await acting.github.asked(1)
    await acting.deliveries.receive("1", happening())
    release.set()
    await caller

    again = await acting.get(REPO)

    assert again.mode is Mode.CHANGED
    assert len(acting.asked) == 2


async def test_a_late_delivery_leaves_alone_what_was_fetched_long_after() -> None:
    """What GitHub confirmed over a minute after the event knows of it already."""
    acting = scene()
    late = replace(happening(), at=acting.clock.now())
    acting.clock.advance(REPLICAS_LAG_S + 2)
    await modes(acting, REPO)

    await acting.deliveries.receive("1", late)

    assert await modes(acting, REPO) == [Mode.HIT]


async def test_a_late_delivery_counts_against_what_was_fetched_soon_after() -> None:
    """A replica may have answered within that minute, so that answer is asked for again."""
    acting = scene()
    late = replace(happening(), at=acting.clock.now())
    acting.clock.advance(REPLICAS_LAG_S - 10)
    await modes(acting, REPO)

    await acting.deliveries.receive("1", late)

    assert await modes(acting, REPO) == [Mode.CHANGED]


async def test_a_delivery_without_an_instant_counts_against_everything() -> None:
    """Where GitHub does not tell when it was, everything stored before is asked for again."""
    acting = scene()
    acting.clock.advance(3_600)
    await modes(acting, REPO)

    await acting.deliveries.receive("1", replace(happening(), at=None))

    assert await modes(acting, REPO) == [Mode.CHANGED]


async def test_an_answer_of_the_minute_after_is_soon_asked_for_again() -> None:
    """Replicas lag: what was fetched right after an event is fresh until its minute is over."""
    acting = scene()
    await acting.deliveries.receive("1", happening())
    acting.clock.advance(5)
    await modes(acting, REPO)
    within = await modes(acting, REPO)
    acting.clock.advance(REPLICAS_LAG_S)
    acting.github.script = by_path({REPO: not_modified()})
    after = await modes(acting, REPO)
    acting.clock.advance(REPLICAS_LAG_S + 5)

    assert (within, after) == ([Mode.HIT], [Mode.REVALIDATED])
    assert await modes(acting, REPO) == [Mode.HIT]


async def test_what_was_hidden_is_gone_for_everybody() -> None:
    """A repository made private is dropped for all callers, and no other is."""
    acting = scene()
    await acting.get(REPO, OCTO)
    await acting.get(REPO, HUBOT)
    await acting.get(OTHER, OCTO)

    await acting.deliveries.receive("1", happening("repository", "privatized"))

    assert (await acting.get(REPO, OCTO)).mode is Mode.MISS
    assert (await acting.get(REPO, HUBOT)).mode is Mode.MISS
    assert (await acting.get(OTHER, OCTO)).mode is Mode.HIT


async def test_an_unsettled_answer_is_served_stale_to_nobody() -> None:
    """A replica may still show what was just hidden: that answer does not outlive its minute."""
    acting = scene()
    await acting.deliveries.receive("1", happening("repository", "privatized"))
    await modes(acting, REPO)
    acting.clock.advance(REPLICAS_LAG_S + 1)

    assert await modes(acting, REPO) == [Mode.CHANGED]


async def test_an_event_of_tomorrow_is_taken_and_changes_nothing() -> None:
    """What no row of the table knows is counted and told, and that is all."""
    acting = scene()
    await modes(acting, REPO)

    receipt = await acting.deliveries.receive("1", happening("teleportation", "arrived"))

    assert not receipt.is_repeat
    assert await modes(acting, REPO) == [Mode.HIT]
    assert acting.witness.deliveries == [("teleportation", "taken")]


async def test_many_at_once_are_all_taken() -> None:
    """Deliveries that come together do not lose each other's marks."""
    acting = scene()
    await modes(acting, REPO, OTHER)

    await asyncio.gather(
        *(acting.deliveries.receive(str(number), happening()) for number in range(50))
    )
    await let_all_run()

    assert await modes(acting, REPO, OTHER) == [Mode.CHANGED, Mode.HIT]
    assert len(acting.told) == 50


async def test_very_many_leave_no_trace_but_their_own() -> None:
    """Ids beyond what memory remembers push out the oldest, and nothing else is asked for again."""
    acting = scene(most_remembered=100)
    await modes(acting, REPO, OTHER)
    told = happening()
    for number in range(1_000):
        await acting.deliveries.receive(f"many-{number}", told)

    assert len(acting.deliveries) == 100
    assert await modes(acting, OTHER) == [Mode.HIT]
    assert len(acting.asked) == 2
