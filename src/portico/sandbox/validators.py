"""Entity tags as GitHub makes them, and the question whether a request already has the answer.

For nearly all JSON the tag is SHA-256 over the values of Accept, Authorization and Cookie (those
sent, of those that the answer's Vary names), each followed by a colon, then the uncompressed body.
GitHub does not document this; recorded exchanges reproduce it.
Comparison is weak (RFC 9110 §8.8.3.2).
"""

from __future__ import annotations

import hashlib

from portico.sandbox.message import Request

PRIVATE_INPUTS = ("accept", "authorization", "cookie")
PUBLIC_INPUTS = ("accept",)


def opaque_tag(request: Request, body: bytes, *, is_private: bool) -> str:
    """Return the 64 hex digits of the tag for this request's answer."""
    names = PRIVATE_INPUTS if is_private else PUBLIC_INPUTS
    digest = hashlib.sha256()
    for name in names:
        value = request.headers.get(name)
        if value is not None:
            digest.update(f"{value}:".encode())
    digest.update(body)
    return digest.hexdigest()


def is_current(if_none_match: str, opaque: str) -> bool:
    """Whether If-None-Match holds this tag, weak or strong, or the asterisk (RFC 9110 §13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return f'"{opaque}"' in tags


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the client takes gzip; GitHub's tags are weak then."""
    for item in accept_encoding.split(","):
        coding, _, parameters = item.partition(";")
        if coding.strip().lower() in {"gzip", "*"}:
            return parameters.replace(" ", "") not in {"q=0", "q=0.0"}
    return False
