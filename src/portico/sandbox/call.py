"""One request on its way through the handlers: what was asked, by whom, of which world, when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from portico.sandbox import errors
from portico.sandbox.access import Caller, Role
from portico.sandbox.app_jwt import App
from portico.sandbox.bodies.view import View
from portico.sandbox.errors import Refusal
from portico.sandbox.media import Media
from portico.sandbox.message import Json, Request
from portico.sandbox.model import Account, Issue, Repository
from portico.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given. `now` is in Unix seconds; `params` are the path's, decoded."""

    world: World
    request: Request
    caller: Caller
    version: str
    media: Media
    now: float
    params: Mapping[str, str] = field(default_factory=dict)
    found: Repository | None = None

    @property
    def view(self) -> View:
        """How this request's bodies look at the world."""
        return View(self.request.api_url, self.caller, self.version, self.media.param)

    @property
    def repository(self) -> Repository:
        """The repository that the path names; `respond` has made sure that it may be seen."""
        assert self.found is not None  # noqa: S101 - only repository routes ask
        return self.found

    @property
    def repository_path(self) -> str:
        """The repository's path by id, as GitHub writes it in links."""
        return f"/repositories/{self.repository.id}"

    def payload(self) -> dict[str, Json]:
        """Return the JSON object of the body; raises a 400 Refusal if it is none."""
        try:
            value = json.loads(self.request.body or b"{}")
        except ValueError:
            raise errors.problems_parsing_json() from None
        if not isinstance(value, dict):
            raise Refusal(400, "Body should be a JSON object")
        return value

    def account(self) -> Account:
        """Return the account that the path names by login or by id, or raise 404."""
        if "login" in self.params:
            account = self.world.account(self.params["login"])
        else:
            account = self.world.account_by_id(int(self.params["id"]))
        if account is None:
            raise errors.not_found()
        return account

    def organization(self) -> Account:
        """Return the organisation that the path names, or raise 404."""
        account = self.account()
        if not account.is_organization:
            raise errors.not_found()
        return account

    def me(self) -> Account:
        """Return the user who asks; raises 401 for nobody and 403 for an installation."""
        if self.caller.is_anonymous:
            raise Refusal(401, errors.REQUIRES_AUTHENTICATION)
        if self.caller.account is None:
            raise Refusal(403, "Resource not accessible by integration")
        return self.caller.account

    def app(self) -> App:
        """Return the App that asks; `respond` has made sure that one does."""
        assert self.caller.app is not None  # noqa: S101 - only routes for Apps ask
        return self.caller.app

    def issue(self) -> Issue:
        """Return the issue or pull request numbered in the path; raises 404 or 410."""
        if not self.repository.has_issues:
            raise Refusal(410, errors.ISSUES_DISABLED)
        issue = self.repository.issues.get(int(self.params["number"]))
        if issue is None:
            raise errors.not_found()
        return issue

    def require_reading(self, permission: str) -> None:
        """Raise 403 where a token lacks the permission to read this of a private repository.

        `permission` is a route's: `issues=read`. Of a public one everybody may read everything.
        """
        token = self.caller.token
        name, _, level = permission.partition("=")
        if token is None or token.scopes is not None or not self.repository.private:
            return
        if level == "read" and name not in {"metadata", *token.permissions}:
            kind = "integration" if token.installation else "personal access token"
            raise errors.not_readable(by=kind)

    def require_writing(self, permission: str) -> None:
        """Raise the right refusal unless the token itself may write."""
        token = self.caller.token
        if token is None or not token.may_write(permission):
            raise errors.not_writable(self.caller)
        if self.repository.archived:
            raise Refusal(403, errors.ARCHIVED)

    def require_role(self, role: Role) -> None:
        """Raise 403 unless the caller's role in the repository reaches this far."""
        if self.caller.role(self.repository) < role:
            raise Refusal(403, errors.ADMIN_RIGHTS)
