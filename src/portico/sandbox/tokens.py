"""The sandbox's credentials: what each may do, and the fixed tokens of the seeded world.

The values have the shapes of GitHub's tokens and are plainly invented. Shapes:
https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_CLASSIC_LENGTH = 36
_FINE_GRAINED_LENGTH = 82


def _classic(name: str) -> str:
    return "ghp_" + name.ljust(_CLASSIC_LENGTH, "0")


def _installation(app_id: int) -> str:
    """Return a token of the form that installations get since 2026: ghs_<app>_<JWT>."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"iss": "sandbox", "sub": f"installation:{app_id}", "pad": "not-a-secret-" * 23}
    return f"ghs_{app_id}_" + ".".join([part({"alg": "none"}), part(claims), part("unsigned")])


INSTALLATION_ID = 5150
INSTALLATION_APP_ID = 4242

PUBLIC = _classic("sandboxPublic")  # classic, no scope: sees public data only
SOLVEIG = _classic("sandboxSolveigRepo")  # classic, scope repo
SOLVEIG_SECOND = _classic("sandboxSolveigOther")  # another token of the same user: same buckets
EIRIK = _classic("sandboxEirikRepo")  # collaborator on solveig's private repository
INGRID = _classic("sandboxIngridRepo")  # an outsider with the repo scope
FINE_GRAINED = "github_pat_" + "sandboxFineGrained_".ljust(_FINE_GRAINED_LENGTH, "0")  # solveig's
INSTALLATION = _installation(INSTALLATION_APP_ID)  # an app installed on the organisation nordlys


@dataclass(frozen=True, slots=True)
class Installation:
    """A GitHub App installed on one account."""

    id: int
    app_id: int
    app_slug: str
    account: str


@dataclass(frozen=True, slots=True)
class Token:
    """A credential and its reach.

    `login` is the user it acts for; None for an installation. `scopes` is None for fine-grained
    and installation tokens, which have `permissions` instead. `repositories` limits a token to
    full names in lower case; None means all that its owner reaches.
    """

    value: str
    login: str | None = None
    scopes: tuple[str, ...] | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repositories: frozenset[str] | None = None
    installation: Installation | None = None
    expires: str | None = None  # as github-authentication-token-expiration shows it

    @property
    def reaches_private(self) -> bool:
        """Whether private repositories can be within reach at all."""
        return self.scopes is None or "repo" in self.scopes

    def may_write(self, permission: str) -> bool:
        """Whether the token, apart from its user's role, allows writing."""
        if self.scopes is not None:
            return "repo" in self.scopes or "public_repo" in self.scopes
        return self.permissions.get(permission) == "write"

    @property
    def marker(self) -> str:
        """A text that only this credential's own answers carry, so that a leak can be found."""
        return "leak-" + hashlib.sha256(self.value.encode()).hexdigest()[:12]


def seeded_tokens() -> list[Token]:
    """Return the tokens of the seeded world."""
    repo = ("repo",)
    app = Installation(INSTALLATION_ID, INSTALLATION_APP_ID, "harbor-pilot", "nordlys")
    return [
        Token(PUBLIC, "portico-demo", ()),
        Token(SOLVEIG, "solveig", ("read:org", "repo")),
        Token(SOLVEIG_SECOND, "solveig", repo),
        Token(EIRIK, "eirik", repo),
        Token(INGRID, "ingrid", repo),
        Token(
            FINE_GRAINED,
            "solveig",
            permissions={"metadata": "read", "contents": "read", "issues": "read"},
            repositories=frozenset({"solveig/harbor", "solveig/tidal-map"}),
            expires="2027-06-30 12:00:00 +0200",
        ),
        Token(
            INSTALLATION,
            permissions={"metadata": "read", "contents": "write", "issues": "write"},
            installation=app,
        ),
    ]
