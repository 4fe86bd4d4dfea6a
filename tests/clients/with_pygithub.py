"""PyGithub, synchronous, objects that complete themselves.

It waits by itself for limits and between calls; neither is wanted here, so both are turned off.
"""

# ruff: noqa: D102 - what each method does is said once, in driver.py

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import ClassVar

import github
from github import Auth, Github

from tests.clients.driver import Json, Trouble


class PyGithub:
    """A `Driver`."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]] = {
        Trouble.BAD_CREDENTIAL: github.BadCredentialsException,
        Trouble.FORBIDDEN: github.GithubException,
        Trouble.NOT_FOUND: github.UnknownObjectException,
        Trouble.INVALID: github.GithubException,
        Trouble.PRIMARY: github.RateLimitExceededException,
        Trouble.SECONDARY: github.RateLimitExceededException,
        Trouble.SECONDARY_429: github.GithubException,  # it takes only a 403 for a limit
    }

    def __init__(self, url: str, token: str) -> None:
        self.github = Github(
            auth=Auth.Token(token),
            base_url=url,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def user(self, login: str) -> str | None:
        return self.github.get_user(login).name

    def repository(self, full_name: str) -> str:
        return self.github.get_repo(full_name).full_name

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        self.github.per_page = per_page
        return [repository.full_name for repository in self.github.get_user(login).get_repos()]

    def search(self, query: str) -> list[str]:
        return [found.full_name for found in self.github.search_repositories(query)]

    def open_issue(self, full_name: str, title: str) -> int:
        return self.github.get_repo(full_name).create_issue(title).number

    def issue(self, full_name: str, number: int) -> str:
        return self.github.get_repo(full_name).get_issue(number).title

    def issues(self, full_name: str) -> list[str]:
        newest = self.github.get_repo(full_name).get_issues()
        return [issue.title for issue in islice(newest, 10)]

    def get(self, path: str) -> Json:
        _, data = self.github.requester.requestJsonAndCheck("GET", path)
        return data

    def told(self, error: Exception) -> tuple[int, str]:
        assert isinstance(error, github.GithubException)
        return error.status, error.data["message"]
