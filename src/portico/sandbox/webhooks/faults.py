"""What goes wrong with deliveries on demand: lost, doubled, late, out of order.

All four happen with GitHub: a delivery that fails is not tried again, a redelivery has the same
GUID, and order is not promised. Source:
https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from portico.sandbox.faults import Counted, take
from portico.sandbox.webhooks.hook import WebhookDelivery


class DeliveryFaultKind(StrEnum):
    """What becomes of a delivery."""

    DROP = "drop"  # it is lost
    REPEAT = "repeat"  # it comes `copies` times more, with the same GUID
    DELAY = "delay"  # it comes `delay_s` of the world's clock later; None: when it is released
    REORDER = "reorder"  # it waits until `times` have gathered, which then come newest first


@dataclass(frozen=True, slots=True)
class DeliveryFault(Counted):
    """A failure and which deliveries it hits.

    `event` and `action` narrow it by name, `hook_id` to one hook. It strikes `times` times, None
    for ever, after letting `skip` matching deliveries through.
    """

    kind: DeliveryFaultKind
    event: str | None = None
    action: str | None = None
    hook_id: int | None = None
    copies: int = 1
    delay_s: float | None = None

    def hits(self, delivery: WebhookDelivery) -> bool:
        """Whether this delivery is meant."""
        return (
            self.event in {None, delivery.event}
            and self.action in {None, delivery.action}
            and self.hook_id in {None, delivery.hook.id}
        )


@dataclass(slots=True)
class DeliveryFaults:
    """The faults that are waiting, in the order in which they were added."""

    waiting: list[DeliveryFault] = field(default_factory=list)

    def add(self, fault: DeliveryFault) -> DeliveryFault:
        """Let a fault wait for its deliveries.

        Raises:
            ValueError: deliveries that are to be reordered for ever would never come.

        """
        if fault.kind is DeliveryFaultKind.REORDER and fault.times is None:
            raise ValueError("reorder needs `times`: how many deliveries are to change places")
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults."""
        self.waiting.clear()

    def take(self, delivery: WebhookDelivery) -> DeliveryFault | None:
        """Return the first fault that hits the delivery, used up by one.

        The fault returned is as it was before: its `times` counts this delivery still.
        """
        return take(self.waiting, lambda fault: fault.hits(delivery))
