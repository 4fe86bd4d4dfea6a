"""The stars of one repository over time, from the counts that GitHub gives to everybody.

GitHub counts only stars that still stand, by the day on which they were given. Who gave them is
told to nobody but the repository's own people, and is not asked for.
Source: https://docs.github.com/en/rest/activity/starring
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Final

from portico.portfolio.part import Part
from portico.portfolio.repository.decode import StarWeeksBody
from portico.portfolio.repository.model import StarPeriod, Stars
from portico.portfolio.repository.plan import MOST_STAR_PAGES, STAR_WEEKS_PER_PAGE
from portico.portfolio.repository.subject import told_by
from portico.portfolio.state import is_complete, state_of

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S


class By(StrEnum):
    """What a point of the series stands for."""

    WEEK = "week"
    DAY = "day"


def fold_stars(parts: Iterable[Part], *, by: By, asked: str) -> Stars:
    """Fold `stars_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    weeks = _by_week(told.values(StarWeeksBody))
    cause = _beyond_reach(told.parts) or _hole(weeks)
    states = [*told.states(), state_of("stars", told.parts, cause=cause)]
    days = weeks if by is By.DAY else {week: (sum(days),) for week, days in weeks.items()}
    return Stars(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        by=by.value,
        total=told.body.stargazers_count if told.body else None,
        standing=sum(map(sum, weeks.values())),
        items=_series(days, by, is_whole=is_complete(states[1:])),
    )


def _by_week(pages: Iterable[StarWeeksBody]) -> dict[int, tuple[int, ...]]:
    """Return days by week, the oldest first; a week that two pages show counts once."""
    found: dict[int, tuple[int, ...]] = {}
    for page in pages:
        for week in page.items:
            found.setdefault(week.week, week.days)
    return dict(sorted(found.items()))


def _series(weeks: Mapping[int, tuple[int, ...]], by: By, *, is_whole: bool) -> list[StarPeriod]:
    step_s = DAY_S if by is By.DAY else WEEK_S
    starts = (week + n * step_s for week, counts in weeks.items() for n in range(len(counts)))
    counts = [count for days in weeks.values() for count in days]
    return [
        # A sum over what is not all there would be another number.
        StarPeriod(starts_on=_date(at), stars=count, total=total if is_whole else None)
        for at, count, total in zip(starts, counts, accumulate(counts), strict=True)
    ]


def _hole(weeks: Mapping[int, tuple[int, ...]]) -> str | None:
    """Return what is missing where two neighbours are not a week apart, else None."""
    holes = [week for week, following in pairwise(weeks) if following - week != WEEK_S]
    if not holes:
        return None
    return f"What GitHub sent leaves out weeks after {_date(holes[0])}; ask again in a moment."


def _beyond_reach(parts: Mapping[str, Part]) -> str | None:
    """Return why not all weeks can be asked for, or None where they can."""
    last = parts.get(f"stars/{MOST_STAR_PAGES}")
    if last is None or not isinstance(last.value, StarWeeksBody):
        return None
    if len(last.value.items) < STAR_WEEKS_PER_PAGE:
        return None
    return (
        f"GitHub shows {MOST_STAR_PAGES * STAR_WEEKS_PER_PAGE} weeks; older ones are beyond reach."
    )


def _date(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()
