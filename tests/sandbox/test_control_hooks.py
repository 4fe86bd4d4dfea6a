"""The control plane's webhooks: as a person at a terminal meets them."""

from __future__ import annotations

import pytest

from portico.sandbox import Sandbox
from tests.sandbox.test_control import ask

HOOKS = "/_sandbox/hooks"
DELIVERIES = "/_sandbox/deliveries"
STAR = {"do": "star", "repository": "solveig/harbor"}


@pytest.fixture(name="sandbox")
def _sandbox() -> Sandbox:
    return Sandbox()


def test_a_hook_is_added_listed_and_taken_away(sandbox: Sandbox) -> None:
    """Its secret is not shown again."""
    wanted = {"repository": "solveig/harbor", "secret": "hush", "events": ["star"]}

    status, added = ask(sandbox, "POST", HOOKS, wanted)

    assert status == 200
    assert added["is_signed"] is True
    assert "hush" not in str(added)
    assert ask(sandbox, "GET", HOOKS) == (200, [added])
    assert ask(sandbox, "DELETE", HOOKS) == (200, [])


def test_deliveries_are_listed_with_their_fate(sandbox: Sandbox) -> None:
    """One is dropped on demand, the next held, then released and delivered again."""
    ask(sandbox, "POST", HOOKS, {"events": ["star"]})
    ask(sandbox, "POST", f"{DELIVERIES}/faults", {"kind": "drop"})
    ask(sandbox, "POST", f"{DELIVERIES}/faults", {"kind": "delay"})
    for _ in range(3):
        ask(sandbox, "POST", "/_sandbox/change", STAR)

    _, before = ask(sandbox, "GET", DELIVERIES)
    _, released = ask(sandbox, "POST", f"{DELIVERIES}/release")
    _, again = ask(sandbox, "POST", f"{DELIVERIES}/redeliver", {"guid": before[1]["guid"]})

    assert [each["fate"] for each in before] == ["arrived", "dropped", "held", "arrived"]
    assert released == {"released": 1}
    assert again == {"guid": before[1]["guid"], "event": "star"}
    assert [d.guid for d in sandbox.outbox][-2:] == [before[2]["guid"], before[1]["guid"]]


def test_faults_are_listed_and_cleared(sandbox: Sandbox) -> None:
    """With the fields of DeliveryFault."""
    fault = {"kind": "delay", "event": "push", "delay_s": 5}

    _, waiting = ask(sandbox, "POST", f"{DELIVERIES}/faults", fault)

    assert {key: waiting[0][key] for key in fault} == fault
    assert ask(sandbox, "GET", f"{DELIVERIES}/faults") == (200, waiting)
    assert ask(sandbox, "DELETE", f"{DELIVERIES}/faults") == (200, [])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (HOOKS, {"repository": "no/such"}),
        (HOOKS, {"hurl": "http://x"}),
        (f"{DELIVERIES}/faults", {"kind": "lose"}),
        (f"{DELIVERIES}/faults", {"kind": "reorder", "times": None}),
        (f"{DELIVERIES}/redeliver", {"guid": "unknown"}),
    ],
)
def test_a_mistake_is_explained(sandbox: Sandbox, path: str, body: object) -> None:
    """Unknown things and fields are refused with a reason."""
    status, answer = ask(sandbox, "POST", path, body)

    assert status == 400
    assert answer["error"]
