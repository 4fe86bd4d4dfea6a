"""Deliveries on their way: made, held back or lost on demand, arrived.

Threads: changes of the world come from the test's thread or the server's, posting from its own, so
all of it is guarded by one condition. Nothing here looks at a clock: `now` is an argument.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from portico.sandbox.webhooks.faults import DeliveryFaultKind, DeliveryFaults
from portico.sandbox.webhooks.hook import WebhookDelivery

MOST_KEPT = 1000  # of the log; a payload is some 10 KB


class Fate(StrEnum):
    """What has become of a delivery."""

    HELD = "held"  # delayed, or waiting to change places
    DROPPED = "dropped"
    LEAVING = "leaving"  # the next to be posted
    ARRIVED = "arrived"  # in the outbox, or answered by its URL with `status`
    FAILED = "failed"  # its URL did not answer


@dataclass(slots=True)
class Sent:
    """A delivery and its fate. `due_at` is in Unix seconds; None: when it is released."""

    delivery: WebhookDelivery
    fate: Fate
    due_at: float | None = None
    status: int | None = None


@dataclass(slots=True, repr=False)
class Outbox:
    """All deliveries. `arrived` holds those of hooks without a URL, in the order of arrival."""

    arrived: list[WebhookDelivery] = field(default_factory=list)
    faults: DeliveryFaults = field(default_factory=DeliveryFaults)
    log: deque[Sent] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    _held: list[Sent] = field(default_factory=list)
    _gathering: list[Sent] = field(default_factory=list)
    _leaving: deque[Sent] = field(default_factory=deque)
    _being_posted: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __repr__(self) -> str:
        """Say how much there is; payloads can hold private texts."""
        return f"<Outbox {len(self.log)} deliveries, {len(self.arrived)} arrived>"

    def send(self, delivery: WebhookDelivery, now: float) -> None:
        """Let a delivery go its way, or what a waiting fault makes of it."""
        with self._changed:
            self._release_due(now)
            fault = self.faults.take(delivery)
            match fault and fault.kind:
                case None:
                    self._go(delivery)
                case DeliveryFaultKind.DROP:
                    self.log.append(Sent(delivery, Fate.DROPPED))
                case DeliveryFaultKind.REPEAT:
                    for _ in range(1 + (fault.copies if fault else 0)):
                        self._go(delivery)
                case DeliveryFaultKind.DELAY:
                    late = fault.delay_s if fault else None
                    self._hold(delivery, self._held, None if late is None else now + late)
                case DeliveryFaultKind.REORDER:
                    self._hold(delivery, self._gathering, None)
                    if fault and fault.times == 1:  # the last of them: all change places
                        self._let_go(reversed(self._gathering))
                        self._gathering = []

    def release(self, *, guid: str | None = None) -> int:
        """Let what is held go now, all of it or one event's; return how many deliveries."""
        with self._changed:
            waiting = [*self._held, *self._gathering]
            chosen = [sent for sent in waiting if guid in {None, sent.delivery.guid}]
            self._held = [sent for sent in self._held if sent not in chosen]
            self._gathering = [sent for sent in self._gathering if sent not in chosen]
            self._let_go(chosen)
            return len(chosen)

    def release_due(self, now: float) -> None:
        """Let go what was delayed until now or earlier."""
        with self._changed:
            self._release_due(now)

    def redeliver(self, guid: str, now: float, number: int) -> WebhookDelivery:
        """Send an event's newest delivery once more, as GitHub does on demand: with the same GUID.

        Raises KeyError if no such delivery is kept.
        """
        with self._changed:
            kept = (sent.delivery for sent in reversed(self.log))
            found = next((each for each in kept if each.guid == guid), None)
            if found is None:
                raise KeyError(guid)
            again = replace(found, id=number, at=now, is_redelivery=True)
            self._go(again)
            return again

    def next_to_post(self, timeout_s: float) -> Sent | None:
        """Return the next delivery for a URL; None if there is none within the time."""
        with self._changed:
            if not self._leaving:
                self._changed.wait(timeout_s)
            if not self._leaving:
                return None
            self._being_posted += 1
            return self._leaving.popleft()

    def posted(self, sent: Sent, status: int | None) -> None:
        """Note what a URL answered; None: nothing."""
        with self._changed:
            sent.fate, sent.status = (Fate.FAILED if status is None else Fate.ARRIVED), status
            self._being_posted -= 1
            self._changed.notify_all()

    def wait_until_posted(self, timeout_s: float = 10.0) -> bool:
        """Wait until no delivery is on its way to a URL; what is held does not count.

        Return False if the time was not enough.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._leaving and not self._being_posted, timeout_s
            )

    def _go(self, delivery: WebhookDelivery) -> None:
        sent = Sent(delivery, Fate.LEAVING)
        self.log.append(sent)
        self._let_go([sent])

    def _hold(self, delivery: WebhookDelivery, where: list[Sent], due_at: float | None) -> None:
        sent = Sent(delivery, Fate.HELD, due_at)
        self.log.append(sent)
        where.append(sent)

    def _release_due(self, now: float) -> None:
        due = [sent for sent in self._held if sent.due_at is not None and sent.due_at <= now]
        self._held = [sent for sent in self._held if sent not in due]
        self._let_go(sorted(due, key=lambda sent: sent.due_at or 0.0))

    def _let_go(self, chosen: Iterable[Sent]) -> None:
        for sent in chosen:
            if sent.delivery.hook.url is None:
                sent.fate = Fate.ARRIVED
                self.arrived.append(sent.delivery)
            else:
                sent.fate = Fate.LEAVING
                self._leaving.append(sent)
        self._changed.notify_all()
