"""githubkit, typed models, with a cache of its own that always asks for confirmation.

It sends `Cache-Control: no-cache` and the newest API version with every typed call, and takes the
pages of a list by number. It waits for limits by itself, which is turned off here.
"""

# ruff: noqa: D102 - what each method does is said once, in driver.py

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from githubkit import GitHub, TokenAuthStrategy
from githubkit.exception import (
    PrimaryRateLimitExceeded,
    RequestFailed,
    SecondaryRateLimitExceeded,
)

from tests.clients.driver import Json, Trouble


class Githubkit:
    """A `Driver`."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]] = {
        Trouble.BAD_CREDENTIAL: RequestFailed,
        Trouble.FORBIDDEN: RequestFailed,
        Trouble.NOT_FOUND: RequestFailed,
        Trouble.INVALID: RequestFailed,
        Trouble.PRIMARY: PrimaryRateLimitExceeded,
        Trouble.SECONDARY: SecondaryRateLimitExceeded,
        Trouble.SECONDARY_429: SecondaryRateLimitExceeded,
    }

    def __init__(self, url: str, token: str) -> None:
        self.github: GitHub[TokenAuthStrategy] = GitHub(token, base_url=url, auto_retry=False)

    def user(self, login: str) -> str | None:
        return self.github.rest.users.get_by_username(login).parsed_data.name

    def repository(self, full_name: str) -> str:
        return self.github.rest.repos.get(*_split(full_name)).parsed_data.full_name

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        pages = self.github.rest.paginate(
            self.github.rest.repos.list_for_user, username=login, per_page=per_page
        )
        return [repository.full_name for repository in pages if repository.full_name]

    def search(self, query: str) -> list[str]:
        found = self.github.rest.search.repos(q=query).parsed_data
        return [repository.full_name for repository in found.items]

    def open_issue(self, full_name: str, title: str) -> int:
        opened = self.github.rest.issues.create(*_split(full_name), title=title)
        return opened.parsed_data.number

    def issue(self, full_name: str, number: int) -> str:
        return self.github.rest.issues.get(*_split(full_name), number).parsed_data.title

    def issues(self, full_name: str) -> list[str]:
        newest = self.github.rest.issues.list_for_repo(*_split(full_name))
        # Their method `list` hides the builtin from the annotations below it.
        return [issue.title for issue in newest.parsed_data]  # type: ignore[attr-defined]

    def get(self, path: str) -> Json:
        return self.github.request("GET", path).json()

    def told(self, error: Exception) -> tuple[int, str]:
        assert isinstance(error, RequestFailed)
        return error.response.status_code, error.response.json()["message"]


def _split(full_name: str) -> tuple[str, str]:
    owner, _, repo = full_name.partition("/")
    return owner, repo
