"""What a caller may still spend: of GitHub's bucket, and of the caps that are laid upon them.

A key may have a cap of its own. Callers without a credential share the operator's points, so they
have one by where they come from and one by whose things they ask about. Whoever brings a GitHub
token spends their own. What is spent behind an answer, or for one that failed, is charged as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portico.core.audience import Caller
from portico.core.cap import Cap, cap_of
from portico.core.limits import Limit, limit_answer, resource_of
from portico.core.message import Request
from portico.core.policy import Mode
from portico.core.resource import classify
from portico.core.tally import Cost, route_of
from portico.core.window import Window
from portico.gateway.answer import Answer
from portico.web.state import State


@dataclass(frozen=True, slots=True)
class Spent:
    """A cap that is used up, and until when (Unix seconds)."""

    cap: Cap
    until: float

    @property
    def said(self) -> str:
        """Who has used up what, in words for people."""
        kind, _, name = self.cap.name.partition(":")
        if kind == "key":
            return "The key has used up its points of this hour"
        if kind == "address":
            return "Callers from your address have used up their points of this hour"
        about = f"about {name!r}" if name else "about no one account"
        return f"Callers without a credential have used up this hour's points for asking {about}"


def owners_in(path: str) -> tuple[str]:
    """Return the one owner that a path of GitHub's is counted by, "" if it names none."""
    return (classify(path).owner or "",)


def window_of(
    caller: Caller, path: str, state: State, *, owners: Iterable[str] | None = None
) -> Window | None:
    """Return the tightest of the bucket that `path` spends from and the caller's caps.

    That is what clients throttle themselves by: whatever ends first must be what they see, and of
    several that have ended the one that lasts longest.
    `owners` are those that the request is about, where `path` does not say it.
    """
    now = state.clock.now()
    windows = [state.caps.window(cap, now=now) for cap in _caps(caller, path, owners, state)]
    bucket = state.gateway.window(caller, path)
    known = windows if bucket is None else [bucket, *windows]
    return min(known, key=lambda window: (window.remaining, -window.reset_at), default=None)


def spent(
    caller: Caller, path: str, state: State, *, owners: Iterable[str] | None = None
) -> Spent | None:
    """Return the cap of the caller's that is used up, the longest such one; None if none is."""
    now = state.clock.now()
    caps = _caps(caller, path, owners, state)
    windows = ((cap, state.caps.window(cap, now=now)) for cap in caps)
    ended = [Spent(cap, window.reset_at) for cap, window in windows if window.remaining <= 0]
    return max(ended, key=lambda one: one.until, default=None)


def spent_answer(ended: Spent, request: Request, state: State) -> Answer:
    """Return the answer to a caller whose cap is used up, as GitHub would give it."""
    answer = limit_answer(
        Limit.PRIMARY,
        bucket=ended.cap.name,
        resource=resource_of(request.path),
        until=ended.until,
        now=state.clock.now(),
    )
    return Answer(Mode.BYPASS, answer)


def count_points(caller: Caller, path: str, points: int, state: State) -> None:
    """Count what a call for `path` cost towards the caller's caps."""
    if points:
        now = state.clock.now()
        for cap in _caps(caller, path, None, state):
            state.caps.spend(cap, points, now=now)


def charge(caller: Caller, request: Request, points: int, mode: Mode, state: State) -> None:
    """Count points that no answer tells of, for whom they were spent (`gateway/landed.py`)."""
    if points:
        count_points(caller, request.path, points, state)
        cost = Cost(points, 0)
        route = route_of(request)
        state.tally.count(caller, cost, route=route, mode=mode.value, answers=0)


def _caps(caller: Caller, path: str, owners: Iterable[str] | None, state: State) -> tuple[Cap, ...]:
    if caller.grant is not None:
        cap = cap_of(caller.grant)
        return () if cap is None else (cap,)
    if not caller.is_public or state.anonymous_caps is None:
        return ()
    return state.anonymous_caps.of(caller.address, owners_in(path) if owners is None else owners)
