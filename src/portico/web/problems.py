"""Errors -> bytes: RFC 9457 problems on Portico's own endpoints, GitHub's shape on GitHub's API.

Real clients raise what they know only if `message` and `documentation_url` are where GitHub
puts them, with `status` as a string.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, Final

from portico.core.errors import CallerError, PorticoError
from portico.telemetry.redact import redact
from portico.web.asgi import Send, send_whole
from portico.web.record import Record

PROBLEM_TYPE: Final = "application/problem+json"
JSON_TYPE: Final = "application/json; charset=utf-8"


class MethodNotAllowed(CallerError):
    """The path does not take this method; `allow` are those that it takes (RFC 9110 §15.5.6)."""

    code = "method-not-allowed"
    status = 405
    title = "The path does not take this method"
    advice = "Use one of the methods that the Allow field names."

    def __init__(self, detail: str = "", *, allow: Iterable[str]) -> None:
        super().__init__(detail)
        self.allow = ", ".join(allow)


def problem(error: PorticoError, *, instance: str, request_id: str) -> dict[str, Any]:
    """Return an error as the members of an RFC 9457 problem."""
    return {
        "type": f"urn:portico:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": redact(error.detail),
        # A caller may have put a secret where a name belongs; answers are logged by others.
        "instance": redact(instance),
        "advice": error.advice,
        "request_id": request_id,
    }


def github_error(error: PorticoError) -> bytes:
    """Return an error in the shape of GitHub's own."""
    detail = redact(error.detail)
    message = detail if detail.endswith((".", "!")) else f"{detail}."
    members = {
        "message": f"{message} {error.advice}",
        "documentation_url": "https://docs.github.com/rest",
        "status": str(error.status),
    }
    return json.dumps(members).encode()


def error_headers(error: PorticoError) -> list[tuple[str, str]]:
    """Return the header fields that go with an error, on every face."""
    headers = [("Cache-Control", "no-store")]
    if error.retry_after_s is not None:
        headers.append(("Retry-After", str(max(1, math.ceil(error.retry_after_s)))))
    if error.status == 401:
        headers.append(("WWW-Authenticate", 'Bearer realm="GitHub"'))
    if isinstance(error, MethodNotAllowed):
        headers.append(("Allow", error.allow))
    return headers


async def send_problem(error: PorticoError, send: Send, record: Record) -> None:
    """Send an error as an RFC 9457 problem."""
    members = problem(error, instance=record.path.partition("?")[0], request_id=record.request_id)
    fields = [("Content-Type", PROBLEM_TYPE), *error_headers(error)]
    encoded = [(name.encode(), value.encode()) for name, value in fields]
    body = json.dumps(members).encode()
    await send_whole(send, error.status, encoded, body, is_head=record.method == "HEAD")
