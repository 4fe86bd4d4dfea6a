"""GitHub's own shared cache in front of anonymous GETs: off unless a world turns it on.

It ignores X-GitHub-Api-Version, keeps answers for as long as their s-maxage says, and shows itself
by an old Date and by Accept-Ranges. Rate headers still move on a hit: every request is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from portico.sandbox import validators
from portico.sandbox.limits import Reading
from portico.sandbox.message import Request, Response

_SHARED_S = re.compile(r"public\b.*\bs-maxage=(\d+)")
_GONE_FROM_304 = {"content-type", "content-encoding", "link", "x-github-media-type"}

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class EdgeCache:
    """The stored answers, each with the instant at which it stops being served."""

    is_on: bool = False
    _stored: dict[Key, tuple[float, Response]] = field(default_factory=dict)

    def find(self, request: Request, now: float) -> Response | None:
        """Return the stored answer, if there is one that may still be served."""
        until_at, response = self._stored.get(_key(request), (0.0, None))
        return response if until_at > now else None

    def keep(self, request: Request, response: Response, now: float) -> None:
        """Store an answer if it may be shared."""
        found = _SHARED_S.search(response.header("cache-control") or "")
        if request.method == "GET" and response.status == 200 and found:
            self._stored[_key(request)] = (now + int(found[1]), response)


def serve(stored: Response, request: Request, reading: Reading) -> Response:
    """Return a stored answer, or the 304 for it, with the asker's own rate headers."""
    tag = (stored.header("etag") or "").removeprefix("W/").strip('"')
    rates = dict(reading.headers())
    kept = tuple(pair for pair in stored.headers if pair[0] not in rates)
    headers = (*kept, ("Accept-Ranges", "bytes"), *rates.items())
    if not validators.is_current(request.header("if-none-match"), tag):
        return replace(stored, headers=headers)
    # A 304 of the edge keeps the W/ of the stored answer; those of the origin are strong.
    bare = tuple(pair for pair in headers if pair[0].lower() not in _GONE_FROM_304)
    return replace(stored, status=304, headers=bare, body=b"")


def _key(request: Request) -> Key:
    encoding = "gzip" if validators.accepts_gzip(request.header("accept-encoding")) else ""
    return request.path, request.query_string, request.header("accept"), encoding
