"""A webhook: what it hears of, and the signed delivery that it gets of an event."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import urlencode

from portico.sandbox.message import Json
from portico.sandbox.model import Repository
from portico.sandbox.webhooks.event import Event

EVERYTHING = "*"
# Events about an App's own installations, which no other hook hears.
APP_ONLY = frozenset(
    {"github_app_authorization", "installation", "installation_repositories", "installation_target"}
)
# GitHub's receivers see a short hash of Hookshot's own version behind the name.
USER_AGENT = "GitHub-Hookshot/5a0db0c"


class HookKind(StrEnum):
    """What a hook is registered on, as X-GitHub-Hook-Installation-Target-Type says it."""

    REPOSITORY = "repository"
    ORGANIZATION = "organization"
    APP = "integration"


@dataclass(frozen=True, slots=True)
class Hook:
    """A registered webhook.

    `about_id` is the id of the repository or account that it hears of; None: of everybody. Without
    a `url` its deliveries stay in the sandbox's outbox. Without a `secret` they are not signed.
    """

    id: int
    kind: HookKind
    about_id: int | None
    app_id: int
    created_at: float
    events: frozenset[str] = frozenset({EVERYTHING})
    secret: bytes | None = field(default=None, repr=False)
    url: str | None = None
    content_type: Literal["json", "form"] = "json"

    @property
    def target_id(self) -> int:
        """The id of the repository, organisation or App that it is registered on."""
        if self.kind is HookKind.APP or self.about_id is None:
            return self.app_id
        return self.about_id

    def hears(self, event: Event) -> bool:
        """Whether this hook gets a delivery of an event."""
        if not self.events & {EVERYTHING, event.name}:
            return False
        if event.name in APP_ONLY and self.kind is not HookKind.APP:
            return False
        if self.about_id is None:
            return True
        if self.kind is HookKind.REPOSITORY:
            return isinstance(event.about, Repository) and event.about.id == self.about_id
        return event.account is not None and event.account.id == self.about_id


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One POST: headers in GitHub's order and the exact body, which the signature covers.

    `id` is the attempt's own; the `guid` is the event's and stays when it is sent again.
    """

    id: int
    guid: str
    event: str
    action: str | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    hook: Hook
    at: float
    is_redelivery: bool = False

    def header(self, name: str) -> str:
        """Return a header's value, or an empty text; names are compared without case."""
        return {key.lower(): value for key, value in self.headers}.get(name.lower(), "")


def delivery(event: Event, hook: Hook, payload: dict[str, Json], number: int) -> WebhookDelivery:
    """Return what a hook gets of an event: compact JSON, as it is or in a form, and signed."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    body, kind = text.encode(), "application/json"
    if hook.content_type == "form":
        body, kind = urlencode({"payload": text}).encode(), "application/x-www-form-urlencoded"
    headers = (
        ("Accept", "*/*"),
        ("Content-Type", kind),
        ("User-Agent", USER_AGENT),
        ("X-GitHub-Delivery", event.guid),
        ("X-GitHub-Event", event.name),
        ("X-GitHub-Hook-ID", str(hook.id)),
        ("X-GitHub-Hook-Installation-Target-ID", str(hook.target_id)),
        ("X-GitHub-Hook-Installation-Target-Type", hook.kind.value),
        *signatures(body, hook.secret),
    )
    return WebhookDelivery(
        number, event.guid, event.name, event.action, headers, body, hook, event.at
    )


def signatures(body: bytes, secret: bytes | None) -> tuple[tuple[str, str], ...]:
    """Return the two signature headers; a hook without a secret has neither.

    Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    """
    if secret is None:
        return ()
    return (
        ("X-Hub-Signature", "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest()),
        ("X-Hub-Signature-256", "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()),
    )
