"""Stars: given and taken back."""

from __future__ import annotations

from portico.sandbox.bodies.view import iso
from portico.sandbox.changes.telling import Telling
from portico.sandbox.model import Account, Repository

# Whom GitHub names where it names nobody: https://github.com/ghost
GHOST = Account(10137, "ghost")


class StarChanges(Telling):
    """What happens to stars."""

    __slots__ = ()

    def star(self, repository: Repository | str, login: str | None = None) -> int:
        """Add a star, of a known user or of somebody unnamed, and return the new count.

        Two events tell of it: `star`, and `watch`, which has meant stars since 2012.
        """
        with self.lock:
            repo, now = self.find(repository), self.clock()
            user = self.account(login) if login else None
            if user is not None and repo.id in user.starred_at:
                return repo.stars
            repo.star_times.append(now)
            repo.updated_at = now
            if user is not None:
                user.starred_at[repo.id] = now
            self.tell("star", repo, user or GHOST, action="created", starred_at=iso(now))
            self.tell("watch", repo, user or GHOST, action="started")
            return repo.stars

    def unstar(self, repository: Repository | str, login: str) -> int:
        """Take a user's star back and return the new count; only `star` tells of it."""
        with self.lock:
            repo, user = self.find(repository), self.accounts[login.lower()]
            if user.starred_at.pop(repo.id, None) is not None:
                repo.star_times.pop()
                repo.updated_at = self.clock()
                self.tell("star", repo, user, action="deleted", starred_at=None)
            return repo.stars
