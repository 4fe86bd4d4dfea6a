"""A step of a plan, and the part that comes of it: an answer, a failure, or nothing in time.

The driver runs a step's request, makes a `Part` with `answered`, `failed` or `late`, runs the
steps that the part names in turn, and hands all parts to a fold. A body is decoded once, here,
so that one of an unexpected shape is a failure like any other. Where GitHub states that there is
nothing to be had, or that it shows nothing, the part has that state's name (`stated.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from portico.core.entry import Entry
from portico.core.errors import (
    Blocked,
    BudgetExhausted,
    CredentialNeeded,
    GitHubBroken,
    GitHubError,
    GitHubTimedOut,
    Gone,
    NotAllowed,
    NotFound,
    PorticoError,
    TooLarge,
)
from portico.core.limits import limit_of
from portico.core.message import Headers, Request, Response, delta_seconds
from portico.core.policy import Mode
from portico.portfolio.decode import Value
from portico.portfolio.stated import NOTHING_THERE, StatedName, Statement, notice_in, stated_by

Source: TypeAlias = tuple[Request, Entry]
"""A request, and the stored response that answered it."""


def _no_further_steps(_value: Value, _headers: Headers, /) -> tuple[Step, ...]:
    return ()


def _is_never_empty(_value: Value, /) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One GET of a plan.

    `part` is what it serves ("user", "repos", "languages"), `name` is unique within the plan
    ("repos/2"). `then` names the steps that its answer makes necessary. A plan has one subject:
    the step without which GitHub has nothing of what was asked for.

    `statements` says which statuses of this endpoint are states with a name. `has_none` tells
    from a value that there is nothing (`empty`). `is_computed`: GitHub computes the answer when
    it is asked, and says 202 until it is there. `is_no_older`: its answer may not have been
    confirmed before that of the step that named it, or the two would not fit together.
    """

    part: str
    name: str
    request: Request
    read: Callable[[bytes], Value]
    then: Callable[[Value, Headers], tuple[Step, ...]] = _no_further_steps
    is_subject: bool = False
    statements: tuple[Statement, ...] = ()
    has_none: Callable[[Value], bool] = _is_never_empty
    is_computed: bool = False
    is_no_older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came of a step: `value` or `failure`, never both; neither where nothing is there.

    `steps` are to be run now. `age_s` is the time since GitHub last confirmed the answer, `ttl_s`
    the freshness left to it (negative: stale for so long), `points` what it cost of GitHub's rate
    limit. `is_pending` marks a failure that only means "not yet". `stated` is what GitHub states
    of it: with a failure where it shows nothing, without one where there is nothing. `sources` are
    the stored responses that it was made of, those of redirects included.
    """

    step: Step
    value: Value | None = None
    steps: tuple[Step, ...] = ()
    failure: PorticoError | None = None
    is_pending: bool = False
    stated: StatedName | None = None
    mode: Mode = Mode.MISS
    age_s: float = 0.0
    ttl_s: float = 0.0
    points: int = 0
    sources: tuple[Source, ...] = ()


# When to ask again for what was not there in time: GitHub computes most statistics in less.
AGAIN_AFTER_S: Final = 10.0

# What GitHub's refusals are called here. A limit is told from other refusals first.
_REFUSALS: Final[dict[int, tuple[type[PorticoError], str]]] = {
    401: (CredentialNeeded, "GitHub does not accept the credential for {path}"),
    403: (NotAllowed, "GitHub refuses to show {path}"),
    404: (NotFound, "GitHub has nothing at {path} that it would show"),
    410: (Gone, "GitHub says that {path} is gone"),
    451: (Blocked, "GitHub may not show {path} for legal reasons"),
}
# Refusals that speak of the thing itself; a failure says nothing about it.
_DENIALS: Final = (CredentialNeeded, NotAllowed, NotFound, Gone, Blocked)


def answered(
    step: Step,
    response: Response,
    *,
    mode: Mode = Mode.MISS,
    age_s: float = 0.0,
    ttl_s: float = 0.0,
    points: int = 0,
    sources: tuple[Source, ...] = (),
) -> Part:
    """Return the part that GitHub's answer makes; redirects have been followed by the driver."""
    if response.status == 202 and step.is_computed:
        return computing(step, points=points)
    value, stated = None, None
    if response.status != 200:
        is_limit = limit_of(response) is not None
        stated = None if is_limit else stated_by(response, step.statements)
        if stated not in NOTHING_THERE:
            failure = _failure_of(step.request, response, stated)
            return replace(failed(step, failure, points=points), stated=stated)
    else:
        try:
            value = step.read(response.body)
        except ValueError as error:
            what = f"GitHub's answer to {step.request.path} has an {error}"
            return failed(step, GitHubBroken(what), points=points)
        stated = "empty" if step.has_none(value) else None
    return Part(
        step=step,
        value=value,
        steps=() if value is None else step.then(value, response.headers),
        stated=stated,
        mode=mode,
        age_s=age_s,
        ttl_s=ttl_s,
        points=points,
        sources=sources,
    )


def failed(step: Step, failure: PorticoError, *, points: int = 0) -> Part:
    """Return the part of a step to which there is no answer."""
    return Part(step=step, failure=failure, points=points)


def late(step: Step) -> Part:
    """Return the part of a step to which there was no answer when the deadline passed."""
    failure = GitHubTimedOut(
        "It was not there when the deadline passed; ask again in a moment",
        retry_after_s=AGAIN_AFTER_S,
    )
    return Part(step=step, failure=failure, is_pending=True)


def computing(step: Step, *, points: int = 0) -> Part:
    """Return the part of a step whose answer GitHub has begun to compute, and not yet ended."""
    failure = GitHubTimedOut(
        "GitHub is computing it; ask again in a moment", retry_after_s=AGAIN_AFTER_S
    )
    return Part(step=step, failure=failure, is_pending=True, points=points)


def freshness_of(parts: Iterable[Part]) -> tuple[float, float]:
    """Return the age of the oldest part and the freshness of the one that ends first, in seconds.

    A part that failed has none left, so that what is incomplete is soon asked again.
    """
    parts = tuple(parts)
    age_s = max((part.age_s for part in parts), default=0.0)
    return age_s, min((part.ttl_s for part in parts), default=0.0)


def refusal(parts: Iterable[Part]) -> PorticoError | None:
    """Return why there is no answer at all, or None if there is at least some of it.

    That is so where GitHub denies the subject itself, and where every part failed.
    """
    parts = tuple(parts)
    subject = next((part for part in parts if part.step.is_subject), None)
    failure = subject.failure if subject else None
    if isinstance(failure, _DENIALS):
        return failure
    if any(part.failure is None for part in parts):
        return None
    return failure or GitHubTimedOut("Nothing was there when the deadline passed")


def _failure_of(request: Request, response: Response, stated: StatedName | None) -> PorticoError:
    if limit_of(response):
        return BudgetExhausted(retry_after_s=delta_seconds(response.headers.get("Retry-After")))
    if stated == "too_large":
        return TooLarge(f"GitHub does not show {request.path}: it is too large")
    if response.status in _REFUSALS:
        kind, detail = _REFUSALS[response.status]
        told = notice_in(response.body) if kind is Blocked else ""
        return kind(f"{detail.format(path=request.path)}{told}")
    return GitHubError(f"GitHub answered {response.status} to {request.path}")
