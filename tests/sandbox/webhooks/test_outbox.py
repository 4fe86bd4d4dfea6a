"""Deliveries on their way: in order, or lost, doubled, late and out of order as asked for."""

from __future__ import annotations

import pytest

from portico.sandbox import DeliveryFault, DeliveryFaultKind
from tests.sandbox.asking import NOON_AT, Asker

HARBOR = "solveig/harbor"


@pytest.fixture(autouse=True)
def _hook(github: Asker) -> None:
    """Register a hook for stars, without its greeting."""
    github.world.add_hook(events=("star", "push"))
    github.world.outbox.arrived.clear()


def arrived(github: Asker) -> list[str]:
    """Return the full names that have arrived, in order: each change is in another repository."""
    github.world.outbox.release_due(github.world.clock())
    bodies = [delivery.body.decode() for delivery in github.world.outbox.arrived]
    return [body.split('"full_name":"')[1].split('"')[0] for body in bodies]


def change_three(github: Asker) -> None:
    """Star three repositories, one after the other."""
    for name in (HARBOR, "nordlys/aurora", "nordlys/kelp"):
        github.world.star(name)


def test_deliveries_arrive_in_the_order_of_the_changes(github: Asker) -> None:
    """Without a fault nothing is lost or changes places."""
    change_three(github)

    assert arrived(github) == [HARBOR, "nordlys/aurora", "nordlys/kelp"]


def test_a_dropped_delivery_never_comes(github: Asker) -> None:
    """One is lost, the others come; it can be sent again by its GUID."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DROP, skip=1))

    change_three(github)

    assert arrived(github) == [HARBOR, "nordlys/kelp"]
    lost = github.world.outbox.log[-2].delivery
    assert github.world.redeliver(lost.guid).body == lost.body
    assert arrived(github)[-1] == "nordlys/aurora"


def test_a_repeated_delivery_has_the_same_guid(github: Asker) -> None:
    """Three times the same, byte for byte."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.REPEAT, copies=2))

    change_three(github)

    assert arrived(github) == [HARBOR, HARBOR, HARBOR, "nordlys/aurora", "nordlys/kelp"]
    assert len({(d.guid, d.body) for d in github.world.outbox.arrived[:3]}) == 1


def test_a_delayed_delivery_comes_when_the_worlds_clock_says(github: Asker) -> None:
    """Late by the seconds asked for, and then behind those that were made after it."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DELAY, delay_s=90))
    change_three(github)

    github.now = NOON_AT + 89
    before = arrived(github)
    github.now = NOON_AT + 90

    assert before == ["nordlys/aurora", "nordlys/kelp"]
    assert arrived(github) == ["nordlys/aurora", "nordlys/kelp", HARBOR]


def test_what_is_due_leaves_before_what_is_made_then(github: Asker) -> None:
    """And by the instants at which it is due, not by those at which it was made."""
    for delay_s in (50, 40):
        github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DELAY, delay_s=delay_s))
    github.world.star(HARBOR)
    github.world.star("nordlys/aurora")
    github.now = NOON_AT + 60

    github.world.star("nordlys/kelp")

    bodies = [delivery.body.decode() for delivery in github.world.outbox.arrived]
    assert ["aurora" in bodies[0], "harbor" in bodies[1], "kelp" in bodies[2]] == [True] * 3


def test_one_events_deliveries_can_be_released_alone(github: Asker) -> None:
    """By its GUID; the others go on waiting."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DELAY, times=2))
    change_three(github)
    guid = github.world.outbox.log[2].delivery.guid  # behind the greeting

    assert github.world.outbox.release(guid=guid) == 1

    assert arrived(github) == ["nordlys/kelp", "nordlys/aurora"]


def test_a_held_delivery_comes_when_it_is_released(github: Asker) -> None:
    """Delayed without an end: until somebody lets it go."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DELAY))
    change_three(github)
    github.now = NOON_AT + 86_400

    released = github.world.outbox.release()

    assert released == 1
    assert arrived(github) == ["nordlys/aurora", "nordlys/kelp", HARBOR]


def test_reordered_deliveries_come_newest_first(github: Asker) -> None:
    """They wait for one another, then change places."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.REORDER, times=2))

    github.world.star(HARBOR)
    alone = arrived(github)
    github.world.star("nordlys/aurora")
    github.world.star("nordlys/kelp")

    assert alone == []
    assert arrived(github) == ["nordlys/aurora", HARBOR, "nordlys/kelp"]


def test_a_fault_hits_only_what_it_names(github: Asker) -> None:
    """By event, by action, by hook."""
    faults = github.world.outbox.faults
    faults.add(DeliveryFault(DeliveryFaultKind.DROP, event="push", times=None))
    faults.add(DeliveryFault(DeliveryFaultKind.DROP, action="deleted", times=None))
    faults.add(DeliveryFault(DeliveryFaultKind.DROP, hook_id=1, times=None))

    github.world.push(HARBOR)
    github.world.star(HARBOR, "ingrid")
    github.world.unstar(HARBOR, "ingrid")

    assert [(d.event, d.action) for d in github.world.outbox.arrived] == [("star", "created")]


def test_deliveries_cannot_be_reordered_for_ever(github: Asker) -> None:
    """They would never come: refused with what is needed."""
    with pytest.raises(ValueError, match="times"):
        github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.REORDER, times=None))


def test_an_unknown_guid_cannot_be_delivered_again(github: Asker) -> None:
    """KeyError."""
    with pytest.raises(KeyError):
        github.world.redeliver("00000000-0000-0000-0000-000000000000")
