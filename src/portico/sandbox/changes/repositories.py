"""Repositories: hidden, shown, renamed."""

from __future__ import annotations

from portico.sandbox.changes.telling import Telling
from portico.sandbox.model import Repository


class RepositoryChanges(Telling):
    """What happens to repositories as a whole."""

    __slots__ = ()

    def make_private(self, repository: Repository | str, *, private: bool = True) -> None:
        """Hide a repository, or show it again; its description then carries its secret.

        Showing one is told twice: as `repository` and, as it always was, as `public`.
        """
        with self.lock:
            repo = self.find(repository)
            is_change = repo.private != private
            repo.private, repo.updated_at = private, self.clock()
            text = (repo.description or "").replace(f" ({repo.secret})", "")
            repo.description = f"{text} ({repo.secret})" if private else text
            if is_change:
                action = "privatized" if private else "publicized"
                self.tell("repository", repo, self.actor(repo), action=action)
            if is_change and not private:
                self.tell("public", repo, self.actor(repo))

    def rename(self, repository: Repository | str, name: str) -> None:
        """Give a repository a new name; the old one redirects until somebody takes it."""
        with self.lock:
            repo = self.find(repository)
            before, repo.name, repo.updated_at = repo.name, name, self.clock()
            self.lead_to(repo)
            changes = {"repository": {"name": {"from": before}}}
            self.tell("repository", repo, self.actor(repo), action="renamed", changes=changes)
