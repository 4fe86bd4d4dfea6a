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


def installation_token(app_id: int, *, nonce: int = 0, is_old: bool = False) -> str:
    """Return a token as installations get it since 2026: ghs_<app>_<JWT>; or as before."""
    if is_old:
        return "ghs_" + f"sandbox{nonce}".ljust(_CLASSIC_LENGTH, "0")

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"iss": "sandbox", "sub": f"installation:{app_id}", "pad": "not-a-secret-" * 23}
    if nonce:
        claims["jti"] = str(nonce)
    return f"ghs_{app_id}_" + ".".join([part({"alg": "none"}), part(claims), part("unsigned")])


SUSPENDED = "This installation has been suspended"
INSTALLATION_ID = 5150
INSTALLATION_APP_ID = 4242

PUBLIC = _classic("sandboxPublic")  # classic, no scope: sees public data only
SOLVEIG = _classic("sandboxSolveigRepo")  # classic, scope repo
SOLVEIG_SECOND = _classic("sandboxSolveigOther")  # another token of the same user: same buckets
EIRIK = _classic("sandboxEirikRepo")  # collaborator on solveig's private repository
INGRID = _classic("sandboxIngridRepo")  # an outsider with the repo scope
FINE_GRAINED = "github_pat_" + "sandboxFineGrained_".ljust(_FINE_GRAINED_LENGTH, "0")  # solveig's
INSTALLATION = installation_token(
    INSTALLATION_APP_ID
)  # an app installed on the organisation nordlys


@dataclass(frozen=True, slots=True)
class Installation:
    """A GitHub App installed on one account.

    `repositories` are full names in lower case; None: all of the account's. Instants are in Unix
    seconds; one that is suspended gets no token.
    """

    id: int
    app_id: int
    app_slug: str
    account: str
    permissions: Mapping[str, str] = field(default_factory=dict)
    repositories: frozenset[str] | None = None
    created_at: float = 0.0
    suspended_at: float | None = None

    @property
    def selection(self) -> str:
        """Whether it is on all of the account's repositories or on chosen ones."""
        return "all" if self.repositories is None else "selected"


@dataclass(frozen=True, slots=True)
class Token:
    """A credential and its reach.

    `login` is the user it acts for; None for an installation. `scopes` is None for fine-grained
    and installation tokens, which have `permissions` instead. `repositories` limits a token to
    full names in lower case; None means all that its owner reaches. An installation's is good
    from `good_from` until `expires_at`, in Unix seconds.
    """

    value: str
    login: str | None = None
    scopes: tuple[str, ...] | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repositories: frozenset[str] | None = None
    installation: Installation | None = None
    good_from: float = 0.0
    expires_at: float | None = None
    expires: str | None = None  # as github-authentication-token-expiration shows it

    def is_good(self, now: float) -> bool:
        """Whether the token is known by now, and still."""
        return self.good_from <= now and (self.expires_at is None or now < self.expires_at)

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


INSTALLED = Installation(
    INSTALLATION_ID,
    INSTALLATION_APP_ID,
    "harbor-pilot",
    "nordlys",
    permissions={"metadata": "read", "contents": "write", "issues": "write"},
)


def seeded_tokens() -> list[Token]:
    """Return the tokens of the seeded world."""
    repo = ("repo",)
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
        Token(INSTALLATION, permissions=INSTALLED.permissions, installation=INSTALLED),
    ]
