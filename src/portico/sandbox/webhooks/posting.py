"""Posts deliveries to the URLs of their hooks: one after the other, in a thread of its own.

As GitHub does it: ten seconds for an answer, and no second try. Source:
https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks
"""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from portico.sandbox.webhooks.hook import WebhookDelivery
from portico.sandbox.webhooks.outbox import Outbox

TIMEOUT_S = 10.0
# How late a delayed delivery may leave: its moment is of the world's clock, which cannot wake us.
_ATTENTION_S = 0.05


@contextlib.contextmanager
def posting(outbox: Outbox, now: Callable[[], float]) -> Iterator[None]:
    """Post what leaves the outbox while the block runs; `now` is the world's clock."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            outbox.release_due(now())
            sent = outbox.next_to_post(_ATTENTION_S)
            if sent is not None:
                outbox.posted(sent, post(sent.delivery))

    thread = threading.Thread(target=run, name="portico-sandbox-hooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(TIMEOUT_S + 1)


def post(delivery: WebhookDelivery) -> int | None:
    """Post one delivery and return the status of its answer; None if none came.

    Only http: the sandbox speaks to this machine, and has no certificates to trust.
    """
    parts = urlsplit(delivery.hook.url or "")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, delivery.body, dict(delivery.headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
