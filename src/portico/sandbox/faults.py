"""Failures on demand: which requests they hit, and what these get instead of, or around, the truth.

Three sorts. A *replacing* fault answers itself, nothing happens in the world. A *bending* fault
changes the true answer. A *wire* fault sends the true answer badly; a write has then taken effect
although the client never learns of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TypeVar

from portico.sandbox.message import Delivery, Request, Response, Wire


class FaultKind(StrEnum):
    """What goes wrong."""

    # Replacing.
    PRIMARY = "primary"  # the bucket is said to be empty
    SECONDARY = "secondary"  # since 2023; status 403 or 429
    SECONDARY_2021 = "secondary-2021"  # with rate headers, without Retry-After
    ABUSE_2018 = "abuse-2018"  # Retry-After, no rate headers
    SECONDARY_WRITES = "secondary-writes"  # blocked from content creation
    ACCEPTED = "accepted"  # 202 with {}
    FORBIDDEN = "forbidden"  # 403 that is no limit: the token may not read this
    GONE = "gone"  # 410
    BAD_GATEWAY_HTML = "bad-gateway-html"
    BAD_GATEWAY_JSON = "bad-gateway-json"  # what a GraphQL timeout looks like
    UNICORN = "unicorn"  # 503, HTML, and yet with all rate headers
    SERVER_ERROR = "server-error"  # 500, JSON
    HTML_OK = "html-ok"  # a page with status 200, of type text/html
    HTML_AS_JSON = "html-as-json"  # the same, said to be JSON
    INVALID_JSON = "invalid-json"
    BARE_304 = "bare-304"  # without an ETag, asked for or not
    # Bending.
    ETAG_CHURN = "etag-churn"  # the ETag changes though the body does not
    RESET_IN_PAST = "reset-in-past"  # a clock that is an hour behind
    HUGE_HEADERS = "huge-headers"  # `size_bytes` more of them
    DEPRECATION_LINK = "deprecation-link"  # Link holds nothing but rel="deprecation"
    # Wire.
    SLOW_START = "slow-start"  # nothing but `delay_s`
    CUT_LENGTH = Wire.CUT_LENGTH.value
    CUT_CHUNKED = Wire.CUT_CHUNKED.value
    RESET = Wire.RESET.value
    SILENCE = Wire.SILENCE.value
    SLOW = Wire.SLOW.value
    HUGE = Wire.HUGE.value


BENDING = {
    FaultKind.ETAG_CHURN,
    FaultKind.RESET_IN_PAST,
    FaultKind.HUGE_HEADERS,
    FaultKind.DEPRECATION_LINK,
}
WIRE = {FaultKind(wire.value): wire for wire in Wire if wire is not Wire.WHOLE}

DEPRECATION = (
    "<https://docs.github.com/en/rest/about-the-rest-api/api-versions>; "
    'rel="deprecation"; type="text/html"'
)
DEFAULT_SIZE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What strikes `times` times, None for ever, after letting `skip` of its kind through."""

    times: int | None = 1
    skip: int = 0


C = TypeVar("C", bound=Counted)


@dataclass(frozen=True, slots=True)
class Fault(Counted):
    """A failure and whom it hits.

    `path` is a shell pattern (`/repos/*/languages`); `method` and `token` (a token's value, or
    `anonymous`) narrow it. It strikes `times` times, None for ever, after letting `skip` matching
    requests through. `retry_after_s` None: no Retry-After header. `status` is for SECONDARY only.
    """

    kind: FaultKind
    path: str = "*"
    method: str | None = None
    token: str | None = None
    status: int = 403
    retry_after_s: int | None = None
    delay_s: float = 0.0
    pause_s: float = 0.05
    size_bytes: int = DEFAULT_SIZE_BYTES

    @property
    def replaces(self) -> bool:
        """Whether the request never reaches the world."""
        bends = self.kind in BENDING or self.kind in WIRE
        return not bends and self.kind is not FaultKind.SLOW_START

    def hits(self, request: Request, token: str | None) -> bool:
        """Whether this request is meant."""
        return (
            fnmatchcase(request.path, self.path)
            and self.method in {None, request.method}
            and self.token in {None, token or "anonymous"}
        )

    @property
    def delivery(self) -> Delivery:
        """How the server is to send what this fault has hit."""
        wire = WIRE.get(self.kind, Wire.WHOLE)
        return Delivery(wire, self.delay_s, self.pause_s, self.size_bytes)


@dataclass(slots=True)
class Faults:
    """The faults that are waiting, in the order in which they were added."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait for its requests."""
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults."""
        self.waiting.clear()

    def take(self, request: Request, token: str | None) -> Fault | None:
        """Return the first fault that hits the request, used up by one."""
        return take(self.waiting, lambda fault: fault.hits(request, token))


def take(waiting: list[C], hits: Callable[[C], bool]) -> C | None:
    """Return the first of those waiting that hits, as it was; in the list it is used up by one."""
    for at, fault in enumerate(waiting):
        if not hits(fault):
            continue
        if fault.skip:
            waiting[at] = replace(fault, skip=fault.skip - 1)
            continue
        if fault.times is not None:
            left = fault.times - 1
            waiting[at : at + 1] = [replace(fault, times=left)] if left else []
        return fault
    return None


def bend(response: Response, fault: Fault, *, nonce: int) -> Response:
    """Return the true response with a bending or wire fault laid over it."""
    bent = response.headers
    match fault.kind:
        case FaultKind.ETAG_CHURN:
            bent = _with(bent, "ETag", f'"{nonce:064x}"')
        case FaultKind.RESET_IN_PAST:
            reset = int(response.header("X-RateLimit-Reset") or 0) - 2 * 3600
            bent = _with(bent, "X-RateLimit-Reset", str(reset))
        case FaultKind.HUGE_HEADERS:
            rows = fault.size_bytes // 1024
            bent = (*bent, *((f"X-Filling-{n}", "x" * 1000) for n in range(rows)))
        case FaultKind.DEPRECATION_LINK:
            bent = _with(bent, "Link", DEPRECATION)
    return replace(response, headers=bent, delivery=fault.delivery)


def _with(
    headers: tuple[tuple[str, str], ...], name: str, value: str
) -> tuple[tuple[str, str], ...]:
    kept = tuple(pair for pair in headers if pair[0].lower() != name.lower())
    return (*kept, (name, value))
