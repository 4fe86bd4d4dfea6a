"""Who hears of what, and what a delivery looks like on the wire."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from portico.sandbox import Sandbox, WebhookDelivery
from portico.sandbox.webhooks.hook import signatures
from tests.sandbox.asking import Asker

HARBOR = "solveig/harbor"
SECRET = "It's a Secret to Everybody"


def told(github: Asker) -> list[tuple[str, int]]:
    """Return event and hook of all that has arrived, greetings apart."""
    arrived = github.world.outbox.arrived
    return [(d.event, d.hook.id) for d in arrived if d.event != "ping"]


def only(github: Asker) -> WebhookDelivery:
    """Return the one delivery that is no greeting."""
    [delivery] = [d for d in github.world.outbox.arrived if d.event != "ping"]
    return delivery


def test_a_delivery_is_what_github_sends(github: Asker) -> None:
    """All of GitHub's headers, compact JSON, and both signatures over the bytes."""
    hook = github.world.add_hook(repository=HARBOR, secret=SECRET)

    github.world.push(HARBOR)

    delivery = only(github)
    assert dict(delivery.headers) == {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5a0db0c",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": "push",
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-ID": "5000",
        "X-GitHub-Hook-Installation-Target-Type": "repository",
        "X-Hub-Signature": f"sha1={_signed(delivery.body, 'sha1')}",
        "X-Hub-Signature-256": f"sha256={_signed(delivery.body, 'sha256')}",
    }
    text = delivery.body.decode()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def _signed(body: bytes, kind: str) -> str:
    return hmac.new(SECRET.encode(), body, kind).hexdigest()


def test_githubs_own_signature_example() -> None:
    """The secret and payload that GitHub documents give the signature that it documents."""
    documented = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    assert ("X-Hub-Signature-256", f"sha256={documented}") in signatures(
        b"Hello, World!", SECRET.encode()
    )


def test_a_form_holds_the_same_payload(github: Asker) -> None:
    """One field, `payload`; the signature covers the form as it is sent."""
    github.world.add_hook(repository=HARBOR, secret=SECRET, content_type="form")

    github.world.star(HARBOR)

    delivery = next(d for d in github.world.outbox.arrived if d.event == "star")
    [payload] = parse_qs(delivery.body.decode())["payload"]
    assert json.loads(payload)["action"] == "created"
    assert delivery.header("content-type") == "application/x-www-form-urlencoded"
    assert delivery.header("x-hub-signature-256").endswith(_signed(delivery.body, "sha256"))


def test_without_a_secret_nothing_is_signed(github: Asker) -> None:
    """No signature header at all, as GitHub does it."""
    github.world.add_hook(repository=HARBOR)

    github.world.push(HARBOR)

    assert not only(github).header("x-hub-signature-256")


def test_each_hook_hears_of_its_own(github: Asker) -> None:
    """A repository's of the repository, an organisation's of all of its, an App's of everybody."""
    world = github.world
    harbor = world.add_hook(repository=HARBOR).id
    nordlys = world.add_hook(owner="nordlys").id
    everybody = world.add_hook().id

    world.push(HARBOR)
    world.push("nordlys/aurora")
    world.push("eirik/tidal-map")

    assert told(github) == [
        ("push", harbor),
        ("push", everybody),
        ("push", nordlys),
        ("push", everybody),
        ("push", everybody),
    ]


def test_a_users_hook_is_an_apps(github: Asker) -> None:
    """GitHub has no hooks on users: the delivery names an installation on that user."""
    github.world.add_hook(owner="solveig")

    github.world.push(HARBOR)
    github.world.push("nordlys/aurora")

    delivery = only(github)
    assert delivery.header("x-github-hook-installation-target-type") == "integration"
    assert json.loads(delivery.body)["installation"]["id"] == 6_001_001


def test_all_hooks_share_an_events_guid(github: Asker) -> None:
    """The GUID is the event's, the hook's id is in a header of its own."""
    github.world.add_hook()
    github.world.add_hook(repository=HARBOR)

    github.world.push(HARBOR)

    first, second = [d for d in github.world.outbox.arrived if d.event == "push"]
    assert first.guid == second.guid
    assert first.id != second.id


def test_a_hook_hears_only_the_events_it_wants(github: Asker) -> None:
    """As registered; the greeting comes whatever it wants."""
    github.world.add_hook(repository=HARBOR, events=("watch",))

    github.world.push(HARBOR)
    github.world.star(HARBOR)

    assert [d.event for d in github.world.outbox.arrived] == ["ping", "watch"]


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        ({"repository": HARBOR}, "Repository"),
        ({"owner": "nordlys"}, "Organization"),
        ({"owner": "solveig"}, "App"),
        ({}, "App"),
    ],
)
def test_a_hook_is_greeted(github: Asker, about: dict[str, Any], kind: str) -> None:
    """`ping` describes the hook: its kind and events, and never its secret."""
    github.world.add_hook(**about, secret=SECRET, events=("push", "star"))

    [greeting] = github.world.outbox.arrived

    body = json.loads(greeting.body)
    assert greeting.event == "ping"
    assert body["hook"]["type"] == kind
    assert body["hook"]["events"] == ["push", "star"]
    assert SECRET not in greeting.body.decode()


def test_only_apps_hear_of_installations(github: Asker) -> None:
    """An organisation's hook hears that it was renamed, not that the App's target was."""
    organizations = github.world.add_hook(owner="nordlys").id
    apps = github.world.add_hook().id

    github.world.rename_account("nordlys", "nordly")

    assert told(github) == [
        ("organization", organizations),
        ("organization", apps),
        ("installation_target", apps),
    ]


def test_a_hook_that_is_removed_is_told_so(github: Asker) -> None:
    """`meta` with action `deleted`, and nothing more."""
    hook = github.world.add_hook(repository=HARBOR)

    github.world.remove_hook(hook)
    github.world.push(HARBOR)

    last = github.world.outbox.arrived[-1]
    assert (last.event, last.action) == ("meta", "deleted")
    assert json.loads(last.body)["hook_id"] == hook.id


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"repository": HARBOR, "owner": "solveig"}, ValueError),
        ({"url": "https://portico.example/webhooks/github"}, ValueError),
        ({"repository": "no/such"}, KeyError),
        ({"owner": "nobody"}, KeyError),
    ],
)
def test_a_hook_that_cannot_be_is_refused(wrong: dict[str, Any], error: type[Exception]) -> None:
    """On two things at once, on what is not there, or with a URL that cannot be posted to."""
    with pytest.raises(error):
        Sandbox().add_hook(**wrong)


def test_deliveries_are_the_same_in_every_run() -> None:
    """GUIDs too: what failed once can be looked at again."""
    first, second = Asker(), Asker()
    for github in (first, second):
        github.world.add_hook(secret=SECRET)
        github.world.push(HARBOR)

    assert first.world.outbox.arrived == second.world.outbox.arrived
