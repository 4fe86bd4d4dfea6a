"""`fields`: which members of a document are wanted, and what is said of one that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.portfolio.model import Composed, Portfolio, User
from portico.portfolio.selection import MOST_CHARACTERS, selection_of


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("login", {"login": True}),
        (" login , name ", {"login": True, "name": True}),
        ("login,login", {"login": True}),
    ],
)
def test_members_are_chosen_by_name(text: str, chosen: dict[str, object]) -> None:
    """Of a plain document just those that are named."""
    assert selection_of(text, User) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("user", {"user": True}),
        ("user.login,user.name", {"user": {"login": True, "name": True}}),
        ("user,user.login", {"user": True}),
        ("user.login,user", {"user": True}),
        ("repositories.name", {"repositories": {"__all__": {"name": True}}}),
        (
            "languages.items.name,totals.stars",
            {
                "languages": {"items": {"__all__": {"name": True}}},
                "totals": {"stars": True},
            },
        ),
    ],
)
def test_members_of_members_are_chosen_with_dots(text: str, chosen: dict[str, object]) -> None:
    """Of lists each item is cut alike; what the document says of itself is always there."""
    assert selection_of(text, Portfolio) == chosen | dict.fromkeys(Composed.model_fields, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names separated by commas"),
        ("user,", "names separated by commas"),
        ("Login", "names separated by commas"),
        ("user..login", "names separated by commas"),
        ("__class__", "there is no __class__"),
        ("logn", "there is no logn"),
        ("usr.login", "did you mean user?"),
        ("user.logn", "there is no user.logn; did you mean login?"),
        ("user.login.x", "login has no members"),
        ("totals.stars.x", "stars has no members"),
        ("x" * (MOST_CHARACTERS + 1), "characters at the most"),
    ],
)
def test_a_slip_is_an_error(text: str, said: str) -> None:
    """An empty answer for a misspelt name would be taken for the truth."""
    with pytest.raises(ValueError, match="fields") as raised:
        selection_of(text, Portfolio)

    assert said in str(raised.value)


@given(st.text())
def test_nothing_else_is_raised(text: str) -> None:
    """Whatever somebody asks for."""
    try:
        selection_of(text, Portfolio)
    except ValueError as error:
        assert str(error).startswith("fields")  # noqa: PT017 (it need not be raised)
