"""The control plane's part about webhooks: hooks, deliveries, and what is to go wrong with them.

GET    /_sandbox/hooks                 the hooks; DELETE takes them all away
POST   /_sandbox/hooks                 {"url": "http://…", "secret": "…", "owner": "nordlys"}
GET    /_sandbox/deliveries?n=50       the newest deliveries and what became of them
POST   /_sandbox/deliveries/faults     {"kind": "drop", "event": "push", "times": 2}; GET, DELETE
POST   /_sandbox/deliveries/release    lets go what is held; {"guid": "…"}: of one event
POST   /_sandbox/deliveries/redeliver  {"guid": "…"}
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from portico.sandbox.message import Json, Request
from portico.sandbox.webhooks.faults import DeliveryFault, DeliveryFaultKind
from portico.sandbox.webhooks.hook import Hook

if TYPE_CHECKING:
    from portico.sandbox.sandbox import Sandbox

_NEWEST = 50


def _hooks(sandbox: Sandbox, _: Request) -> Json:
    return [_shown(hook) for hook in sandbox.world.hooks]


def _shown(hook: Hook) -> Json:
    """Return a hook as JSON; whether it has a secret, not which."""
    return {
        "id": hook.id,
        "kind": hook.kind,
        "about_id": hook.about_id,
        "events": sorted(hook.events),
        "url": hook.url,
        "content_type": hook.content_type,
        "is_signed": hook.secret is not None,
    }


def _add_hook(sandbox: Sandbox, request: Request) -> Json:
    return _shown(sandbox.add_hook(**json.loads(request.body)))


def _remove_hooks(sandbox: Sandbox, request: Request) -> Json:
    for hook in list(sandbox.world.hooks):
        sandbox.world.remove_hook(hook)
    return _hooks(sandbox, request)


def _deliveries(sandbox: Sandbox, request: Request) -> Json:
    sandbox.world.outbox.release_due(sandbox.world.clock())
    newest = int(request.parameter("n", str(_NEWEST)))
    return [
        {
            "guid": sent.delivery.guid,
            "hook_id": sent.delivery.hook.id,
            "event": sent.delivery.event,
            "action": sent.delivery.action,
            "at": sent.delivery.at,
            "is_redelivery": sent.delivery.is_redelivery,
            "fate": sent.fate,
            "status": sent.status,
        }
        for sent in list(sandbox.world.outbox.log)[-newest:]
    ]


def _faults(sandbox: Sandbox, _: Request) -> Json:
    return [asdict(fault) for fault in sandbox.delivery_faults.waiting]


def _add_fault(sandbox: Sandbox, request: Request) -> Json:
    sent = json.loads(request.body)
    sandbox.delivery_faults.add(DeliveryFault(**{**sent, "kind": DeliveryFaultKind(sent["kind"])}))
    return _faults(sandbox, request)


def _clear_faults(sandbox: Sandbox, request: Request) -> Json:
    sandbox.delivery_faults.clear()
    return _faults(sandbox, request)


def _release(sandbox: Sandbox, request: Request) -> Json:
    sent = json.loads(request.body or b"{}")
    return {"released": sandbox.world.outbox.release(guid=sent.get("guid"))}


def _redeliver(sandbox: Sandbox, request: Request) -> Json:
    again = sandbox.world.redeliver(json.loads(request.body)["guid"])
    return {"guid": again.guid, "event": again.event}


ACTIONS: dict[tuple[str, str], Callable[[Sandbox, Request], Json]] = {
    ("GET", "hooks"): _hooks,
    ("POST", "hooks"): _add_hook,
    ("DELETE", "hooks"): _remove_hooks,
    ("GET", "deliveries"): _deliveries,
    ("GET", "deliveries/faults"): _faults,
    ("POST", "deliveries/faults"): _add_fault,
    ("DELETE", "deliveries/faults"): _clear_faults,
    ("POST", "deliveries/release"): _release,
    ("POST", "deliveries/redeliver"): _redeliver,
}
