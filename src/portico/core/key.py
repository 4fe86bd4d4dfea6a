"""A request and an audience -> the key under which its answer is stored.

The audience is a required part of the type. Beside it the key holds all that changes the body:
path, query, media type, API version. GitHub's own `Vary` is not enough: it never names
`X-GitHub-Api-Version`, and answers to an App's JWT claim to vary by `Accept` alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from portico.core.audience import Audience
from portico.core.message import Headers, Request

DEFAULT_ACCEPT: Final = "application/vnd.github+json"
DEFAULT_API_VERSION: Final = "2022-11-28"
# Four spellings of one media type, by
# https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
EQUAL_ACCEPTS: Final = frozenset(
    {"", "*/*", "application/json", DEFAULT_ACCEPT, "application/vnd.github.v3+json"}
)
# Request fields, beside `Accept` and the API version, that change what GitHub answers.
VARIANT_FIELDS: Final = ("X-GitHub-Next-Global-ID", "GraphQL-Features")

# The part of a path whose case GitHub ignores.
_CASELESS: Final = re.compile(r"/(?:repos/[^/]+/[^/]+|(?:users|orgs)/[^/]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """Names one stored response. Two keys are equal if and only if they may share it."""

    audience: Audience
    path: str
    query: str
    accept: str
    api_version: str
    variant: str

    @property
    def shape(self) -> tuple[str, ...]:
        """What is asked for, whoever asks. Never a key: nothing is stored under it."""
        return (self.path, self.query, self.accept, self.api_version, self.variant)

    @property
    def digest(self) -> str:
        """Return the key as 64 hex digits, for stores whose keys are text."""
        parts = (
            str(self.audience),
            self.path,
            self.query,
            self.accept,
            self.api_version,
            self.variant,
        )
        # Lengths in front, so that no two lists of parts run together to the same bytes.
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()


def key_of(request: Request, audience: Audience) -> Key:
    """Return the key of a GET or HEAD request asked on behalf of `audience`."""
    headers = request.headers
    caseless = _CASELESS.match(request.path)
    end = caseless.end() if caseless else 0
    return Key(
        audience=audience,
        path=request.path[:end].lower() + request.path[end:],
        query="&".join(sorted(request.query.split("&"), key=_parameter_name)),
        accept=accept_of(headers),
        api_version=headers.get("X-GitHub-Api-Version") or DEFAULT_API_VERSION,
        # All values of a field, as all are sent on: one that is not in the key would let a
        # caller choose what others are shown.
        variant="\n".join(", ".join(headers.all(name)) for name in VARIANT_FIELDS),
    )


def accept_of(headers: Headers) -> str:
    """Return the media type asked for, the four equal forms made one."""
    accept = ", ".join(value.strip() for value in headers.all("Accept"))
    return DEFAULT_ACCEPT if accept.lower() in EQUAL_ACCEPTS else accept


def _parameter_name(pair: str) -> str:
    # By name alone: repeated parameters keep their order, which may matter.
    return pair.partition("=")[0]
