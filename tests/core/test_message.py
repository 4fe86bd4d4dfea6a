"""Header fields, requests and responses: names without case, order kept, nothing shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.message import NO_HEADERS, Headers, Request, Response, delta_seconds

NAMES = st.sampled_from(["Link", "link", "ETag", "etag", "Vary"])
FIELDS = st.lists(st.tuples(NAMES, st.text(max_size=3)), max_size=6)


def test_names_compare_without_case() -> None:
    """A field is found whatever the case of its name."""
    headers = Headers([("ETag", "1"), ("Link", "2")])

    assert (headers.get("etag"), headers.get("LINK"), headers.get("Age")) == ("1", "2", None)
    assert "eTAG" in headers
    assert "Age" not in headers


def test_every_value_of_a_field_is_kept_in_order() -> None:
    """A repeated field keeps its lines, and `get` answers the first."""
    headers = Headers([("Vary", "a"), ("Link", "x"), ("vary", "b")])

    assert (headers.all("VARY"), headers.get("Vary")) == (("a", "b"), "a")


def test_asgi_fields_are_latin_1() -> None:
    """Bytes that are no UTF-8 still make a field (RFC 9110 §5.5)."""
    assert Headers.from_asgi([(b"x-name", b"\xe9")]).get("X-Name") == "é"


def test_having_replaces_every_namesake() -> None:
    """Setting a field leaves exactly one of that name."""
    headers = Headers([("a", "1"), ("B", "2"), ("A", "3")]).having("a", "4")

    assert tuple(headers) == (("B", "2"), ("a", "4"))


def test_updating_replaces_namesakes_and_keeps_the_rest() -> None:
    """Newer fields take the place of older ones, all lines of them (RFC 9111 §3.2)."""
    old = Headers([("ETag", "old"), ("Link", "kept"), ("etag", "older")])

    updated = old.updated(Headers([("ETAG", "new"), ("Date", "d")]))

    assert tuple(updated) == (("Link", "kept"), ("ETAG", "new"), ("Date", "d"))


@given(FIELDS, FIELDS)
def test_an_update_is_what_a_mapping_would_do(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    """For each name the newer lines are there if there are any, else the older ones."""
    updated = Headers(old).updated(Headers(new))

    for name in ("link", "etag", "vary"):
        assert updated.all(name) == (Headers(new).all(name) or Headers(old).all(name))


@given(FIELDS)
def test_headers_never_change(fields: list[tuple[str, str]]) -> None:
    """Making a changed copy leaves the original as it was, and equal to its twin."""
    headers = Headers(fields)
    headers.having("Link", "other")
    headers.without("ETag")

    assert tuple(headers) == tuple(fields)
    assert (headers, hash(headers), len(headers)) == (
        Headers(fields),
        hash(Headers(fields)),
        len(fields),
    )


def test_headers_of_other_order_or_type_are_other() -> None:
    """Order counts, and headers equal nothing but headers."""
    assert Headers([("a", "1"), ("b", "2")]) != Headers([("b", "2"), ("a", "1")])
    assert Headers([("a", "1")]) != (("a", "1"),)


def test_nothing_that_may_be_secret_is_shown() -> None:
    """`repr` tells names of fields, never values, and no body."""
    headers = Headers([("Authorization", "Bearer ghp_secret")])
    shown = repr(Request("POST", "/x", "", headers, b"hidden")) + repr(
        Response(200, headers, b"hidden")
    )

    assert "Authorization" in shown
    assert "ghp_secret" not in shown
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("query", "target"), [("", "/repos/a%2Fb/c"), ("page=2&q=a+b", "/repos/a%2Fb/c?page=2&q=a+b")]
)
def test_a_target_is_path_and_query_as_they_came(query: str, target: str) -> None:
    """Nothing is decoded, and an empty query leaves no question mark."""
    assert Request("GET", "/repos/a%2Fb/c", query).target == target


def test_having_a_field_changes_nothing_else_of_a_request() -> None:
    """The copy keeps method, target and body."""
    request = Request("GET", "/x", "y=1", NO_HEADERS, b"z")

    assert request.having("A", "1") == Request("GET", "/x", "y=1", Headers([("A", "1")]), b"z")
    assert request.headers == NO_HEADERS


@pytest.mark.parametrize(
    ("method", "is_read"),
    [("GET", True), ("HEAD", True), ("POST", False), ("OPTIONS", False), ("get", False)],
)
def test_only_get_and_head_are_reads(method: str, is_read: bool) -> None:
    """Methods are case-sensitive (RFC 9110 §9.1)."""
    assert Request(method, "/").is_read is is_read


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("60", 60.0),
        (" 60 ", 60.0),
        ("007", 7.0),
        ("2147483648", 2_147_483_648.0),
        ("9" * 400, 2_147_483_648.0),
        ("9" * 5_000, 2_147_483_648.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("1e3", None),
        ("1_0", None),
        ("²", None),
        ("٣", None),
        ("inf", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_seconds_are_digits_and_nothing_else(value: str | None, seconds: float | None) -> None:
    """Only ASCII digits count, and too many of them count as 2**31 (RFC 9111 §1.2.2)."""
    assert delta_seconds(value) == seconds


@given(st.text())
def test_reading_seconds_never_fails(value: str) -> None:
    """Whatever the text, the answer is None or a finite number that is not negative."""
    seconds = delta_seconds(value)

    assert seconds is None or 0 <= seconds <= 2**31
