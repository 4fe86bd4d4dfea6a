"""Nonsense: HTML or half a body where JSON is due; and what only looks like it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.message import Headers, Request, Response
from portico.core.soundness import content_type_of, nonsense_in
from tests.core.values import JSON, get, headers, reply

HTML = "text/html; charset=utf-8"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


def is_nonsense(answer: Response, request: Request | None = None) -> bool:
    """Return whether the answer makes no sense to a request for plain JSON, or to `request`."""
    return nonsense_in(request or get(), answer) is not None


@pytest.mark.parametrize("status", [200, 201, 404, 403, 451, 500, 502, 503])
def test_html_is_no_answer_of_the_api(status: int) -> None:
    """A captive portal's page and GitHub's own unicorn are no JSON."""
    assert is_nonsense(reply(status, b"<!DOCTYPE html>", {"Content-Type": HTML}))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_may_have_html(status: int) -> None:
    """Redirects to archives and logs carry a page for people."""
    assert not is_nonsense(reply(status, b"<html>", {"Content-Type": HTML}))


@pytest.mark.parametrize(
    "body",
    [b'{"id":1', b"[1,2", b'{"a":"x', b"{}x", b'{"a":1,}', b"<html>", b" ", b"", b"\xff", b"NaN"],
)
def test_a_cut_or_foreign_body_is_no_json(body: bytes) -> None:
    """A 200 that says JSON and holds none was broken on the way."""
    assert is_nonsense(reply(200, body))


@pytest.mark.parametrize("status", [202, 204, 404, 500])
def test_other_answers_may_be_empty(status: int) -> None:
    """Only a 200 must have a body."""
    assert not is_nonsense(reply(status, b""))


@pytest.mark.parametrize("body", [b"{}", b"[]", b' {"a": [1, "\\u00e9"]}\n', b"null", b'"x"'])
def test_json_is_json(body: bytes) -> None:
    """Whole JSON of any kind is accepted."""
    assert not is_nonsense(reply(200, body))


def test_a_body_nested_without_end_is_refused() -> None:
    """Depth that no parser survives is nonsense, not a crash."""
    assert is_nonsense(reply(200, b"[" * 100_000 + b"]" * 100_000))


@given(JSON_VALUES, st.integers(min_value=1))
def test_every_cut_of_a_json_object_is_found(value: object, cut: int) -> None:
    """However an object is cut short, what is left is not taken for JSON."""
    whole = json.dumps({"value": value}).encode()

    assert not is_nonsense(reply(200, whole))
    assert is_nonsense(reply(200, whole[: cut % len(whole)]))


@given(st.binary())
def test_any_bytes_can_be_judged(body: bytes) -> None:
    """Whatever comes, the judgement does not fail."""
    nonsense_in(get(), reply(200, body))


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        # As GitHub labels a file's own bytes.
        (
            "application/vnd.github.raw+json",
            "application/vnd.github.raw+json; charset=utf-8",
            b"#!",
        ),
        ("application/vnd.github.v3.raw", "application/vnd.github.v3.raw; charset=utf-8", b"# Hi"),
        ("application/vnd.github.html+json", "application/vnd.github.html+json", b"<p>"),
        ("application/vnd.github.v3.html", "application/vnd.github.v3.html", b"<p>"),
        ("application/vnd.github.v3.diff", "application/vnd.github.v3.diff", b"diff --git"),
        ("application/octet-stream", "text/html", b"<html> is the asset itself"),
        ("text/html", "text/html", b"<html>"),
        ("*/*", "text/plain;charset=utf-8", b"Keep it logically awesome."),
        ("*/*", "application/octocat-stream", b"MMM."),
    ],
)
def test_other_media_types_are_what_was_asked_for(
    accept: str, content_type: str, body: bytes
) -> None:
    """Files, diffs and rendered pages are not JSON and need not be."""
    assert not is_nonsense(reply(200, body, {"Content-Type": content_type}), get(Accept=accept))


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/vnd.github.star+json",
        "application/vnd.github.v3+json, application/vnd.github.mercy-preview+json",
        "application/vnd.github.raw+json",
    ],
)
def test_html_is_nonsense_for_all_who_accept_json(accept: str) -> None:
    """Previews and custom formats do not hide a captive portal."""
    assert is_nonsense(reply(200, b"<html>", {"Content-Type": HTML}), get(Accept=accept))


def test_a_304_needs_a_condition() -> None:
    """Only a request with `If-None-Match` can be answered 304."""
    assert is_nonsense(Response(304))
    assert not is_nonsense(Response(304), get(If_None_Match='"x"'))


def test_no_body_is_repeated_in_an_error() -> None:
    """What a stranger sent may hold anything, so none of it is shown."""
    error = nonsense_in(get(), reply(200, b"ghp_secret"))

    assert "ghp_secret" not in str(error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(JSON, "application/json"), ("TEXT/HTML", "text/html"), ("", ""), (" a/b ;x", "a/b")],
)
def test_a_media_type_is_told_without_parameters(value: str, expected: str) -> None:
    """Lower case, and empty where there is none."""
    assert content_type_of(headers({"content-type": value})) == expected
    assert content_type_of(Headers()) == ""
