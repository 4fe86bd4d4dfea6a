"""What a user did of late: events by day, repository and kind, and what is not in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from portico.core.errors import NotFound
from portico.core.message import Headers, Response
from portico.core.resource import classify
from portico.portfolio.activity import CUT_OFF, fold_user_activity, user_activity_plan
from portico.portfolio.part import Part, Step, answered, late
from tests.portfolio.canned import user

LOGIN: Final = "solveig"
NOVEMBER: Final = datetime(2026, 11, 1, tzinfo=UTC)


def event(number: int, **changes: object) -> dict[str, Any]:
    """Return an event; the higher its number, the later it was."""
    body = {
        "id": str(number),
        "type": "PushEvent",
        "actor": {"id": 7, "login": LOGIN},
        "repo": {"id": 1, "name": "solveig/harbor"},
        "payload": {"unread": [None]},
        "public": True,
        "created_at": (NOVEMBER + timedelta(minutes=number)).isoformat(),
    }
    return body | changes


def answer(
    pages: Sequence[object], *, status: int = 200, lost: Sequence[int] = ()
) -> tuple[list[Part], list[str]]:
    """Run the plan against these pages; return its parts and what was asked."""
    waiting: list[Step] = list(user_activity_plan(LOGIN))
    parts: list[Part] = []
    asked = []
    while waiting:
        step = waiting.pop(0)
        asked.append(step.request.target)
        if step.part == "user":
            parts.append(answered(step, Response(status, body=json.dumps(user()).encode())))
            continue
        number = int(step.request.query.rpartition("=")[2])
        more = number < len(pages)
        link = f'<https://api.github.com/user/7/events/public?page={len(pages)}>; rel="last"'
        headers = Headers([("Link", link)] if more else [])
        body = json.dumps(pages[number - 1]).encode()
        part = late(step) if number in lost else answered(step, Response(200, headers, body))
        parts.append(part)
        waiting += part.steps
    return parts, asked


def test_only_what_is_for_everybody_is_asked() -> None:
    """A credential that is lent to everybody may ask for it."""
    parts, _ = answer([[event(1)], [event(0)]])

    assert len(parts) == 3
    assert all(classify(part.step.request.path).is_for_everybody for part in parts)


def test_by_day_repository_and_kind() -> None:
    """The newest day first, in it the busiest repository, in it the commonest kind."""
    boat = {"id": 2, "name": "zoe/boat"}
    page = [
        event(1500, repo=boat, type="IssueCommentEvent"),
        event(1499, repo=boat),
        event(1498, repo=boat),
        event(1497, type="PullRequestReviewCommentEvent"),
        event(3, type="TomorrowsNewEvent"),
    ]

    found = fold_user_activity(answer([page])[0])

    assert found.complete
    assert (found.login, found.total, found.since) == ("solveig", 5, date(2026, 11, 1))
    assert [(each.day, each.total) for each in found.items or ()] == [
        (date(2026, 11, 2), 4),
        (date(2026, 11, 1), 1),
    ]
    assert found.items is not None
    assert [(each.full_name, list(each.kinds.items())) for each in found.items[0].repositories] == [
        ("zoe/boat", [("push", 2), ("issue_comment", 1)]),
        ("solveig/harbor", [("pull_request_review_comment", 1)]),
    ]
    assert found.kinds == {
        "push": 2,
        "issue_comment": 1,
        "pull_request_review_comment": 1,
        "tomorrows_new": 1,
    }
    assert CUT_OFF not in found.notes


def test_days_are_utc() -> None:
    """An instant with another offset is of the day that it is in UTC."""
    found = fold_user_activity(answer([[event(1, created_at="2026-11-02T00:30:00+02:00")]])[0])

    assert [each.day for each in found.items or ()] == [date(2026, 11, 1)]


def test_a_renamed_repository_is_one() -> None:
    """What was done under a former name is told under the newest."""
    page = [event(9, repo={"id": 1, "name": "solveig/haven"}), event(8)]

    found = fold_user_activity(answer([page])[0]).items

    assert found is not None
    assert [(each.full_name, each.total) for each in found[0].repositories] == [
        ("solveig/haven", 2)
    ]


def test_three_pages_at_most() -> None:
    """GitHub tells 300 events; that there were more is said, and a fourth page not asked for."""
    pages = [[event(900 - 100 * page - each) for each in range(100)] for page in range(5)]

    parts, asked = answer(pages)
    found = fold_user_activity(parts)

    assert len(asked) == 1 + 3
    assert found.total == 300
    assert CUT_OFF in found.notes


def test_what_moved_between_pages_counts_once() -> None:
    """An event that was on two pages, as something new came between, is one event."""
    found = fold_user_activity(answer([[event(3), event(2)], [event(2), event(1)]])[0])

    assert found.total == 3


def test_nothing_private() -> None:
    """An event that is not public is not counted, whatever GitHub sends."""
    assert fold_user_activity(answer([[event(1, public=False)]])[0]).total == 0


def test_nothing_is_told_from_not_known() -> None:
    """No event is an empty list and complete; no answer is null and not."""
    empty = fold_user_activity(answer([[]])[0])
    lost = fold_user_activity(answer([[]], lost=[1])[0])

    assert (empty.items, empty.total, empty.since, empty.complete) == ([], 0, None, True)
    assert (lost.items, lost.total, lost.kinds, lost.complete) == (None, None, None, False)


def test_a_page_that_is_lost() -> None:
    """What is there is told, and that it is not all."""
    found = fold_user_activity(answer([[event(5)], [event(4)]], lost=[2])[0])

    assert (found.total, found.complete) == (1, False)
    assert found.parts[1].state == "partial"


def test_an_unknown_user() -> None:
    """Who is not there has no document, even if events are stored."""
    with pytest.raises(NotFound):
        fold_user_activity(answer([[event(1)]], status=404)[0])
