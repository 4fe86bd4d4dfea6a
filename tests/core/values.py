"""Requests, answers and stored responses for the tests of core, with the fewest words.

`NOW` is when every test happens, `SENT_AT` when GitHub was asked. Header fields are given as a
mapping, in the order sent.
"""

from collections.abc import Mapping

from portico.core.entry import Entry
from portico.core.errors import PorticoError
from portico.core.message import Headers, Request, Response
from portico.core.policy import Verdict, after_receiving
from portico.core.resource import RouteClass, classify

NOW = 1_790_000_000.0
SENT_AT = NOW - 2
ALICE = "a" * 32
BOB = "b" * 32
JSON = "application/json; charset=utf-8"


def headers(fields: Mapping[str, str]) -> Headers:
    """Return header fields."""
    return Headers(fields.items())


def get(path: str = "/repos/octo/hello", query: str = "", **fields: str) -> Request:
    """Return a GET; `Cache_Control="no-cache"` stands for that field."""
    named = ((name.replace("_", "-"), value) for name, value in fields.items())
    return Request("GET", path, query, Headers(named))


def reply(
    status: int = 200, body: bytes = b'{"id":1}', fields: Mapping[str, str] | None = None
) -> Response:
    """Return an answer of GitHub's; JSON unless `fields` say otherwise."""
    return Response(status, headers({"Content-Type": JSON, **(fields or {})}), body)


def stored(
    *,
    age_s: float = 0.0,
    route_class: RouteClass = RouteClass.SLOW,
    status: int = 200,
    etag: str | None = '"abc"',
    marked: bool = False,
    obtained_with: str = ALICE,
    cache_control: str | None = None,
) -> Entry:
    """Return a stored response that GitHub confirmed `age_s` seconds before `NOW`."""
    fields = {"Content-Type": JSON, "Link": '<https://api.github.com/x?page=2>; rel="next"'}
    if etag:
        fields["ETag"] = etag
    if cache_control:
        fields["Cache-Control"] = cache_control
    return Entry(
        response=Response(status, headers(fields), b'{"old":true}'),
        route_class=route_class,
        tags=frozenset({"repo:octo/hello"}),
        obtained_with=obtained_with,
        fetched_at=NOW - age_s,
        confirmed_at=NOW - age_s,
        marked=marked,
    )


def judge(
    answer: Response | PorticoError, entry: Entry | None = None, request: Request | None = None
) -> Verdict:
    """Return the verdict on an answer to a request for a repository's issues."""
    asked = request or get("/repos/octo/hello/issues")
    if entry is not None and entry.etag is not None and request is None:
        asked = asked.having("If-None-Match", entry.etag)
    return after_receiving(
        asked,
        entry,
        answer,
        route=classify(asked.path),
        obtained_with=ALICE,
        sent_at=SENT_AT,
        now=NOW,
    )
