"""What a caller may still spend: of GitHub's bucket, and of the cap of their key."""

from __future__ import annotations

from portico.core.audience import Caller
from portico.core.limits import Limit, limit_answer, resource_of
from portico.core.message import Request
from portico.core.policy import Mode
from portico.core.window import Window
from portico.gateway.answer import Answer
from portico.web.state import State


def window_of(caller: Caller, path: str, state: State) -> Window | None:
    """Return the tighter of the bucket that `path` spends from and the key's own cap.

    That is what clients throttle themselves by: whatever ends first must be what they see.
    """
    bucket, cap = state.gateway.window(caller, path), _cap(caller, state)
    known = [window for window in (bucket, cap) if window is not None]
    return min(known, key=lambda window: window.remaining, default=None)


def is_spent(caller: Caller, state: State) -> bool:
    """Return whether the cap of the caller's key is used up."""
    cap = _cap(caller, state)
    return cap is not None and cap.remaining <= 0


def spent_answer(caller: Caller, request: Request, state: State) -> Answer:
    """Return the answer to a caller whose cap is used up, as GitHub would give it."""
    now, cap = state.clock.now(), _cap(caller, state)
    name = caller.grant.name if caller.grant else ""
    answer = limit_answer(
        Limit.PRIMARY,
        bucket=f"key:{name}",
        resource=resource_of(request.path),
        until=cap.reset_at if cap else now,
        now=now,
    )
    return Answer(Mode.BYPASS, answer)


def count_points(caller: Caller, points: int, state: State) -> None:
    """Count what an answer cost towards the cap of the caller's key."""
    if caller.grant is not None:
        state.caps.spend(caller.grant, points, now=state.clock.now())


def _cap(caller: Caller, state: State) -> Window | None:
    if caller.grant is None:
        return None
    return state.caps.window(caller.grant, now=state.clock.now())
