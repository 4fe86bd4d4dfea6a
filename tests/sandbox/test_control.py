"""The control plane: what a person at a terminal, or another process, can ask of the sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portico.sandbox import Request, Sandbox, tokens


@pytest.fixture
def sandbox() -> Sandbox:
    """Make a sandbox without a port."""
    return Sandbox()


def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Return status and JSON."""
    raw = b"" if body is None else json.dumps(body).encode()
    response = sandbox.answer(Request(method, path, headers={"user-agent": "t"}, body=raw))
    return response.status, json.loads(response.body)


def test_the_index_lists_everything(sandbox: Sandbox) -> None:
    """A newcomer finds the rest from /_sandbox."""
    status, body = ask(sandbox, "GET", "/_sandbox")

    assert status == 200
    assert "POST /_sandbox/faults" in body["see"]
    assert "push" in body["changes"]


def test_counters_are_read_and_reset(sandbox: Sandbox) -> None:
    """Calls, points and statuses; the control plane itself is not counted."""
    ask(sandbox, "GET", "/users/tomas")
    ask(sandbox, "GET", "/nowhere")

    _, body = ask(sandbox, "GET", "/_sandbox/counters")
    assert (body["calls"], body["points"], body["statuses"]) == (
        2,
        {"core": 2},
        {"200": 1, "404": 1},
    )
    _, body = ask(sandbox, "DELETE", "/_sandbox/counters")
    assert body["calls"] == 0


def test_the_log_names_credentials_by_their_markers(sandbox: Sandbox) -> None:
    """No token is printed, but it can be told which one was used."""
    headers = {"user-agent": "t", "authorization": f"token {tokens.EIRIK}"}
    sandbox.answer(Request("GET", "/user", headers=headers))

    _, body = ask(sandbox, "GET", "/_sandbox/log")

    assert body[0]["authorization"] == sandbox.world.marker_of(tokens.EIRIK)
    assert tokens.EIRIK not in json.dumps(body)


def test_a_fault_is_added_listed_and_cleared(sandbox: Sandbox) -> None:
    """Faults take the fields of the Fault class."""
    fault = {"kind": "unicorn", "path": "/users/*", "times": 5}

    assert ask(sandbox, "POST", "/_sandbox/faults", fault)[1][0]["times"] == 5
    response = sandbox.answer(Request("GET", "/users/tomas", headers={"user-agent": "t"}))
    assert response.status == 503
    assert ask(sandbox, "DELETE", "/_sandbox/faults") == (200, [])


@pytest.mark.parametrize(
    "change",
    [
        {"do": "push", "repository": "solveig/harbor"},
        {"do": "star", "repository": "solveig/harbor", "login": "ingrid"},
        {"do": "make_private", "repository": "solveig/harbor"},
        {"do": "rename", "repository": "solveig/harbor", "name": "haven"},
        {"do": "open_issue", "repository": "solveig/harbor", "title": "x", "login": "eirik"},
        {"do": "close_issue", "repository": "solveig/harbor", "number": 1},
        {
            "do": "comment",
            "repository": "solveig/harbor",
            "number": 1,
            "body": "x",
            "login": "eirik",
        },
    ],
)
def test_the_world_is_changed_from_outside(sandbox: Sandbox, change: dict[str, object]) -> None:
    """Each change of the World can be asked for, and moves the repository or its issue."""
    harbor = sandbox.world["solveig/harbor"]
    before = (harbor.updated_at, harbor.issues[1].updated_at)

    assert ask(sandbox, "POST", "/_sandbox/change", change)[0] == 200
    assert (harbor.updated_at, harbor.issues[1].updated_at) != before


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/_sandbox/faults", {"kind": "no such"}, 400),
        ("/_sandbox/faults", {"kind": "reset", "tymes": 3}, 400),
        ("/_sandbox/change", {"do": "__init__", "repository": "x/y"}, 400),
        ("/_sandbox/change", {"do": "push", "repository": "no/such"}, 400),
        ("/_sandbox/elsewhere", {}, 404),
    ],
)
def test_a_mistake_is_explained(sandbox: Sandbox, path: str, body: object, status: int) -> None:
    """Unknown kinds, fields, changes and paths are refused with a reason."""
    got, answer = ask(sandbox, "POST", path, body)

    assert got == status
    assert answer["error"]
