"""GitHub, for tokens that may be too young for it, or be taken back before their end.

Implements `gateway.ports.Upstream` over the client. A 401 says that nothing was done, so a
request is sent again, writes included.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from portico.core.audience import Credential
from portico.core.errors import CredentialRefused
from portico.core.message import Request
from portico.github.app_token import AppTokens
from portico.github.client import Answer, GitHubClient

_PAUSE_S: Final = 1.0


class YoungTokens:
    """Sends a request again while its token is too young to be known."""

    def __init__(
        self,
        client: GitHubClient,
        tokens: AppTokens,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._sleep = sleep

    async def send(self, request: Request, credential: Credential | None) -> Answer:
        """Send one request, as the client does.

        Raises:
            CallerError: the request cannot be put on the wire.
            GitHubError: GitHub failed, or no longer accepts a token of the App's.

        """
        answer = await self._client.send(request, credential)
        if credential is None:
            return answer
        while answer.status == 401 and self._tokens.is_young(credential):
            await answer.close()
            await self._sleep(_PAUSE_S)
            answer = await self._client.send(request, credential)
        if answer.status != 401 or not self._tokens.give_up(credential):
            return answer
        await answer.close()
        raise CredentialRefused("GitHub no longer accepts the App's token; the next is made anew")
