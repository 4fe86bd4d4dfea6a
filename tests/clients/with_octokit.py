"""Octokit: `@octokit/rest` with the throttling plugin, in a Node process that runs octokit/act.mjs.

The plugin is what tells Octokit's users the two limits apart; act.mjs only notes what it said.
"""

# ruff: noqa: D102 - what each method does is said once, in driver.py

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from tests.clients.driver import Json, Trouble

HERE = Path(__file__).parent / "octokit"


class Node:
    """A running act.mjs; it does one action after the other, each with a client of its own.

    `program` is the path of Node.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self._process = subprocess.Popen(
            [program, "act.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def perform(self, asked: Mapping[str, object]) -> dict[str, Any]:
        """Have one action done and return what came of it."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        print(json.dumps(asked), file=asks, flush=True)
        line = answers.readline()
        assert line, "act.mjs ended; what it said is on standard error"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process and wait for its end."""
        self._process.communicate(timeout=10)


class OctokitError(Exception):
    """What Octokit rejected its promise with."""

    def __init__(self, *, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class OctokitRateLimited(OctokitError):
    """The same, after the plugin had called `onRateLimit`."""


class OctokitSecondaryRateLimited(OctokitError):
    """The same, after the plugin had called `onSecondaryRateLimit`."""


_BY_LIMIT = {
    None: OctokitError,
    "primary": OctokitRateLimited,
    "secondary": OctokitSecondaryRateLimited,
}


class Octokit:
    """A `Driver`."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]] = {
        Trouble.BAD_CREDENTIAL: OctokitError,
        Trouble.FORBIDDEN: OctokitError,
        Trouble.NOT_FOUND: OctokitError,
        Trouble.INVALID: OctokitError,
        Trouble.PRIMARY: OctokitRateLimited,
        Trouble.SECONDARY: OctokitSecondaryRateLimited,
        Trouble.SECONDARY_429: OctokitSecondaryRateLimited,
    }

    def __init__(self, url: str, token: str, *, node: Node) -> None:
        self._url = url
        self._token = token
        self._node = node

    def user(self, login: str) -> str | None:
        name: str | None = self.act("user", login=login)
        return name

    def repository(self, full_name: str) -> str:
        name: str = self.act("repository", **_split(full_name))
        return name

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        names: list[str] = self.act("repositories", login=login, per_page=per_page)
        return names

    def search(self, query: str) -> list[str]:
        names: list[str] = self.act("search", query=query)
        return names

    def open_issue(self, full_name: str, title: str) -> int:
        number: int = self.act("openIssue", **_split(full_name), title=title)
        return number

    def issue(self, full_name: str, number: int) -> str:
        title: str = self.act("issue", **_split(full_name), number=number)
        return title

    def issues(self, full_name: str) -> list[str]:
        titles: list[str] = self.act("issues", **_split(full_name))
        return titles

    def get(self, path: str) -> Json:
        return self.act("get", path=path)

    def told(self, error: Exception) -> tuple[int, str]:
        assert isinstance(error, OctokitError)
        return error.status, str(error)

    def act(self, action: str, **args: object) -> Json:
        """Do one of the actions of act.mjs and return its value."""
        said = self._node.perform(
            {"url": self._url, "token": self._token, "action": action, "args": args}
        )
        if "failed" in said:
            failed = said["failed"]
            raise _BY_LIMIT[failed["limit"]](status=failed["status"], message=failed["message"])
        return said["value"]


def _split(full_name: str) -> dict[str, str]:
    owner, _, repo = full_name.partition("/")
    return {"owner": owner, "repo": repo}
