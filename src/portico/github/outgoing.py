"""What is put on the wire: a request's URL and its header fields. Pure.

Rules: the URL begins with the configured address, so a credential can go nowhere else. The
target is taken byte for byte: decoding `%2F` in a branch name and encoding it again would ask
for something else. Of the caller's header fields only the listed ones travel: no cookie, no
one-time password, no address of the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yarl import URL

from portico.core.audience import Credential
from portico.core.errors import CallerError
from portico.core.key import DEFAULT_API_VERSION, VARIANT_FIELDS, accept_of
from portico.core.message import Request
from portico.github.coding import ACCEPT_ENCODING

# Of the caller's fields, what a read may carry beside `Accept` and the API version: what is in
# the cache key, and the validator. Anything more could change an answer that others then get.
READ_FIELDS: Final = frozenset(name.lower() for name in VARIANT_FIELDS) | {"if-none-match"}
WRITE_FIELDS: Final = READ_FIELDS | {"content-type", "if-match", "if-unmodified-since", "prefer"}
# The one-time password belongs to the caller's own session with GitHub. The version is always
# sent, so not as the caller's.
_WITHHELD: Final = frozenset({"x-github-otp", "x-github-api-version"})

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_PATH: Final = re.compile(r"/[\x21-\x7e]*")
_QUERY: Final = re.compile(r"[\x21-\x7e]*")
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")


def root_of(api_url: str) -> URL:
    """Return the API's root, `http(s)://host[:port][/path]`, as a URL.

    Raises:
        ValueError: `api_url` is not of that form.

    """
    root = URL(api_url)
    if root.scheme not in ("http", "https") or not root.raw_host:
        raise ValueError("GitHub's address must begin with https:// or http:// and name a host")
    if root.raw_user or root.raw_password or root.raw_query_string or root.raw_fragment:
        raise ValueError("GitHub's address must have no user, query or fragment")
    return root


def url_of(root: URL, request: Request) -> URL:
    """Return the URL of a request below `root`, its target unread and unmended.

    Raises:
        CallerError: the method or the target cannot be part of a request line (RFC 9112 §3).

    """
    if not _TOKEN.fullmatch(request.method):
        raise CallerError("The method is not a token")
    if not _PATH.fullmatch(request.path) or not _QUERY.fullmatch(request.query):
        raise CallerError("The path and query must be percent-encoded ASCII")
    return URL.build(
        scheme=root.scheme,
        authority=root.raw_authority,
        path=root.raw_path.rstrip("/") + request.path,
        query_string=request.query,
        encoded=True,
    )


def fields_of(
    request: Request, credential: Credential | None, *, user_agent: str
) -> Iterator[tuple[str, str]]:
    """Return the header fields to send; `Host` and `Content-Length` are the transport's.

    Raises:
        CallerError: a field that would be sent holds something else than printable ASCII.

    """
    headers = request.headers
    yield "User-Agent", user_agent
    yield "Accept", _sendable("Accept", accept_of(headers))
    yield "Accept-Encoding", ACCEPT_ENCODING
    version = headers.get("X-GitHub-Api-Version") or DEFAULT_API_VERSION
    yield "X-GitHub-Api-Version", _sendable("X-GitHub-Api-Version", version)
    for name, value in headers:
        if _travels(name.lower(), is_read=request.is_read):
            yield name, _sendable(name, value)
    if credential is not None:
        yield "Authorization", credential.authorization


def _travels(name: str, *, is_read: bool) -> bool:
    if name in _WITHHELD:
        return False
    if is_read:
        return name in READ_FIELDS
    return name in WRITE_FIELDS or name.startswith("x-github-")


def _sendable(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value):
        raise CallerError(f"The header field {name} may hold printable ASCII only")
    return value
