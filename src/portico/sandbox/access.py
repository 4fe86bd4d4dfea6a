"""Who is asking, and what they may see and do.

Order and wording of refusals are in `errors`; this file only decides. Source:
https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from portico.sandbox.app_jwt import App, JwtError, looks_like_jwt, read_jwt
from portico.sandbox.model import Account, Issue, Release, Repository
from portico.sandbox.tokens import SUSPENDED, Token

if TYPE_CHECKING:
    from portico.sandbox.world import World


class BadCredentialsError(Exception):
    """The Authorization header names no credential that this world accepts: GitHub's words."""

    def __init__(self, message: str = "Bad credentials", status: int = 401) -> None:
        """Take what GitHub says."""
        super().__init__(message)
        self.message = message
        self.status = status


class Role(IntEnum):
    """What somebody may do in a repository; each role includes those before it."""

    NONE = 0
    PULL = 1
    TRIAGE = 2
    PUSH = 3
    MAINTAIN = 4
    ADMIN = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who asks: a token with its user or installation, an App, or an anonymous address."""

    address: str
    token: Token | None = None
    account: Account | None = None
    app: App | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether no credential was sent."""
        return self.token is None and self.app is None

    @property
    def subject(self) -> str:
        """Whose buckets are drawn on: a user's or an installation's, else the address's."""
        if self.token is None:
            return f"app:{self.app.id}" if self.app else f"ip:{self.address}"
        if self.token.installation is not None:
            return f"installation:{self.token.installation.id}"
        assert self.account is not None  # noqa: S101 - every other token acts for a user
        return f"user:{self.account.id}"

    def role(self, repository: Repository) -> Role:
        """Return the role of the user or installation, whatever the token's own limits."""
        if self.token is not None and self.token.installation is not None:
            own = self.token.installation.account == repository.owner.login
            return Role.PUSH if own else _public_role(repository)
        if self.account is None:
            return _public_role(repository)
        if self.account is repository.owner:
            return Role.ADMIN
        if self.account in repository.owner.members:
            return Role.ADMIN if self.account is repository.owner.members[0] else Role.PUSH
        return Role.PUSH if self.account in repository.collaborators else _public_role(repository)

    def can_see(self, repository: Repository) -> bool:
        """Whether the repository exists for this caller."""
        if not repository.private:
            return True
        token = self.token
        if token is None or not token.reaches_private:
            return False
        if (
            token.repositories is not None
            and repository.full_name.lower() not in token.repositories
        ):
            return False
        return self.role(repository) > Role.NONE

    def can_push(self, repository: Repository) -> bool:
        """Whether the user's role and the token's reach allow pushing."""
        return self.can_see(repository) and self.role(repository) >= Role.PUSH

    def can_see_release(self, repository: Repository, release: Release) -> bool:
        """Whether a release is visible: drafts only to those who may push."""
        return not release.draft or self.can_push(repository)

    def may_edit(self, repository: Repository, issue: Issue) -> bool:
        """Whether an issue may be changed: by its author, or with push access."""
        return self.account is issue.user or self.can_push(repository)


def _public_role(repository: Repository) -> Role:
    return Role.NONE if repository.private else Role.PULL


def identify(world: World, authorization: str, address: str, now: float) -> Caller:
    """Return the caller behind an Authorization header (`token`, `Bearer` or Basic).

    Raises BadCredentialsError when a credential was sent that is not known or not accepted.
    """
    if not authorization:
        return Caller(address)
    scheme, _, rest = authorization.partition(" ")
    value = _from_basic(rest) if scheme.lower() == "basic" else rest.strip()
    if scheme.lower() == "bearer" and looks_like_jwt(value):
        try:
            return Caller(address, app=read_jwt(value, world.apps, now))
        except JwtError as error:
            raise BadCredentialsError(error.message, error.status) from None
    token = world.tokens.get(value)
    if token is None or not token.is_good(now):
        raise BadCredentialsError
    if scheme.lower() not in {"token", "bearer", "basic"}:
        raise BadCredentialsError
    if token.installation is not None:
        known = world.installations.get(token.installation.id)
        if known is not None and known.suspended_at is not None:
            raise BadCredentialsError(SUSPENDED, 403)
    account = world.account(token.login) if token.login else None
    return Caller(address, token, account)


def _from_basic(encoded: str) -> str:
    """Return the token in a Basic credential: GitHub takes it as password or as user name."""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if password and password != "x-oauth-basic" else name  # noqa: S105
