"""`POST /webhooks/github`: a delivery of GitHub's, checked byte for byte before anything is read.

The order is the point: the size, the signature over the raw bytes, and only then what they say.
What is not signed with our secret leaves no trace but its line in the log.
https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from portico.core.errors import CallerError
from portico.core.happening import Happening, read_happening
from portico.core.hooks import read_source
from portico.core.message import Headers
from portico.core.position import FIELD
from portico.core.soundness import content_type_of
from portico.core.webhook import is_signed
from portico.gateway.deliveries import Deliveries, Receipt
from portico.web.asgi import Receive, Scope, Send, read_body, send_whole
from portico.web.problems import JSON_TYPE, MethodNotAllowed

PATH: Final = "/webhooks/github"
# GitHub sends no payload above 25 MB; a form's escapes may make three bytes of one.
LIMIT_BYTES: Final = 25 * 1024 * 1024
# What is hashed and decoded in less than a millisecond is not worth a thread.
LARGE_BYTES: Final = 262_144
_EVENT: Final = re.compile(r"[a-z0-9_]{1,64}")
_DELIVERY: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
T = TypeVar("T")
_FORM: Final = "application/x-www-form-urlencoded"


class WebhooksOff(CallerError):
    """No secret is configured, so no delivery can be told from a forged one."""

    code = "webhooks-off"
    status = 404
    title = "This Portico takes no webhooks"
    advice = "Its operator can set PORTICO_WEBHOOK_SECRET; see docs/webhooks.md."


class Unsigned(CallerError):
    """The delivery is not signed with the configured secret."""

    code = "unsigned"
    status = 403
    title = "The delivery is not signed as it must be"
    advice = "Set the same secret in GitHub's webhook and in PORTICO_WEBHOOK_SECRET."


class DeliveryTooLarge(CallerError):
    """The delivery is larger than GitHub sends any."""

    code = "delivery-too-large"
    status = 413
    title = "The delivery is too large"
    advice = "GitHub sends none above 25 MB; what did?"


class Webhook:
    """Takes deliveries signed with one of `secrets`; without any it refuses all."""

    def __init__(self, deliveries: Deliveries, secrets: tuple[bytes, ...]) -> None:
        self._deliveries = deliveries
        self._secrets = secrets

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one delivery.

        Raises:
            CallerError: it is not to be taken; nothing came of it.
            ClientGone: the sender left before it was whole.

        """
        if scope["method"] != "POST":
            raise MethodNotAllowed("A delivery is a POST", allow=("POST",))
        if not self._secrets:
            raise WebhooksOff
        headers = Headers.from_asgi(scope["headers"])
        body = await _body(headers, receive)
        await self._check(headers, body)
        event, delivery = _named(headers)
        happening = await _read(event, _payload(headers, body))
        receipt = await self._deliveries.receive(delivery, happening, read_source(headers))
        await _confirm(receipt, delivery, send)

    async def _check(self, headers: Headers, body: bytes) -> None:
        signatures = headers.all("X-Hub-Signature-256")
        if not signatures:
            older = " (X-Hub-Signature alone is SHA-1)" if "X-Hub-Signature" in headers else ""
            raise Unsigned(f"X-Hub-Signature-256 is missing{older}")
        if len(signatures) > 1:
            raise Unsigned("X-Hub-Signature-256 is there more than once")
        signature = signatures[0]
        signed = [
            await _away_if_large(body, is_signed, body, signature, each) for each in self._secrets
        ]
        if not any(signed):
            raise Unsigned("X-Hub-Signature-256 is not the signature of this body")


async def _body(headers: Headers, receive: Receive) -> bytes:
    announced = headers.get("Content-Length") or "0"
    if announced.isdecimal() and int(announced) > LIMIT_BYTES:
        raise DeliveryTooLarge
    if headers.get("Content-Encoding") not in (None, "identity"):
        raise CallerError("GitHub sends deliveries without a Content-Encoding")
    try:
        return await read_body(receive, limit_bytes=LIMIT_BYTES)
    except CallerError as error:
        raise DeliveryTooLarge from error


def _payload(headers: Headers, body: bytes) -> bytes:
    """Return the JSON of a signed body, which may be a form's `payload`."""
    content_type = content_type_of(headers)
    if content_type == "application/json":
        return body
    if content_type != _FORM:
        raise CallerError(f"The Content-Type must be application/json or {_FORM}")
    try:
        fields = parse_qsl(body.decode(), strict_parsing=True, max_num_fields=10)
    except ValueError:
        raise CallerError("The form cannot be read") from None
    payloads = [value for name, value in fields if name == "payload"]
    if len(payloads) != 1:
        raise CallerError("The form must have one field called payload")
    return payloads[0].encode()


def _named(headers: Headers) -> tuple[str, str]:
    event, delivery = headers.get("X-GitHub-Event") or "", headers.get("X-GitHub-Delivery") or ""
    if not _EVENT.fullmatch(event):
        raise CallerError("X-GitHub-Event must name the event")
    if not _DELIVERY.fullmatch(delivery):
        raise CallerError("X-GitHub-Delivery must hold the delivery's id")
    return event, delivery


async def _read(event: str, payload: bytes) -> Happening:
    try:
        return await _away_if_large(payload, read_happening, event, payload)
    except ValueError as error:
        raise CallerError(str(error)) from error


async def _away_if_large(body: bytes, work: Callable[..., T], *arguments: object) -> T:
    """Return what work on a body gives; a large one is not to hold up everybody else."""
    if len(body) < LARGE_BYTES:
        return work(*arguments)
    return await asyncio.to_thread(work, *arguments)


async def _confirm(receipt: Receipt, delivery: str, send: Send) -> None:
    """Say what became of it, where people look: among the recent deliveries on GitHub."""
    outcome = "known already" if receipt.is_repeat else "taken"
    body = json.dumps({"delivery": delivery, "outcome": outcome}).encode()
    fields = [
        (b"Content-Type", JSON_TYPE.encode()),
        (b"Cache-Control", b"no-store"),
        (FIELD.encode(), str(receipt.position).encode()),
    ]
    await send_whole(send, 202, fields, body)
