"""The operator's token: used for what everybody sees only once it is known to be harmless.

Rule: until GitHub has said what the token reaches, Portico asks anonymously. That costs points,
never a leak. So it does once GitHub has said that the token is no good any more.
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
from portico.core.message import Request
from portico.github.ask import Sends
from portico.github.client import Answer, GitHubClient
from portico.github.credentials import Reach, examine, refusal
from portico.github.once import Once

# Often enough to be in use soon after GitHub is back, seldom enough to be no load.
RETRY_S: Final = 30.0
# A token may come to see more than it did: its owner makes a private repository. Two points.
AGAIN_S: Final = 3_600.0
# Some of GitHub's 401s are about the path: no more looks than one in this time because of them.
DOUBTED_AGAIN_S: Final = 60.0
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
        self._examinations: Once[bool] = Once()
        self._doubted_at = float("-inf")
        self._is_running = False

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
        async with self._examinations.running(), asyncio.TaskGroup() as group:
            again = self._examine_again(sleep, is_known=is_known)
            task = group.create_task(again, name="examine the token again")
            self._is_running = True
            try:
                yield
            finally:
                self._is_running = False
                task.cancel()

    def doubt(self, credential: Credential | None) -> None:
        """Take in that GitHub answered 401 to this credential: if it is the token, look again."""
        if credential is None or credential != self._usable or not self._is_running:
            return
        if abs(self._now() - self._doubted_at) >= DOUBTED_AGAIN_S:
            self._doubted_at = self._now()
            self._examinations.begin("token", self._examine)

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


class Watched:
    """GitHub, where a refusal of the operator's token is noticed. Implements `Upstream`."""

    def __init__(self, github: Sends, operator: OperatorToken) -> None:
        self._github = github
        self._operator = operator

    async def send(self, request: Request, credential: Credential | None) -> Answer:
        """Send one request, as the client does.

        Raises:
            CallerError: the request cannot be put on the wire.
            GitHubError: GitHub failed.

        """
        answer = await self._github.send(request, credential)
        if answer.status == 401:
            self._operator.doubt(credential)
        return answer
