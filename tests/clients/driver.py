"""What the tests ask of every client library; each driver does it in its library's own idiom.

A driver holds one credential and calls Portico as the library's users would. It catches nothing:
the tests look at the exceptions that the library's users see. `told` reads such an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeAlias

Json: TypeAlias = Any
"""A decoded body."""


class Trouble(StrEnum):
    """What GitHub may answer instead of what was asked for."""

    BAD_CREDENTIAL = "bad-credential"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    INVALID = "invalid"
    PRIMARY = "primary-limit"
    SECONDARY = "secondary-limit"
    SECONDARY_429 = "secondary-limit-429"


class Driver(Protocol):
    """One client library with one credential."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]]
    """The exception, exactly, by which the library's users know each trouble."""

    def user(self, login: str) -> str | None:
        """Return a user's display name."""

    def repository(self, full_name: str) -> str:
        """Return the full name under which a repository answers."""

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        """Return the full names of all of a user's repositories, all pages read."""

    def search(self, query: str) -> list[str]:
        """Return the full names of the repositories found."""

    def open_issue(self, full_name: str, title: str) -> int:
        """Open an issue and return its number."""

    def issue(self, full_name: str, number: int) -> str:
        """Return an issue's title."""

    def issues(self, full_name: str) -> list[str]:
        """Return the titles of the newest issues."""

    def get(self, path: str) -> Json:
        """Return the decoded body of a GET of any path."""

    def told(self, error: Exception) -> tuple[int, str]:
        """Return the status and GitHub's message that an exception of the library carries."""
