"""What an App's installation lends for one request."""

from __future__ import annotations

from dataclasses import dataclass

from portico.core.audience import Credential
from portico.core.errors import GitHubError


@dataclass(frozen=True, slots=True)
class Lent:
    """An installation and a token of its own.

    `account` is the login it is on, in lower case. Where no token can be had just now `failure`
    says why; what was stored before may still be shown.
    """

    installation_id: int
    account: str
    credential: Credential | None
    failure: GitHubError | None = None
