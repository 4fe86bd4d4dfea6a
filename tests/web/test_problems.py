"""Errors as bytes: RFC 9457 on Portico's endpoints, GitHub's own shape on GitHub's API."""

from __future__ import annotations

import json

import pytest

from portico.core.audience import read_authorization
from portico.core.errors import (
    CredentialNeeded,
    GitHubTimedOut,
    NotFound,
    Overloaded,
    PorticoError,
)
from portico.web.asgi import Message
from portico.web.problems import (
    MethodNotAllowed,
    error_headers,
    github_error,
    problem,
    send_problem,
)
from portico.web.record import Record


def test_problem_has_the_members_of_rfc_9457() -> None:
    """Type, title, status, detail and instance, and what helps: advice and request id."""
    made = problem(NotFound("No such user"), instance="/v1/users/x", request_id="ab12")

    assert made == {
        "type": "urn:portico:problem:not-found",
        "title": NotFound.title,
        "status": 404,
        "detail": "No such user",
        "instance": "/v1/users/x",
        "advice": NotFound.advice,
        "request_id": "ab12",
    }


def test_github_shape_is_what_clients_know() -> None:
    """`message`, `documentation_url`, and the status as a string."""
    made = json.loads(github_error(GitHubTimedOut("GitHub fell silent")))

    assert set(made) == {"message", "documentation_url", "status"}
    assert made["status"] == "504"
    assert made["message"] == f"GitHub fell silent. {GitHubTimedOut.advice}"


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (PorticoError(), "Cache-Control", "no-store"),
        (Overloaded(retry_after_s=5.0), "Retry-After", "5"),
        (Overloaded(retry_after_s=4.1), "Retry-After", "5"),
        (Overloaded(retry_after_s=0.0), "Retry-After", "1"),
        (CredentialNeeded(), "WWW-Authenticate", 'Bearer realm="GitHub"'),
        (MethodNotAllowed(allow=("GET", "HEAD")), "Allow", "GET, HEAD"),
    ],
)
def test_fields(error: PorticoError, name: str, value: str) -> None:
    """Errors are not stored by anybody, and say what HTTP wants said; times are never too early."""
    assert dict(error_headers(error))[name] == value


@pytest.mark.parametrize("error", [PorticoError(), NotFound()])
def test_fields_that_are_not_due(error: PorticoError) -> None:
    """No time where there is none, no challenge where none is due."""
    assert dict(error_headers(error)) == {"Cache-Control": "no-store"}


@pytest.mark.parametrize(("method", "has_body"), [("GET", True), ("HEAD", False)])
async def test_sent(method: str, *, has_body: bool) -> None:
    """A problem is sent whole, to HEAD without its body but with its length."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    record = Record("ab12", method, "/v1/users/x?secret=1", 0.0)
    await send_problem(NotFound(), send, record)

    start, body = sent
    fields = dict(start["headers"])
    assert (start["status"], fields[b"Content-Type"]) == (404, b"application/problem+json")
    assert int(fields[b"Content-Length"]) > 0
    assert bool(body["body"]) is has_body
    assert b"secret" not in body["body"]


@pytest.mark.parametrize("value", ["Bearer", "Bearer a b", "Basic !", "Basic eA==", "Digest x"])
def test_what_is_said_of_a_credential_is_said_whole(value: str) -> None:
    """The redactor takes secrets out of errors, not the words that say what one looks like."""
    with pytest.raises(ValueError, match=r"Authorization|Basic") as raised:
        read_authorization(value)

    made = problem(CredentialNeeded(str(raised.value)), instance="/", request_id="ab12")

    assert made["detail"] == str(raised.value)
