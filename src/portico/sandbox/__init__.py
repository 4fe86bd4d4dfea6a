"""A small GitHub of our own, for the demo, the tests and the benchmarks.

`respond(world, request, now)` is the whole of it, a function without waiting; `Sandbox` adds a log
and counters, `server` a port. It imports nothing else of Portico, so that one misunderstanding of
GitHub cannot hide on both sides, and nothing beyond the standard library.

    sandbox = Sandbox()
    with run_in_thread(sandbox) as base_url:
        ...                                     # ask base_url as if it were https://api.github.com
    assert sandbox.points("core") == 0          # what it cost
"""

from __future__ import annotations

from portico.sandbox.faults import Fault, FaultKind
from portico.sandbox.message import Request, Response
from portico.sandbox.respond import respond
from portico.sandbox.sandbox import Exchange, Sandbox
from portico.sandbox.seed import seeded_world
from portico.sandbox.server import run_in_thread, serve
from portico.sandbox.tokens import Token
from portico.sandbox.webhooks.faults import DeliveryFault, DeliveryFaultKind
from portico.sandbox.webhooks.hook import Hook, WebhookDelivery
from portico.sandbox.world import World

__all__ = [
    "DeliveryFault",
    "DeliveryFaultKind",
    "Exchange",
    "Fault",
    "FaultKind",
    "Hook",
    "Request",
    "Response",
    "Sandbox",
    "Token",
    "WebhookDelivery",
    "World",
    "respond",
    "run_in_thread",
    "seeded_world",
    "serve",
]
