"""What a request may reach, wired once in `app.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from portico.core.audience import Credential
from portico.core.cap import AnonymousCaps, Caps
from portico.core.grant import Grant
from portico.core.holders import Holders
from portico.core.lent import Lent
from portico.gateway.gateway import Gateway
from portico.gateway.ports import Clock
from portico.gateway.tally import Tally
from portico.web.documents import Documents


class OperatorCredential(Protocol):
    """The operator's public-only credential, once it has been examined."""

    @property
    def credential(self) -> Credential | None:
        """The credential that public answers may be fetched with, if there is one."""
        ...

    @property
    def bucket(self) -> str | None:
        """The bucket that it spends from, if it is known whose it is."""
        ...


class Installations(Protocol):
    """A GitHub App's installations."""

    async def lend(self, owner: str, repository: str | None, *, may_write: bool) -> Lent | None:
        """Return what the installation on `owner` lends, or None if there is none.

        Raises:
            NotAllowed: the installation is suspended.
            GitHubError: it is not known whether there is one, and GitHub could not be asked.

        """
        ...


class Keys(Protocol):
    """The keys that are good."""

    def find(self, key: str) -> Grant:
        """Return what the holder of a key may do.

        Raises:
            CredentialNeeded: the key is no good; the detail says why.

        """
        ...


class Page(Protocol):
    """The numbers for Prometheus."""

    def page(self) -> bytes:
        """Return them as text."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """The parts of a running Portico that the web edge uses.

    `secret` is the key of credentials' fingerprints. `owners`, if not empty, are the logins
    (lower case) whose data callers without a credential may ask for. `is_local`: only this
    machine reaches it, and no proxy brings others here. `deadline_s` bounds an
    aggregate, `body_limit_bytes` a request's body. `holders` knows whose a credential is;
    `app` is the GitHub App, if there is one. `anonymous_caps` bound what callers without a
    credential may spend, if anything does.
    """

    gateway: Gateway
    clock: Clock
    operator: OperatorCredential
    keyring: Keys
    caps: Caps
    tally: Tally
    metrics: Page
    secret: bytes = field(repr=False)
    owners: frozenset[str]
    is_proxy_anonymous: bool
    is_local: bool
    deadline_s: float
    body_limit_bytes: int
    holders: Holders = field(default_factory=Holders)
    documents: Documents = field(default_factory=Documents)
    app: Installations | None = None
    anonymous_caps: AnonymousCaps | None = None
