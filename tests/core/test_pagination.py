"""`Link` fields: GitHub's relations are found, and nothing that comes makes reading fail."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.pagination import last_page, links

API = "https://api.github.com"
FULL = (
    f'<{API}/repositories/3544490/issues?page=2>; rel="prev", '
    f'<{API}/repositories/3544490/issues?page=4>; rel="next", '
    f'<{API}/repositories/3544490/issues?page=57>; rel="last", '
    f'<{API}/repositories/3544490/issues?page=1>; rel="first"'
)
DEPRECATION = (
    "<https://docs.github.com/en/rest/about-the-rest-api/api-versions>;"
    ' rel="deprecation"; type="text/html"'
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {}),
        ("", {}),
        (f'<{API}/x?page=2>; rel="next"', {"next": f"{API}/x?page=2"}),
        (f"<{API}/x?page=2>;rel=next", {"next": f"{API}/x?page=2"}),
        (f"<{API}/x>; REL=Next", {"next": f"{API}/x"}),
        (f'<{API}/x>; type="text/html"; rel="alternate"', {"alternate": f"{API}/x"}),
        (f'<{API}/x>; crossorigin; rel="next"', {"next": f"{API}/x"}),
        (f'<{API}/x>; rel="next last"', {"next": f"{API}/x", "last": f"{API}/x"}),
        (f'<{API}/x?a=1,2;b>; rel="next"', {"next": f"{API}/x?a=1,2;b"}),
        ('<a>; rel="next", <b>; rel="next"', {"next": "a"}),
        ('<a>; title="x; rel=last"; rel="next"', {"next": "a"}),
        ('<a>; title="b, <c>"; rel="next"', {"next": "a"}),
        ('<a>; note-rel="last"', {}),
        (
            DEPRECATION,
            {"deprecation": "https://docs.github.com/en/rest/about-the-rest-api/api-versions"},
        ),
        (
            f'<{API}/organizations{{?since}}>; rel="first"',
            {"first": f"{API}/organizations{{?since}}"},
        ),
        ("<a>", {}),
        ("<a>; rel", {}),
        ("<a; rel=next", {}),
        ("nonsense", {}),
    ],
)
def test_relations_are_found(value: str | None, expected: dict[str, str]) -> None:
    """Relation to target, in GitHub's forms and in those RFC 8288 allows besides."""
    assert links(value) == expected


def test_all_relations_of_a_page_are_found() -> None:
    """GitHub sends prev, next, last and first."""
    found = links(f"{FULL}, {DEPRECATION}")

    assert list(found) == ["prev", "next", "last", "first", "deprecation"]
    assert found["next"] == f"{API}/repositories/3544490/issues?page=4"


@pytest.mark.parametrize(
    ("value", "page"),
    [
        (FULL, 57),
        (f'<{API}/x?page=2>; rel="next"', None),
        (DEPRECATION, None),
        (None, None),
        (f'<{API}/x?per_page=100&page=3>; rel="last"', 3),
        (f'<{API}/x?after=abc>; rel="last"', None),
        (f'<{API}/x?page=>; rel="last"', None),
        (f'<{API}/x?page=-3>; rel="last"', None),
        (f'<{API}/x?page=²>; rel="last"', None),
        (f'<{API}/x?page={"9" * 5_000}>; rel="last"', None),
        ('<https://[>; rel="last"', None),
        ('<https://[/?page=4>; rel="last"', 4),
        (f'<{API}/x{{?page}}>; rel="last"', None),
    ],
)
def test_the_last_page_is_a_number_or_unknown(value: str | None, page: int | None) -> None:
    """Lists by cursor have no last page, and nonsense is none."""
    assert last_page(value) == page


@given(st.text(st.sampled_from('<>;=", \\relnxtasp?&[]9%{}')) | st.text())
def test_nothing_makes_reading_fail(value: str) -> None:
    """Whatever the field holds there is an answer."""
    links(value)
    last_page(value)
    last_page(f'<{value}>; rel="last"')


@pytest.mark.parametrize(
    "value",
    [
        "<" * 16_000,
        "<x>" + "; a= " * 4_000,
        "<x>; a=" + " " * 16_000 + '!"',
        "<x>" + " ; " * 5_000,
        '<x>; a="' + "\\" * 16_000,
        "<x>;" + "a" * 16_000,
    ],
)
def test_no_field_takes_long_to_read(value: str) -> None:
    """The longest field that the client accepts is read in far less than a second."""
    started = time.process_time()

    links(value)

    assert time.process_time() - started < 0.5
