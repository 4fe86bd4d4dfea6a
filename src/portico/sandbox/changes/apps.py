"""GitHub Apps: registered, installed, suspended, and given tokens.

Only the hooks of Apps hear of their installations.

An installation's token lasts an hour by the world's clock. A token just made is not known
everywhere at once: `world.token_delay_s` is how long it gets 401.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from portico.sandbox.app_jwt import App
from portico.sandbox.bodies import apps as app_bodies
from portico.sandbox.changes.telling import Telling
from portico.sandbox.limits import granted
from portico.sandbox.tokens import Installation, Token, installation_token

LIFETIME_S = 3_600


class AppChanges(Telling):
    """What happens to Apps and their installations."""

    __slots__ = ()

    def add_app(self, app: App) -> App:
        """Register an App, or give the one of that id another key."""
        with self.lock:
            self.apps = [*(each for each in self.apps if each.id != app.id), app]
        return app

    def install(
        self,
        app: App,
        login: str,
        *,
        permissions: Mapping[str, str],
        repositories: Iterable[str] | None = None,
    ) -> Installation:
        """Install an App on an account: on these repositories (full names), or on all."""
        with self.lock:
            chosen = None if repositories is None else frozenset(map(str.lower, repositories))
            installation = Installation(
                self.next_id(),
                app.id,
                app.slug,
                self.accounts[login.lower()].login,
                permissions=dict(permissions),
                repositories=chosen,
                created_at=self.clock(),
            )
            self.keep_installation(installation)
            self._tell_installation(installation, "created")
            return installation

    def keep_installation(self, installation: Installation) -> Installation:
        """Let an installation be found, and grant it the points that its size is worth."""
        account = self.accounts[installation.account.lower()]
        repositories = len(installation.repositories or self.owned_by(account))
        points = granted(repositories=repositories, members=len(account.members))
        self.installations[installation.id] = installation
        self.buckets.granted[f"installation:{installation.id}"] = points
        return installation

    def uninstall(self, installation_id: int) -> None:
        """Take an installation away, with all its tokens."""
        with self.lock:
            installation = self.installations[installation_id]
            self._tell_installation(installation, "deleted")
            del self.installations[installation_id]
            for token in self._tokens_of(installation_id):
                del self.tokens[token.value]

    def suspend(self, installation_id: int, *, suspended: bool = True) -> None:
        """Suspend an installation, or let it go on; its tokens are known and refused meanwhile."""
        with self.lock:
            found = self.installations[installation_id]
            at = self.clock() if suspended else None
            self.installations[installation_id] = replace(found, suspended_at=at)
            action = "suspend" if suspended else "unsuspend"
            self._tell_installation(self.installations[installation_id], action)

    def mint(
        self,
        installation: Installation,
        permissions: Mapping[str, str],
        repositories: frozenset[str] | None,
        *,
        old_form: bool = False,
    ) -> Token:
        """Make a token of an installation."""
        now = self.clock()
        return self.add_token(
            Token(
                installation_token(installation.app_id, nonce=self.next_request(), is_old=old_form),
                permissions=dict(permissions),
                repositories=repositories,
                installation=installation,
                good_from=now + self.token_delay_s,
                expires_at=now + LIFETIME_S,
            )
        )

    def _tell_installation(self, installation: Installation, action: str) -> None:
        account = self.accounts[installation.account.lower()]
        chosen = installation.repositories
        within = [
            repository
            for repository in self.owned_by(account)
            if chosen is None or repository.full_name.lower() in chosen
        ]
        self.tell(
            "installation",
            account,
            account.members[0] if account.members else account,
            action=action,
            installation=app_bodies.installation(installation, account, self.outsider),
            repositories=[app_bodies.installed(each) for each in within],
            **({"requester": None} if action == "created" else {}),
        )

    def _tokens_of(self, installation_id: int) -> list[Token]:
        return [
            token
            for token in self.tokens.values()
            if token.installation is not None and token.installation.id == installation_id
        ]
