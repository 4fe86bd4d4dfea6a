"""Repositories as a whole: made, edited, hidden, shown, moved, deleted."""

from __future__ import annotations

from typing import Any

from portico.sandbox.bodies.accounts import simple_organization, simple_user
from portico.sandbox.bodies.repositories import minimal_repository
from portico.sandbox.changes.telling import Telling
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository

# What `edit_repository` takes.
_EDITABLE = ("description", "homepage", "topics", "default_branch")


class RepositoryChanges(Telling):
    """What happens to repositories as a whole."""

    __slots__ = ()

    def create_repository(self, owner: str, name: str, *, private: bool = False) -> Repository:
        """Make an empty repository and return it. ValueError: the name is taken."""
        with self.lock:
            repo = self._new(self.accounts[owner.lower()], name, private=private)
            self._tell_repository(repo, "created")
            return repo

    def fork(self, repository: Repository | str, login: str) -> Repository:
        """Fork a repository to an account and return the fork. ValueError: the name is taken.

        `fork` tells the hooks of the one, `repository` those of the other.
        """
        with self.lock:
            repo, account = self.find(repository), self.accounts[login.lower()]
            forkee = self._new(account, repo.name, private=repo.private)
            forkee.parent, forkee.description = repo, repo.description
            forkee.default_branch, forkee.languages = repo.default_branch, dict(repo.languages)
            forkee.history.commits = list(repo.history.commits)
            forkee.history.branches = dict(repo.history.branches)
            forkee.history.files = dict(repo.history.files)
            forkee.pushed_at = repo.pushed_at
            repo.forks += 1
            repo.updated_at = self.clock()
            # GitHub has not yet looked into it when it tells.
            shown = minimal_repository(forkee, self.outsider)
            told = {**shown, "language": None, "public": not forkee.private}
            self.tell("fork", repo, self._doer(account), forkee=told)
            self._tell_repository(forkee, "created")
            return forkee

    def edit_repository(
        self,
        repository: Repository | str,
        **facts: Any,  # noqa: ANN401 - texts, and one list
    ) -> None:
        """Change description, homepage, topics or default branch; what stays is not told.

        Raises KeyError for any other fact: each of those has a change of its own.
        """
        with self.lock:
            repo = self.find(repository)
            if not set(facts) <= set(_EDITABLE):
                raise KeyError(f"can be edited: {', '.join(_EDITABLE)}")
            changes: dict[str, Json] = {}
            for name, new in facts.items():
                old = getattr(repo, name)
                if old != new:
                    changes[name] = {"from": old}
                    setattr(repo, name, new)
            if changes:
                repo.updated_at = self.clock()
                self._tell_repository(repo, "edited", changes=changes)

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
                self._tell_repository(repo, "privatized" if private else "publicized")
            if is_change and not private:
                self.tell("public", repo, self.actor(repo))

    def archive(self, repository: Repository | str, *, archived: bool = True) -> None:
        """Make a repository read-only, or writable again."""
        with self.lock:
            repo = self.find(repository)
            if repo.archived != archived:
                repo.archived, repo.updated_at = archived, self.clock()
                self._tell_repository(repo, "archived" if archived else "unarchived")

    def rename(self, repository: Repository | str, name: str) -> None:
        """Give a repository a new name; the old one redirects until somebody takes it."""
        with self.lock:
            repo = self.find(repository)
            before, repo.name, repo.updated_at = repo.name, name, self.clock()
            self.lead_to(repo)
            changes = {"repository": {"name": {"from": before}}}
            self._tell_repository(repo, "renamed", changes=changes)

    def transfer(self, repository: Repository | str, owner: str) -> None:
        """Give a repository to another account; the old name redirects.

        Only the new owner's hooks are told, and the repository's own.
        """
        with self.lock:
            repo = self.find(repository)
            before, repo.owner = repo.owner, self.accounts[owner.lower()]
            repo.updated_at = self.clock()
            self.lead_to(repo)
            view = self.outsider
            was = (
                {"organization": simple_organization(before, view)}
                if before.is_organization
                else {"user": simple_user(before, view)}
            )
            self._tell_repository(repo, "transferred", changes={"owner": {"from": was}})

    def delete_repository(self, repository: Repository | str) -> None:
        """Delete a repository with everything in it; its own hooks hear of it last of all."""
        with self.lock:
            repo = self.find(repository)
            self.remove_repository(repo)
            for fork in self.repositories.values():
                if fork.parent is repo:
                    fork.parent = None
            for account in self.accounts.values():
                account.starred_at.pop(repo.id, None)
            self._tell_repository(repo, "deleted")

    def _new(self, owner: Account, name: str, *, private: bool) -> Repository:
        taken = self.repository(owner.login, name)
        if taken is not None and taken.name.lower() == name.lower() and taken.owner is owner:
            raise ValueError(f"{taken.full_name} exists")
        now = self.clock()
        return self.add_repository(
            Repository(self.next_id(), owner, name, now, now, now, private=private)
        )

    def _tell_repository(self, repo: Repository, action: str, **body: Json) -> None:
        self.tell("repository", repo, self.actor(repo), action=action, **body)

    def _doer(self, account: Account) -> Account:
        """Return who acts for an account: an organisation's first member, else itself."""
        return account.members[0] if account.members else account
