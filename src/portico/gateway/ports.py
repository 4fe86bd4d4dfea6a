"""What the loop needs from outside, in its own words. Each port has one or more edges behind it.

`clock`, `stores`, `github` and `telemetry` implement these; `app.py` hands the instances over.
Instants are Unix seconds, durations seconds, sizes bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from portico.core.audience import Credential
from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.message import Headers, Request
from portico.core.tally import Line, Sums


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> float:
        """Return the Unix time in seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class Store(Protocol):
    """Where entries live.

    `put`, `mark`, `drop` and `delete` take effect for this process at once and never wait;
    `settled` waits until they last and until other processes on the same store see them.
    An entry that cannot be read any more (another version, damage) is simply absent.
    """

    @property
    def secret(self) -> bytes:
        """32 random bytes made with the store: the key of the fingerprints in its keys."""
        ...

    @property
    def edition(self) -> int:
        """A number that changes whenever `peek` may answer otherwise than before."""
        ...

    def peek(self, key: Key) -> Entry | None:
        """Return the entry if it can be had without waiting."""
        ...

    async def get(self, key: Key) -> Entry | None:
        """Return the entry, or None."""
        ...

    def sibling(self, key: Key) -> Entry | None:
        """Return what is stored of the same for another audience, if it is at hand.

        Danger: it must not be shown before GitHub has confirmed it with the asker's credential.
        """
        ...

    def put(self, key: Key, entry: Entry) -> None:
        """Store the entry, unless a more recently confirmed one is there already."""
        ...

    def delete(self, key: Key) -> None:
        """Remove one entry."""
        ...

    def mark(self, tags: Iterable[str], *, confirmed_by: float = ...) -> None:
        """Make GitHub be asked before any entry with one of these tags is served again.

        One that was confirmed after `confirmed_by` is left as it is; by default none is.
        """
        ...

    def drop(self, tags: Iterable[str]) -> None:
        """Remove every entry with one of these tags."""
        ...

    def news(self) -> frozenset[str]:
        """Return the tags that other processes marked or dropped since this was last asked.

        The entries here have been marked or dropped accordingly when this returns.
        """
        ...

    @property
    def identity(self) -> str:
        """The store's name in positions: the same for all processes that share it, and no other."""
        ...

    @property
    def reached(self) -> int:
        """The number of the last change (mark or drop) that is taken into account here.

        It grows with each change of whichever process; own ones are in it once they have settled.
        """
        ...

    def announce(self, text: str) -> None:
        """Tell the other processes something, 2 KB at most."""
        ...

    def announcements(self) -> tuple[str, ...]:
        """Return what others announced since this was last asked, as far as `news` has read."""
        ...

    def note(self, name: str, text: str) -> None:
        """Keep a text under a name, for some days at least where the store lasts."""
        ...

    async def noted(self, name: str) -> str | None:
        """Return the text under a name, or None; quick, however many there are."""
        ...

    async def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the texts whose names begin so, those of other processes included."""
        ...

    def add(self, counted: Mapping[Line, Sums]) -> None:
        """Add to the sums that are kept."""
        ...

    async def sums(self, *, since: float) -> Mapping[Line, Sums]:
        """Return the sums from the hour of an instant (Unix seconds) on, of all processes."""
        ...

    async def settled(self) -> None:
        """Return when all that was done here before lasts and is seen by other processes."""
        ...

    async def close(self) -> None:
        """Settle, and let go of everything."""
        ...


class Incoming(Protocol):
    """An answer of GitHub's whose body has not been read yet. It must be read or closed."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Headers:
        """The header fields; the body comes decoded from its content coding."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over what is left of the body.

        Raises:
            GitHubUnreachable: the connection broke before the body was whole.
            GitHubTimedOut: GitHub fell silent.
            GitHubBroken: the body cannot be decoded.

        """
        ...

    async def close(self) -> None:
        """Let go of the connection; what is left of the body is not read."""
        ...


class Upstream(Protocol):
    """GitHub."""

    async def send(self, request: Request, credential: Credential | None) -> Incoming:
        """Send one request, following no redirect, and return when the header fields are there.

        Raises:
            CallerError: the request cannot be put on the wire.
            GitHubUnreachable: no connection, or it broke.
            GitHubTimedOut: GitHub fell silent.
            GitHubBroken: what came is no HTTP.

        """
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made to GitHub, for whoever observes."""

    method: str
    path: str
    status: int
    points: int
    seconds: float


class Observer(Protocol):
    """Is told what happened; must not raise and must not wait."""

    def called(self, call: Call) -> None:
        """One call to GitHub ended, by an answer or (status 0) by a failure."""
        ...

    def delivered(self, event: str, outcome: str) -> None:
        """A genuine delivery of GitHub's webhooks was taken, or had been before (`repeat`)."""
        ...

    def missed(self, subject: str) -> None:
        """A repository or owner changed without a delivery that told of it."""
        ...

    def refuted(self, route_class: str) -> None:
        """GitHub's entity tags of a class of route are made otherwise than was thought."""
        ...

    def failed(self, what: str, error: BaseException) -> None:
        """Something that nobody waits for failed: a renewal, a write to the store."""
        ...
