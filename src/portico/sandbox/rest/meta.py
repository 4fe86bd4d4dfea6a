"""The root, the rate limits, and GraphQL as far as the sandbox goes today."""

from __future__ import annotations

import re

from portico.sandbox.call import Call
from portico.sandbox.limits import QUOTAS, Reading
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.routing import Route, route

_OWN_ROOT = {
    "current_user_url": "/user",
    "current_user_authorizations_html_url": "https://github.com/settings/connections/applications{/client_id}",
    "authorizations_url": "/authorizations",
    "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
    "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}",
    "emails_url": "/user/emails",
    "emojis_url": "/emojis",
    "events_url": "/events",
    "feeds_url": "/feeds",
    "followers_url": "/user/followers",
    "following_url": "/user/following{/target}",
    "gists_url": "/gists{/gist_id}",
    "hub_url": "/hub",
    "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}",
    "issues_url": "/issues",
    "keys_url": "/user/keys",
    "label_search_url": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
    "notifications_url": "/notifications",
    "organization_url": "/orgs/{org}",
    "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
    "organization_teams_url": "/orgs/{org}/teams",
    "public_gists_url": "/gists/public",
    "rate_limit_url": "/rate_limit",
    "repository_url": "/repos/{owner}/{repo}",
    "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
    "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
    "starred_url": "/user/starred{/owner}{/repo}",
    "starred_gists_url": "/gists/starred",
    "topic_search_url": "/search/topics?q={query}{&page,per_page}",
    "user_url": "/users/{user}",
    "user_organizations_url": "/user/orgs",
    "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
    "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
}
_REMOVED_FROM_ROOT = {"authorizations_url", "hub_url"}


def root(call: Call) -> Answer:
    """Answer with the map of URLs."""
    base = call.request.api_url
    body = {k: v if v.startswith("https:") else base + v for k, v in _OWN_ROOT.items()}
    if not call.view.is_old:
        body = {k: v for k, v in body.items() if k not in _REMOVED_FROM_ROOT}
    return Answer(json=body)


def rate_limit(call: Call) -> Answer:
    """Answer with all buckets of the caller; free. `rate` repeats core until 2026-03-10."""
    subject = call.caller.subject
    readings = {n: call.world.buckets.read(subject, n, call.now) for n in QUOTAS}
    resources = {name: _shown(reading) for name, reading in readings.items()}
    body: dict[str, Json] = {"resources": resources}
    if call.view.is_old:
        body["rate"] = resources["core"]
    return Answer(json=body, caching=Caching.NO_CACHE)


def _shown(reading: Reading) -> dict[str, Json]:
    return {
        "limit": reading.limit,
        "used": min(reading.used, reading.limit),
        "remaining": reading.remaining,
        "reset": reading.reset_at,
    }


_ALLOWED_HEADERS = (
    "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Unmodified-Since, X-GitHub-OTP, X-Requested-With"
)
_PREFLIGHT = (
    ("Access-Control-Allow-Headers", _ALLOWED_HEADERS),
    ("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE"),
    ("Access-Control-Max-Age", "86400"),
)


def preflight(_: Call) -> Answer:
    """Answer a browser's question whether it may ask (CORS)."""
    return Answer(204, caching=Caching.UNSTATED, headers=_PREFLIGHT)


_GRAPHQL_AUTH = (
    "https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql"
)
_KNOWN_QUERY = re.compile(
    r"\s*(?:query\s*\w*\s*)?\{\s*(?P<root>viewer|rateLimit)\s*\{(?P<fields>[\w\s,]*)\}\s*\}\s*"
)


def graphql(call: Call) -> Answer:
    """Answer `viewer` and `rateLimit`; refuse everything else in GraphQL's own form."""
    if call.caller.is_anonymous:
        message = "This endpoint requires you to be authenticated."
        body = {"message": message, "documentation_url": _GRAPHQL_AUTH}
        return Answer(401, json=body, caching=Caching.UNSTATED)
    reading = call.world.buckets.read(call.caller.subject, "graphql", call.now)
    if reading.remaining == 0:
        return _graphql_limited(call)
    found = _KNOWN_QUERY.fullmatch(str(call.payload().get("query", "")))
    if found is None:
        message = "The sandbox answers only `viewer { … }` and `rateLimit { … }` so far."
        error = {"message": message, "locations": [{"line": 1, "column": 1}]}
        return Answer(json={"errors": [error]}, caching=Caching.UNSTATED)
    known = _viewer(call) if found["root"] == "viewer" else _graphql_rate(call)
    fields = found["fields"].replace(",", " ").split()
    for name in fields:
        if name not in known:
            return _undefined(name, "User" if found["root"] == "viewer" else "RateLimit")
    picked = {name: known[name] for name in fields}
    return Answer(json={"data": {found["root"]: picked}}, caching=Caching.UNSTATED)


def _graphql_limited(call: Call) -> Answer:
    """Say that no points are left: status 200, in the shape used since January 2026."""
    number = call.caller.subject.partition(":")[2]
    message = f"API rate limit already exceeded for user ID {number}."
    error = {"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": message}
    return Answer(json={"errors": [error]}, caching=Caching.UNSTATED)


def _viewer(call: Call) -> dict[str, Json]:
    account = call.me()
    return {"login": account.login, "name": account.name, "databaseId": account.id}


def _graphql_rate(call: Call) -> dict[str, Json]:
    reading = call.world.buckets.read(call.caller.subject, "graphql", call.now)
    known = _shown(reading)
    return {
        "cost": 1,
        "limit": known["limit"],
        "remaining": max(known["remaining"] - 1, 0),
        "used": known["used"] + 1,
    }


def _undefined(name: str, kind: str) -> Answer:
    code = {"code": "undefinedField", "typeName": kind, "fieldName": name}
    message = f"Field '{name}' doesn't exist on type '{kind}'"
    return Answer(
        json={"errors": [{"message": message, "extensions": code}]}, caching=Caching.UNSTATED
    )


ROUTES: list[Route] = [
    route("GET", "/", root, "meta/meta#github-api-root", loses_fields=True),
    route("GET", "/rate_limit", rate_limit, "rate-limit/rate-limit", loses_fields=True),
    route("OPTIONS", "/{path:path}", preflight, "using-the-rest-api"),
    route("POST", "/graphql", graphql, "graphql"),
]
