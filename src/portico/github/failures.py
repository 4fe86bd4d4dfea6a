"""From what aiohttp and the operating system raise to Portico's own errors, in one table.

Rules: every failure is translated once, here, and keeps its cause. A message is made of fixed
words and of numbers; it repeats nothing that a peer sent and no URL, for either may hold a
secret.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from portico.core.errors import GitHubBroken, GitHubError, GitHubTimedOut, GitHubUnreachable

# aiohttp's parser raises HttpProcessingError, which is no ClientError, where a body is garbage.
# TimeoutError is an OSError.
_TRANSPORT_ERRORS: Final = (aiohttp.ClientError, HttpProcessingError, OSError)


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the transport raises inside into a GitHubError.

    Raises:
        GitHubUnreachable: no connection, or it broke.
        GitHubTimedOut: GitHub fell silent.
        GitHubBroken: what came is no HTTP.

    """
    try:
        yield
    except _TRANSPORT_ERRORS as error:
        raise translation_of(error) from error


def translation_of(error: BaseException) -> GitHubError:
    """Return Portico's error for one of the transport's; the first row that fits counts."""
    for kind, becomes, words in _TABLE:
        if isinstance(error, kind):
            return becomes(words + _particulars(error))
    return GitHubUnreachable("The connection to GitHub broke")


_TABLE: Final[tuple[tuple[type[BaseException], type[GitHubError], str], ...]] = (
    (aiohttp.ConnectionTimeoutError, GitHubUnreachable, "No connection to GitHub in time"),
    (TimeoutError, GitHubTimedOut, "GitHub fell silent"),
    (
        aiohttp.ClientConnectorCertificateError,
        GitHubUnreachable,
        "The certificate of GitHub's address is not trusted",
    ),
    (
        aiohttp.ClientConnectorSSLError,
        GitHubUnreachable,
        "GitHub's address does not speak TLS as expected",
    ),
    (
        aiohttp.ClientProxyConnectionError,
        GitHubUnreachable,
        "The HTTP proxy of the environment cannot be reached",
    ),
    (
        aiohttp.ClientHttpProxyError,
        GitHubUnreachable,
        "The HTTP proxy of the environment refused",
    ),
    (
        aiohttp.ClientConnectorDNSError,
        GitHubUnreachable,
        "The name of GitHub's address cannot be resolved",
    ),
    (aiohttp.ClientConnectorError, GitHubUnreachable, "No connection to GitHub"),
    (
        aiohttp.ClientPayloadError,
        GitHubUnreachable,
        "The connection to GitHub broke before the answer was whole",
    ),
    (aiohttp.ClientResponseError, GitHubBroken, "What GitHub's address sent is no HTTP"),
    (HttpProcessingError, GitHubBroken, "What GitHub's address sent is no HTTP"),
)


def _particulars(error: BaseException) -> str:
    """Return what may be told beyond fixed words: OpenSSL's reason, a status, an errno."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "")
            return f": {reason}" if reason else ""
        case aiohttp.ClientHttpProxyError():
            return f": it answered {error.status}"
        case aiohttp.ClientConnectorDNSError() | aiohttp.ClientSSLError():
            return ""
        case aiohttp.ClientConnectorError() if error.errno:
            return f": {os.strerror(error.errno)}"
        case _:
            return ""
