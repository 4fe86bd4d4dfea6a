"""The order of GitHub's checks, its versions, redirects and common headers."""

from __future__ import annotations

import pytest

from portico.sandbox import Response, tokens
from tests.sandbox.asking import Asker, links, value


def refusal(response: Response) -> tuple[int, str]:
    """Return status and message."""
    return response.status, value(response)["message"]


def test_bad_credentials_come_before_everything_else(github: Asker) -> None:
    """An unknown token is 401 without rate headers, whatever the path, and costs nothing."""
    response = github.get("/nowhere", "ghp_unknown", {"x-github-api-version": "1999-01-01"})

    assert refusal(response) == (401, "Bad credentials")
    assert response.header("x-ratelimit-limit") is None
    assert response.points == 0


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
def test_a_token_may_be_sent_in_either_scheme(github: Asker, scheme: str) -> None:
    """`token` and `Bearer` are the same credential."""
    response = github.get("/user", headers={"authorization": f"{scheme} {tokens.EIRIK}"})

    assert value(response)["login"] == "eirik"


@pytest.mark.parametrize("pair", ["eirik:{}", "{}:x-oauth-basic", "{}:"])
def test_a_token_may_be_sent_as_basic(github: Asker, pair: str) -> None:
    """Basic carries the token as password, or as user name."""
    import base64  # noqa: PLC0415

    sent = base64.b64encode(pair.format(tokens.EIRIK).encode()).decode()

    response = github.get("/user", headers={"authorization": f"Basic {sent}"})

    assert value(response)["login"] == "eirik"


def test_an_unknown_version_comes_before_a_missing_route(github: Asker) -> None:
    """A caller with a token learns of a wrong version first, an anonymous one not at all."""
    wrong = {"x-github-api-version": "1999-01-01"}

    response = github.get("/nowhere", tokens.PUBLIC, wrong)

    assert response.status == 400
    assert '"1999-01-01", is not a supported version' in value(response)["errors"]
    assert github.get("/users/tomas", headers=wrong).status == 200


def test_an_empty_address_is_told_before_a_404(github: Asker) -> None:
    """The anonymous limit outranks routing and bad credentials; its body has two members."""
    github.world.buckets.exhaust("ip:203.0.113.9", "core", github.now)

    for response in (github.get("/nowhere"), github.get("/user", "ghp_unknown")):
        assert response.status == 403
        assert list(value(response)) == ["message", "documentation_url"]
        assert value(response)["message"].startswith(
            "API rate limit exceeded for 203.0.113.9. (But"
        )
        assert response.header("x-ratelimit-remaining") == "0"


def test_an_empty_bucket_of_a_user_names_the_user(github: Asker) -> None:
    """The primary limit of a user is 403 with the user's id, no Retry-After, used at the limit."""
    github.world.buckets.exhaust("user:1001", "core", github.now)

    response = github.get("/users/tomas", tokens.SOLVEIG_SECOND)

    assert response.status == 403
    assert value(response)["message"].startswith("API rate limit exceeded for user ID 1001. If you")
    assert value(response)["status"] == "403"
    assert response.header("x-ratelimit-used") == "5000"
    assert response.header("retry-after") is None


def test_rate_limit_still_answers_when_nothing_is_left(github: Asker) -> None:
    """The one endpoint that is free stays open."""
    github.world.buckets.exhaust("user:1001", "core", github.now)

    response = github.get("/rate_limit", tokens.SOLVEIG)

    assert value(response)["resources"]["core"]["remaining"] == 0


def test_a_request_without_user_agent_is_refused(github: Asker) -> None:
    """GitHub wants to know what calls; it says so in plain words."""
    response = github.get("/users/tomas", headers={"user-agent": ""})

    assert response.status == 403
    assert b"User-Agent" in response.body


def test_a_trailing_slash_is_another_path(github: Asker) -> None:
    """`/users/solveig/` is 404."""
    assert github.get("/users/solveig/").status == 404


def test_names_are_compared_without_case(github: Asker) -> None:
    """Owners and repositories answer to any spelling, and tell their own."""
    assert value(github.get("/repos/SolveiG/HARBOR"))["full_name"] == "solveig/harbor"


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 301), ("PATCH", 307)])
def test_an_old_name_leads_to_the_id(github: Asker, method: str, status: int) -> None:
    """Reads of a renamed repository get 301, writes 307; path and query go along."""
    target = "/repos/solveig/old-harbor/issues/1?a=b%20c"

    response = github.ask(method, target, token=tokens.SOLVEIG, body={})

    assert response.status == status
    location = response.header("location") or ""
    assert location == "https://api.github.com/repositories/5000/issues/1?a=b%20c"
    assert response.header("etag") is response.header("cache-control") is None
    assert github.ask(method, location, token=tokens.SOLVEIG, body={}).status == 200


def test_a_rename_in_use_redirects_at_once(github: Asker) -> None:
    """After a rename by PATCH the old name redirects and the new one answers."""
    new = {"name": "new-map"}
    response = github.ask("PATCH", "/repos/solveig/tidal-map", token=tokens.SOLVEIG, body=new)

    assert value(response)["full_name"] == "solveig/new-map"
    assert github.get("/repos/solveig/tidal-map").status == 301
    assert github.get("/repos/solveig/new-map").status == 200


def test_head_is_get_without_the_body(github: Asker) -> None:
    """HEAD has GET's status, Link, tag and length, counts, and carries nothing."""
    target = "/users/solveig/repos"
    got, head = github.get(target), github.ask("HEAD", target)

    assert (head.status, head.body, head.points) == (200, b"", 1)
    assert head.header("content-length") == str(len(got.body))
    assert head.header("link") == got.header("link")
    assert head.header("etag") == got.header("etag")


@pytest.mark.parametrize(
    ("target", "dropped"),
    [
        ("/repos/solveig/harbor", "has_downloads"),
        ("/repos/solveig/harbor/pulls/5", "merge_commit_sha"),
        ("/repos/solveig/harbor/issues/1", "assignee"),
        ("/rate_limit", "rate"),
        ("/", "hub_url"),
    ],
)
def test_the_newer_version_drops_fields_and_the_older_announces_it(
    github: Asker, target: str, dropped: str
) -> None:
    """A field that 2026-03-10 removed is there before, together with Deprecation and Sunset."""
    old = github.get(target, tokens.PUBLIC)
    new = github.get(target, tokens.PUBLIC, {"x-github-api-version": "2026-03-10"})

    assert dropped in value(old)
    assert dropped not in value(new)
    assert old.header("sunset") == "Fri, 10 Mar 2028 00:00:00 GMT"
    assert "deprecation" in links(old)
    assert new.header("deprecation") is None
    assert new.header("x-github-api-version-selected") == "2026-03-10"


def test_scopes_and_permissions_are_told_to_their_own_kind(github: Asker) -> None:
    """Classic tokens hear of scopes, the others of permissions, an anonymous caller of neither."""
    path = "/repos/solveig/harbor/issues/1"
    classic = github.get(path, tokens.SOLVEIG)
    fine, app, nobody = (
        github.get(path, tokens.FINE_GRAINED),
        github.get(path, tokens.INSTALLATION),
        github.get(path),
    )

    assert classic.header("x-oauth-scopes") == "read:org, repo"
    assert fine.header("x-oauth-scopes") is None
    assert fine.header("github-authentication-token-expiration") == "2027-06-30 12:00:00 +0200"
    assert app.header("x-accepted-github-permissions") == "issues=read"
    names = {name.lower() for name, _ in nobody.headers}
    assert not names & {
        "x-oauth-scopes",
        "x-accepted-oauth-scopes",
        "x-accepted-github-permissions",
    }


def test_vary_and_cache_control_tell_private_from_public(github: Asker) -> None:
    """With a token the answer is private and varies on Authorization, without it is public."""
    private, public = github.get("/users/tomas", tokens.PUBLIC), github.get("/users/tomas")

    assert private.header("cache-control") == "private, max-age=60, s-maxage=60"
    assert (private.header("vary") or "").startswith(
        "Accept, Authorization, Cookie, X-GitHub-OTP,Acc"
    )
    assert public.header("cache-control") == "public, max-age=60, s-maxage=60"
    assert "Authorization" not in (public.header("vary") or "")


def test_vary_can_come_in_two_lines(github: Asker) -> None:
    """Until 2024 GitHub sent two header lines; a switch brings them back."""
    github.world.joins_vary_lines = False

    lines = [v for name, v in github.get("/users/tomas").headers if name == "Vary"]

    assert lines == ["Accept", "Accept-Encoding, Accept, X-Requested-With"]


def test_an_unacceptable_type_is_415(github: Asker) -> None:
    """An Accept that leaves out JSON is refused; an empty one is not."""
    assert github.get("/users/tomas", headers={"accept": "text/csv"}).status == 415
    assert github.get("/users/tomas", headers={"accept": ""}).status == 200


def test_header_names_keep_githubs_mixture_of_cases(github: Asker) -> None:
    """Some names are lower case and some are not, as on the real wire."""
    names = [name for name, _ in github.get("/users/tomas", tokens.FINE_GRAINED).headers]

    assert {"X-GitHub-Request-Id", "x-accepted-github-permissions", "ETag"} <= set(names)


def test_the_request_id_ends_with_the_time(github: Asker) -> None:
    """The last part of X-GitHub-Request-Id is the time in hexadecimal."""
    request_id = github.get("/").header("x-github-request-id") or ""

    assert int(request_id.rsplit(":", 1)[1], 16) == int(github.now)
