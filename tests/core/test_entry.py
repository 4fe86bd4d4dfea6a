"""Stored responses: their age, their validator, and what a 304 changes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.freshness import Lifetime
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass
from tests.core.values import JSON, NOW, headers, stored


@pytest.mark.parametrize(
    ("value", "etag"),
    [('W/"abc"', '"abc"'), ('"abc"', '"abc"'), (None, None), ("", None)],
)
def test_a_validator_is_told_in_its_strong_form(value: str | None, etag: str | None) -> None:
    """GitHub adds `W/` when it compresses; the value is the same."""
    assert stored(etag=value).etag == etag


@given(st.floats(0, 1e6))
def test_age_counts_from_the_last_confirmation(age_s: float) -> None:
    """Age is the time since GitHub confirmed it, and never negative."""
    entry = stored(age_s=100)

    assert entry.age_s(NOW + age_s) == pytest.approx(100 + age_s)
    assert entry.age_s(NOW - 100 - age_s) == 0


def test_lifetime_follows_class_status_and_githubs_word() -> None:
    """An entry knows its own lifetime."""
    longer = Headers([("Cache-Control", "public, max-age=400")])
    entry = Entry(Response(200, longer), RouteClass.MOVING, frozenset(), "", NOW, NOW)

    assert entry.lifetime == Lifetime(400, 300, 86_400)
    assert stored(status=404).lifetime == Lifetime(60, 0, 0)


def test_a_304_keeps_what_it_does_not_say() -> None:
    """Body, `Content-Type` and `Link` stay; fields that came are newer (RFC 9111 §4.3.4)."""
    entry = stored(etag='W/"abc"', age_s=500, marked=True)

    confirmed = entry.confirmed(headers({"ETag": '"abc"', "Date": "today"}), at=NOW - 1)

    kept = confirmed.response.headers
    assert confirmed.response.body == entry.response.body
    assert confirmed.response.status == 200
    assert (kept.get("Content-Type"), kept.get("Date")) == (JSON, "today")
    assert kept.get("Link") == entry.response.headers.get("Link")
    assert kept.all("ETag") == ('"abc"',)


def test_a_304_makes_it_current() -> None:
    """It is confirmed at the time given and no longer marked; when it was fetched stays."""
    entry = stored(age_s=500, marked=True)

    confirmed = entry.confirmed(Headers(), at=NOW - 1)

    assert (confirmed.confirmed_at, confirmed.fetched_at) == (NOW - 1, NOW - 500)
    assert confirmed.age_s(NOW) == 1
    assert not confirmed.marked
    assert (confirmed.tags, confirmed.obtained_with) == (entry.tags, entry.obtained_with)


def test_a_304_with_a_new_link_replaces_it() -> None:
    """Should GitHub tell `Link` in a 304, it is the current one."""
    confirmed = stored().confirmed(headers({"link": "<x>"}), at=NOW)

    assert confirmed.response.headers.all("Link") == ("<x>",)


def test_the_size_grows_with_the_body() -> None:
    """A body counts twice, as it came and as it is sent; an empty one occupies something too."""
    empty, full = (
        Entry(Response(200, body=body), RouteClass.SLOW, frozenset(), "", 0, 0).size_bytes
        for body in (b"", b"x" * 1_000)
    )

    assert empty > 0
    assert full == empty + 2_000


def test_entries_are_compared_by_identity() -> None:
    """Two equal entries are two keys of a dictionary."""
    assert len({stored(), stored()}) == 2
