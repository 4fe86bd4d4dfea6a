"""What a GitHub App asks about itself: who it is, where it is installed, and tokens.

GitHub answers these with `Cache-Control: public` and `Vary: Accept`, although they are the App's
alone and one of them holds a token: nothing here goes through the store. They tell no rate
limits. https://docs.github.com/rest/apps/apps
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from portico.core.audience import Credential
from portico.core.errors import CredentialRefused, GitHubBroken, GitHubError, NotAllowed
from portico.core.limits import limit_of
from portico.core.message import Headers, Request, Response, delta_seconds
from portico.core.offset import ClockOffset, read_date
from portico.github.app_key import AppKey
from portico.github.ask import ask
from portico.github.client import GitHubClient

# Nearer than that, a clock is not what an assertion is refused for (app_key.BACKDATED_S).
CLOCK_IS_OFF_S: Final = 30.0
# Where GitHub does not say how long: "at least one minute".
# https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
LIMITED_S: Final = 60.0
LONGEST_REST_S: Final = 3_600.0
_PER_PAGE: Final = 100
# A thousand installations; what is not among them is looked for when it is needed.
_MOST_PAGES: Final = 10
_MOST_REDIRECTS: Final = 2
_JSON: Final = Headers((("Content-Type", "application/json"),))
_BY_ID: Final = re.compile(r"https?://[^/]+(?:/[^?#]*?)?(/repositories/\d+/installation)")

_Body = TypeVar("_Body")


@dataclass(frozen=True, slots=True)
class Installed:
    """One installation.

    `account` is the login it is on, in lower case, `permissions` what that account has granted.
    """

    id: int
    account: str
    permissions: Mapping[str, str]
    is_suspended: bool
    is_on_all: bool


@dataclass(frozen=True, slots=True)
class Minted:
    """A token just made, good until `expires_at` by GitHub's clock (Unix seconds)."""

    credential: Credential
    expires_at: float


class _Account(msgspec.Struct):
    login: str = ""
    slug: str = ""


class _App(msgspec.Struct):
    slug: str


class _Installation(msgspec.Struct):
    id: int
    account: _Account
    permissions: dict[str, str]
    repository_selection: str = "all"
    suspended_at: str | None = None

    def read(self) -> Installed:
        account = (self.account.login or self.account.slug).lower()
        is_on_all = self.repository_selection == "all"
        is_suspended = self.suspended_at is not None
        return Installed(self.id, account, self.permissions, is_suspended, is_on_all)


class _Token(msgspec.Struct):
    token: str
    expires_at: datetime


class _Refusal(msgspec.Struct):
    message: str = ""


class AppClient:
    """Asks GitHub as the App itself. `offset` is how far our clock is from GitHub's."""

    def __init__(
        self,
        client: GitHubClient,
        key: AppKey,
        *,
        offset: ClockOffset,
        now: Callable[[], float],
    ) -> None:
        self.offset: Final = offset
        self._client = client
        self._key = key
        self._now = now
        self._resting_until = float("-inf")

    async def slug(self) -> str:
        """Return the App's name in URLs.

        Raises:
            GitHubError: GitHub could not be asked, or refuses the App's assertion.

        """
        return _decoded(await self._get("/app"), _App).slug

    async def installations(self) -> tuple[Installed, ...]:
        """Return where the App is installed, suspended installations included.

        Raises:
            GitHubError: GitHub could not be asked, or refuses the App's assertion.

        """
        found: list[Installed] = []
        for page in range(1, _MOST_PAGES + 1):
            query = f"per_page={_PER_PAGE}&page={page}"
            answer = await self._get("/app/installations", query)
            rows = _decoded(answer, list[_Installation])
            found += [each.read() for each in rows]
            if len(rows) < _PER_PAGE:
                break
        return tuple(found)

    async def find(self, owner: str, repository: str | None) -> Installed | None:
        """Return the installation on `owner`, or that which reaches the repository of that name.

        Of a repository that moved it may be that of another account.

        Raises:
            GitHubError: GitHub could not be asked, or refuses the App's assertion.

        """
        login = quote(owner, safe="")
        paths = [f"/orgs/{login}/installation", f"/users/{login}/installation"]
        if repository is not None:
            # One call says it for both kinds of account.
            paths.insert(0, f"/repos/{login}/{quote(repository, safe='')}/installation")
        for path in paths:
            answer = await self._followed(path)
            if answer.status == 200:
                return _decoded(answer, _Installation).read()
        return None

    async def token(self, installed: Installed, permissions: Mapping[str, str]) -> Minted | None:
        """Make a token with these permissions; None if the installation is not as it was.

        Raises:
            NotAllowed: the installation is suspended.
            GitHubError: GitHub could not be asked, or refuses the App's assertion.

        """
        path = f"/app/installations/{installed.id}/access_tokens"
        body = json.dumps({"permissions": dict(permissions)}).encode()
        answer = await self._ask(Request("POST", path, headers=_JSON, body=body))
        if answer.status in (404, 422):
            return None
        if answer.status == 403 and "suspended" in _message_of(answer):
            raise NotAllowed(
                f"The GitHub App's installation on {installed.account!r} is suspended; its owner "
                "can let it go on in the account's settings"
            )
        _require(answer, 201)
        made = _decoded(answer, _Token)
        return Minted(Credential("Bearer", made.token), made.expires_at.timestamp())

    async def _get(self, path: str, query: str = "") -> Response:
        answer = await self._ask(Request("GET", path, query))
        _require(answer, 200)
        return answer

    async def _followed(self, path: str) -> Response:
        """Ask where something is installed: 200, or 404; a renamed repository is followed."""
        for _ in range(_MOST_REDIRECTS):
            answer = await self._ask(Request("GET", path))
            moved = _BY_ID.fullmatch(answer.headers.get("Location") or "")
            if answer.status != 301 or moved is None:
                break
            path = moved[1]
        else:
            answer = await self._ask(Request("GET", path))
        if answer.status not in (301, 404):
            _require(answer, 200)
        return answer

    async def _ask(self, request: Request) -> Response:
        """Ask with an assertion; once more if our clock turns out to be what it was refused for."""
        left_s = self._resting_until - self._now()
        if left_s > 0:
            raise _limited(left_s)
        used_s = self.offset.seconds
        answer = await self._once(request)
        if answer.status == 401 and abs(self.offset.seconds - used_s) > CLOCK_IS_OFF_S:
            answer = await self._once(request)
        _accepted(answer, now=self._now())
        if limit_of(answer) is not None:
            said_s = delta_seconds(answer.headers.get("Retry-After"))
            rest_s = LIMITED_S if said_s is None else min(said_s, LONGEST_REST_S)
            self._resting_until = self._now() + rest_s
            raise _limited(rest_s)
        return answer

    async def _once(self, request: Request) -> Response:
        assertion = self._key.assertion(self.offset.githubs(self._now()))
        answer = await ask(self._client, request, assertion)
        # No edge keeps a refusal: its Date is GitHub's time.
        is_of_now = answer.status == 401
        self.offset.learn(answer.headers.get("Date"), now=self._now(), is_of_now=is_of_now)
        return answer


def _limited(left_s: float) -> GitHubError:
    message = f"GitHub's limit for the App's own requests is reached, for {left_s:.0f} seconds yet"
    return GitHubError(message, retry_after_s=left_s)


def _accepted(answer: Response, *, now: float) -> None:
    """Raise CredentialRefused, with the remedy, if an assertion was not accepted."""
    message = _message_of(answer)
    is_unknown = answer.status == 404 and "Integration not found" in message
    # What a client id that GitHub does not know gets.
    is_no_id = answer.status == 401 and "('iss')" in message
    if is_unknown or is_no_id:
        raise CredentialRefused(
            "GitHub knows no App of the id in PORTICO_GITHUB_APP_ID: take the App id or the "
            "client id from the App's settings"
        )
    if answer.status != 401:
        return
    if "claim" in message:
        raise CredentialRefused(
            "GitHub refuses the App's assertion for its time: this machine's clock is "
            f"{_off(answer, now)} GitHub's; let it be set from the network (NTP)"
        )
    raise CredentialRefused(
        "GitHub refuses the App's key: PORTICO_GITHUB_APP_ID and PORTICO_GITHUB_APP_KEY (or "
        "_KEY_FILE) must be of one App, and the key one of those in its settings"
    )


def _off(answer: Response, now: float) -> str:
    # Not what is allowed for: a clock further off than a day is not learned from.
    said = read_date(answer.headers.get("Date"))
    return "far from" if said is None else f"{now - said:+.0f} seconds off"


def _require(answer: Response, status: int) -> None:
    if answer.status != status:
        raise GitHubBroken(f"GitHub answered {answer.status} to a question of the App's")


def _message_of(answer: Response) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).message
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _decoded(answer: Response, body_type: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(answer.body, type=body_type)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Without its cause: that one may quote what came, and what came may hold a token.
        raise GitHubBroken("GitHub's answer about the App makes no sense") from None
