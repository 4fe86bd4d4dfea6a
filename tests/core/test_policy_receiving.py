"""The second question: what GitHub's answer means for the caller and for the store."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.errors import GitHubBroken, GitHubTimedOut, GitHubUnreachable, PorticoError
from portico.core.message import Response
from portico.core.policy import (
    STORABLE,
    Mode,
    rescued,
)
from portico.core.resource import MISSING, RouteClass, classify
from tests.core.values import ALICE, BOB, JSON, NOW, SENT_AT, get, headers, judge, reply, stored

LIMITED = {"X-RateLimit-Remaining": "0"}
SECONDARY = b'{"message":"You have exceeded a secondary rate limit."}'
HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_a_200_is_stored_as_it_came() -> None:
    """Body byte for byte, class and tags of the route, the credential that obtained it."""
    answer = reply(200, b'[ {"id" : 1} ]', {"ETag": 'W/"x"', "Link": "<y>"})

    verdict = judge(answer)

    kept = verdict.keep
    assert kept is not None
    assert (verdict.mode, verdict.entry, verdict.outcome) == (Mode.MISS, kept, kept.response)
    assert kept.response.body == b'[ {"id" : 1} ]'
    assert kept.route_class is RouteClass.MOVING
    assert kept.tags == classify("/repos/octo/hello/issues").tags
    assert (kept.obtained_with, kept.marked) == (ALICE, False)
    assert (kept.response.headers.get("Link"), kept.etag) == ("<y>", '"x"')


@pytest.mark.parametrize(("age", "age_s"), [(None, 0), ("7", 7), ("soon", 0), ("9" * 400, 2**31)])
def test_it_was_confirmed_when_it_was_asked_for_less_its_age(age: str | None, age_s: float) -> None:
    """The way back counts as age, and so does what the answer says (RFC 9111 §4.2.3)."""
    kept = judge(reply(fields={"Age": age} if age else {})).keep

    assert kept is not None
    assert (kept.confirmed_at, kept.fetched_at) == (SENT_AT - age_s, NOW)


def test_a_200_replaces_what_was_stored() -> None:
    """With something stored the mode says that it changed."""
    verdict = judge(reply(200, b'{"new":1}'), stored(age_s=400))

    assert verdict.mode is Mode.CHANGED
    assert verdict.keep is not None
    assert verdict.keep.response.body == b'{"new":1}'


@pytest.mark.parametrize("status", [200, 204, 301, 404, 410, 451])
def test_these_are_stored(status: int) -> None:
    """A thing, "it is so", moved and not there mean something for a while."""
    verdict = judge(reply(status))

    assert verdict.keep is not None
    assert verdict.keep.response.status == status
    assert verdict.failure is None
    assert (MISSING in verdict.keep.tags) is (status not in (200, 204))


@pytest.mark.parametrize("status", [201, 202, 206, 302, 303, 307, 400, 409, 415, 422, 428])
@pytest.mark.parametrize("entry", [None, stored(age_s=400)])
def test_these_are_passed_on(status: int, entry: Entry | None) -> None:
    """The caller gets them, the store does not, and what is stored stays."""
    verdict = judge(reply(status), entry)

    assert isinstance(verdict.outcome, Response)
    assert verdict.outcome.status == status
    assert verdict.mode is (Mode.CHANGED if entry else Mode.MISS)
    assert (verdict.keep, verdict.entry, verdict.forget) == (None, None, False)


@pytest.mark.parametrize("status", [401, 403])
def test_lost_access_makes_the_store_forget(status: int) -> None:
    """What this audience may no longer see is not kept for it, and does not stand in."""
    verdict = judge(reply(status, b'{"message":"Resource not accessible"}'), stored(age_s=400))

    assert isinstance(verdict.outcome, Response)
    assert (verdict.outcome.status, verdict.forget, verdict.keep) == (status, True, None)


@pytest.mark.parametrize("status", [404, 410, 451])
def test_an_absence_that_may_not_be_stored_makes_the_store_forget(status: int) -> None:
    """`no-store` must not leave the old answer in place."""
    verdict = judge(reply(status), stored(), get(Cache_Control="no-store"))

    assert (verdict.keep, verdict.forget) == (None, True)


FAILURES: list[Response | PorticoError] = [
    reply(500),
    reply(502),
    reply(503),
    reply(504),
    reply(403, fields=LIMITED),
    reply(429),
    reply(403, SECONDARY),
    reply(200, b"<html>", HTML),
    reply(503, b"<title>Unicorn!", HTML),
    reply(200, b"not json"),
    reply(200, b'{"id":1'),
    reply(200, b""),
    reply(404, b'{"message":"Not Fou'),
    GitHubUnreachable(),
    GitHubTimedOut(),
]


@pytest.mark.parametrize("answer", FAILURES)
def test_a_failure_stores_and_forgets_nothing(answer: Response | PorticoError) -> None:
    """With nothing stored the caller gets the failure, and the store learns nothing."""
    verdict = judge(answer)

    assert (verdict.keep, verdict.entry, verdict.forget) == (None, None, False)
    assert verdict.failure is not None
    assert verdict.mode is Mode.MISS
    if isinstance(answer, PorticoError):
        assert verdict.outcome is answer


@pytest.mark.parametrize("answer", FAILURES)
def test_the_stored_response_stands_in_for_a_failure(answer: Response | PorticoError) -> None:
    """It is served as rescued, neither renewed nor forgotten, and the failure is told."""
    entry = stored(age_s=400)

    verdict = judge(answer, entry)

    assert (verdict.mode, verdict.entry, verdict.outcome) == (Mode.RESCUED, entry, entry.response)
    assert (verdict.keep, verdict.forget) == (None, False)
    assert verdict.failure is not None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(200, b"<html>", HTML), "200 with HTML"),
        (reply(200, b'{"id":1'), "not JSON"),
        (Response(304), "unconditional"),
    ],
)
def test_nonsense_becomes_an_error_of_githubs(answer: Response, words: str) -> None:
    """What cannot be what was asked for is never passed on as GitHub's answer."""
    verdict = judge(answer)

    assert isinstance(verdict.outcome, GitHubBroken)
    assert words in verdict.outcome.detail


@pytest.mark.parametrize(
    ("entry", "cache_control", "is_rescued"),
    [
        (stored(age_s=0), "", True),
        (stored(age_s=300 + 7 * 86_400), "", True),
        (stored(age_s=301 + 7 * 86_400), "", False),
        (stored(age_s=400), "no-cache", False),
        (stored(age_s=400), "max-age=10", True),
        (stored(age_s=400, marked=True), "", True),
        (stored(age_s=1e9, route_class=RouteClass.IMMUTABLE), "", True),
        (stored(age_s=3_610, route_class=RouteClass.DECIDING), "", True),
        (stored(age_s=3_611, route_class=RouteClass.DECIDING), "", False),
        (stored(age_s=0, route_class=RouteClass.OWN), "", False),
        (stored(age_s=0, status=404), "", False),
        (stored(age_s=0, status=301), "", False),
        (stored(age_s=0, status=204), "", True),
        (None, "", False),
    ],
)
def test_who_may_be_rescued(entry: Entry | None, cache_control: str, *, is_rescued: bool) -> None:
    """Within the rescue time; never the caller's own, an absence, or against `no-cache`."""
    failure = GitHubUnreachable()

    verdict = rescued(get(Cache_Control=cache_control), entry, failure, now=NOW)

    assert (verdict.mode is Mode.RESCUED) is is_rescued
    assert (verdict.outcome is failure) is not is_rescued
    assert verdict.failure is failure


def test_a_limits_answer_keeps_its_retry_after() -> None:
    """The caller needs it; the bucket's fields are replaced by true ones elsewhere."""
    answer = reply(429, fields={"Retry-After": "30", "X-RateLimit-Remaining": "0"})

    outcome = judge(answer).outcome

    assert isinstance(outcome, Response)
    assert outcome.headers.get("Retry-After") == "30"
    assert "X-RateLimit-Remaining" not in outcome.headers


def test_a_304_confirms_what_is_stored() -> None:
    """Same body, `Link` and `Content-Type`; newer fields; fresh again and no longer marked."""
    entry = stored(age_s=9_000, etag='W/"abc"', marked=True)
    answer = Response(304, headers({"ETag": '"abc"', "Date": "today", "X-RateLimit-Used": "9"}))

    verdict = judge(answer, entry)

    kept = verdict.keep
    assert kept is not None
    assert (verdict.mode, verdict.entry, verdict.outcome) == (
        Mode.REVALIDATED,
        kept,
        kept.response,
    )
    assert kept.response.status == 200
    assert kept.response.body == entry.response.body
    assert kept.response.headers.get("Link") == entry.response.headers.get("Link")
    assert kept.response.headers.get("Content-Type") == JSON
    assert kept.response.headers.get("Date") == "today"
    assert "X-RateLimit-Used" not in kept.response.headers
    assert (kept.confirmed_at, kept.marked, verdict.forget) == (SENT_AT, False, False)


def test_a_304_of_githubs_edge_tells_its_age() -> None:
    """A confirmation is as old as it says."""
    kept = judge(Response(304, headers({"Age": "30"})), stored(age_s=400)).keep

    assert kept is not None
    assert kept.confirmed_at == SENT_AT - 30


def test_an_unasked_304_is_a_failure() -> None:
    """It confirms nothing: the stored response may stand in, but is not renewed."""
    entry = stored(age_s=400)

    verdict = judge(Response(304), entry, get("/repos/octo/hello/issues"))

    assert (verdict.mode, verdict.keep, verdict.entry) == (Mode.RESCUED, None, entry)
    assert isinstance(verdict.failure, GitHubBroken)


def test_a_304_for_nothing_is_a_failure() -> None:
    """If the stored response is gone there is nothing to answer with."""
    verdict = judge(Response(304), None, get(If_None_Match='"abc"'))

    assert isinstance(verdict.outcome, GitHubBroken)
    assert verdict.failure is verdict.outcome
    assert verdict.keep is None


@given(st.integers(100, 599))
def test_only_these_statuses_are_ever_stored(status: int) -> None:
    """Whatever the status, a verdict keeps a full answer only if it is storable."""
    verdict = judge(reply(status))

    assert (verdict.keep is not None) is (status in STORABLE)


@given(st.integers(100, 599), st.booleans(), st.sampled_from(["", "no-cache", "no-store"]))
def test_a_verdict_is_consistent(status: int, has_entry: bool, cache_control: str) -> None:
    """What is kept is what is answered, and nothing is kept and forgotten at once."""
    entry = stored(age_s=400, obtained_with=BOB) if has_entry else None
    request = get(Cache_Control=cache_control) if cache_control else get()

    verdict = judge(reply(status), entry, request)

    if verdict.keep is not None:
        assert verdict.keep is verdict.entry
        assert not verdict.forget
    if verdict.entry is not None:
        assert verdict.outcome is verdict.entry.response
    if cache_control:
        assert verdict.mode is not Mode.RESCUED or cache_control != "no-cache"


def test_an_entry_is_not_changed_by_a_verdict() -> None:
    """Entries are values: a confirmation is a new one."""
    entry = stored(age_s=400)
    before = replace(entry)

    judge(Response(304, headers({"Date": "x"})), entry)

    assert entry.response == before.response
    assert entry.confirmed_at == before.confirmed_at
