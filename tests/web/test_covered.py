"""Covered mode as clients meet it, before the small GitHub's own deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from portico.core.hooks import SETTLING_S
from portico.core.sampling import DELIVERY_TAKES_S, SAMPLE_EVERY_S
from portico.sandbox import DeliveryFault, DeliveryFaultKind
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running
from tests.web.test_webhook import HARBOR, REPO, SECRET, forward

ISSUES: Final = f"{REPO}/issues"
CLEAN: Final = f"/v1/repos/{HARBOR}"
HOURS_S: Final = 5 * 3_600


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico that the events of a repository have reached for a while."""
    with running(webhook_secret=SECRET) as started:
        started.sandbox.add_hook(secret=SECRET, repository=HARBOR)
        deliver(started)
        started.clock.advance(SETTLING_S)
        yield started


def deliver(portico: Running) -> None:
    """Hand over what the small GitHub has sent."""
    assert {reply.status for reply in forward(portico, *portico.sandbox.outbox)} <= {202}
    portico.sandbox.outbox.clear()


def read(portico: Running, path: str, **fields: str) -> Reply:
    """Ask for a path."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return ask(f"{portico.url}{path}", headers=headers)


def told(reply: Reply) -> tuple[str, str, str]:
    """Return the mode, `ttl` and age that an answer tells."""
    status = reply.headers["Cache-Status"]
    parts = dict(part.strip().partition("=")[::2] for part in status.split(";"))
    return parts["detail"], parts["ttl"], reply.headers["Age"]


@pytest.mark.parametrize("path", [REPO, ISSUES, f"{REPO}/contents/README.md"])
def test_hours_later_it_is_a_hit_that_tells_its_age(portico: Running, path: str) -> None:
    """GitHub is not asked; caches behind are promised nothing."""
    first = read(portico, path)
    portico.clock.advance(HOURS_S)

    assert first.status == 200
    assert told(read(portico, path)) == ("hit", "0", str(HOURS_S))
    assert portico.sandbox.calls(path.removeprefix("/api/v3")) == 1


def test_a_clean_endpoint_promises_nothing(portico: Running) -> None:
    """What is composed of covered parts is a hit, and no cache may keep it."""
    read(portico, CLEAN)
    portico.clock.advance(HOURS_S)
    later = read(portico, CLEAN)

    assert later.headers["Age"] == str(HOURS_S)
    assert later.headers["Cache-Control"] == "public, max-age=0"


def test_an_event_is_seen_by_the_next_read(portico: Running) -> None:
    """However fresh by events, what an event touched is asked for again."""
    read(portico, ISSUES)
    portico.clock.advance(HOURS_S)
    portico.sandbox.world.open_issue(HARBOR, "Mind the tide", login="solveig")
    deliver(portico)

    assert read(portico, ISSUES).json[0]["title"] == "Mind the tide"


def test_a_lost_event_is_found_and_told(portico: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A sample sees what no delivery told of, and the repository goes by its classes again."""
    read(portico, ISSUES)
    lost = DeliveryFault(DeliveryFaultKind.DROP, times=None)
    portico.sandbox.delivery_faults.add(lost)
    portico.sandbox.world.open_issue(HARBOR, "Mind the tide", login="solveig")
    for wait_s in (400, SAMPLE_EVERY_S):
        portico.clock.advance(wait_s)
        read(portico, ISSUES)
    # Joins the sample that is under way.
    read(portico, ISSUES, Cache_Control="no-cache")
    portico.clock.advance(DELIVERY_TAKES_S + 1)
    last = read(portico, ISSUES)

    assert told(last)[0] != "hit"
    assert f"{HARBOR} changed, and no delivery told of it" in caplog.text
