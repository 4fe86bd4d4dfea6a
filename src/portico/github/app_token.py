"""Installations' tokens: made once at a time, renewed before their end, given up when refused.

A token is lent until five minutes before its end, as a call may wait in the queue for as long as
PORTICO_UPSTREAM_TIMEOUT_S, and renewed behind the calls from ten minutes before. Tokens are kept
in memory only. Instants are by GitHub's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol

from portico.core.audience import Credential
from portico.core.errors import NotAllowed
from portico.core.offset import ClockOffset
from portico.github.app_client import Installed, Minted
from portico.github.once import Once

RENEW_BEFORE_S: Final = 600.0
LENT_UNTIL_S: Final = 300.0
# A renewal that failed is not tried again with every call: ten times before the token ends.
RENEW_AGAIN_S: Final = 30.0
# "A just-made token can give 401 for some seconds, until it has spread": as long as Octokit's
# auth-app tries again.
YOUNG_S: Final = 5.0
# Beyond this many the longest unused is forgotten; it would be made anew.
MOST_TOKENS: Final = 10_000
# Of those no longer lent: calls that are still under way with one are to be told from callers'.
MOST_PAST: Final = 1_000
# The permissions that GitHub has no reading of.
_ONLY_WRITTEN: Final = frozenset({"workflows", "profile"})


class Rights(Enum):
    """How much of what an installation was granted a token is to have."""

    READ = "read"
    ALL = "all"

    def of(self, granted: Mapping[str, str]) -> Mapping[str, str]:
        """Return the permissions to ask for."""
        if self is Rights.ALL:
            return granted
        reading = {name: "read" for name in granted if name not in _ONLY_WRITTEN}
        # Asking for nothing would be asking for everything.
        return reading or {"metadata": "read"}


@dataclass(frozen=True, slots=True)
class _Held:
    minted: Minted = field(repr=False)
    made_at: float


class Mints(Protocol):
    """What makes tokens: `AppClient`."""

    @property
    def offset(self) -> ClockOffset:
        """How far our clock is from GitHub's."""
        ...

    async def token(self, installed: Installed, permissions: Mapping[str, str]) -> Minted | None:
        """Make a token; as `AppClient.token`."""
        ...


class AppTokens:
    """The tokens of all installations, each for reading alone or for all that was granted."""

    def __init__(self, client: Mints, *, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now
        self._held: dict[tuple[int, Rights], _Held] = {}
        self._past: deque[Credential] = deque(maxlen=MOST_PAST)
        self._renewed_at: dict[tuple[int, Rights], float] = {}
        self._makings: Once[Minted | None] = Once()
        self.running: Final = self._makings.running

    async def get(self, installed: Installed, rights: Rights) -> Credential | None:
        """Return a token that is good for minutes; None if the installation is gone.

        Raises:
            NotAllowed: the installation is suspended.
            GitHubError: GitHub could not be asked, or refuses the App.

        """
        key = (installed.id, rights)
        held, now = self._held.get(key), self._githubs_now()
        if held is not None:
            left_s = held.minted.expires_at - now
            if left_s > LENT_UNTIL_S:
                if left_s <= RENEW_BEFORE_S:
                    self._renew(key, installed, now)
                return held.minted.credential
        made = await self._makings.get(key, lambda: self._make(installed, rights))
        return None if made is None else made.credential

    def is_young(self, credential: Credential) -> bool:
        """Return whether this is a token made so lately that GitHub may not know it everywhere."""
        found = self._find(credential)
        if found is None:
            return False
        return self._githubs_now() - self._held[found].made_at < YOUNG_S

    def give_up(self, credential: Credential) -> bool:
        """Forget a token that GitHub no longer accepts; return whether it is, or was, one of these.

        Of many calls with one token that was taken back, the first gives it up for all.
        """
        found = self._find(credential)
        if found is not None:
            self._drop(found)
        return credential in self._past

    def forget(self, installation_id: int) -> None:
        """Forget all tokens of an installation."""
        for rights in Rights:
            self._drop((installation_id, rights))

    def _renew(self, key: tuple[int, Rights], installed: Installed, now: float) -> None:
        begun_at = self._renewed_at.get(key)
        # The clock may have been set back since.
        if begun_at is None or not 0 <= now - begun_at < RENEW_AGAIN_S:
            self._renewed_at[key] = now
            self._makings.begin(key, lambda: self._make(installed, key[1]))

    async def _make(self, installed: Installed, rights: Rights) -> Minted | None:
        try:
            made = await self._client.token(installed, rights.of(installed.permissions))
        except NotAllowed:
            self.forget(installed.id)
            raise
        if made is None:
            self.forget(installed.id)
            return None
        self._drop((installed.id, rights))
        self._held[installed.id, rights] = _Held(made, self._githubs_now())
        if len(self._held) > MOST_TOKENS:
            self._drop(next(iter(self._held)))
        return made

    def _drop(self, key: tuple[int, Rights]) -> None:
        self._renewed_at.pop(key, None)
        held = self._held.pop(key, None)
        if held is not None:
            self._past.append(held.minted.credential)

    def _find(self, credential: Credential) -> tuple[int, Rights] | None:
        # Few, and asked for after a refusal alone.
        return next(
            (key for key, held in self._held.items() if held.minted.credential == credential), None
        )

    def _githubs_now(self) -> float:
        return self._client.offset.githubs(self._now())
