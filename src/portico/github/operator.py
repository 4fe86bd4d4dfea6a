"""The operator's token: used for what everybody sees only once it is known to be harmless.

Rule: until GitHub has said what the token reaches, Portico asks anonymously. That costs points,
never a leak.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from pydantic import SecretStr

from portico.core.audience import Credential
from portico.core.errors import GitHubError
from portico.github.client import GitHubClient
from portico.github.credentials import Reach, examine, refusal

# Often enough to be in use soon after GitHub is back, seldom enough to be no load.
RETRY_S: Final = 30.0
# A token may come to see more than it did: its owner makes a private repository. Two points.
AGAIN_S: Final = 3_600.0
_log: Final = logging.getLogger("portico.github")


class OperatorToken:
    """PORTICO_GITHUB_TOKEN, examined."""

    def __init__(
        self, client: GitHubClient, token: SecretStr | None, *, now: Callable[[], float]
    ) -> None:
        self._client = client
        self._now = now
        self._held = Credential("Bearer", token.get_secret_value()) if token else None
        self._usable: Credential | None = None
        self._bucket: str | None = None

    @property
    def credential(self) -> Credential | None:
        """The token if it is known to reach nothing private, else None."""
        return self._usable

    @property
    def bucket(self) -> str | None:
        """The bucket that the token spends from, shared by all of its user's; None: not known."""
        return self._bucket

    async def reach(self) -> Reach | None:
        """Ask GitHub what the token is and reaches; None if there is no token.

        Raises:
            GitHubError: GitHub could not be asked.

        """
        return await examine(self._client, self._held, self._now()) if self._held else None

    @asynccontextmanager
    async def examined(self, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[None]:
        """Examine the token before the block runs, and again and again while it does."""
        if self._held is None:
            yield
            return
        is_known = await self._examine()
        async with asyncio.TaskGroup() as group:
            again = self._examine_again(sleep, is_known=is_known)
            task = group.create_task(again, name="examine the token again")
            try:
                yield
            finally:
                task.cancel()

    async def _examine_again(
        self, sleep: Callable[[float], Awaitable[None]], *, is_known: bool
    ) -> None:
        while True:
            await sleep(AGAIN_S if is_known else RETRY_S)
            is_known = await self._examine()

    async def _examine(self) -> bool:
        """Examine the token once; return whether it is now known what to do with it."""
        try:
            reach = await self.reach()
        except GitHubError as error:
            _log.warning("What PORTICO_GITHUB_TOKEN reaches is not known: %s", error.detail)
            return False
        refused = refusal(reach) if reach else None
        if reach is None or refused is None:
            self._usable = self._held
            self._bucket = reach.bucket if reach else None
            return True
        _log.error("%s", refused)
        if reach.is_valid and reach.private is None:
            # Of unknown reach, as GitHub is in trouble: what was found before still stands.
            return False
        self._usable = None
        return True
