"""Parts: what an answer or a failure means, and when there is no answer at all."""

from dataclasses import replace

import pytest

from portico.core.errors import (
    Blocked,
    BudgetExhausted,
    CredentialNeeded,
    GitHubBroken,
    GitHubError,
    GitHubTimedOut,
    GitHubUnreachable,
    Gone,
    NotAllowed,
    NotFound,
    NotStored,
    PorticoError,
    TooLarge,
)
from portico.core.message import MOST_DELTA_S, NO_HEADERS, Headers, Response
from portico.core.policy import Mode
from portico.portfolio.part import answered, failed, freshness_of, late, refusal
from portico.portfolio.plan import portfolio_plan
from portico.portfolio.stated import Statement

USER, PAGE = portfolio_plan("solveig", frugal=True)


def test_an_answer_keeps_how_it_was_made() -> None:
    """Mode, age and remaining freshness come with the value."""
    part = answered(PAGE, Response(200, body=b"[]"), mode=Mode.STALE, age_s=310.0, ttl_s=-10.0)

    assert (part.value, part.failure, part.mode, part.age_s, part.ttl_s) == (
        (),
        None,
        Mode.STALE,
        310.0,
        -10.0,
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, CredentialNeeded),
        (403, NotAllowed),
        (404, NotFound),
        (410, Gone),
        (451, Blocked),
        (429, BudgetExhausted),
        (202, GitHubError),
        (204, GitHubError),
        (301, GitHubError),
        (409, GitHubError),
        (500, GitHubError),
        (503, GitHubError),
    ],
)
def test_a_status_has_its_failure(status: int, kind: type[PorticoError]) -> None:
    """Anything but 200 is a failure, named by who must act."""
    part = answered(PAGE, Response(status, body=b"[]"))

    assert type(part.failure) is kind
    assert part.value is None


@pytest.mark.parametrize(
    ("status", "stated"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, None),
        (410, "gone"),
        (429, None),
        (451, "blocked"),
        (500, None),
    ],
)
def test_what_is_not_shown_has_a_name(status: int, stated: str | None) -> None:
    """What GitHub states of the thing itself is told from what merely failed."""
    assert answered(PAGE, Response(status, body=b"{}")).stated == stated


def test_nothing_there_is_no_failure() -> None:
    """Where the endpoint's status means that there is nothing, nothing is missing."""
    step = replace(PAGE, statements=(Statement(409, "empty"),))

    part = answered(step, Response(409, body=b"{}"), ttl_s=60.0, points=1)

    assert (part.stated, part.failure, part.value, part.ttl_s, part.points) == (
        "empty",
        None,
        None,
        60.0,
        1,
    )


@pytest.mark.parametrize(
    ("body", "stated", "kind"),
    [
        (b'{"message":"The list is too large"}', "too_large", TooLarge),
        (b'{"message":"No"}', "refused", NotAllowed),
    ],
)
def test_one_status_may_state_two_things(
    body: bytes, stated: str, kind: type[PorticoError]
) -> None:
    """The words tell what is too large from what the credential may not see."""
    step = replace(PAGE, statements=(Statement(403, "too_large", b"too large"),))

    part = answered(step, Response(403, body=body))

    assert (part.stated, type(part.failure)) == (stated, kind)


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (
            b'{"block":{"reason":"dmca","html_url":"https://x.example/n"}}',
            "dmca, https://x.example/n",
        ),
        (b'{"block":{"reason":"a\\nb"}}', "legal reasons"),
        (b'{"block":null}', "legal reasons"),
        (b"[" * 100_000, "legal reasons"),
        (b"\xff", "legal reasons"),
    ],
)
def test_what_is_blocked_says_why(body: bytes, ending: str) -> None:
    """GitHub's reason and notice are passed on, where it tells them in the way it does."""
    failure = answered(PAGE, Response(451, body=body)).failure

    assert isinstance(failure, Blocked)
    assert failure.detail.endswith(ending)


def test_a_limit_states_nothing() -> None:
    """A 403 that is a limit is not taken for one that is about the thing."""
    part = answered(PAGE, Response(403, body=b'{"message":"API rate limit exceeded"}'))

    assert (part.stated, type(part.failure)) == (None, BudgetExhausted)


def test_a_value_may_say_that_there_is_nothing() -> None:
    """A step knows by its value that there is nothing; the value is there all the same."""
    step = replace(PAGE, has_none=lambda value: value == ())

    part = answered(step, Response(200, body=b"[]"))

    assert (part.stated, part.value) == ("empty", ())


def test_what_is_being_computed_is_pending() -> None:
    """A 202 means "not yet", and when to ask again, where the answer is one to be computed."""
    part = answered(replace(PAGE, is_computed=True), Response(202, body=b"{}"), points=1)

    assert part.is_pending
    assert part.points == 1
    assert part.failure is not None
    assert part.failure.retry_after_s


@pytest.mark.parametrize(
    ("headers", "retry_after_s"),
    [
        (Headers([("Retry-After", "30")]), 30.0),
        (Headers([("Retry-After", "soon")]), None),
        (Headers([("Retry-After", "9" * 400)]), MOST_DELTA_S),
    ],
)
def test_a_limit_tells_when_to_come_back(headers: Headers, retry_after_s: float | None) -> None:
    """A 403 that is a limit is told from one that is a missing right."""
    body = b'{"message":"You have exceeded a secondary rate limit."}'

    failure = answered(PAGE, Response(403, headers, body)).failure

    assert isinstance(failure, BudgetExhausted)
    assert failure.retry_after_s == retry_after_s


def test_a_body_of_another_shape_is_a_failure() -> None:
    """A 200 that cannot be read is GitHub's failure, not data, and plans nothing."""
    part = answered(PAGE, Response(200, NO_HEADERS, b'{"message":"hello"}'))

    assert isinstance(part.failure, GitHubBroken)
    assert "unexpected shape" in part.failure.detail
    assert part.steps == ()


def test_what_a_part_cost_is_kept() -> None:
    """An answer's points count, also where it turned out to be none."""
    answers = [Response(200, body=b"[]"), Response(200, body=b"{}"), Response(404)]

    assert [answered(PAGE, answer, points=1).points for answer in answers] == [1, 1, 1]


def test_freshness_is_that_of_the_weakest_part() -> None:
    """What is composed is as old as its oldest part and ends with the first to end."""
    parts = [
        answered(PAGE, Response(200, body=b"[]"), age_s=10.0, ttl_s=290.0),
        answered(PAGE, Response(200, body=b"[]"), age_s=200.0, ttl_s=86_400.0),
    ]

    assert freshness_of(parts) == (200.0, 290.0)


def test_what_is_incomplete_is_not_fresh() -> None:
    """With a part that failed no freshness is left."""
    parts = [answered(PAGE, Response(200, body=b"[]"), age_s=10.0, ttl_s=290.0), late(USER)]

    assert freshness_of(parts) == (10.0, 0.0)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_subject_that_github_denies_is_refused(status: int) -> None:
    """A user who is gone is not shown, even where the repositories are still stored."""
    denied = answered(USER, Response(status, body=b"{}"))

    assert refusal([answered(PAGE, Response(200, body=b"[]")), denied]) is denied.failure


def test_a_subject_that_only_failed_is_not_refused() -> None:
    """While GitHub fails to tell of the user, the rest is shown."""
    parts = [failed(USER, GitHubUnreachable()), answered(PAGE, Response(200, body=b"[]"))]

    assert refusal(parts) is None


@pytest.mark.parametrize("kind", [GitHubUnreachable, GitHubTimedOut, BudgetExhausted, NotStored])
def test_where_nothing_answered_the_subjects_failure_tells_why(kind: type[PorticoError]) -> None:
    """Without any answer there is no document."""
    reason = kind()

    assert refusal([failed(PAGE, GitHubError()), failed(USER, reason)]) is reason


def test_a_denied_part_does_not_hide_the_rest() -> None:
    """Only the subject's denial counts for the whole."""
    user = failed(USER, GitHubUnreachable())

    assert refusal([user, failed(PAGE, NotFound())]) is user.failure


def test_no_part_at_all_is_a_time_out() -> None:
    """A driver that got nowhere has run out of time."""
    assert isinstance(refusal([]), GitHubTimedOut)
