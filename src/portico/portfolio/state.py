"""How the parts of a document came about, in a few lines for however many calls.

A hundred calls for languages become one line with counts. Up to ten failures are named and the
rest is counted: nothing is cut off silently.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from portico.core.policy import Mode
from portico.portfolio.model import PartFailure, PartState, PartStateName
from portico.portfolio.part import Part, late, refusal
from portico.portfolio.stated import NOTHING_THERE, StatedName

MOST_FAILURES_LISTED: Final = 10
_STALE: Final = frozenset({Mode.STALE, Mode.RESCUED})
_COMPLETE: Final = frozenset[str]({"fresh", "stale"}) | NOTHING_THERE


def by_name(parts: Iterable[Part]) -> dict[str, Part]:
    """Return the parts by the name of their step, sorted; one for each step that was planned.

    A step that was planned and of which no part tells is late. Two parts have one name where a
    repository moved from page to page of the list meanwhile: then the best answer is taken.
    """
    found: dict[str, Part] = {}
    for part in parts:
        known = found.setdefault(part.step.name, part)
        found[part.step.name] = min(known, part, key=_drawback)
    for part in tuple(found.values()):
        for step in part.steps:
            found.setdefault(step.name, late(step))
    return dict(sorted(found.items()))


def answers_of(parts: Iterable[Part]) -> dict[str, Part]:
    """Return the parts by name, where they are enough for a document.

    Raises:
        PorticoError: GitHub denies the subject, or nothing answered.

    """
    answers = by_name(parts)
    failure = refusal(answers.values())
    if failure is not None:
        raise failure
    return answers


def state_of(
    name: str, parts: Mapping[str, Part], *, cause: str | None = None, may_be_empty: bool = False
) -> PartState:
    """Return how the part `name` came about.

    `cause` says why it is not even known what all to ask for. `may_be_empty`: no call at all may
    be enough for it.
    """
    own = [part for part in parts.values() if part.step.part == name]
    if not own and not may_be_empty:
        cause = cause or "It was not asked for."
    answers = [part for part in own if part.failure is None]
    failures = [failure for part in own if (failure := _failure_of(part))]
    return PartState(
        name=name,
        state=_name_of(own, has_cause=cause is not None),
        age_s=round(max(part.age_s for part in answers)) if answers else None,
        asked=len(own),
        failed=len(failures),
        modes=dict(sorted(Counter(part.mode.value for part in answers).items())),
        reason=_reason(failures, asked=len(own), cause=cause),
        retry_after_s=_retry_after_s(own),
        failures=failures[:MOST_FAILURES_LISTED],
        failures_not_listed=max(0, len(failures) - MOST_FAILURES_LISTED),
    )


def is_complete(states: Iterable[PartState]) -> bool:
    """Return whether nothing is missing that there is.

    What GitHub does not show (blocked, refused, gone, too large) is missing; where there is
    nothing (empty, absent, off) nothing is.
    """
    return all(state.state in _COMPLETE for state in states)


def _failure_of(part: Part) -> PartFailure | None:
    if part.failure is None:
        return None
    return PartFailure(name=part.step.name, code=part.failure.code, reason=part.failure.detail)


def _name_of(own: Sequence[Part], *, has_cause: bool) -> PartStateName:
    failures = [part for part in own if part.failure is not None]
    stated = _stated_by_all(own)
    if stated is not None and not has_cause:
        return stated
    if not failures and not has_cause:
        return "stale" if any(part.mode in _STALE for part in own) else "fresh"
    if len(failures) < len(own):
        return "partial"
    is_pending = bool(failures) and all(part.is_pending for part in failures)
    return "pending" if is_pending else "missing"


def _stated_by_all(own: Sequence[Part]) -> StatedName | None:
    stated = {part.stated for part in own}
    return stated.pop() if len(stated) == 1 else None


def _retry_after_s(own: Sequence[Part]) -> int | None:
    waits = [part.failure.retry_after_s for part in own if part.failure is not None]
    longest = max((wait for wait in waits if wait is not None), default=None)
    return None if longest is None else math.ceil(longest)


def _reason(failures: Sequence[PartFailure], *, asked: int, cause: str | None) -> str | None:
    if not failures:
        return cause
    if asked == 1:
        return failures[0].reason
    return f"{len(failures)} of {asked} calls failed, the first thus: {failures[0].reason}"


def _drawback(part: Part) -> tuple[bool, float]:
    return part.failure is not None, part.age_s
