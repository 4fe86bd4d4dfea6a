"""A GitHub App at work: its key, its installations, and GitHub asked with their tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from portico.core.offset import ClockOffset
from portico.github.app_client import AppClient
from portico.github.app_key import AppKey
from portico.github.app_token import AppTokens
from portico.github.client import GitHubClient
from portico.github.installations import Installations
from portico.github.young_tokens import YoungTokens


class GitHubApp:
    """The parts of a configured App, joined.

    `client` asks as the App itself, `upstream` is GitHub for all calls, `tokens` and
    `installations` serve while `running` does.
    """

    def __init__(
        self,
        github: GitHubClient,
        key: AppKey,
        *,
        offset: ClockOffset,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sleep = sleep
        self.client: Final = AppClient(github, key, offset=offset, now=now)
        self.tokens: Final = AppTokens(self.client, now=now)
        self.installations: Final = Installations(self.client, self.tokens, now=now)
        self.upstream: Final = YoungTokens(github, self.tokens, sleep)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Keep what is known of the installations up to date while the block runs."""
        return self.installations.running(self._sleep)
