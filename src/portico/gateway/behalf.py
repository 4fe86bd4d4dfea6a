"""On whose behalf somebody listens, as the loop needs to know it; the web edge says who that is."""

from __future__ import annotations

from typing import Protocol

from portico.core.audience import Audience, Caller
from portico.core.policy import Mode


class Behalf(Protocol):
    """Somebody who listens, with the right that they have just now: keys end."""

    def permit(self, owner: str) -> None:
        """Return if they may ask about what is `owner`'s.

        Raises:
            CallerError: they may not, or no longer.

        """
        ...

    def audience(self, owner: str) -> Audience | None:
        """Return as whom they see what is `owner`'s; None: not known before `caller` was asked."""
        ...

    async def caller(self, owner: str) -> Caller:
        """Return the caller for a question about what is `owner`'s.

        Raises:
            CallerError: they may not ask, or no longer.
            PorticoError: nobody can be asked now.

        """
        ...

    def asked(self, caller: Caller, full_name: str, points: int, mode: Mode) -> None:
        """Take note that GitHub was asked of a repository for them, what it cost, and the mode."""
        ...
