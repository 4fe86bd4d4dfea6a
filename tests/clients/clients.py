"""The five client libraries by name, ready to be pointed at a Portico."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portico.sandbox.tokens import SOLVEIG
from tests.clients.driver import Driver
from tests.clients.with_gh import Gh
from tests.clients.with_gidgethub import Gidgethub
from tests.clients.with_githubkit import Githubkit
from tests.clients.with_octokit import Node, Octokit
from tests.clients.with_pygithub import PyGithub

NAMES: Final = ("pygithub", "githubkit", "gidgethub", "octokit", "gh")


@dataclass(frozen=True, slots=True)
class Clients:
    """Makes drivers. `url` is the base of GitHub's API on Portico, `gh_config` gh's directory.

    `node` and `gh` find what a driver needs; they skip the test where it is absent, or fail it
    where everything must be there.
    """

    url: str
    socket: Path
    gh_config: Path
    node: Callable[[], Node]
    gh_program: Callable[[], str]

    def named(self, name: str, token: str = SOLVEIG) -> Driver:
        """Return the driver of that name (one of NAMES)."""
        made: Driver = getattr(self, name)(token)
        return made

    def pygithub(self, token: str = SOLVEIG) -> PyGithub:
        """Return PyGithub."""
        return PyGithub(self.url, token)

    def githubkit(self, token: str = SOLVEIG) -> Githubkit:
        """Return githubkit."""
        return Githubkit(self.url, token)

    def gidgethub(self, token: str = SOLVEIG) -> Gidgethub:
        """Return gidgethub."""
        return Gidgethub(self.url, token)

    def octokit(self, token: str = SOLVEIG) -> Octokit:
        """Return Octokit."""
        return Octokit(self.url, token, node=self.node())

    def gh(self, token: str = SOLVEIG) -> Gh:
        """Return gh, over the Unix socket."""
        return Gh(self.socket, token, gh=self.gh_program(), config=self.gh_config)
