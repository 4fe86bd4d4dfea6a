"""People: collaborators, members of organisations, and accounts that change their name."""

from __future__ import annotations

from portico.sandbox.bodies.accounts import simple_user
from portico.sandbox.changes.telling import Telling
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository


class PeopleChanges(Telling):
    """What happens to people."""

    __slots__ = ()

    def add_collaborator(self, repository: Repository | str, login: str) -> None:
        """Let a user write to a repository."""
        with self.lock:
            repo, user = self.find(repository), self.accounts[login.lower()]
            if user in repo.collaborators:
                return
            repo.collaborators.append(user)
            changes = {"permission": {"to": "write"}, "role_name": {"to": "write"}}
            self._tell_member(repo, user, "added", changes=changes)

    def remove_collaborator(self, repository: Repository | str, login: str) -> None:
        """Take the right to write, and of a private repository the sight of it, from a user."""
        with self.lock:
            repo, user = self.find(repository), self.accounts[login.lower()]
            if user in repo.collaborators:
                repo.collaborators.remove(user)
                self._tell_member(repo, user, "removed")

    def add_member(self, organization: str, login: str) -> None:
        """Make a user a member of an organisation."""
        with self.lock:
            account, user = self.accounts[organization.lower()], self.accounts[login.lower()]
            if user not in account.members:
                account.members.append(user)
                self._tell_organization(account, user, "member_added")

    def remove_member(self, organization: str, login: str) -> None:
        """Take a user out of an organisation, and what it keeps private out of the user's sight."""
        with self.lock:
            account, user = self.accounts[organization.lower()], self.accounts[login.lower()]
            if user in account.members:
                account.members.remove(user)
                self._tell_organization(account, user, "member_removed")

    def rename_account(self, login: str, new: str) -> None:
        """Give an account a new login: its repositories redirect, the account itself is 404.

        Organisations tell of it by `organization`; of users only Apps hear, by
        `installation_target`. ValueError: the login is taken.
        """
        with self.lock:
            account = self.accounts[login.lower()]
            if new.lower() in self.accounts:
                raise ValueError(f"{new} is taken")
            del self.accounts[login.lower()]
            before, account.login, account.updated_at = account.login, new, self.clock()
            self.add_account(account)
            for repo in self.owned_by(account):
                self.lead_to(repo)
            changes = {"login": {"from": before}}
            if account.is_organization:
                owner = account.members[0]
                self._tell_organization(account, owner, "renamed", changes=changes)
            self.tell(
                "installation_target",
                account,
                account,
                action="renamed",
                account=simple_user(account, self.outsider),
                changes=changes,
                target_type=account.kind,
            )

    def _tell_member(self, repo: Repository, user: Account, action: str, **body: Json) -> None:
        told = simple_user(user, self.outsider)
        self.tell("member", repo, self.actor(repo), action=action, member=told, **body)

    def _tell_organization(
        self, account: Account, user: Account, action: str, **body: Json
    ) -> None:
        view = self.outsider
        membership: dict[str, Json] = {
            "url": view.url("orgs", account.login, "memberships", user.login),
            "state": "active",
            "role": "admin" if account.members[:1] == [user] else "member",
            "organization_url": view.url("orgs", account.login),
            "user": simple_user(user, view),
            "direct_membership": True,
            "enterprise_teams_providing_indirect_membership": [],
        }
        sender = account.members[0] if account.members else user
        self.tell("organization", account, sender, action=action, membership=membership, **body)
