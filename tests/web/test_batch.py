"""Many users and repositories at once, over a real socket, the sandbox behind it."""

from __future__ import annotations

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from tests.support.raw_client import ask
from tests.support.running import running
from tests.web.schema import faults

ASKED = "user=solveig&user=nordlys&repo=solveig/harbor&repo=solveig/no-such&user=nobody-at-all"


def test_whole() -> None:
    """Each has its state, in one document as OpenAPI describes it; the second costs nothing."""
    with running() as portico:
        url = f"{portico.url}/v1/batch?{ASKED}"
        reply = ask(url)
        calls = portico.sandbox.calls()
        again = ask(url)

        assert calls == 5
        assert portico.sandbox.calls() == calls
        assert again.status == reply.status == 200
        openapi = ask(f"{portico.url}/openapi.json").json
        schema = openapi["components"]["schemas"]["Batch"]
        assert faults(reply.json, schema, openapi) == []
        assert {item["asked"]: item["state"] for item in reply.json["items"]} == {
            "solveig": "fresh",
            "nordlys": "fresh",
            "nobody-at-all": "absent",
            "solveig/harbor": "fresh",
            "solveig/no-such": "absent",
        }


def test_partial() -> None:
    """What GitHub fails to tell is named; the rest is there."""
    with running() as portico:
        portico.sandbox.faults.add(Fault(FaultKind.UNICORN, "/users/nordlys", times=None))

        found = ask(f"{portico.url}/v1/batch?user=solveig&user=nordlys").json

        assert [item["state"] for item in found["items"]] == ["fresh", "missing"]
        assert found["complete"] is False


def test_a_renamed_repository_says_so() -> None:
    """It is found by its former name, and tells its own."""
    with running() as portico:
        portico.sandbox.world.rename("solveig/harbor", "haven")

        (item,) = ask(f"{portico.url}/v1/batch?repo=solveig/harbor").json["items"]

        assert item["repository"]["full_name"] == "solveig/haven"
        assert item["repository"]["renamed_from"] == "solveig/harbor"


@pytest.mark.parametrize("token", [tokens.INGRID, None])
def test_private_things_are_their_readers_alone(token: str | None) -> None:
    """What the owner sees in a batch, another does not."""
    with running() as portico:
        url = f"{portico.url}/v1/batch?repo=solveig/secret-cove"

        owners = ask(url, token=tokens.SOLVEIG).json["items"][0]
        others = ask(url, token=token).json["items"][0]

        assert (owners["state"], others["state"]) == ("fresh", "absent")
        assert others["repository"] is None


def test_every_owner_must_be_served() -> None:
    """One that is not on the list refuses the whole, before anything is asked."""
    with running(owners="solveig") as portico:
        reply = ask(f"{portico.url}/v1/batch?user=solveig&user=tomas")

        assert reply.status == 403
        assert portico.sandbox.calls() == 0


@pytest.mark.parametrize("query", ["", "?user=a%20b", "?repo=harbor", "?repo=solveig/../x"])
def test_bad_questions(query: str) -> None:
    """A problem that says what is wrong; nothing is asked of GitHub."""
    with running() as portico:
        reply = ask(f"{portico.url}/v1/batch{query}")

        assert reply.status == 400
        assert "batch: " in reply.json["detail"]
        assert portico.sandbox.calls() == 0
