"""What the App asks about itself, against the sandbox over real sockets."""

from __future__ import annotations

import pytest

from portico.core.errors import CredentialRefused, GitHubBroken, GitHubError, NotAllowed
from portico.github.app_client import LIMITED_S, LONGEST_REST_S
from portico.sandbox import tokens
from portico.sandbox.faults import Fault, FaultKind
from tests.github.apps import NORDLYS, scene
from tests.support.app_key import CLIENT_ID, pem_of, private_key


@pytest.mark.parametrize("app_id", [str(tokens.INSTALLATION_APP_ID), CLIENT_ID])
async def test_an_app_is_known_by_either_id(app_id: str) -> None:
    """The App id and the client id do the same."""
    async with scene(app_id=app_id) as given:
        assert await given.app.client.slug() == "harbor-pilot"


async def test_all_installations_are_read() -> None:
    """Over all pages, with what was granted and whether they are suspended."""
    async with scene() as given:
        world = given.sandbox.world
        app = world.apps[0]
        other = world.install(app, "solveig", permissions={"metadata": "read"}, repositories=())
        world.suspend(other.id)
        for _ in range(120):
            world.install(app, "eirik", permissions={})

        found = await given.app.client.installations()

    assert len(found) == 122
    assert found[0] == NORDLYS
    assert (found[1].account, found[1].is_suspended, found[1].is_on_all) == ("solveig", True, False)


@pytest.mark.parametrize(
    ("owner", "repository", "calls"),
    [("nordlys", None, 1), ("Nordlys", "aurora", 1), ("nordlys", "no-such", 2), ("eirik", None, 2)],
)
async def test_an_installation_is_found_by_its_owner(
    owner: str, repository: str | None, calls: int
) -> None:
    """By repository where one is named, else as an organisation, else as a user."""
    async with scene() as given:
        world = given.sandbox.world
        world.install(world.apps[0], "eirik", permissions={})

        found = await given.app.client.find(owner, repository)

    assert found is not None
    assert found.account == owner.lower()
    assert len(given.sandbox.log) == calls


async def test_where_it_is_not_installed_nothing_is_found() -> None:
    """404 is an answer, not a failure; a login is never more than one segment of a path."""
    async with scene() as given:
        assert await given.app.client.find("solveig", "harbor") is None
        assert await given.app.client.find("../app", None) is None

    assert given.sandbox.log[-1].path == "/users/..%2Fapp/installation"


async def test_a_renamed_repository_is_followed() -> None:
    """301 leads to the installation by the repository's id."""
    async with scene() as given:
        given.sandbox.world.rename("nordlys/aurora", "polaris")
        number = given.sandbox.world["nordlys/polaris"].id

        found = await given.app.client.find("nordlys", "aurora")

    assert found == NORDLYS
    assert [each.status for each in given.sandbox.log] == [301, 200]
    assert given.sandbox.log[1].path == f"/repositories/{number}/installation"


async def test_a_token_is_made_for_what_is_asked() -> None:
    """With the permissions given, until the instant that GitHub tells."""
    async with scene() as given:
        made = await given.app.client.token(NORDLYS, {"contents": "read"})
        assert made is not None
        token = given.sandbox.world.tokens[made.credential.secret]

    assert token.permissions == {"metadata": "read", "contents": "read"}
    assert made.expires_at == token.expires_at
    assert made.credential.secret not in repr(made)


@pytest.mark.parametrize("ahead_s", [300.0, -900.0, 7_200.0])
async def test_a_clock_that_is_off_is_allowed_for(ahead_s: float) -> None:
    """The first refusal tells GitHub's time; the second assertion is good."""
    async with scene(ahead_s=ahead_s) as given:
        assert await given.app.client.slug() == "harbor-pilot"

        assert given.app.client.offset.is_far
        words = given.app.client.offset.in_words

    assert f"{abs(ahead_s):.0f} seconds {'ahead of' if ahead_s > 0 else 'behind'}" in words
    assert "NTP" in words


@pytest.mark.parametrize("ahead_s", [300.0, -300.0])
async def test_a_clock_that_is_set_right_meanwhile_is_followed_at_once(ahead_s: float) -> None:
    """What was allowed for a moment ago is not held against the clock that is right now."""
    async with scene(ahead_s=ahead_s) as given:
        await given.app.client.slug()
        given.clock.advance(-ahead_s)

        assert await given.app.client.slug() == "harbor-pilot"
        assert not given.app.client.offset.is_far


@pytest.mark.parametrize("app_id", ["17", "Iv23liNobodysAtAll00"])
async def test_a_wrong_app_id_is_told_by_its_variable(app_id: str) -> None:
    """GitHub says 404 of a number, 401 of a client id; the operator is told which setting it is."""
    async with scene(app_id=app_id) as given:
        with pytest.raises(CredentialRefused, match="no App of the id in PORTICO_GITHUB_APP_ID"):
            await given.app.client.slug()


async def test_a_key_of_another_app_is_told_by_its_variable() -> None:
    """The key is named, and asked for once only."""
    async with scene(pem=pem_of(private_key("another"))) as given:
        with pytest.raises(CredentialRefused, match="PORTICO_GITHUB_APP_KEY"):
            await given.app.client.find("nordlys", None)

        assert len(given.sandbox.log) == 1


async def test_a_clock_further_off_than_a_day_is_named() -> None:
    """What cannot be allowed for is told with how far it is, and the remedy."""
    async with scene(ahead_s=200_000) as given:
        with pytest.raises(CredentialRefused, match=r"clock is \+200000 seconds off.*NTP"):
            await given.app.client.slug()


async def test_a_suspended_installation_gives_no_token() -> None:
    """Its owner must let it go on."""
    async with scene() as given:
        given.sandbox.world.suspend(NORDLYS.id)

        with pytest.raises(NotAllowed, match=r"'nordlys' is suspended"):
            await given.app.client.token(NORDLYS, {"metadata": "read"})


async def test_an_installation_that_is_not_as_it_was_gives_no_token() -> None:
    """Taken away, or no longer granted: it is to be read again."""
    async with scene() as given:
        less = await given.app.client.token(NORDLYS, {"checks": "read"})
        given.sandbox.world.uninstall(NORDLYS.id)

        gone = await given.app.client.token(NORDLYS, {"metadata": "read"})

    assert (less, gone) == (None, None)


@pytest.mark.parametrize(
    ("fault", "rest_s"),
    [
        (Fault(FaultKind.SECONDARY, path="/app*", retry_after_s=17), 17),
        (Fault(FaultKind.SECONDARY, path="/app*", status=429, retry_after_s=9_999), LONGEST_REST_S),
        (Fault(FaultKind.SECONDARY_2021, path="/app*"), LIMITED_S),
    ],
)
async def test_a_limit_is_kept_to(fault: Fault, rest_s: float) -> None:
    """GitHub is not asked again before it wants to be, whatever the question."""
    async with scene() as given:
        given.sandbox.faults.add(fault)
        client = given.app.client
        for _ in range(3):
            with pytest.raises(GitHubError, match="limit"):
                await client.slug()
            with pytest.raises(GitHubError, match="limit"):
                await client.token(NORDLYS, {"metadata": "read"})
        given.advance(rest_s - 1)
        with pytest.raises(GitHubError, match="for 1 seconds"):
            await client.find("nordlys", None)
        asked = given.sandbox.calls()
        given.advance(1)

        assert asked == 1
        assert await client.slug() == "harbor-pilot"


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.HTML_OK, FaultKind.UNICORN])
async def test_a_failure_of_githubs_is_one(kind: FaultKind) -> None:
    """No answer is taken for what it is not, and none is quoted."""
    async with scene() as given:
        given.sandbox.faults.add(Fault(kind, path="/app*", times=2))

        with pytest.raises(GitHubBroken):
            await given.app.client.slug()
        with pytest.raises(GitHubBroken) as raised:
            await given.app.client.token(NORDLYS, {"metadata": "read"})

    assert raised.value.__context__ is None or "ghs_" not in str(raised.value.__context__)
