"""Installations' tokens: one making at a time, never used past their end, no more than is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.audience import Credential
from portico.core.errors import GitHubUnreachable, NotAllowed
from portico.core.offset import ClockOffset
from portico.github.app_client import Installed, Minted
from portico.github.app_token import (
    LENT_UNTIL_S,
    RENEW_AGAIN_S,
    RENEW_BEFORE_S,
    YOUNG_S,
    AppTokens,
    Rights,
)
from tests.gateway.scene import let_all_run
from tests.github.apps import NORDLYS, TOKENS, scene
from tests.support.clock import ManualClock

HOUR_S = 3_600
NOT_OURS = Credential("Bearer", "ghp_" + "a" * 36)


class Mint:
    """Implements `app_token.Mints`: makes tokens for an hour, and knows how many it is making."""

    def __init__(self, clock: ManualClock, *, is_failing: bool = False) -> None:
        self.offset = ClockOffset()
        self.clock = clock
        self.is_failing = is_failing
        self.ends_at: dict[str, float] = {}
        self.most_at_once = 0
        self.asked = 0
        self._at_once = 0

    async def token(self, installed: Installed, permissions: Mapping[str, str]) -> Minted | None:
        """Make a token, or fail."""
        self.asked += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(0)
        self._at_once -= 1
        if self.is_failing:
            raise GitHubUnreachable
        secret = f"ghs_{len(self.ends_at)}"
        self.ends_at[secret] = self.offset.githubs(self.clock.now()) + HOUR_S
        return Minted(Credential("Bearer", secret), self.ends_at[secret])


async def used(tokens: AppTokens, mint: Mint, askers: int) -> None:
    """Let so many ask at once, and check that what they get is good for a while yet."""
    asked = [tokens.get(NORDLYS, Rights.READ) for _ in range(askers)]
    for got in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(got, BaseException):
            assert isinstance(got, GitHubUnreachable)
            continue
        assert got is not None
        left_s = mint.ends_at[got.secret] - mint.offset.githubs(mint.clock.now())
        assert left_s > LENT_UNTIL_S


STEPS = st.lists(
    st.tuples(st.floats(0, 2 * HOUR_S), st.integers(1, 4), st.booleans()), min_size=1, max_size=12
)


@given(STEPS, st.floats(-7_200, 7_200))
async def test_never_two_at_once_and_never_past_its_end(
    steps: list[tuple[float, int, bool]], off_s: float
) -> None:
    """Whatever the times, the failures and the clock: one making, and minutes left to use it."""
    clock = ManualClock()
    mint = Mint(clock)
    mint.offset.seconds = off_s
    tokens = AppTokens(mint, now=clock.now)
    async with tokens.running():
        for pause_s, askers, is_failing in steps:
            clock.advance(pause_s)
            mint.is_failing = is_failing
            await used(tokens, mint, askers)

    assert mint.most_at_once <= 1


async def test_a_token_is_used_for_most_of_its_hour_and_renewed_behind_the_calls() -> None:
    """Nobody waits for the renewal while the old one is good."""
    async with scene() as given_:
        tokens = given_.app.tokens
        async with tokens.running():
            first = await tokens.get(NORDLYS, Rights.READ)
            given_.advance(HOUR_S - RENEW_BEFORE_S - 1)
            still = await tokens.get(NORDLYS, Rights.READ)
            given_.advance(2)
            meanwhile = await tokens.get(NORDLYS, Rights.READ)
            async with asyncio.timeout(5):
                # Nothing tells when the renewal behind the calls is done.
                while (after := await tokens.get(NORDLYS, Rights.READ)) == first:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    assert first == still == meanwhile
    assert after not in (None, first)
    assert given_.sandbox.calls(TOKENS) == 2


async def test_a_renewal_that_fails_is_tried_again_after_a_while() -> None:
    """GitHub in trouble is not asked once more with every call."""
    clock = ManualClock()
    mint = Mint(clock)
    tokens = AppTokens(mint, now=clock.now)
    async with tokens.running():
        first = await tokens.get(NORDLYS, Rights.READ)
        clock.advance(HOUR_S - RENEW_BEFORE_S)
        mint.is_failing = True
        for _ in range(20):
            assert await tokens.get(NORDLYS, Rights.READ) == first
            await let_all_run()
        asked = mint.asked
        mint.is_failing = False
        clock.advance(RENEW_AGAIN_S)
        await tokens.get(NORDLYS, Rights.READ)
        await let_all_run()

        assert asked == 2
        assert await tokens.get(NORDLYS, Rights.READ) not in (None, first)


async def test_at_once_is_asked_once() -> None:
    """Fifty callers on a cold start cost one token."""
    async with scene() as given_, given_.app.tokens.running():
        got = await asyncio.gather(
            *(given_.app.tokens.get(NORDLYS, Rights.READ) for _ in range(50))
        )

    assert len({credential.secret for credential in got if credential}) == 1
    assert given_.sandbox.calls(TOKENS) == 1


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (Rights.READ, {"metadata": "read", "contents": "read", "issues": "read"}),
        (Rights.ALL, {"metadata": "read", "contents": "write", "issues": "write"}),
    ],
)
async def test_a_token_may_no_more_than_it_is_for(rights: Rights, expected: dict[str, str]) -> None:
    """Who reads gets a token that cannot write."""
    async with scene() as given_, given_.app.tokens.running():
        got = await given_.app.tokens.get(NORDLYS, rights)
        assert got is not None
        token = given_.sandbox.world.tokens[got.secret]

    assert token.permissions == expected


def test_what_can_only_be_written_is_not_read() -> None:
    """GitHub knows no reading of workflows; and asking for nothing would be asking for all."""
    assert Rights.READ.of({"workflows": "write", "contents": "admin"}) == {"contents": "read"}
    assert Rights.READ.of({"workflows": "write"}) == {"metadata": "read"}
    assert Rights.READ.of({}) == {"metadata": "read"}


async def test_a_token_is_young_for_seconds() -> None:
    """Only a token of these, and only at first."""
    async with scene() as given_, given_.app.tokens.running():
        tokens = given_.app.tokens
        got = await tokens.get(NORDLYS, Rights.READ)
        assert got is not None
        at_first = tokens.is_young(got)
        given_.advance(YOUNG_S)

        assert (at_first, tokens.is_young(got), tokens.is_young(NOT_OURS)) == (True, False, False)


async def test_what_is_given_up_is_made_anew() -> None:
    """A token that GitHub took back is not lent again, but known; somebody else's is not ours."""
    async with scene() as given_, given_.app.tokens.running():
        tokens = given_.app.tokens
        first = await tokens.get(NORDLYS, Rights.READ)
        assert first is not None
        was_ours = [tokens.give_up(first), tokens.give_up(first), tokens.give_up(NOT_OURS)]

        assert was_ours == [True, True, False]
        assert await tokens.get(NORDLYS, Rights.READ) != first


async def test_where_the_installation_is_gone_nothing_is_kept() -> None:
    """Neither a token for reading nor one for all; suspension empties it as well."""
    async with scene() as given_, given_.app.tokens.running():
        tokens, world = given_.app.tokens, given_.sandbox.world
        reading = await tokens.get(NORDLYS, Rights.READ)
        world.suspend(NORDLYS.id)
        with pytest.raises(NotAllowed):
            await tokens.get(NORDLYS, Rights.ALL)
        with pytest.raises(NotAllowed):
            await tokens.get(NORDLYS, Rights.READ)
        world.uninstall(NORDLYS.id)

        assert reading is not None
        assert await tokens.get(NORDLYS, Rights.READ) is None
