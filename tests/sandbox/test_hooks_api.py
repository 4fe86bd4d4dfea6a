"""Webhooks as GitHub's own API tells of them: from there, what was missed is fetched."""

from __future__ import annotations

import pytest

from portico.sandbox import DeliveryFault, DeliveryFaultKind, Response, tokens
from tests.sandbox.asking import Asker, links, value
from tests.sandbox.test_schemas import MODELS, check

HARBOR = "solveig/harbor"


@pytest.fixture(name="hook")
def _hook(github: Asker) -> str:
    """Register a hook that is signed; return its path."""
    hook = github.world.add_hook(repository=HARBOR, secret="hush", content_type="form")
    github.world.star(HARBOR)
    return f"/repos/{HARBOR}/hooks/{hook.id}"


def ask(github: Asker, path: str, version: str = "2022-11-28") -> Response:
    """Ask as the repository's admin."""
    return github.get(path, tokens.SOLVEIG, {"x-github-api-version": version})


@pytest.mark.parametrize("version", MODELS)
def test_hooks_and_deliveries_are_what_githubs_schema_says(
    github: Asker, hook: str, version: str
) -> None:
    """Lists and single ones; the secret is nowhere."""
    [first, *_] = value(ask(github, f"{hook}/deliveries", version))

    whole = ask(github, f"{hook}/deliveries/{first['id']}", version)

    check(value(ask(github, hook, version)), "Hook", version)
    check(value(ask(github, f"/repos/{HARBOR}/hooks", version))[0], "Hook", version)
    check(first, "HookDeliveryItem", version)
    check(value(whole), "HookDelivery", version)
    assert "hush" not in ask(github, hook).body.decode() + whole.body.decode()


def test_a_form_is_shown_as_what_it_holds(github: Asker, hook: str) -> None:
    """The payload is JSON however it was sent; the headers are those that were."""
    newest = value(ask(github, f"{hook}/deliveries"))[0]

    sent = value(ask(github, f"{hook}/deliveries/{newest['id']}"))["request"]

    assert (sent["headers"]["X-GitHub-Event"], sent["payload"]["action"]) == ("watch", "started")
    assert sent["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


def test_deliveries_are_read_onward(github: Asker, hook: str) -> None:
    """Newest first, by a cursor, to the end and not back."""
    first = ask(github, f"{hook}/deliveries?per_page=2")
    second = ask(github, links(first)["next"])

    events = [each["event"] for each in value(first) + value(second)]
    assert events == ["watch", "star", "ping"]
    assert set(links(first)) == {"next"}
    assert not links(second)


def test_a_lost_delivery_is_delivered_again(github: Asker, hook: str) -> None:
    """It is listed as failed; the second attempt has the same GUID and says what it is."""
    github.world.outbox.faults.add(DeliveryFault(DeliveryFaultKind.DROP))
    github.world.push(HARBOR)
    [lost] = [d for d in value(ask(github, f"{hook}/deliveries")) if d["status_code"] != 200]

    attempt = f"{hook}/deliveries/{lost['id']}/attempts"
    status = github.ask("POST", attempt, token=tokens.SOLVEIG).status

    newest = value(ask(github, f"{hook}/deliveries"))[0]
    assert status == 202
    assert newest["guid"] == lost["guid"]
    assert newest["redelivery"] is True
    assert github.world.outbox.arrived[-1].event == "push"


@pytest.mark.parametrize("token", [None, tokens.EIRIK, tokens.INGRID])
def test_only_admins_know_of_hooks(github: Asker, hook: str, token: str | None) -> None:
    """To everybody else there are none."""
    for path in (hook, f"{hook}/deliveries", f"/repos/{HARBOR}/hooks"):
        assert github.get(path, token).status == 404


def test_unknown_ones_are_not_found(github: Asker, hook: str) -> None:
    """A hook, a delivery, and a hook of another repository."""
    elsewhere = hook.replace("harbor", "tidal-map")

    for path in (f"/repos/{HARBOR}/hooks/1", f"{hook}/deliveries/1", elsewhere):
        assert ask(github, path).status == 404
