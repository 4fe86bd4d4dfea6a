"""The telling: whom a happening wakes, heartbeats, and the end."""

from __future__ import annotations

import asyncio

from portico.core.happening import Happening, RepositoryRef
from portico.core.proofs import SETTLING_S
from portico.gateway.live import HEARTBEAT_S
from tests.gateway.live_scene import HELLO, LiveScene, issue, named, of_owner
from tests.gateway.scene import let_all_run


async def test_publish_never_raises() -> None:
    """Whatever a happening holds, the delivery is dealt with; the failure is noted."""
    scene = LiveScene()
    broken = Happening(event="push", repository=HELLO, at=float("inf"))

    scene.live.publish(broken, "d-1")

    ((what, _),) = scene.scene.witness.failures
    assert what == "telling listeners of delivery d-1"


async def test_a_renamed_repository_goes_on() -> None:
    """Who asked for it by its old name is told of what happens under the new one."""
    scene = LiveScene()
    renamed = RepositoryRef(id=1, full_name="octo/bye", is_private=False)
    scene.github.sees["everybody"]["octo/bye"] = 1

    async with scene.ear(named("octo/hello")) as ear:
        await scene.happen(issue(1, renamed))

    assert ear.told == [1]


async def test_heartbeats_come_by_themselves() -> None:
    """They come by the clock while it runs."""
    scene = LiveScene()

    async with scene.live.running(), scene.ear(of_owner("octo")) as ear:
        scene.clock.advance(HEARTBEAT_S)
        async with asyncio.timeout(5):
            while "heartbeat" not in ear.heard.comments:  # noqa: ASYNC110 (a clock that is polled)
                await asyncio.sleep(0.01)


async def test_the_end() -> None:
    """When Portico stops every stream ends with a word, and a time to come back after."""
    scene = LiveScene()
    async with scene.live.running(), scene.ear(of_owner("octo")) as ear:
        scene.live.close()
        await let_all_run()
        async with scene.ear(of_owner("octo")) as late:
            pass
        assert (ear.is_over, late.is_over) == (True, True)

    assert ear.words == late.words == ["closing"]
    assert ear.heard.retry_ms != late.heard.retry_ms


async def test_nobody_is_left_behind() -> None:
    """Who has gone is forgotten, whatever they had asked for."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")), scene.ear(of_owner("octo")):
        assert len(scene.live) == 2

    assert len(scene.live) == 0
    assert scene.live._by_key == {}


async def test_who_had_lost_something_is_forgotten_too() -> None:
    """Who was told that a repository is lost leaves nothing behind, under its id neither."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")) as ear:
        scene.github.hide("octo/hello")
        await scene.happen(Happening(event="repository", action="deleted", repository=HELLO))
        await scene.pass_s(SETTLING_S)
        assert ear.words == ["lost"]

    assert scene.live._by_key == {}
