"""Who sees what: private things do not exist for those who may not see them."""

from __future__ import annotations

import pytest

from portico.sandbox import Token, tokens
from tests.sandbox.asking import Asker, value

PRIVATE = "/repos/solveig/secret-cove"
OUTSIDERS = [None, tokens.PUBLIC, tokens.INGRID, tokens.INSTALLATION, tokens.FINE_GRAINED]
INSIDERS = [tokens.SOLVEIG, tokens.SOLVEIG_SECOND, tokens.EIRIK]
BELOW = ["", "/languages", "/issues", "/issues/1", "/commits", "/readme", "/contents/README.md"]


@pytest.mark.parametrize("below", BELOW)
def test_a_private_repository_is_404_to_outsiders(github: Asker, below: str) -> None:
    """An outsider gets the same answer as for what does not exist, by name and by id."""
    number = github.world["solveig/secret-cove"].id
    for token in OUTSIDERS:
        for target in (PRIVATE, f"/repositories/{number}"):
            hidden = github.get(target + below, token)
            absent = github.get("/repos/solveig/nothing-here" + below, token)

            assert hidden.status == 404
            assert hidden.body == absent.body


@pytest.mark.parametrize("token", INSIDERS)
def test_a_private_repository_is_there_for_its_people(github: Asker, token: str) -> None:
    """Its owner and its collaborator read it."""
    for below in BELOW:
        assert github.get(PRIVATE + below, token).status == 200


def test_a_renamed_private_repository_does_not_redirect_strangers(github: Asker) -> None:
    """A redirect would tell that it exists."""
    github.world.rename("solveig/secret-cove", "deeper-cove")

    assert github.get(PRIVATE, tokens.SOLVEIG).status == 301
    assert github.get(PRIVATE, tokens.INGRID).status == 404


def test_no_secret_reaches_an_anonymous_caller(github: Asker) -> None:
    """Nothing public carries a token, a marker or a private repository's text."""
    targets = [
        "/users/solveig", "/users/solveig/repos?per_page=100", "/orgs/nordlys/repos", "/users",
        "/search/repositories?q=cove", "/search/repositories?q=is:private",
        "/search/issues?q=nobody", "/users/solveig/events/public", "/repos/solveig/harbor",
        "/repos/nordlys/aurora", "/repos/solveig/harbor/releases", "/users/eirik/starred",
    ]  # fmt: skip
    for target in targets:
        body = github.get(target).body.decode()

        assert not [secret for secret in github.world.secrets() if secret in body]
        assert "cove" not in body


def test_each_credential_marks_its_own_answers(github: Asker) -> None:
    """What only one caller may see carries that caller's marker, and no other's."""
    for token in (tokens.SOLVEIG, tokens.SOLVEIG_SECOND, tokens.EIRIK, tokens.PUBLIC):
        body = github.get("/user", token).body.decode()
        others = {github.world.marker_of(t) for t in github.world.tokens} - {
            github.world.marker_of(token)
        }

        assert github.world.marker_of(token) in body
        assert not [marker for marker in others if marker in body]
    cove = value(github.get(PRIVATE, tokens.EIRIK))
    assert cove["temp_clone_token"] == github.world.marker_of(tokens.EIRIK)
    assert github.world["solveig/secret-cove"].secret in cove["description"]


def test_permissions_are_the_callers_own(github: Asker) -> None:
    """The owner is admin, an outsider may pull, an anonymous caller is told nothing."""
    target = "/repos/solveig/harbor"

    assert value(github.get(target, tokens.SOLVEIG))["permissions"]["admin"] is True
    assert value(github.get(target, tokens.INGRID))["permissions"] == {
        "admin": False, "maintain": False, "push": False, "triage": False, "pull": True,
    }  # fmt: skip
    assert "permissions" not in value(github.get(target))


def test_ones_own_list_holds_what_the_token_reaches(github: Asker) -> None:
    """Private repositories are listed with the repo scope only, and `visibility` narrows."""

    def names(query: str, token: str) -> set[str]:
        rows = value(github.get(f"/user/repos?per_page=100&{query}", token))
        return {row["full_name"] for row in rows}

    hidden = {"solveig/secret-cove", "solveig/night-ledger", "nordlys/aurora-internal"}
    assert names("visibility=private", tokens.SOLVEIG) == hidden
    assert names("visibility=private&affiliation=owner", tokens.SOLVEIG) == hidden - {
        "nordlys/aurora-internal"
    }
    assert names("visibility=private", tokens.EIRIK) == {"solveig/secret-cove"}
    assert names("", tokens.PUBLIC) == set()


def test_a_token_without_the_scope_hides_even_ones_own(github: Asker) -> None:
    """Even the owner does not see a private repository through a token without `repo`."""
    narrow = github.world.add_token(Token("ghp_" + "s" * 36, "solveig", ()))

    assert github.get(PRIVATE, narrow.value).status == 404


def test_a_repository_made_private_vanishes_at_once(github: Asker) -> None:
    """From that moment on, outsiders get 404, and coming back brings it back."""
    github.world.make_private("solveig/tidal-map")
    assert github.get("/repos/solveig/tidal-map", tokens.INGRID).status == 404
    assert value(github.get("/users/solveig"))["public_repos"] == 119

    github.world.make_private("solveig/tidal-map", private=False)
    assert github.get("/repos/solveig/tidal-map", tokens.INGRID).status == 200


def test_a_revoked_token_is_unknown(github: Asker) -> None:
    """Revoking ends a credential."""
    github.world.revoke(tokens.INGRID)

    assert github.get("/user", tokens.INGRID).status == 401


def test_drafts_are_for_those_who_may_push(github: Asker) -> None:
    """A draft release is listed to the owner alone."""

    def tags(token: str | None) -> list[str]:
        return [r["tag_name"] for r in value(github.get("/repos/solveig/harbor/releases", token))]

    assert tags(tokens.SOLVEIG) == ["v2.0.0", "v1.2.0", "v1.1.0", "v1.0.0"]
    assert tags(tokens.INGRID) == tags(None) == ["v1.2.0", "v1.1.0", "v1.0.0"]


def test_members_are_for_members(github: Asker) -> None:
    """An outsider is sent from the members to the public ones."""
    response = github.get("/orgs/nordlys/members", tokens.INGRID)

    assert response.status == 302
    assert (response.header("location") or "").endswith("/orgs/nordlys/public_members")
    assert len(value(github.get("/orgs/nordlys/members", tokens.SOLVEIG))) == 3


def test_stargazers_are_closed_but_counted(github: Asker) -> None:
    """Who starred is for those who may push; how many, and when, is for all."""
    assert github.get("/repos/solveig/harbor/stargazers", tokens.INGRID).status == 404
    assert github.get("/repos/solveig/harbor/stargazers", tokens.SOLVEIG).status == 200
    count = value(github.get("/repos/solveig/harbor/stargazers/count"))["count"]
    weeks: list[dict[str, int]] = []
    for page in range(1, 20):
        target = f"/repos/solveig/harbor/stargazers/history?page={page}"
        weeks += value(github.get(target, tokens.INGRID))

    assert sum(week["total"] for week in weeks) == count == 512
    assert weeks[0]["week"] > weeks[-1]["week"]
