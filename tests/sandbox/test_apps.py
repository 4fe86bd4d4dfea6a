"""What a GitHub App may ask, and what its installations' tokens are good for."""

from __future__ import annotations

import pytest

from portico.sandbox import Response, tokens
from portico.sandbox.app_jwt import App
from portico.sandbox.limits import granted
from portico.sandbox.tokens import INSTALLATION_ID, SUSPENDED
from tests.sandbox.asking import Asker, value
from tests.sandbox.test_schemas import MODELS, check
from tests.support.app_key import CLIENT_ID, assertion, private_key, register

TOKENS = f"/app/installations/{INSTALLATION_ID}/access_tokens"
HIDDEN = "/repos/nordlys/aurora-internal"


@pytest.fixture(name="app")
def _app(github: Asker) -> App:
    """The App that is installed on nordlys, with its key."""
    return register(github.world)


def mint(github: Asker, body: object = None, **headers: str) -> Response:
    """Ask for a token of the seeded installation."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return github.ask("POST", TOKENS, token=assertion(github.now), body=body, headers=named)


def test_bodies_are_what_githubs_schema_says(github: Asker, app: App) -> None:
    """App, installation and token validate against GitHub's own description."""
    token = assertion(github.now)
    for version in MODELS:
        headers = {"x-github-api-version": version}
        check(value(github.get("/app", token, headers)), "Integration", version)
        for each in value(github.get("/app/installations", token, headers)):
            check(each, "Installation", version)
        made = value(mint(github, {"repositories": ["aurora"]}, x_github_api_version=version))
        check(made, "InstallationToken", version)


def test_an_answer_to_an_app_looks_like_anybodys(github: Asker, app: App) -> None:
    """It says `public` and varies by `Accept` alone, tells no rates and is not counted."""
    answers = [github.get("/app", assertion(github.now)), mint(github)]

    for response in answers:
        assert response.header("Cache-Control") == "public, max-age=60, s-maxage=60"
        assert (response.header("Vary") or "").startswith("Accept,")
        assert response.header("ETag")
        assert response.header("X-RateLimit-Remaining") is None
        assert response.points == 0


@pytest.mark.parametrize(
    "path",
    [
        "/orgs/nordlys/installation",
        "/users/nordlys/installation",
        "/repos/nordlys/aurora-internal/installation",
        f"/app/installations/{INSTALLATION_ID}",
    ],
)
def test_an_installation_is_found(github: Asker, app: App, path: str) -> None:
    """By account, by repository (a private one too) and by its own id."""
    assert value(github.get(path, assertion(github.now)))["id"] == INSTALLATION_ID


@pytest.mark.parametrize(
    "path",
    [
        "/orgs/solveig/installation",
        "/users/solveig/installation",
        "/repos/solveig/harbor/installation",
        "/repos/nordlys/nothing/installation",
        "/app/installations/17",
    ],
)
def test_where_it_is_not_installed_is_404(github: Asker, app: App, path: str) -> None:
    """Nobody can tell what is not there from where the App is not."""
    assert github.get(path, assertion(github.now)).status == 404


def test_an_old_name_leads_to_the_new_one(github: Asker, app: App) -> None:
    """The installation of a renamed or transferred repository is 301, by the repository's id."""
    world = github.world
    numbers = [world[name].id for name in ("nordlys/aurora", "solveig/harbor")]
    world.rename("nordlys/aurora", "polaris")
    world.transfer("solveig/harbor", "nordlys")

    for name, number in zip(("nordlys/aurora", "solveig/harbor"), numbers, strict=True):
        moved = github.get(f"/repos/{name}/installation", assertion(github.now))
        location = moved.header("Location") or ""

        assert moved.status == 301
        assert location.endswith(f"/repositories/{number}/installation")
        assert value(github.get(location, assertion(github.now)))["id"] == INSTALLATION_ID


@pytest.mark.parametrize(
    ("changed", "status", "message"),
    [
        ({"issuer": "17"}, 404, "Integration not found"),
        ({"issuer": "Iv23liNobodysAtAll00"}, 401, "'Issuer' claim ('iss') must be an Integer"),
        ({"issued_at": 4e9}, 401, "'Issued at' claim"),
        ({"lifetime_s": 700}, 401, "too far in the future"),
        ({"lifetime_s": -1}, 401, "'Expiration time' claim"),
        ({"key": private_key("another")}, 401, "A JSON web token could not be decoded"),
    ],
)
def test_an_assertion_that_is_no_good(
    github: Asker, app: App, changed: dict[str, object], status: int, message: str
) -> None:
    """Wrong App, wrong clock, wrong key: each in GitHub's words."""
    response = github.get("/app", assertion(github.now, **changed))  # type: ignore[arg-type] # a row of the table

    assert response.status == status
    assert message in value(response)["message"]


def test_the_client_id_names_the_app_too(github: Asker, app: App) -> None:
    """GitHub takes either, and prefers the client id."""
    assert github.get("/app", assertion(github.now, issuer=CLIENT_ID)).status == 200


def test_who_is_no_app_is_not_let_in_and_an_app_nowhere_else(github: Asker, app: App) -> None:
    """A token opens nothing of an App's, an assertion nothing but that."""
    for token in (tokens.SOLVEIG, "eyJ.eyJ.x", None):
        assert github.get("/app", token).status == 401
    assert github.get("/repos/nordlys/aurora", assertion(github.now)).status == 401


def test_a_token_lasts_an_hour_and_has_the_newer_form(github: Asker, app: App) -> None:
    """Some 520 characters with dots and dashes; the older form only for who asks."""
    made = value(mint(github))
    older = value(mint(github, x_github_stateless_s2s_token="disabled"))

    assert made["token"].startswith(f"ghs_{app.id}_eyJ")
    assert 480 < len(made["token"]) < 560
    assert len(older["token"]) == 40
    assert github.get(HIDDEN, made["token"]).status == 200
    github.now += 3_599
    assert github.get(HIDDEN, made["token"]).status == 200
    github.now += 1
    assert github.get(HIDDEN, made["token"]).status == 401


def test_a_new_token_may_be_unknown_for_a_while(github: Asker, app: App) -> None:
    """It gets 401 until it has spread."""
    github.world.token_delay_s = 3
    token = value(mint(github))["token"]
    before = github.get(HIDDEN, token).status
    github.now += 3

    assert (before, github.get(HIDDEN, token).status) == (401, 200)


def test_a_token_reaches_no_further_than_asked(github: Asker, app: App) -> None:
    """Chosen repositories, by name or by id, and lower permissions."""
    number = github.world["nordlys/aurora"].id
    made = value(mint(github, {"repository_ids": [number], "permissions": {"contents": "read"}}))

    assert made["repository_selection"] == "selected"
    assert made["permissions"] == {"metadata": "read", "contents": "read"}
    assert github.get(HIDDEN, made["token"]).status == 404
    listed = value(github.get("/installation/repositories", made["token"]))
    assert [each["full_name"] for each in listed["repositories"]] == ["nordlys/aurora"]
    body = {"message": "m", "content": "aGk="}
    put = github.ask("PUT", "/repos/nordlys/aurora/contents/x", token=made["token"], body=body)
    assert put.status == 403


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"permissions": {"contents": "admin"}}, 422, "The permissions requested are not granted"),
        ({"permissions": {"checks": "read"}}, 422, "The permissions requested are not granted"),
        ({"permissions": {"workflows": "read"}}, 422, "Validation Failed"),
        ({"repositories": ["nothing"]}, 422, "at least one repository that does not exist"),
        ({"repositories": ["../solveig/harbor"]}, 422, "at least one repository"),
    ],
)
def test_what_is_not_the_installations_is_not_given(
    github: Asker, app: App, body: object, status: int, message: str
) -> None:
    """More than is granted is refused in GitHub's words."""
    response = mint(github, body)

    assert (response.status, message in value(response)["message"]) == (status, True)


def test_a_token_reads_of_what_is_private_what_it_was_made_for(github: Asker, app: App) -> None:
    """Another part of a private repository is 403; of a public one everybody may read all."""
    token = value(mint(github, {"permissions": {"contents": "read"}}))["token"]

    refused = github.get(f"{HIDDEN}/issues", token)

    assert (refused.status, value(refused)["message"]) == (
        403,
        "Resource not accessible by integration",
    )
    for path in (HIDDEN, f"{HIDDEN}/commits", "/repos/nordlys/aurora/issues"):
        assert github.get(path, token).status == 200


def test_a_repository_of_another_account_is_not_given(github: Asker, app: App) -> None:
    """By its id neither."""
    response = mint(github, {"repository_ids": [github.world["solveig/harbor"].id]})

    assert response.status == 422


def test_a_suspended_installation_is_refused(github: Asker, app: App) -> None:
    """It is still found; its tokens are refused, old and new, until it goes on."""
    token = value(mint(github))["token"]
    github.world.suspend(INSTALLATION_ID)

    refused = [mint(github), github.get(HIDDEN, token)]
    found = value(github.get("/orgs/nordlys/installation", assertion(github.now)))
    github.world.suspend(INSTALLATION_ID, suspended=False)

    assert [each.status for each in refused] == [403, 403]
    assert {value(each)["message"] for each in refused} == {SUSPENDED}
    assert found["suspended_at"]
    assert github.get(HIDDEN, token).status == 200


def test_where_it_was_taken_away_nothing_is_left(github: Asker, app: App) -> None:
    """Its tokens are unknown, and it is not found any more."""
    token = value(mint(github))["token"]
    github.world.uninstall(INSTALLATION_ID)

    assert github.get(HIDDEN, token).status == 401
    assert mint(github).status == 404
    assert github.get("/orgs/nordlys/installation", assertion(github.now)).status == 404


def test_another_apps_installation_is_not_told_of(github: Asker, app: App) -> None:
    """An App knows its own installations only."""
    other = App(17, "Iv1.other", "other", "solveig", app.modulus, app.exponent)
    github.world.add_app(other)
    own = github.world.install(other, "solveig", permissions={"metadata": "read"})
    token = assertion(github.now, issuer="17")

    assert [each["id"] for each in value(github.get("/app/installations", token))] == [own.id]
    assert github.ask("POST", TOKENS, token=token).status == 404


@pytest.mark.parametrize(
    ("repositories", "members", "points"),
    [(20, 20, 5_000), (21, 0, 5_050), (30, 25, 5_750), (1_000, 0, 12_500)],
)
def test_a_large_installation_is_granted_more(repositories: int, members: int, points: int) -> None:
    """50 points for each repository and member above 20, up to 12,500."""
    assert granted(repositories=repositories, members=members) == points


def test_all_tokens_of_an_installation_share_its_bucket(github: Asker, app: App) -> None:
    """An hourly token goes on where the one before left off."""
    first, second = (value(mint(github))["token"] for _ in "ab")
    github.get(HIDDEN, first)

    left = github.get(HIDDEN, second).header("X-RateLimit-Remaining")

    assert left == "4998"
