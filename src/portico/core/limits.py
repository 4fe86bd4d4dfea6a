"""Telling GitHub's rate-limit answers from all others, and making them where GitHub was not asked.

Clients match on GitHub's exact words and on `documentation_url`, so both are kept to the letter.
Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import json
import math
import re
from enum import StrEnum
from typing import Final

from portico.core.message import Headers, Response

RATE_LIMIT_PATH: Final = "/rate_limit"
_SECONDARY: Final = re.compile(rb"secondary rate|abuse detection", re.IGNORECASE)
_PRIMARY: Final = re.compile(rb"API rate limit (?:already )?exceeded", re.IGNORECASE)
# Two shapes of GraphQL's own, with status 200: the documented one, and that of 2026.
_GRAPHQL_PRIMARY: Final = re.compile(rb'"(?:RATE_LIMIT|RATE_LIMITED|graphql_rate_limit)"')
# Errors stand first in such an answer; a text further down may hold anything.
_GLANCE_BYTES: Final = 2_048
_PRIMARY_DOCS: Final = (
    "https://docs.github.com/en/rest/using-the-rest-api/"
    "getting-started-with-the-rest-api#rate-limiting"
)
_SECONDARY_DOCS: Final = (
    "https://docs.github.com/free-pro-team@latest/rest/using-the-rest-api/"
    "rate-limits-for-the-rest-api#about-secondary-rate-limits"
)
# As the `reset` of unused resources shows in answers to `GET /rate_limit`.
_BY_THE_MINUTE: Final = frozenset(
    {
        "search",
        "code_search",
        "source_import",
        "code_scanning_autofix",
        "dependency_snapshots",
        "audit_log_streaming",
    }
)
_SECONDARY_MESSAGE: Final = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


class Limit(StrEnum):
    """The two kinds of limit: points per hour, and everything that keeps GitHub healthy."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


def limit_of(response: Response) -> Limit | None:
    """Return which limit an answer reports, or None if it reports none.

    A 403 may as well be a missing right: the words, `Retry-After` and the count left decide.
    GraphQL reports its limits with status 200, in `errors`.
    """
    if response.status == 200 and response.headers.get("X-RateLimit-Resource") == "graphql":
        return _limit_of_graphql(response.body[:_GLANCE_BYTES])
    if response.status not in (403, 429):
        return None
    if _SECONDARY.search(response.body):
        return Limit.SECONDARY
    if response.headers.get("X-RateLimit-Remaining") == "0" or _PRIMARY.search(response.body):
        return Limit.PRIMARY
    if response.status == 429 or "Retry-After" in response.headers:
        return Limit.SECONDARY
    return None


def _limit_of_graphql(beginning: bytes) -> Limit | None:
    if b'"errors"' not in beginning:
        return None
    if _SECONDARY.search(beginning):
        return Limit.SECONDARY
    return Limit.PRIMARY if _GRAPHQL_PRIMARY.search(beginning) else None


def resource_of(path: str) -> str:
    """Return the rate-limit resource that a request for `path` spends from."""
    if path.startswith("/search/code"):
        return "code_search"
    if path.startswith("/search/"):
        return "search"
    return "graphql" if path == "/graphql" else "core"


def window_s(resource: str) -> float:
    """Return how long a window of `resource` lasts, in seconds."""
    return 60.0 if resource in _BY_THE_MINUTE else 3_600.0


def limit_answer(limit: Limit, *, bucket: str, resource: str, until: float, now: float) -> Response:
    """Return GitHub's own answer to a caller over a limit, for a call that was not made.

    Like GitHub's, the answer to a primary limit has no `Retry-After`: `X-RateLimit-Reset`,
    which the face adds for the asker's bucket, tells when. GraphQL has a shape of its own.
    """
    headers = [("Content-Type", "application/json; charset=utf-8")]
    if limit is Limit.PRIMARY and resource == "graphql":
        message = f"API rate limit exceeded for {_holder(bucket)}."
        # The documented type: Octokit's throttling knows no other.
        return _answer(200, headers, {"errors": [{"type": "RATE_LIMITED", "message": message}]})
    if limit is Limit.SECONDARY:
        message, docs = _SECONDARY_MESSAGE, _SECONDARY_DOCS
        headers.append(("Retry-After", str(max(1, math.ceil(until - now)))))
    else:
        message = (
            f"API rate limit exceeded for {_holder(bucket)}. "
            "(Portico learnt it from an earlier answer and did not ask GitHub again.)"
        )
        docs = _PRIMARY_DOCS
    return _answer(403, headers, {"message": message, "documentation_url": docs, "status": "403"})


def _answer(status: int, headers: list[tuple[str, str]], body: object) -> Response:
    return Response(status, Headers(headers), json.dumps(body, separators=(",", ":")).encode())


def _holder(bucket: str) -> str:
    """Return whom a bucket belongs to, in GitHub's words where it is known."""
    kind, colon, number = bucket.partition(":")
    if colon and kind in ("user", "installation"):
        return f"{kind} ID {number}"
    if colon and kind == "key":
        return f"the key {number!r} of this Portico"
    if colon and kind == "address":
        return number
    if colon and kind == "owner":
        about = f"about {number!r}" if number else "about no one account"
        return f"all who ask {about} without a credential"
    return "this credential" if bucket else "this address"


def points_of(path: str, status: int, *, authorized: bool) -> int:
    """Return the points of the primary limit that a read cost.

    A 304 is free only with a credential; `/rate_limit` and refused credentials cost nothing.
    """
    if path == RATE_LIMIT_PATH or (status == 304 and authorized) or status in (0, 401):
        return 0
    return 1
