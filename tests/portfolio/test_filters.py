"""Filters of a list of repositories."""

from __future__ import annotations

import json

import pytest

from portico.portfolio.decode import RepositoryBody, read_repository
from portico.portfolio.filters import EVERYTHING, Filter, Whether, filter_of
from tests.portfolio.canned import repository


def body(**changes: object) -> RepositoryBody:
    """Return a repository, as decoded."""
    return read_repository(json.dumps(repository(1, **changes)).encode())


@pytest.mark.parametrize(
    ("whether", "allowed"),
    [
        (Whether.INCLUDE, (True, True)),
        (Whether.EXCLUDE, (False, True)),
        (Whether.ONLY, (True, False)),
    ],
)
def test_with_without_and_only(whether: Whether, allowed: tuple[bool, bool]) -> None:
    """Those that have the property, and those that have not."""
    assert (whether.allows(has_it=True), whether.allows(has_it=False)) == allowed


@pytest.mark.parametrize(
    ("chosen", "matches"),
    [
        (EVERYTHING, True),
        (Filter(forks=Whether.EXCLUDE), False),
        (Filter(archived=Whether.ONLY), False),
        (filter_of(forks=Whether.ONLY, archived=Whether.INCLUDE, language="RUST", topics=[]), True),
        (Filter(language="python"), False),
        (Filter(topics=frozenset({"sea"})), True),
        (Filter(topics=frozenset({"sea", "ships"})), True),
        (Filter(topics=frozenset({"sea", "land"})), False),
    ],
)
def test_every_condition_must_be_met(chosen: Filter, matches: bool) -> None:
    """A fork in Rust about the sea and ships."""
    one = body(fork=True, language="Rust", topics=["Sea", "ships"])

    assert chosen.matches(one) is matches


def test_a_repository_without_a_language_has_none() -> None:
    """It is not of any language that is asked for."""
    assert not Filter(language="rust").matches(body(language=None))


def test_the_same_filter_has_one_name() -> None:
    """Case and order do not make another list of it."""
    one, other = (
        filter_of(forks=Whether.INCLUDE, archived=Whether.INCLUDE, language=language, topics=topics)
        for language, topics in (("Go", ["a", "B"]), ("go", ["b", "A"]))
    )

    assert str(one) == str(other) != str(EVERYTHING)
