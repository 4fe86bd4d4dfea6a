"""Errors: each says who must act, what happened and what to do."""

import re
from collections.abc import Iterator

import pytest

import portico.core.errors as module
from portico.core.errors import CallerError, GitHubError, PorticoError

ERRORS = [
    value
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, PorticoError)
]


def below(root: type[PorticoError]) -> Iterator[type[PorticoError]]:
    """Return a class and all that derive from it."""
    yield root
    for child in root.__subclasses__():
        yield from below(child)


def test_codes_are_unique() -> None:
    """A code names one class, so that documentation and clients can rely on it."""
    codes = [error.code for error in ERRORS]

    assert len(codes) >= 15
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("error", ERRORS)
def test_each_class_says_what_a_face_needs(error: type[PorticoError]) -> None:
    """Its own code and words, a status of an error, and advice."""
    own = vars(error)

    assert {"code", "title", "advice"} <= own.keys()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.title[0].isupper()
    assert not error.title.endswith(".")
    assert error.advice.endswith((".", "com."))
    assert error.__doc__


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_without_detail_has_its_title(error: type[PorticoError]) -> None:
    """`detail` and the text of the exception are never empty."""
    bare, told = error(), error("This happened", retry_after_s=3.0)

    assert (bare.detail, str(bare), bare.retry_after_s) == (error.title, error.title, None)
    assert (told.detail, str(told), told.retry_after_s) == ("This happened", "This happened", 3.0)


def test_the_status_tells_whose_fault_it_is() -> None:
    """Callers' errors are 4xx, but for `only-if-cached`; GitHub's are gateway errors."""
    assert {error.status for error in below(GitHubError) if error in ERRORS} == {502, 504}
    statuses = {error.code: error.status for error in below(CallerError) if error in ERRORS}
    # RFC 9111 §5.2.1.7 asks for 504.
    assert statuses.pop("not-stored") == 504
    assert all(400 <= status < 500 for status in statuses.values())
