"""Deliveries over a real connection: to a URL, in order, with what it answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portico.sandbox import DeliveryFault, DeliveryFaultKind, Sandbox, run_in_thread
from portico.sandbox.webhooks.outbox import Fate
from tests.support.receiver import Receiver, receiving

HARBOR = "solveig/harbor"


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_deliveries_are_posted_in_order(receiver: Receiver) -> None:
    """All of them, byte for byte as signed; the log knows what was answered."""
    sandbox = Sandbox()
    sandbox.add_hook(url=receiver.url, secret="s")
    with run_in_thread(sandbox):
        for _ in range(20):
            sandbox.world.push(HARBOR)
        sandbox.world.star(HARBOR)

        assert sandbox.world.outbox.wait_until_posted()

    assert receiver.events == ["ping", *["push"] * 20, "star", "watch"]
    assert [each.body for each in receiver.received] == [
        sent.delivery.body for sent in sandbox.world.outbox.log
    ]
    assert {sent.status for sent in sandbox.world.outbox.log} == {204}
    assert sandbox.outbox == []


def test_a_refused_delivery_is_not_tried_again(receiver: Receiver) -> None:
    """GitHub notes the status and goes on; it can be sent again by its GUID."""
    receiver.statuses = [500, 204]
    sandbox = Sandbox()
    with run_in_thread(sandbox):
        sandbox.add_hook(url=receiver.url)
        sandbox.world.outbox.wait_until_posted()
        sandbox.world.redeliver(sandbox.world.outbox.log[0].delivery.guid)

        assert sandbox.world.outbox.wait_until_posted()

    assert [sent.status for sent in sandbox.world.outbox.log] == [500, 204]
    assert [sent.delivery.is_redelivery for sent in sandbox.world.outbox.log] == [False, True]


def test_nobody_at_the_url_is_noted() -> None:
    """The delivery has failed, and nothing else stops."""
    sandbox = Sandbox()
    with run_in_thread(sandbox):
        sandbox.add_hook(url="http://127.0.0.1:1/")

        assert sandbox.world.outbox.wait_until_posted()

    assert [(sent.fate, sent.status) for sent in sandbox.world.outbox.log] == [(Fate.FAILED, None)]


def test_what_is_delayed_is_posted_when_it_is_due(receiver: Receiver) -> None:
    """By the world's clock, without a further change."""
    moment = [1_000_000.0]
    sandbox = Sandbox(now=lambda: moment[0])
    sandbox.add_hook(url=receiver.url)
    sandbox.delivery_faults.add(DeliveryFault(DeliveryFaultKind.DELAY, event="push", delay_s=60))
    with run_in_thread(sandbox):
        sandbox.world.push(HARBOR)
        sandbox.world.star(HARBOR)
        sandbox.world.outbox.wait_until_posted()
        before = list(receiver.events)
        moment[0] += 60
        sandbox.world.outbox.release_due(moment[0])

        assert sandbox.world.outbox.wait_until_posted()

    assert before == ["ping", "star", "watch"]
    assert receiver.events == ["ping", "star", "watch", "push"]
