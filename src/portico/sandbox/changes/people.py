"""People: collaborators, members of organisations, and accounts that change their name."""

from __future__ import annotations

from dataclasses import replace

from portico.sandbox.bodies.accounts import simple_user
from portico.sandbox.changes.telling import Telling
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository
from portico.sandbox.tokens import Installation


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
        `installation_target`. Its tokens and installations stay its own. ValueError: the login is
        taken.
        """
        with self.lock:
            account = self.accounts[login.lower()]
            if new.lower() in self.accounts:
                raise ValueError(f"{new} is taken")
            del self.accounts[login.lower()]
            before, account.login, account.updated_at = account.login, new, self.clock()
            self.add_account(account)
            self._follow(before, new)
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

    def _follow(self, before: str, new: str) -> None:
        """Let everything that names an account by its login follow; GitHub has its id there."""

        def names(full_names: frozenset[str] | None) -> frozenset[str] | None:
            if full_names is None:
                return None
            old, own = f"{before.lower()}/", f"{new.lower()}/"
            return frozenset(
                own + name.removeprefix(old) if name.startswith(old) else name
                for name in full_names
            )

        def moved(found: Installation) -> Installation:
            if found.account != before:
                return found
            return replace(found, account=new, repositories=names(found.repositories))

        self.apps = [replace(a, owner=new) if a.owner == before else a for a in self.apps]
        self.installations = {number: moved(one) for number, one in self.installations.items()}
        self.tokens = {
            value: replace(
                token,
                login=new if token.login == before else token.login,
                repositories=names(token.repositories),
                installation=moved(token.installation) if token.installation else None,
            )
            for value, token in self.tokens.items()
        }

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
