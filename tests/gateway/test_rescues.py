"""When GitHub fails: what is stored stands in, as long as it may, and says how old it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from portico.core.audience import Caller
from portico.core.errors import (
    GitHubBroken,
    GitHubTimedOut,
    GitHubUnreachable,
    PorticoError,
)
from portico.core.policy import Mode
from portico.gateway.answer import Answer
from tests.gateway.scene import OCTO, OPERATORS, Scene, start
from tests.support.upstream import Reply, ok

HELLO = {"repo:octo/hello"}
FRESH_S = 300
STALE_S = 86_400
RESCUE_S = 7 * 86_400
FAILED = ok(b'{"message":"Server Error"}', status=500)
LIMITED = ok(b'{"message":"API rate limit exceeded for user ID 1."}', status=403)


@pytest.mark.parametrize(
    "failure",
    [
        FAILED,
        GitHubTimedOut(),
        GitHubBroken(),
        ok(b"<html>"),
        LIMITED.having("X-RateLimit-Remaining", "0"),
        LIMITED,
        ok(b"{}", status=429),
        ok(b'{"message":"secondary rate limit"}', status=403),
        ok(b'{"half":').breaking(GitHubBroken()),
        ok(b'{"half":'),
    ],
)
async def test_rescued(failure: Reply | PorticoError) -> None:
    """When GitHub fails or limits, the stored answer stands in, with its true age."""
    scene = Scene(ok(b"1"), failure)
    await scene.get()
    scene.clock.advance(FRESH_S + RESCUE_S)

    answer = await scene.get()

    assert (answer.mode, answer.response.body) == (Mode.RESCUED, b"1")
    assert answer.age_s == FRESH_S + RESCUE_S
    assert len(scene.asked) == 2


async def test_rescued_after_a_second_attempt() -> None:
    """A reset is tried once more before the stored answer stands in."""
    scene = Scene(ok(b"1"), GitHubUnreachable(), GitHubUnreachable())
    await scene.get()
    scene.clock.advance(FRESH_S + STALE_S + 1)

    assert (await scene.get()).mode is Mode.RESCUED
    assert len(scene.asked) == 3


async def test_without_a_credential_to_ask_with_what_is_stored_stands_in() -> None:
    """Where a caller's credential cannot be had now, GitHub is not asked without one."""
    scene = Scene(ok(b"1"))
    await scene.get()
    scene.clock.advance(100_000)
    hindered = replace(OCTO, credential=None, failure=GitHubUnreachable())

    answer = await scene.get(caller=hindered)

    assert (answer.mode, answer.response.body) == (Mode.RESCUED, b"1")
    assert len(scene.github.sent) == 1


async def test_no_rescue_for_ever() -> None:
    """Beyond the rescue time a failure is a failure."""
    scene = Scene(ok(b"1"), GitHubTimedOut())
    await scene.get()
    scene.clock.advance(FRESH_S + RESCUE_S + 1)

    with pytest.raises(GitHubTimedOut):
        await scene.get()


async def test_refused_token_of_the_operator_is_not_the_callers_fault() -> None:
    """When GitHub refuses the operator's token, what is stored stands in; else it is a 502."""
    scene = Scene(ok(b"1"), ok(status=401), ok(status=401))
    await scene.get(caller=OPERATORS)
    scene.clock.advance(FRESH_S + STALE_S + 1)

    rescued = await scene.get(caller=OPERATORS)

    assert rescued.mode is Mode.RESCUED
    with pytest.raises(GitHubBroken, match="PORTICO_GITHUB_TOKEN"):
        await scene.get("/users/hubot", OPERATORS)


async def fail_after(happens: Callable[[Scene], None], caller: Caller) -> Answer:
    """Have something happen while a call is under way that fails, and return what is answered."""
    held = asyncio.Event()
    scene = Scene(ok(b"1"), FAILED.held(held))
    await scene.get("/repos/octo/hello", caller)
    scene.clock.advance(FRESH_S + STALE_S + 1)
    asking = start(scene.get("/repos/octo/hello", caller))
    await scene.github.asked(2)
    happens(scene)
    held.set()
    return await asking


@pytest.mark.parametrize("caller", [OPERATORS, OCTO])
async def test_what_was_dropped_while_github_was_asked_is_no_rescue(caller: Caller) -> None:
    """What was hidden while a call was under way does not stand in when the call fails."""
    answer = await fail_after(lambda scene: scene.gateway.invalidate.drop(HELLO), caller)

    assert answer.response.status == 500


@pytest.mark.parametrize(("caller", "status"), [(OPERATORS, 200), (OCTO, 500)])
async def test_what_was_marked_while_github_was_asked(caller: Caller, status: int) -> None:
    """What changed meanwhile stands in for everybody, but for no principal: it may be their own."""
    answer = await fail_after(lambda scene: scene.gateway.invalidate.mark(HELLO), caller)

    assert answer.response.status == status
