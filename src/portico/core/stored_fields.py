"""Which header fields of GitHub's answers are stored, and which of them are nobody else's."""

from __future__ import annotations

from typing import Final

from portico.core.message import Headers

# Describe the connection or one credential's standing, not the representation.
NOT_STORED: Final = frozenset(
    {
        "age",
        # Would bind the operator's own origin (RFC 7838 §3).
        "alt-svc",
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "retry-after",
        "server",
        "set-cookie",
        # Would bind the operator's own domain, subdomains included.
        "strict-transport-security",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-ratelimit-resource",
        "x-ratelimit-used",
    }
)

# The credential's own standing: true for its holder alone.
OF_THE_CREDENTIAL: Final = (
    "X-OAuth-Scopes",
    "X-Accepted-OAuth-Scopes",
    "X-OAuth-Client-Id",
    "X-Accepted-GitHub-Permissions",
    "GitHub-Authentication-Token-Expiration",
    "X-GitHub-SSO",
)


def stored_headers(headers: Headers) -> Headers:
    """Return the fields that say something of the representation."""
    return Headers(item for item in headers if item[0].lower() not in NOT_STORED)
