"""Something that happened in the world, as all deliveries of it tell it."""

from __future__ import annotations

from dataclasses import dataclass

from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository


@dataclass(frozen=True, slots=True)
class Event:
    """One happening.

    `about` is the repository that it happened to, else the account; None if it is about a hook
    that belongs to neither. `body` holds the payload's members apart from those that every payload
    has. The `guid` is the same for all hooks.
    """

    guid: str
    name: str
    action: str | None
    about: Repository | Account | None
    sender: Account | None
    body: dict[str, Json]
    at: float

    @property
    def account(self) -> Account | None:
        """The account that it happened to, or whose repository."""
        return self.about.owner if isinstance(self.about, Repository) else self.about
