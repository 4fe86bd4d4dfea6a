"""GitHub's refusals, word for word: clients match on the message and on `documentation_url`.

A handler raises a Refusal; `respond` turns it into an Answer and adds the endpoint's documentation
page where the refusal names none. Source:
https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import time

from portico.sandbox.access import Caller
from portico.sandbox.message import Answer, Caching, Json

DOCS = "https://docs.github.com/rest"
_OLD_LIMITS_PAGE = f"{DOCS}/overview/resources-in-the-rest-api#rate-limiting"
_LIMITS_PAGE = (
    "https://docs.github.com/en/rest/using-the-rest-api/"
    "getting-started-with-the-rest-api#rate-limiting"
)
_TERMS = "https://docs.github.com/en/site-policy/github-terms/github-terms-of-service"

BAD_CREDENTIALS = "Bad credentials"
REQUIRES_AUTHENTICATION = "Requires authentication"
ADMIN_RIGHTS = "Must have admin rights to Repository."
EMPTY_REPOSITORY = "Git Repository is empty."
ISSUES_DISABLED = "Issues has been disabled in this repository."
BLOCKED = "Repository access blocked"
TOO_MANY_CONTRIBUTORS = (
    "The history or contributor list is too large to list contributors for this repository "
    "via the API."
)
TOO_MANY_COMMITS = "Repository contains more than 10000 commits."
ARCHIVED = "Repository was archived so is read-only."
TOO_DEEP_SEARCH = "Only the first 1000 search results are available"
TOO_DEEP_ISSUES = (
    "Pagination with the page parameter is not supported for large datasets, "
    "please use cursor based pagination (after/before)"
)


class Refusal(Exception):
    """An answer that is not what was asked for: status, message, and `errors` of a 422."""

    def __init__(
        self, status: int, message: str, *, errors: Json = None, docs: str | None = None
    ) -> None:
        """Take GitHub's message; `docs` replaces the endpoint's own documentation page."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.docs = docs

    def answer(self, docs: str = DOCS) -> Answer:
        """Return the body of GitHub's shape: `status` is a text in it, not a number."""
        body: dict[str, Json] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        body["documentation_url"] = self.docs or docs
        body["status"] = str(self.status)
        return Answer(self.status, json=body, caching=Caching.UNSTATED)


def not_found() -> Refusal:
    """What is absent, and what is private and not the caller's: nobody can tell which."""
    return Refusal(404, "Not Found")


def blocked(full_name: str) -> Answer:
    """What GitHub may not show; `block` says why, and where the notice can be read."""
    notice = f"https://github.com/github/dmca/blob/master/{full_name}.md"
    body: dict[str, Json] = {
        "message": BLOCKED,
        "block": {"reason": "dmca", "created_at": "2026-01-05T00:00:00Z", "html_url": notice},
    }
    return Answer(451, json=body, caching=Caching.UNSTATED)


def bad_credentials(message: str = BAD_CREDENTIALS, status: int = 401) -> Refusal:
    """An Authorization that names nothing, or nothing that opens this."""
    return Refusal(status, message, docs=DOCS)


def problems_parsing_json() -> Refusal:
    """A body that is not JSON."""
    return Refusal(400, "Problems parsing JSON")


def invalid(resource: str, field: str, code: str = "missing_field") -> Refusal:
    """422 for one field; `code` is one of GitHub's six (missing, missing_field, invalid, …)."""
    errors = [{"resource": resource, "code": code, "field": field}]
    return Refusal(422, "Validation Failed", errors=errors)


def unknown_version(version: str) -> Refusal:
    """An X-GitHub-Api-Version that does not exist."""
    message = (
        f'The version you specified in the "X-GitHub-API-Version" request header, "{version}", '
        "is not a supported version. The following versions are currently supported: "
        '"2026-03-10" (most recent) and "2022-11-28".'
    )
    return Refusal(400, "Bad Request", errors=message, docs=DOCS)


def not_writable(caller: Caller) -> Refusal:
    """The token may not write here; classic tokens are told nothing more than 404."""
    if caller.token is None:
        return Refusal(401, REQUIRES_AUTHENTICATION)
    if caller.token.installation is not None:
        return Refusal(403, "Resource not accessible by integration")
    if caller.token.scopes is None:
        return Refusal(403, "Resource not accessible by personal access token")
    return not_found()


def not_readable(*, by: str = "personal access token") -> Refusal:
    """A fine-grained token, or an installation's, that lacks the permission to read this."""
    return Refusal(403, f"Resource not accessible by {by}")


def no_user_agent() -> Answer:
    """A request without User-Agent: GitHub says so in plain text."""
    text = (
        "\r\nRequest forbidden by administrative rules. Please make sure your request has a "
        "User-Agent header (https://docs.github.com/en/rest/overview/"
        "resources-in-the-rest-api#user-agent-required). "
        "Check https://developer.github.com for other possible causes.\r\n"
    )
    kind = "text/html; charset=utf-8"
    return Answer(403, content=text.encode(), content_type=kind, caching=Caching.UNSTATED)


def primary_limit(caller: Caller, request_id: str, now: float) -> Answer:
    """An empty bucket. An address gets two members, everybody else also `status`."""
    if caller.token is None:
        message = (
            f"API rate limit exceeded for {caller.address}. (But here's the good news: "
            "Authenticated requests get a higher rate limit. Check out the documentation for "
            "more details.)"
        )
        body = {"message": message, "documentation_url": _OLD_LIMITS_PAGE}
        return Answer(403, json=body, caching=Caching.UNSTATED)
    kind, number = caller.subject.split(":")
    who = f"user ID {number}" if kind == "user" else f"installation ID {number}"
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    message = (
        f"API rate limit exceeded for {who}. If you reach out to GitHub Support for help, please "
        f"include the request ID {request_id} and timestamp {moment}. For more on scraping GitHub "
        f"and how it may affect your rights, please review our Terms of Service ({_TERMS})"
    )
    body = {"message": message, "documentation_url": _LIMITS_PAGE, "status": "403"}
    return Answer(403, json=body, caching=Caching.UNSTATED)


def moved(location: str, *, keeps_method: bool) -> Answer:
    """A repository that has another name now: 301, or 307 for writes, which keep verb and body."""
    page = f"{DOCS}/guides/best-practices-for-using-the-rest-api#follow-redirects"
    body = {
        "message": "Temporary Redirect" if keeps_method else "Moved Permanently",
        "url": location,
        "documentation_url": page,
    }
    status = 307 if keeps_method else 301
    return Answer(status, json=body, location=location, caching=Caching.UNSTATED)
