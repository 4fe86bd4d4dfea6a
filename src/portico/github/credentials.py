"""What a configured token is, and how far it reaches: asked of GitHub, not guessed.

What Portico fetches with PORTICO_GITHUB_TOKEN is shown to everybody, so a token that can see
anything private must not be used for that. Rule: in doubt it reaches too far. A check costs two
points at most, for an installation one for every hundred repositories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from portico.core.audience import Credential, user_bucket
from portico.core.errors import GitHubBroken
from portico.core.limits import limit_of
from portico.core.message import Headers, Request, Response
from portico.core.window import Window, read_window
from portico.github.ask import ask
from portico.github.client import GitHubClient

# Scopes that open nothing beyond what is public.
# https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
PUBLIC_SCOPES: Final = frozenset({"public_repo"})
_PER_PAGE: Final = 100
# A thousand repositories: beyond that, looking through them all costs more than it tells.
_MOST_PAGES: Final = 10
_ADVICE: Final = (
    "Give PORTICO_GITHUB_TOKEN a fine-grained token with 'Public repositories' as its repository "
    "access and no further permissions (https://github.com/settings/personal-access-tokens/new), "
    "or a classic token without any scope (https://github.com/settings/tokens/new). For private "
    "reach there are GitHub Apps: see PORTICO_GITHUB_APP_ID."
)

_Body = TypeVar("_Body")


class Kind(StrEnum):
    """The kinds of token that Portico is given."""

    CLASSIC = "classic"
    FINE_GRAINED = "fine-grained"
    INSTALLATION = "installation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """What one token is and may see.

    `login` and `user_id` are whose it is, None for an installation's; all of a user's tokens
    spend from one bucket. `scopes` are those of a classic token. `expires_at` is in Unix seconds,
    None if it never expires or GitHub did not say. `core` is what is left. `private` says in
    words why it reaches private things; `problem` why it is not valid, or why its reach is not
    known.
    """

    kind: Kind
    is_valid: bool = True
    problem: str | None = None
    login: str | None = None
    user_id: int | None = None
    scopes: tuple[str, ...] = ()
    expires_at: float | None = None
    core: Window | None = None
    private: str | None = None

    @property
    def bucket(self) -> str | None:
        """The name of the bucket that the token spends from, where GitHub told whose it is."""
        return None if self.user_id is None else user_bucket(self.user_id)


class _Account(msgspec.Struct):
    login: str
    id: int


class _Repository(msgspec.Struct):
    private: bool


class _Installed(msgspec.Struct):
    total_count: int
    repositories: list[_Repository]


async def examine(client: GitHubClient, credential: Credential, now: float) -> Reach:
    """Ask GitHub what this credential is and reaches. Any answer of GitHub's is an answer here.

    Raises:
        GitHubError: GitHub could not be asked, or what came makes no sense.

    """
    if _kind_of(credential, Headers()) is Kind.INSTALLATION:
        return await _examine_installation(client, credential, now)
    answer = await _ask(client, credential, "/user")
    reach = _read_reach(credential, answer, now)
    if reach.problem:
        return reach
    account = _decoded(answer, _Account)
    reach = replace(reach, login=account.login, user_id=account.id)
    beyond = sorted(set(reach.scopes) - PUBLIC_SCOPES)
    if beyond:
        return replace(reach, private=f"its scopes go beyond what is public: {', '.join(beyond)}")
    return await _look_for_private(client, credential, reach)


def refusal(reach: Reach) -> str | None:
    """Return why a token must not be used for what everybody sees, and what to do; None if it may.

    The text is for the operator, and names the variable and the kind of token to make.
    """
    if not reach.is_valid:
        return f"PORTICO_GITHUB_TOKEN cannot be used: {reach.problem}. {_ADVICE}"
    if reach.problem:
        return (
            f"PORTICO_GITHUB_TOKEN is not used, as its reach is not known: {reach.problem}. "
            "Try again in a while."
        )
    if reach.private:
        return (
            "PORTICO_GITHUB_TOKEN must not be used: what Portico fetches with it is shown to "
            f"everybody, and {reach.private}. {_ADVICE}"
        )
    return None


async def _look_for_private(client: GitHubClient, credential: Credential, reach: Reach) -> Reach:
    answer = await _ask(client, credential, "/user/repos", "visibility=private&per_page=1")
    problem = _problem_in(answer)
    if problem:
        return replace(reach, problem=problem)
    if _decoded(answer, list[_Repository]):
        return replace(reach, private="it can see at least one private repository")
    return reach


async def _examine_installation(client: GitHubClient, credential: Credential, now: float) -> Reach:
    page = 0
    while True:
        page += 1
        query = f"per_page={_PER_PAGE}&page={page}"
        answer = await _ask(client, credential, "/installation/repositories", query)
        reach = _read_reach(credential, answer, now)
        if reach.problem:
            return reach
        installed = _decoded(answer, _Installed)
        if any(repository.private for repository in installed.repositories):
            return replace(reach, private="it is installed on at least one private repository")
        if page * _PER_PAGE >= installed.total_count:
            return reach
        if page == _MOST_PAGES:
            return replace(reach, private="it is installed on too many repositories to look at")


async def _ask(
    client: GitHubClient, credential: Credential, path: str, query: str = ""
) -> Response:
    return await ask(client, Request("GET", path, query), credential)


def _read_reach(credential: Credential, answer: Response, now: float) -> Reach:
    """Return what any answer tells of the credential that it was asked for with."""
    window = read_window(answer.headers)
    return Reach(
        kind=_kind_of(credential, answer.headers),
        is_valid=answer.status != 401,
        problem=_problem_in(answer),
        scopes=_scopes_in(answer.headers),
        expires_at=_expiry_in(answer.headers),
        core=window.at(now) if window else None,
    )


def _problem_in(answer: Response) -> str | None:
    if answer.status == 200:
        return None
    if answer.status == 401:
        return "GitHub does not know it: it is mistyped, expired or revoked (401)"
    if limit_of(answer):
        return "GitHub's rate limit is used up, so it cannot be asked now"
    return f"GitHub answered {answer.status}"


def _kind_of(credential: Credential, headers: Headers) -> Kind:
    """Return the kind of a token, by its prefix, else by what GitHub says of classic ones only.

    https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
    """
    secret = credential.secret
    if secret.startswith("ghs_"):
        return Kind.INSTALLATION
    if secret.startswith("github_pat_"):
        return Kind.FINE_GRAINED
    if secret.startswith("ghp_") or "X-OAuth-Scopes" in headers:
        return Kind.CLASSIC
    return Kind.UNKNOWN


def _scopes_in(headers: Headers) -> tuple[str, ...]:
    said = headers.get("X-OAuth-Scopes") or ""
    return tuple(scope.strip() for scope in said.split(",") if scope.strip())


def _expiry_in(headers: Headers) -> float | None:
    """Return the instant of a field like `2026-02-06 07:42:23 +0100` or `… UTC`."""
    said = (headers.get("GitHub-Authentication-Token-Expiration") or "").replace("UTC", "+0000")
    try:
        return datetime.strptime(said, "%Y-%m-%d %H:%M:%S %z").timestamp()
    except ValueError:
        return None


def _decoded(answer: Response, body_type: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(answer.body, type=body_type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GitHubBroken("GitHub's answer about the token makes no sense") from error
