"""Whether an answer can be what was asked for at all.

Captive portals, broken proxies and GitHub's own error page answer with HTML and whatever status
they like; a connection that breaks at the wrong moment leaves half a body. Such answers must be
neither stored nor passed on as GitHub's.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from portico.core.errors import GitHubBroken
from portico.core.key import DEFAULT_ACCEPT, accept_of
from portico.core.message import Headers, Request, Response

_JSON: Final = "application/json"
# `application/vnd.github.star+json` and its kind; a format that GitHub does not know still
# gives JSON.
_JSON_ACCEPTED: Final = re.compile(r"application/(?:json|[\w.-]+\+json)", re.IGNORECASE)


def nonsense_in(request: Request, reply: Response) -> GitHubBroken | None:
    """Return what is wrong with an answer that cannot be what was asked for, or None.

    `request` is the one sent, its `If-None-Match` included.
    """
    if reply.status == 304:
        asked = "If-None-Match" in request.headers
        return None if asked else GitHubBroken("GitHub answered 304 to an unconditional request")
    # A redirect has a page of HTML for people.
    if 300 <= reply.status < 400 or not _expects_json(request):
        return None
    content_type = content_type_of(reply.headers)
    if content_type == "text/html":
        what = f"GitHub's address answered {reply.status} with HTML where JSON was due"
        return GitHubBroken(what)
    if content_type == _JSON and _may_not_be_empty(reply) and not _is_json(reply.body):
        return GitHubBroken(f"GitHub answered {reply.status} with a body that is not JSON")
    return None


def content_type_of(headers: Headers) -> str:
    """Return the media type of a body without its parameters, lower case; "" if it has none.

    GitHub's JSON is `application/json`, whatever was accepted. A file asked for with
    `application/vnd.github.raw+json` comes under just that name, and need not be JSON.
    """
    return (headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _expects_json(request: Request) -> bool:
    accept = accept_of(request.headers)
    parts = [part.strip() for part in accept.split(",")]
    return accept == DEFAULT_ACCEPT or all(map(_JSON_ACCEPTED.fullmatch, parts))


def _may_not_be_empty(reply: Response) -> bool:
    return bool(reply.body) or reply.status == 200


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
