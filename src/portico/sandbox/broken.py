"""The answers that replacing faults give: limits, gateway pages, and what is not JSON.

The wording of the limits is GitHub's of the year named; clients match on it.
"""

from __future__ import annotations

from dataclasses import replace

from portico.sandbox import dressing, errors
from portico.sandbox.dressing import Circumstances, Draft
from portico.sandbox.errors import Refusal
from portico.sandbox.faults import Fault, FaultKind
from portico.sandbox.limits import Reading
from portico.sandbox.message import Answer, Caching, Json, Response

_SECONDARY_PAGE = (
    "https://docs.github.com/free-pro-team@latest/rest/using-the-rest-api/"
    "rate-limits-for-the-rest-api#about-secondary-rate-limits"
)
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
_WRITES = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content "
    "creation. Please retry your request again later."
)
_ABUSE = (
    "You have triggered an abuse detection mechanism. "
    "Please wait a few minutes before you try again."
)
_ABUSE_PAGE = "https://developer.github.com/v3/#abuse-rate-limits"
_BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n"
)
_UNICORN = (
    b"<!DOCTYPE html>\n<html>\n  <head>\n    <title>Unicorn! &middot; GitHub</title>\n  </head>\n"
    b"  <body>\n    <p><strong>We had issues producing the response to your request.</strong></p>\n"
    b"    <p>Sorry about that. Please try refreshing and contact us if the problem persists.</p>\n"
    b"  </body>\n</html>\n"
)
HTML = "text/html; charset=utf-8"


def replacement(fault: Fault, seen: Circumstances) -> Response:
    """Return what a replacing fault answers to the request in `seen`."""
    match fault.kind:
        case FaultKind.PRIMARY:
            response = _limited(errors.primary_limit(seen.caller, seen.request_id, seen.now), seen)
        case FaultKind.BAD_GATEWAY_HTML:
            response = dressing.undressed(502, _BAD_GATEWAY, "text/html", seen)
        case FaultKind.BAD_GATEWAY_JSON:
            response = _gateway_timeout(seen)
        case FaultKind.BARE_304:
            whole = _dress(Answer(304, caching=Caching.USUAL), seen)
            response = replace(whole, body=b"")
        case FaultKind.ABUSE_2018:
            without_rates = replace(seen, reading=None)
            response = _dress(_secondary(fault, seen), without_rates)
        case _:
            response = _dress(_ANSWERS.get(fault.kind) or _secondary(fault, seen), seen)
    return replace(response, delivery=fault.delivery)


def concurrency_exceeded(seen: Circumstances) -> Response:
    """Return the secondary limit's answer to one request too many at the same time."""
    fault = Fault(FaultKind.SECONDARY, retry_after_s=60)
    return _dress(_secondary(fault, seen), seen)


_ANSWERS = {
    FaultKind.ACCEPTED: Answer(202, json={}, caching=Caching.UNSTATED),
    FaultKind.FORBIDDEN: errors.not_readable().answer(),
    FaultKind.GONE: Refusal(410, "Gone").answer(),
    FaultKind.UNICORN: Answer(503, content=_UNICORN, content_type=HTML, caching=Caching.UNSTATED),
    FaultKind.SERVER_ERROR: Answer(500, json={"message": "Server Error"}, caching=Caching.UNSTATED),
    FaultKind.HTML_OK: Answer(200, content=_UNICORN, content_type=HTML),
    FaultKind.HTML_AS_JSON: Answer(200, content=_UNICORN),
    FaultKind.INVALID_JSON: Answer(200, content=b'[{"id":1,"name":"harbor"},{"id":'),
}


def _secondary(fault: Fault, seen: Circumstances) -> Answer:
    body: dict[str, Json]
    match fault.kind:
        case FaultKind.ABUSE_2018:
            body = {"message": _ABUSE, "documentation_url": _ABUSE_PAGE}
        case FaultKind.SECONDARY_2021:
            body = {"message": _SECONDARY, "documentation_url": _SECONDARY_PAGE}
        case FaultKind.SECONDARY_WRITES:
            body = {"message": _WRITES, "documentation_url": _SECONDARY_PAGE}
        case _:
            message = (
                f"{_SECONDARY} If you reach out to GitHub Support for help, please include the "
                f"request ID {seen.request_id}."
            )
            body = {"message": message, "documentation_url": _SECONDARY_PAGE}
            body["status"] = str(fault.status)
    status = fault.status if fault.kind is FaultKind.SECONDARY else 403
    wait = fault.retry_after_s
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Answer(status, json=body, caching=Caching.UNSTATED, headers=headers)


def _gateway_timeout(seen: Circumstances) -> Response:
    text = (
        '{"data":null,"errors":[{"message":"Something went wrong while executing your query on '
        "2026-11-01T00:00:00Z. This may be the result of a timeout, or it could be a GitHub bug. "
        f'Please include `{seen.request_id}` when reporting this issue."}}]}}'
    )
    return dressing.undressed(502, text.encode(), "application/json; charset=utf-8", seen)


def _limited(answer: Answer, seen: Circumstances) -> Response:
    reading = seen.reading
    if reading is not None:
        empty = Reading(reading.resource, reading.limit, reading.limit, reading.reset_at)
        seen = replace(seen, reading=empty)
    return _dress(answer, seen)


def _dress(answer: Answer, seen: Circumstances) -> Response:
    """Dress an answer that is never tagged nor compared."""
    drafted = dressing.draft(answer, seen.request, is_private=not seen.caller.is_anonymous)
    return dressing.dress(Draft(answer, drafted.body, "", is_current=False), seen)
