"""The last year's commits of one repository by week, as GitHub computes them.

Two answers tell of it, and either may still be in the making: the counts by day, and those of
everybody and of the owner by week. What is there is shown.
Source: https://docs.github.com/en/rest/metrics/statistics
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from portico.portfolio.part import Part
from portico.portfolio.repository.decode import CommitWeeksBody, ParticipationBody
from portico.portfolio.repository.model import Activity, CommitWeek
from portico.portfolio.repository.subject import told_by
from portico.portfolio.state import is_complete


def fold_activity(parts: Iterable[Part], *, asked: str) -> Activity:
    """Fold `activity_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    states = told.states("commits", "participation")
    days = next(iter(told.values(CommitWeeksBody)), None)
    if states[1].state == "empty":
        days = CommitWeeksBody(())
    weeks = None if days is None else _weeks(days, _owners(days, told.values(ParticipationBody)))
    return Activity(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        items=weeks,
        total=None if weeks is None else sum(week.commits for week in weeks),
    )


def _owners(days: CommitWeeksBody, found: Sequence[ParticipationBody]) -> Sequence[int | None]:
    """Return the owner's commits for each week, None where it is not known.

    The two answers may have been computed before and after a push. They tell of the same weeks
    only where everybody's commits are the same in both.
    """
    for participation in found:
        same = tuple(sum(week.days) for week in days.items) == participation.all
        if same and len(participation.owner) == len(participation.all):
            return participation.owner
    return [None] * len(days.items)


def _weeks(days: CommitWeeksBody, owners: Sequence[int | None]) -> list[CommitWeek]:
    return [
        CommitWeek(
            starts_on=_date(week.week),
            commits=sum(week.days),
            owner_commits=own,
            days=list(week.days),
        )
        for week, own in zip(days.items, owners, strict=True)
    ]


def _date(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()
