"""Where the App is installed: found, remembered, and forgotten when it is not so any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from portico.core.errors import GitHubError, NotAllowed
from portico.core.happening import Happening
from portico.core.lent import Lent
from portico.github.installations import (
    ABSENT_S,
    AGAIN_S,
    EVENTS,
    FAILED_S,
    RETRY_S,
    SUSPENDED_S,
)
from portico.sandbox.faults import Fault, FaultKind
from tests.github.apps import NORDLYS, TOKENS, Scene, scene


async def lent(
    given: Scene, owner: str = "nordlys", repository: str | None = None, *, may_write: bool = False
) -> Lent | None:
    """Ask for what is lent."""
    return await given.app.installations.lend(owner, repository, may_write=may_write)


def happening(event: str, owner: str) -> Happening:
    """Return a delivery as far as it matters here."""
    return Happening(event=event, action="x", owner=owner)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return when something in the background has come about."""
    async with asyncio.timeout(5):
        # Nothing tells when a task in the background is done.
        while not await is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_installation_of_an_owner_lends_its_token() -> None:
    """Read at the start, so that one call is all that the first request costs."""
    async with scene() as given, given.app.running():
        given.sandbox.reset_counters()
        got = await lent(given, "NordLys")

    assert got is not None
    assert (got.installation_id, got.account, got.failure) == (NORDLYS.id, "nordlys", None)
    assert given.sandbox.calls() == 1


async def test_reading_and_writing_have_tokens_of_their_own() -> None:
    """Who reads is lent a token that cannot write."""
    async with scene() as given, given.app.running():
        reading, writing = await lent(given), await lent(given, may_write=True)
        assert reading is not None
        assert writing is not None
        known = given.sandbox.world.tokens

        assert reading.credential is not None
        assert writing.credential is not None
        assert not known[reading.credential.secret].may_write("issues")
        assert known[writing.credential.secret].may_write("issues")


async def test_an_app_that_may_only_write_something_is_read_with_all_the_same() -> None:
    """GitHub refuses a token for reading what has no reading, such as workflows."""
    async with scene() as given, given.app.running():
        world = given.sandbox.world
        granted = {"metadata": "read", "contents": "write", "workflows": "write"}
        world.install(world.apps[0], "solveig", permissions=granted)
        got = await lent(given, "solveig")

        assert got is not None
        assert got.credential is not None
        assert world.tokens[got.credential.secret].permissions == {
            "metadata": "read",
            "contents": "read",
        }


async def test_that_there_is_none_is_remembered_for_a_while() -> None:
    """An owner without the App costs a look a minute; once it is installed it counts."""
    async with scene() as given, given.app.running():
        given.sandbox.reset_counters()
        nothing = [await lent(given, "solveig") for _ in range(5)]
        looks = given.sandbox.calls()
        world = given.sandbox.world
        world.install(world.apps[0], "solveig", permissions={"metadata": "read"})
        given.advance(ABSENT_S)

        assert nothing == [None] * 5
        assert looks == 2
        assert await lent(given, "solveig") is not None


async def test_many_who_look_at_once_look_once() -> None:
    """A burst of requests about an unknown owner is one search."""
    async with scene() as given, given.app.running():
        given.sandbox.reset_counters()
        await asyncio.gather(*(lent(given, "solveig") for _ in range(20)))

    assert given.sandbox.calls() == 2


async def test_an_installation_made_anew_is_found() -> None:
    """Where it was taken away and put back, the old one's tokens are not used any more."""
    async with scene() as given, given.app.running():
        before = await lent(given)
        world = given.sandbox.world
        world.uninstall(NORDLYS.id)
        renewed = world.install(world.apps[0], "nordlys", permissions={"metadata": "read"})
        given.advance(3_600)

        after = await lent(given)

    assert before is not None
    assert after is not None
    assert (before.installation_id, after.installation_id) == (NORDLYS.id, renewed.id)
    assert after.credential is not None


async def test_an_installation_taken_away_lends_nothing() -> None:
    """Not even where its hour has not ended, once the installations were read again."""
    async with scene() as given, given.app.running():
        await lent(given)
        given.advance(AGAIN_S - 10)
        await lent(given)
        given.sandbox.world.uninstall(NORDLYS.id)
        given.advance(10)

        async def is_gone() -> bool:
            return await lent(given) is None

        await until(is_gone)


async def test_what_changed_without_a_delivery_counts_once_it_is_read() -> None:
    """Who has no webhook for the App: a token of before is not used to the end of its hour."""
    async with scene() as given, given.app.running():
        world = given.sandbox.world
        await lent(given)
        given.advance(AGAIN_S - 10)
        before = await lent(given)
        world.suspend(NORDLYS.id)
        given.advance(10)

        async def is_refused() -> bool:
            try:
                await lent(given)
            except NotAllowed:
                return True
            return False

        assert before is not None
        await until(is_refused)


async def test_an_account_of_another_name_is_not_found_by_the_old_one() -> None:
    """Somebody else may have taken that."""
    async with scene() as given, given.app.running():
        assert await lent(given) is not None
        given.sandbox.world.rename_account("nordlys", "sorlys")
        given.advance(AGAIN_S)

        async def is_forgotten() -> bool:
            return await lent(given) is None

        await until(is_forgotten)
        found = await lent(given, "sorlys")

    assert found is not None
    assert (found.installation_id, found.account) == (NORDLYS.id, "sorlys")


@pytest.mark.parametrize("event", sorted(EVENTS))
async def test_a_delivery_about_an_installation_counts_at_once(event: str) -> None:
    """One made is found before its minute is over, one taken away is not used to its end."""
    async with scene() as given, given.app.running():
        nothing, before = await lent(given, "solveig"), await lent(given)
        world = given.sandbox.world
        world.uninstall(NORDLYS.id)
        world.install(world.apps[0], "solveig", permissions={"metadata": "read"})

        given.app.installations.hear(happening(event, "Nordlys"), "1")

        async def is_known() -> bool:
            return await lent(given) is None and await lent(given, "solveig") is not None

        assert (nothing, before is not None) == (None, True)
        await until(is_known)


async def test_a_token_is_given_up_when_a_delivery_tells_of_its_installation() -> None:
    """Suspended a moment ago, it lends nothing from now on, though its hour has just begun."""
    async with scene() as given, given.app.running():
        await lent(given)
        given.sandbox.world.suspend(NORDLYS.id)

        given.app.installations.hear(happening("installation", "Nordlys"), "1")

        with pytest.raises(NotAllowed, match="suspended"):
            await lent(given)


async def test_other_deliveries_leave_things_as_they_are() -> None:
    """Nothing is read again for a push; and nothing after the end."""
    async with scene() as given:
        async with given.app.running():
            await lent(given)
            given.sandbox.reset_counters()
            given.app.installations.hear(happening("push", "nordlys"), "1")
            await lent(given)
        given.app.installations.hear(happening("installation", "nordlys"), "2")

    assert given.sandbox.calls() == 0


async def test_a_suspended_installation_is_told_of_at_the_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The operator reads on which account, without waiting for a caller."""
    async with scene() as given:
        given.sandbox.world.suspend(NORDLYS.id)
        async with given.app.running():
            pass

    assert "installation on nordlys is suspended" in caplog.text


async def test_rights_granted_or_taken_since_are_noticed() -> None:
    """What GitHub refuses for a right that is not granted any more is asked for anew."""
    async with scene() as given, given.app.running():
        await lent(given, may_write=True)
        world = given.sandbox.world
        less = {"metadata": "read", "issues": "write"}
        given.sandbox.world.installations[NORDLYS.id] = type(world.installations[NORDLYS.id])(
            NORDLYS.id, world.apps[0].id, "harbor-pilot", "nordlys", permissions=less
        )
        given.advance(3_600)

        got = await lent(given, may_write=True)

        assert got is not None
        assert got.credential is not None
        assert world.tokens[got.credential.secret].permissions == less


async def test_a_suspended_installation_is_refused_and_not_asked_again_at_once() -> None:
    """Everybody is told why, GitHub is asked once a minute, and it goes on when it is let."""
    async with scene() as given, given.app.running():
        world = given.sandbox.world
        world.suspend(NORDLYS.id)
        for _ in range(3):
            with pytest.raises(NotAllowed, match="suspended"):
                await lent(given)
        asked = given.sandbox.calls(TOKENS)
        world.suspend(NORDLYS.id, suspended=False)
        given.advance(SUSPENDED_S)

        assert asked == 1
        assert await lent(given) is not None


async def test_where_no_token_can_be_had_it_is_still_known_whose_it_is() -> None:
    """What is stored for the installation may be shown; GitHub is tried again in seconds."""
    async with scene() as given, given.app.running():
        given.sandbox.faults.add(Fault(FaultKind.SERVER_ERROR, path="/app/*", times=1))
        first, second = await lent(given), await lent(given)
        given.advance(FAILED_S)
        third = await lent(given)

    assert first is not None
    assert isinstance(first.failure, GitHubError)
    assert (first.credential, second) == (None, first)
    assert third is not None
    assert third.credential is not None


async def test_a_search_that_fails_is_told_and_not_remembered() -> None:
    """Nobody knows then whether there is an installation."""
    async with scene() as given, given.app.running():
        given.sandbox.faults.add(Fault(FaultKind.SERVER_ERROR, path="/orgs/*", times=1))
        with pytest.raises(GitHubError):
            await lent(given, "solveig")

        assert await lent(given, "solveig") is None


async def test_a_repository_that_moved_leads_to_where_it_is() -> None:
    """The caller is told on whose account; the old name is not taken for that account's."""
    async with scene() as given, given.app.running():
        world = given.sandbox.world
        world.transfer("solveig/harbor", "nordlys")

        moved = await lent(given, "solveig", "harbor")

        assert moved is not None
        assert moved.account == "nordlys"
        assert await lent(given, "solveig", None) is None


async def test_what_could_not_be_read_at_the_start_is_read_later() -> None:
    """GitHub's trouble at the start keeps nobody from starting."""
    async with scene() as given:
        given.sandbox.faults.add(Fault(FaultKind.SERVER_ERROR, path="/app/installations", times=1))
        async with given.app.running():
            given.sandbox.reset_counters()
            await asyncio.sleep(0)
            given.advance(RETRY_S)

            async def is_read() -> bool:
                return given.sandbox.calls("/app/installations") > 0

            await until(is_read)
