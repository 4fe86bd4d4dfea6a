"""Putting Portico's own base in place of GitHub's in what a client would follow.

A client that follows an absolute URL of GitHub's walks past the cache and takes its credential
along. Only values of keys that hold API URLs are touched, and only where they begin with the
API's base: inside a text the quotes would be escaped, so no text can match.
"""

from __future__ import annotations

import re
from typing import Final

GITHUB_API_URL: Final = "https://api.github.com"
_KEYS: Final = rb'"(?:url|[a-z_]+_url|href|self|git)":\s*"'
# What may follow the base: a path, a query, a URI template, or the end of the value.
_END: Final = rb'(?=[/?{"])'
# The viewer's rights and clone secret, in bodies fetched with the operator's own credential.
_OF_VIEWER: Final = (
    rb'"(?:permissions":\s*\{(?:\s*"[a-z_]+":\s*(?:true|false)\s*,?)*\s*\}'
    rb'|temp_clone_token":\s*(?:"[^"]*"|null))'
)
# One comma goes with each member: the one before it, or the one after it where it comes first.
# Two patterns, as each then begins with a character that is searched for fast: as one, it took
# 30 times as long, 50 ms for a page of a hundred repositories.
_VIEWER_LATER: Final = re.compile(rb",\s*" + _OF_VIEWER)
_VIEWER_FIRST: Final = re.compile(rb"\{\s*" + _OF_VIEWER + rb"\s*(?:,|(?=\}))")


class Rewriter:
    """Rewrites from the API's bases (`https://host[/path]`, no slash at the end) to one's own."""

    def __init__(self, *bases: str) -> None:
        known = b"|".join(re.escape(base.encode()) for base in sorted(set(bases), reverse=True))
        self._in_body: Final = re.compile(rb"(" + _KEYS + rb")(?:" + known + rb")" + _END)
        self._in_field: Final = re.compile("(?:" + known.decode() + ")" + r"(?=[/?{>]|$)")

    def body(self, body: bytes, base: str) -> bytes:
        """Return a JSON body in which URLs of the API begin with `base`."""
        own = base.encode()
        return self._in_body.sub(lambda found: found[1] + own, body)

    def field(self, value: str, base: str) -> str:
        """Return a `Link` or `Location` value in which URLs of the API begin with `base`."""
        return self._in_field.sub(lambda _: base, value)

    def path(self, location: str) -> str | None:
        """Return a URL of the API relative to its root, with its query; None for any other URL."""
        found = self._in_field.match(location)
        if found is None:
            return None
        rest = location[found.end() :].partition("#")[0]
        return rest if rest.startswith("/") else f"/{rest}"


def without_viewer(body: bytes) -> bytes:
    """Return a JSON body without what it says of the credential that fetched it."""
    return _VIEWER_FIRST.sub(b"{", _VIEWER_LATER.sub(b"", body))
