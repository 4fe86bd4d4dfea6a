"""Limits: every shape in which GitHub has told one is known, and ours are known to clients."""

import json
import re

import pytest

from portico.core.limits import Limit, limit_answer, limit_of, points_of, resource_of, window_s
from portico.core.message import Headers, Response
from tests.core.values import NOW, headers, reply


def answer_made_here(
    limit: Limit, *, wait_s: float = 9, bucket: str = "user:7", resource: str = "core"
) -> Response:
    """Return what a caller is told in place of GitHub's own answer."""
    return limit_answer(limit, bucket=bucket, resource=resource, until=NOW + wait_s, now=NOW)


ANONYMOUS = (
    b'{"message":"API rate limit exceeded for 203.0.113.9. (But here\'s the good news: '
    b"Authenticated requests get a higher rate limit. Check out the documentation for more "
    b'details.)","documentation_url":"https://docs.github.com/rest/overview/'
    b'resources-in-the-rest-api#rate-limiting"}'
)
USER = (
    b'{"message":"API rate limit exceeded for user ID 1234. If you reach out to GitHub Support '
    b'for help, please include the request ID F3CF:1 and timestamp 2026-09-14 10:11:12 UTC.",'
    b'"documentation_url":"https://docs.github.com/en/rest/using-the-rest-api/'
    b'getting-started-with-the-rest-api#rate-limiting","status":"403"}'
)
INSTALLATION = b'{"message":"API rate limit exceeded for installation ID 1234."}'
ALREADY = b'{"message":"API rate limit already exceeded for user ID 1234."}'
ABUSE = (
    b'{"message":"You have triggered an abuse detection mechanism. Please wait a few minutes '
    b'before you try again."}'
)
SECONDARY = (
    b'{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before '
    b"you try again. If you reach out to GitHub Support for help, please include the request "
    b'ID F3CF:1.","documentation_url":"https://docs.github.com/free-pro-team@latest/rest/'
    b'using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"}'
)
CREATION = (
    b'{"message":"You have exceeded a secondary rate limit and have been temporarily blocked '
    b'from content creation. Please retry your request again later."}'
)
NO_RIGHT = b'{"message":"Resource not accessible by personal access token","status":"403"}'
LEFT = {"X-RateLimit-Remaining": "4290"}
NONE_LEFT = {"X-RateLimit-Remaining": "0"}


@pytest.mark.parametrize(
    ("answer", "limit"),
    [
        (reply(403, ANONYMOUS, NONE_LEFT), Limit.PRIMARY),
        (reply(403, USER, NONE_LEFT), Limit.PRIMARY),
        (reply(429, USER, NONE_LEFT), Limit.PRIMARY),
        (reply(403, INSTALLATION, NONE_LEFT), Limit.PRIMARY),
        (reply(403, ANONYMOUS), Limit.PRIMARY),
        (reply(403, ALREADY), Limit.PRIMARY),
        (reply(403, b"", NONE_LEFT), Limit.PRIMARY),
        (reply(403, ABUSE, {"Retry-After": "60"}), Limit.SECONDARY),
        (reply(403, ABUSE), Limit.SECONDARY),
        (reply(403, SECONDARY, LEFT), Limit.SECONDARY),
        (reply(429, SECONDARY, LEFT), Limit.SECONDARY),
        (reply(429, SECONDARY, NONE_LEFT), Limit.SECONDARY),
        (reply(403, CREATION), Limit.SECONDARY),
        (
            reply(403, CREATION, {"gh-limited-by": "search-elapsed-time-shared-grouped"}),
            Limit.SECONDARY,
        ),
        (reply(429, b""), Limit.SECONDARY),
        (reply(429, b"<html>Whoa there!", {"Content-Type": "text/html"}), Limit.SECONDARY),
        (reply(403, b"", {"Retry-After": "60"}), Limit.SECONDARY),
        (reply(403, NO_RIGHT, LEFT), None),
        (reply(403, b'{"message":"Must have admin rights to Repository."}'), None),
        (reply(403, b'{"message":"Resource protected by organization SAML"}', LEFT), None),
        (reply(200, USER, NONE_LEFT), None),
        (reply(404, b'{"message":"Not Found"}', NONE_LEFT), None),
        (reply(503, SECONDARY, {"Retry-After": "60"}), None),
        (reply(401, b'{"message":"Bad credentials"}'), None),
    ],
)
def test_limits_are_told_from_missing_rights(answer: Response, limit: Limit | None) -> None:
    """Words, `Retry-After` and the count left decide, on 403 and 429 alone."""
    assert limit_of(answer) is limit


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/search/code", "code_search"),
        ("/search/issues", "search"),
        ("/search/repositories", "search"),
        ("/graphql", "graphql"),
        ("/repos/octo/search/issues", "core"),
        ("/searching", "core"),
        ("/", "core"),
    ],
)
def test_a_path_spends_from_one_resource(path: str, resource: str) -> None:
    """Searches and GraphQL have buckets of their own."""
    assert resource_of(path) == resource


@pytest.mark.parametrize(
    ("resource", "seconds"),
    [("core", 3_600), ("graphql", 3_600), ("search", 60), ("code_search", 60), ("new_one", 3_600)],
)
def test_windows_last_a_minute_or_an_hour(resource: str, seconds: float) -> None:
    """Searches are counted by the minute; what is not known, by the hour."""
    assert window_s(resource) == seconds


@pytest.mark.parametrize("limit", Limit)
def test_an_answer_made_here_is_read_as_the_same_limit(limit: Limit) -> None:
    """What Portico makes, another Portico in front of it understands."""
    assert limit_of(answer_made_here(limit)) is limit


def test_clients_know_our_primary_limit() -> None:
    """PyGithub and githubkit match on the words; `X-RateLimit-*` are added for the asker."""
    answer = answer_made_here(Limit.PRIMARY)
    body = json.loads(answer.body)

    assert answer.status == 403
    assert body["message"].lower().startswith("api rate limit exceeded")  # PyGithub
    assert body["documentation_url"].endswith("#rate-limiting")
    assert body["status"] == "403"
    assert "Retry-After" not in answer.headers
    assert answer.headers.get("Content-Type") == "application/json; charset=utf-8"


def test_clients_know_our_secondary_limit() -> None:
    """Octokit, PyGithub, githubkit and go-github each find what they match on."""
    answer = answer_made_here(Limit.SECONDARY)
    body = json.loads(answer.body)
    message = body["message"]

    assert answer.status == 403
    assert re.search(r"\bsecondary rate\b", message, re.IGNORECASE)  # Octokit's throttling
    assert message.lower().startswith("you have exceeded a secondary rate limit")  # PyGithub
    assert message.lower().endswith("please wait a few minutes before you try again.")
    assert "secondary rate" in message  # githubkit
    assert body["documentation_url"].endswith("secondary-rate-limits")  # go-github
    assert answer.headers.get("Retry-After") == "9"


@pytest.mark.parametrize(
    ("wait_s", "retry_after"), [(9.0, "9"), (9.2, "10"), (0.2, "1"), (0.0, "1"), (-5.0, "1")]
)
def test_retry_after_is_never_too_early(wait_s: float, retry_after: str) -> None:
    """Who waits as told is not refused again for the fraction of a second."""
    answer = answer_made_here(Limit.SECONDARY, wait_s=wait_s)

    assert answer.headers.get("Retry-After") == retry_after


@pytest.mark.parametrize(
    ("path", "status", "authorized", "points"),
    [
        ("/repos/octo/hello", 200, True, 1),
        ("/repos/octo/hello", 404, True, 1),
        ("/repos/octo/hello", 301, False, 1),
        ("/repos/octo/hello", 422, True, 1),
        ("/repos/octo/hello", 304, True, 0),
        ("/repos/octo/hello", 304, False, 1),
        ("/repos/octo/hello", 401, True, 0),
        ("/repos/octo/hello", 0, True, 0),
        ("/rate_limit", 200, True, 0),
        ("/rate_limit", 200, False, 0),
    ],
)
def test_a_304_is_free_only_with_a_credential(
    path: str, status: int, points: int, *, authorized: bool
) -> None:
    """`/rate_limit`, refused credentials and calls without an answer cost nothing."""
    assert points_of(path, status, authorized=authorized) == points


def test_headers_alone_can_tell_a_limit() -> None:
    """Before the body is read, the count left and `Retry-After` are enough."""
    assert limit_of(Response(403, headers(NONE_LEFT))) is Limit.PRIMARY
    assert limit_of(Response(403, Headers())) is None


@pytest.mark.parametrize(
    ("bucket", "holder"),
    [
        ("user:7", "user ID 7."),
        ("installation:9", "installation ID 9."),
        ("", "this address."),
        ("0123abcd", "this credential."),
    ],
)
def test_the_holder_of_the_bucket_is_named_as_github_names_it(bucket: str, holder: str) -> None:
    """Who is over the limit is told by id where it is known."""
    message = json.loads(answer_made_here(Limit.PRIMARY, bucket=bucket).body)["message"]

    assert message.startswith(f"API rate limit exceeded for {holder}")


def test_graphql_is_told_in_its_own_shape() -> None:
    """GraphQL reports an empty bucket with status 200, in `errors`, by a type that clients know."""
    answer = answer_made_here(Limit.PRIMARY, resource="graphql")

    error = json.loads(answer.body)["errors"][0]
    assert answer.status == 200
    assert error["type"] == "RATE_LIMITED"  # Octokit's throttling
    assert error["message"] == "API rate limit exceeded for user ID 7."


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (b'{"errors":[{"type":"RATE_LIMITED","message":"API rate limit"}]}', Limit.PRIMARY),
        (
            b'{"errors":[{"type":"RATE_LIMIT","code":"graphql_rate_limit","message":"x"}]}',
            Limit.PRIMARY,
        ),
        (
            b'{"data":null,"errors":[{"message":"You have exceeded a secondary rate limit."}]}',
            Limit.SECONDARY,
        ),
        (b'{"data":{"node":{"body":"\\"RATE_LIMITED\\""}}}', None),
        (b'{"data":{"node":null},"errors":[{"type":"NOT_FOUND"}]}', None),
    ],
)
def test_both_shapes_of_graphql_are_known(body: bytes, limit: Limit | None) -> None:
    """GraphQL's limits come with status 200; other errors, and texts, are no limits."""
    answer = Response(200, headers({"X-RateLimit-Resource": "graphql"}), body)

    assert limit_of(answer) is limit
