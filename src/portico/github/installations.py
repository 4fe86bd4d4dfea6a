"""A GitHub App's installations: found by owner, remembered, and asked for tokens.

All are read at the start, every hour and when a delivery tells of one; one that is not known is
looked for when it is needed.
That somebody has none is remembered for a minute: it may be installed at any moment, and
whoever installed it will not wait longer than that.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from portico.core.errors import CredentialRefused, GitHubError, NotAllowed, PorticoError
from portico.core.happening import Happening
from portico.core.lent import Lent
from portico.github.app_client import AppClient, Installed
from portico.github.app_token import AppTokens, Rights
from portico.github.once import Once

# The events of GitHub's that tell of them: https://docs.github.com/webhooks/webhook-events-and-payloads
EVENTS: Final = frozenset({"installation", "installation_repositories", "installation_target"})
AGAIN_S: Final = 3_600.0
RETRY_S: Final = 30.0
ABSENT_S: Final = 60.0
SUSPENDED_S: Final = 60.0
# Who waits for what is stored must not wait for GitHub to fail once more.
FAILED_S: Final = 5.0
MOST_KNOWN: Final = 10_000
_log: Final = logging.getLogger("portico.github")


class Installations:
    """Where the App is installed. Implements `web.state.Installations`."""

    def __init__(self, client: AppClient, tokens: AppTokens, *, now: Callable[[], float]) -> None:
        self._client = client
        self._tokens = tokens
        self._now = now
        self._known: OrderedDict[str, Installed] = OrderedDict()
        self._absent: OrderedDict[str, float] = OrderedDict()
        self._troubles: dict[int, tuple[float, PorticoError]] = {}
        self._searches: Once[Installed | None] = Once()
        self._readings: Once[bool] = Once()
        self._is_running = False

    @asynccontextmanager
    async def running(self, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[None]:
        """Read where the App is installed, and again and again while the block runs."""
        async with (
            self._tokens.running(),
            self._searches.running(),
            self._readings.running(),
            asyncio.TaskGroup() as group,
        ):
            is_known = await self._refresh()
            again = self._refresh_again(sleep, is_known=is_known)
            task = group.create_task(again, name="read the App's installations again")
            self._is_running = True
            try:
                yield
            finally:
                self._is_running = False
                task.cancel()

    def hear(self, happening: Happening, _delivery: str) -> None:
        """Take in that an installation was made, changed, suspended or taken away.

        Its tokens are given up at once, and where the App is installed is read again.
        """
        if happening.event not in EVENTS or not self._is_running:
            return
        known = self._known.get((happening.owner or "").lower())
        if known is not None:
            self._forget(known)
        self._readings.begin("all", self._refresh)

    async def lend(self, owner: str, repository: str | None, *, may_write: bool) -> Lent | None:
        """Return what the installation on `owner` lends, or None if there is none.

        For a repository that moved it may be the installation on another account.

        Raises:
            NotAllowed: the installation is suspended.
            GitHubError: it is not known whether there is one, and GitHub could not be asked.

        """
        rights = Rights.ALL if may_write else Rights.READ
        for _ in range(2):
            installed = await self._at(owner.lower(), repository)
            if installed is None:
                return None
            lent = await self._lent(installed, rights)
            if lent is not None:
                return lent
            # Taken away, or granted something else since it was read.
            self._forget(installed)
        raise CredentialRefused(f"GitHub makes no token for the App's installation on {owner!r}")

    async def _lent(self, installed: Installed, rights: Rights) -> Lent | None:
        until, trouble = self._troubles.get(installed.id, (0.0, None))
        if trouble is not None and self._now() < until:
            return _hindered(installed, trouble)
        try:
            credential = await self._tokens.get(installed, rights)
        except (NotAllowed, GitHubError) as error:
            wait_s = SUSPENDED_S if isinstance(error, NotAllowed) else FAILED_S
            self._troubles[installed.id] = (self._now() + wait_s, error)
            _log.warning("No token for the App on %s: %s", installed.account, error.detail)
            return _hindered(installed, error)
        self._troubles.pop(installed.id, None)
        if credential is None:
            return None
        return Lent(installed.id, installed.account, credential)

    async def _at(self, owner: str, repository: str | None) -> Installed | None:
        known = self._known.get(owner)
        if known is not None:
            return known
        if self._absent.get(owner, 0.0) > self._now():
            return None

        async def search() -> Installed | None:
            found = await self._client.find(owner, repository)
            self._learn(owner, found)
            return found

        return await self._searches.get((owner, repository), search)

    def _learn(self, owner: str, found: Installed | None) -> None:
        if found is None:
            self._absent[owner] = self._now() + ABSENT_S
        else:
            self._absent.pop(owner, None)
            # Under its own name only: another may take the old one.
            self._known[found.account] = found
        for memory in (self._known, self._absent):
            if len(memory) > MOST_KNOWN:
                memory.popitem(last=False)

    def _forget(self, installed: Installed) -> None:
        self._known.pop(installed.account, None)
        self._troubles.pop(installed.id, None)
        self._tokens.forget(installed.id)

    async def _refresh_again(
        self, sleep: Callable[[float], Awaitable[None]], *, is_known: bool
    ) -> None:
        while True:
            await sleep(AGAIN_S if is_known else RETRY_S)
            is_known = await self._refresh()

    async def _refresh(self) -> bool:
        """Read all installations; return whether that was possible."""
        try:
            found = await self._client.installations()
        except GitHubError as error:
            _log.warning("Where the GitHub App is installed is not known: %s", error.detail)
            return False
        present = {each.id: each for each in found}
        # Gone, suspended or let go on, granted something else, or of another name by now: what
        # was lent of it is not lent again.
        for old in [each for each in self._known.values() if present.get(each.id) != each]:
            self._forget(old)
        for each in found:
            self._learn(each.account, each)
            if each.is_suspended:
                _log.warning("The GitHub App's installation on %s is suspended", each.account)
        return True


def _hindered(installed: Installed, trouble: PorticoError) -> Lent:
    """Return an installation without a token.

    Raises:
        NotAllowed: it has none because it is suspended; nothing of it may be shown then.

    """
    if not isinstance(trouble, GitHubError):
        raise trouble.with_traceback(None)
    return Lent(installed.id, installed.account, None, trouble)
