"""The values that go in and out of the sandbox: Request, Answer, Response.

A handler states *what* it answers (Answer: a JSON value, links, validators). `respond` adds what
GitHub adds to every answer and gives a Response: exact status, headers and bytes. How those bytes
travel, whole or broken on purpose, is the Response's Delivery, which only the server reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote

Json = Any  # what json.dumps takes; GitHub's bodies are too varied for a narrower type


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came over the wire.

    `path` is still percent-encoded. Header names are lower case; a repeated header is joined
    with a comma (RFC 9110 §5.3). `api_url` is the base that bodies and links are to carry.
    """

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = "203.0.113.9"
    api_url: str = "https://api.github.com"
    download_url: str = "https://codeload.github.com"

    @property
    def segments(self) -> list[str]:
        """The decoded path segments; a trailing slash leaves an empty last one."""
        return [unquote(segment) for segment in self.path.split("/")[1:]]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters in the order sent."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    def parameter(self, name: str, default: str = "") -> str:
        """Return the last value sent of a query parameter."""
        return dict(self.query).get(name, default)

    def header(self, name: str) -> str:
        """Return a header's value, or an empty text."""
        return self.headers.get(name, "")


class Caching(StrEnum):
    """What the answer says of its own storing; GitHub uses these five ways."""

    USUAL = "max-age=60, s-maxage=60"
    IMMUTABLE = "max-age=86400, s-maxage=86400"
    EVENTS = "max-age=300, s-maxage=300"  # anonymous event lists only; with a token as USUAL
    NO_CACHE = "no-cache"
    UNSTATED = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says; everything that all answers share is added by `respond`.

    `json` and `content` exclude each other; an answer with neither has no body. `git_oid` replaces
    the computed ETag, as GitHub does under /contents/. `last_modified_at` is in Unix seconds.
    """

    status: int = 200
    json: Json | None = None
    content: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    link: str | None = None
    location: str | None = None
    last_modified_at: float | None = None
    git_oid: str | None = None
    caching: Caching = Caching.USUAL
    media_param: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Wire(StrEnum):
    """How a response travels. Everything but WHOLE is a fault."""

    WHOLE = "whole"
    CUT_LENGTH = "cut-length"  # Content-Length promises more than is sent
    CUT_CHUNKED = "cut-chunked"  # the last chunk never comes
    RESET = "reset"  # the connection is reset before the status line
    SILENCE = "silence"  # nothing ever comes; ends when the client leaves
    SLOW = "slow"  # the body comes in small pieces, with pauses
    HUGE = "huge"  # the body is `size_bytes` of filling, streamed


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the server sends a response: `delay_s` before it, `pause_s` between pieces if SLOW."""

    wire: Wire = Wire.WHOLE
    delay_s: float = 0.0
    pause_s: float = 0.05
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """A finished answer, with what it cost: `points` taken of the bucket named `resource`."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    points: int = 0
    resource: str = ""
    delivery: Delivery = Delivery()

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None; names are compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
