"""What a user did in public of late: GitHub's public events, by day, repository and kind.

GitHub tells little of it: at most 300 events, none older than 30 days, some minutes late, nothing
that is private. `notes` in the document says so, as a small number must not look like a lazy user.
Source: https://docs.github.com/en/rest/activity/events
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from portico.core.message import Request
from portico.portfolio.decode import Instant, UserBody, decoded
from portico.portfolio.model import Composed
from portico.portfolio.pages import Pages
from portico.portfolio.part import Part, Step
from portico.portfolio.plan import PER_PAGE, user_plan
from portico.portfolio.state import answers_of, is_complete, state_of

MOST_EVENTS: Final = 300
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOTES: Final = (
    "GitHub tells public events only, of the last 30 days, and some minutes to hours late.",
    "A push counts once, however many commits it has.",
)
CUT_OFF: Final = f"There were more: GitHub tells the newest {MOST_EVENTS} only."


class EventRepositoryBody(msgspec.Struct, frozen=True):
    """Where it happened; `name` is the full one, as it was then."""

    id: int
    name: str


class EventBody(msgspec.Struct, frozen=True):
    """One event."""

    id: str
    type: str
    repo: EventRepositoryBody
    created_at: Instant
    public: bool = True


class EventsBody(msgspec.Struct, frozen=True):
    """A page of events."""

    items: tuple[EventBody, ...]


_EVENTS: Final = msgspec.json.Decoder(tuple[EventBody, ...])


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class RepositoryEvents(_Document):
    """What was done in one repository on one day."""

    full_name: str = Field(description="The repository's name at its newest event.")
    total: int = Field(description="Events.")
    kinds: dict[str, int] = Field(
        description="Events by kind, most first: GitHub's event type in small letters, such as "
        "`push`, `pull_request`, `issue_comment`."
    )


class ActiveDay(_Document):
    """One day on which something was done."""

    day: date = Field(description="In UTC.")
    total: int = Field(description="Events.")
    repositories: list[RepositoryEvents] = Field(description="Most events first.")


class UserActivity(Composed):
    """What a user did in public in the last 30 days, as far as GitHub tells."""

    login: str | None = Field(description="The user's name as GitHub spells it.")
    items: list[ActiveDay] | None = Field(
        description="The newest day first, without the days on which nothing happened; null if "
        "not known."
    )
    kinds: dict[str, int] | None = Field(description="All of it by kind, most first.")
    total: int | None = Field(description="Events; null if not known.")
    since: date | None = Field(description="The day of the oldest event that is counted.")
    notes: list[str] = Field(description="What is not in it.")


def user_activity_plan(login: str) -> tuple[Step, ...]:
    """Plan a user and their public events. Raises ValueError as `user_plan` does."""
    (user,) = user_plan(login)
    pages = Pages(
        part="events",
        request=Request("GET", f"{user.request.path}/events/public", f"per_page={PER_PAGE}"),
        read=read_events,
        has_none=lambda value: isinstance(value, EventsBody) and not value.items,
        most=MOST_EVENTS // PER_PAGE,
        moves_on=True,
    )
    return (user, pages.step(1, planned=1))


def read_events(body: bytes) -> EventsBody:
    """Decode a page of events. Raises ValueError if the body is of another shape."""
    return EventsBody(decoded(_EVENTS, body))


def fold_user_activity(parts: Iterable[Part]) -> UserActivity:
    """Fold `user_activity_plan`.

    Raises:
        PorticoError: GitHub denies the user, or nothing answered.

    """
    answers = answers_of(parts)
    states = [state_of(name, answers) for name in ("user", "events")]
    values = [part.value for part in answers.values()]
    user = next((value for value in values if isinstance(value, UserBody)), None)
    pages = [value for value in values if isinstance(value, EventsBody)]
    events = _newest_first(pages) if pages else None
    notes = list(NOTES)
    if events is not None and len(events) >= MOST_EVENTS:
        notes.append(CUT_OFF)
    return UserActivity(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        login=None if user is None else user.login,
        items=None if events is None else _days(events),
        kinds=None if events is None else _kinds(events),
        total=None if events is None else len(events),
        since=_day(events[-1]) if events else None,
        notes=notes,
    )


def _newest_first(pages: Iterable[EventsBody]) -> list[EventBody]:
    # One that moved to the next page while the pages were read is there twice.
    found = {event.id: event for page in pages for event in page.items if event.public}
    return sorted(found.values(), key=lambda event: event.created_at, reverse=True)


def _days(events: Sequence[EventBody]) -> list[ActiveDay]:
    by_day: dict[date, dict[int, list[EventBody]]] = {}
    for event in events:
        by_day.setdefault(_day(event), {}).setdefault(event.repo.id, []).append(event)
    return [
        ActiveDay(
            day=day,
            total=sum(map(len, places.values())),
            repositories=[
                RepositoryEvents(full_name=own[0].repo.name, total=len(own), kinds=_kinds(own))
                for own in sorted(places.values(), key=lambda own: (-len(own), own[0].repo.name))
            ],
        )
        for day, places in by_day.items()
    ]


def _kinds(events: Iterable[EventBody]) -> dict[str, int]:
    counts = Counter(_kind(event.type) for event in events)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _kind(event_type: str) -> str:
    """Return `PullRequestReviewEvent` as `pull_request_review`, and what is unknown likewise."""
    return _CAPITAL.sub("_", event_type.removesuffix("Event")).lower()


def _day(event: EventBody) -> date:
    return event.created_at.astimezone(UTC).date()
