"""What can go wrong, by who must act. Each class knows its status, its code and its advice.

One table serves every face: `web/problems.py` makes RFC 9457 problems of it, the GitHub faces
GitHub's own error shape, and `docs/errors.md` is generated from it.
"""

from __future__ import annotations

from typing import ClassVar


class PorticoError(Exception):
    """The root. `detail` says what happened this time; it never holds a secret."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong in Portico"
    advice: ClassVar[str] = "Report it with the request id."

    def __init__(self, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after_s = retry_after_s


class CallerError(PorticoError):
    """The caller must change the request."""

    code = "bad-request"
    status = 400
    title = "The request cannot be understood"
    advice = "Correct the request as the detail says."


class CredentialNeeded(CallerError):
    """The caller must bring a GitHub token."""

    code = "credential-needed"
    status = 401
    title = "This needs a GitHub credential"
    advice = "Send 'Authorization: Bearer TOKEN' with a GitHub token of your own."


class NotAllowed(CallerError):
    """This Portico does not serve that to this caller."""

    code = "not-allowed"
    status = 403
    title = "This Portico does not serve that to you"
    advice = "Ask its operator, or bring a GitHub token of your own."


class NotFound(CallerError):
    """GitHub does not know it, or does not show it to this caller."""

    code = "not-found"
    status = 404
    title = "GitHub does not know it, or does not show it to you"
    advice = "Check the spelling; private things need a token that can see them."


class Gone(CallerError):
    """It was there once, or was switched off."""

    code = "gone"
    status = 410
    title = "GitHub says that this is gone"
    advice = "Stop asking for it."


class TooLarge(CallerError):
    """GitHub does not hand out a thing of this size, or it is over a bound of Portico's."""

    code = "too-large"
    status = 403
    title = "This is too large to be handed out"
    advice = "Get it from the repository itself, with git."


class Blocked(CallerError):
    """GitHub may not show it for legal reasons."""

    code = "blocked"
    status = 451
    title = "GitHub may not show this for legal reasons"
    advice = "See GitHub's notice."


class BodyTooLarge(CallerError):
    """The request's body is over PORTICO_BODY_LIMIT_BYTES."""

    code = "body-too-large"
    status = 413
    title = "The request's body is too large"
    advice = "Send less, or ask the operator to raise PORTICO_BODY_LIMIT_BYTES."


class NotStored(CallerError):
    """`only-if-cached` was asked and nothing suitable is stored (RFC 9111 §5.2.1.7)."""

    code = "not-stored"
    status = 504
    title = "Nothing suitable is stored"
    advice = "Ask again without 'Cache-Control: only-if-cached'."


class GitHubError(PorticoError):
    """GitHub, or the road to it, failed. Nothing the caller did."""

    code = "github-failed"
    status = 502
    title = "GitHub failed to answer"
    advice = "Try again in a moment; see https://www.githubstatus.com."


class GitHubUnreachable(GitHubError):
    """No connection, or it broke before the answer was whole."""

    code = "github-unreachable"
    title = "GitHub could not be reached"
    advice = "Check the network and PORTICO_GITHUB_API_URL; try again in a moment."


class GitHubTimedOut(GitHubError):
    """GitHub did not answer within PORTICO_UPSTREAM_TIMEOUT_S."""

    code = "github-timed-out"
    status = 504
    title = "GitHub did not answer in time"
    advice = "Try again; raise PORTICO_UPSTREAM_TIMEOUT_S if it keeps happening."


class GitHubBroken(GitHubError):
    """GitHub answered with something that cannot be what was asked for."""

    code = "github-broken"
    title = "GitHub's answer makes no sense"
    advice = "Try again in a moment; it was not stored."


class CredentialRefused(GitHubError):
    """GitHub does not accept the credential that the operator configured."""

    code = "credential-refused"
    title = "GitHub refuses the operator's credential"
    advice = "Tell the operator: 'portico check' says what is wrong with it."


class BudgetExhausted(PorticoError):
    """A rate limit stands in the way, and nothing stored may be shown instead."""

    code = "budget-exhausted"
    status = 429
    title = "GitHub's rate limit is used up"
    advice = "Wait until the time given, or bring a GitHub token of your own."


class Overloaded(PorticoError):
    """Portico has too much waiting already."""

    code = "overloaded"
    status = 503
    title = "Portico is too busy"
    advice = "Try again after the time given."


class StoreFailed(PorticoError):
    """The store cannot be opened or written; the operator must act."""

    code = "store-failed"
    status = 500
    title = "The store cannot be used"
    advice = "See the log; check PORTICO_STORE."
