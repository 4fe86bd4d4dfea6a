"""One World is one GitHub: its state, and all that can happen to it.

`respond` reads and changes it; tests change it through the methods that it has from `changes`.
"""

from __future__ import annotations

from portico.sandbox.changes.apps import AppChanges
from portico.sandbox.changes.checks import CheckChanges
from portico.sandbox.changes.people import PeopleChanges
from portico.sandbox.changes.pulls import PullChanges
from portico.sandbox.changes.releases import ReleaseChanges
from portico.sandbox.changes.repositories import RepositoryChanges
from portico.sandbox.changes.stars import StarChanges


class World(
    AppChanges,
    PullChanges,
    ReleaseChanges,
    CheckChanges,
    StarChanges,
    RepositoryChanges,
    PeopleChanges,
):
    """Everything that the sandbox knows, and its history as it goes on."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say how much there is; nothing of what is in it, tokens least of all."""
        return f"<World of {len(self.accounts)} accounts, {len(self.repositories)} repositories>"
