"""A repository's webhooks and their deliveries, as GitHub's API tells of them.

Source: https://docs.github.com/rest/repos/webhooks. To all but admins there are none (404).
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import payloads
from portico.sandbox.bodies.view import iso
from portico.sandbox.call import Call
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.routing import Route, repository_route
from portico.sandbox.webhooks.hook import Hook, HookKind, WebhookDelivery
from portico.sandbox.webhooks.outbox import Fate, Sent


def _own(call: Call) -> list[Hook]:
    """Return the hooks on this very repository."""
    if call.caller.role(call.repository) < Role.ADMIN:
        raise errors.not_found()
    of_it = (HookKind.REPOSITORY, call.repository.id)
    return [hook for hook in call.world.hooks if (hook.kind, hook.about_id) == of_it]


def _hook(call: Call) -> Hook:
    number = int(call.params["id"])
    found = next((hook for hook in _own(call) if hook.id == number), None)
    if found is None:
        raise errors.not_found()
    return found


def _shown(call: Call, hook: Hook) -> Json:
    owner, name = call.repository.owner.login, call.repository.name
    return payloads.described(hook, call.view.url("repos", owner, name, "hooks"))


def list_hooks(call: Call) -> Answer:
    """Answer with the repository's hooks; no secret."""
    page = link.by_number(call.request, _own(call), f"{call.repository_path}/hooks")
    return Answer(json=[_shown(call, hook) for hook in page.items], link=page.link)


def get_hook(call: Call) -> Answer:
    """Answer with one hook; no secret."""
    return Answer(json=_shown(call, _hook(call)))


def _sent(call: Call, hook: Hook) -> list[Sent]:
    """Return the deliveries that have left, newest first; what is held has not happened yet."""
    call.world.outbox.release_due(call.now)
    left = {Fate.ARRIVED, Fate.FAILED, Fate.DROPPED}
    log = reversed(call.world.outbox.log)
    return [sent for sent in log if sent.delivery.hook is hook and sent.fate in left]


def list_deliveries(call: Call) -> Answer:
    """Answer with a hook's deliveries, newest first, without what they hold."""
    hook = _hook(call)
    path = f"{call.repository_path}/hooks/{hook.id}/deliveries"
    page = link.onward(call.request, _sent(call, hook), path, key=lambda s: str(s.delivery.id))
    return Answer(json=[_item(sent) for sent in page.items], link=page.link)


def get_delivery(call: Call) -> Answer:
    """Answer with one delivery whole: request and response."""
    sent = _delivery(call)
    return Answer(
        json={
            **_item(sent),
            "url": sent.delivery.hook.url or "",
            "request": {
                "headers": dict(sent.delivery.headers),
                "payload": _payload(sent.delivery),
            },
            "response": {"headers": {}, "payload": None},
        }
    )


def deliver_again(call: Call) -> Answer:
    """Send a delivery once more, with the same GUID."""
    call.world.redeliver(_delivery(call).delivery.guid)
    return Answer(202, json={}, caching=Caching.UNSTATED)


def _delivery(call: Call) -> Sent:
    number = int(call.params["delivery_id"])
    found = (sent for sent in _sent(call, _hook(call)) if sent.delivery.id == number)
    sent = next(found, None)
    if sent is None:
        raise errors.not_found()
    return sent


def _item(sent: Sent) -> dict[str, Json]:
    """Return what lists tell; a delivery without a URL counts as taken, a lost one as failed."""
    delivery = sent.delivery
    status = sent.status or (200 if sent.fate is Fate.ARRIVED else 502)
    payload = _payload(delivery)
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": iso(delivery.at),
        "redelivery": delivery.is_redelivery,
        "duration": 0.03,
        "status": "OK" if 200 <= status < 300 else "Invalid HTTP Response: " + str(status),
        "status_code": status,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": payload.get("installation", {}).get("id"),
        "repository_id": payload.get("repository", {}).get("id"),
        "throttled_at": None,
    }


def _payload(delivery: WebhookDelivery) -> dict[str, Json]:
    """Return what a delivery holds, also of one that was sent as a form."""
    text = delivery.body.decode()
    if delivery.hook.content_type == "form":
        text = parse_qs(text)["payload"][0]
    found: dict[str, Json] = json.loads(text)
    return found


_READ, _DOCS = "repository_hooks=read", "repos/webhooks#"
_DELIVERIES = "/hooks/{id:int}/deliveries"

ROUTES: list[Route] = [
    repository_route(
        "GET", "/hooks", list_hooks, f"{_DOCS}list-repository-webhooks", permission=_READ
    ),
    repository_route(
        "GET", "/hooks/{id:int}", get_hook, f"{_DOCS}get-a-repository-webhook", permission=_READ
    ),
    repository_route(
        "GET",
        _DELIVERIES,
        list_deliveries,
        f"{_DOCS}list-deliveries-for-a-repository-webhook",
        permission=_READ,
    ),
    repository_route(
        "GET",
        f"{_DELIVERIES}/{{delivery_id:int}}",
        get_delivery,
        f"{_DOCS}get-a-delivery-for-a-repository-webhook",
        permission=_READ,
    ),
    repository_route(
        "POST",
        f"{_DELIVERIES}/{{delivery_id:int}}/attempts",
        deliver_again,
        f"{_DOCS}redeliver-a-delivery-for-a-repository-webhook",
        permission="repository_hooks=write",
    ),
]
