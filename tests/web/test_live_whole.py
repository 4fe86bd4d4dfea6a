"""`/live` of a whole Portico: from a change at the small GitHub to whoever listens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.gateway.live import HEARTBEAT_S
from portico.keyring.editing import add_key, revoke_key
from portico.sandbox import tokens
from tests.support.live_client import listening
from tests.support.raw_client import ask
from tests.support.running import Running, running

SECRET: Final = "invented-for-the-tests"
HARBOR: Final = "solveig/harbor"
COVE: Final = "solveig/secret-cove"
KEY: Final = key_of_bytes(b"k" * 32)
PAGE: Final = "https://solveig.example.com"


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """Return where the keys are."""
    return tmp_path / "keys.toml"


@pytest.fixture
def portico(keys_file: Path) -> Iterator[Running]:
    """A Portico that hears of everything that happens at the small GitHub."""
    with running(webhook_secret=SECRET, keys_file=keys_file, cors_origins=PAGE) as started:
        hook = f"{started.url}/webhooks/github"
        started.sandbox.add_hook(url=hook, secret=SECRET)
        yield started


def test_who_hears_and_then_reads_sees_it(portico: Running) -> None:
    """A listener's next read of what happened is not the answer from before."""
    issues = f"{portico.github}/repos/{HARBOR}/issues"
    before = ask(issues).json[0]["number"]
    with listening(f"{portico.url}/live?repo={HARBOR}") as client:
        issue = portico.sandbox.world.open_issue(HARBOR, "New", login="ingrid")
        (event,) = client.until_told(1)
        after = ask(issues).json[0]["number"]

    assert (event["event"], event["action"], event["repository"]) == ("issues", "opened", HARBOR)
    assert event["details"]["number"] == after == issue.number > before


def test_what_is_private(portico: Running) -> None:
    """Its owner hears of it; who asks for everything of the owner without a credential does not."""
    with (
        listening(f"{portico.url}/live?user=solveig", token=tokens.SOLVEIG) as own,
        listening(f"{portico.url}/live?user=solveig") as other,
    ):
        portico.sandbox.world.open_issue(COVE, "x", login="solveig")
        portico.sandbox.world.open_issue(HARBOR, "y", login="solveig")
        heard = own.until_told(2)
        overheard = other.until_told(1)

    assert [event["repository"] for event in heard] == [COVE, HARBOR]
    assert [event["repository"] for event in overheard] == [HARBOR]


@pytest.mark.parametrize("token", [None, tokens.INGRID])
def test_what_is_private_cannot_be_named(portico: Running, token: str | None) -> None:
    """To others it is as if there were none."""
    secret = ask(f"{portico.url}/live?repo={COVE}", token=token)
    nothing = ask(f"{portico.url}/live?repo=solveig/none", token=token)

    assert (secret.status, nothing.status) == (404, 404)
    assert secret.json["title"] == nothing.json["title"]


def test_made_private(portico: Running) -> None:
    """Who named it hears that it is lost, and the stream ends; nothing of why or by whom."""
    with listening(f"{portico.url}/live?repo={HARBOR}") as client:
        portico.sandbox.world.make_private(HARBOR)
        portico.sandbox.world.open_issue(HARBOR, "x", login="solveig")
        portico.sandbox.world.outbox.wait_until_posted()
        portico.clock.advance(60)
        heard = client.until(lambda _: False)

    assert [event.name for event in heard.events] == ["lost"]
    assert heard.events[0].json["repository"] == HARBOR


def test_the_holder_of_a_key(portico: Running, keys_file: Path) -> None:
    """A key opens what its owners have that is public, until it is revoked."""
    now = portico.clock.now()
    rights: dict[str, object] = {"owners": ("solveig",)}
    add_key(keys_file, "site", KEY, now=now, lifetime_s=86_400, rights=rights)
    portico.clock.advance(60)
    refused = ask(f"{portico.url}/live?user=nordlys", token=KEY)
    with listening(f"{portico.url}/live?user=solveig", token=KEY) as client:
        portico.sandbox.world.open_issue(HARBOR, "x", login="solveig")
        heard = client.until_told(1)
        revoke_key(keys_file, "site")
        portico.clock.advance(HEARTBEAT_S)
        portico.clock.advance(HEARTBEAT_S)
        end = client.until(lambda _: False)

    assert refused.status == 403
    assert [event["repository"] for event in heard] == [HARBOR]
    assert [event.name for event in end.events] == ["message", "lost"]


def test_pages_of_other_origins(portico: Running) -> None:
    """A page of a configured origin may read the stream, as it may read everything else."""
    fields = {"Origin": PAGE, "Accept-Encoding": "gzip"}
    with listening(f"{portico.url}/live?repo={HARBOR}", headers=fields) as client:
        headers = client.response.headers

    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Content-Encoding"] is None


def test_an_operator_sees_how_many_listen(portico: Running) -> None:
    """The number of listeners is a metric; a stream's time counts apart from answers'."""
    with listening(f"{portico.url}/live?repo={HARBOR}"):
        during = ask(f"{portico.url}/metrics").body.decode()
    ask(f"{portico.url}/live?repo={HARBOR}", "HEAD")
    after = ask(f"{portico.url}/metrics").body.decode()

    assert "portico_live_listeners 1.0" in during
    assert 'portico_request_seconds_count{mode="live"}' in after


def test_a_repeated_delivery(portico: Running) -> None:
    """What GitHub delivers twice is told once."""
    with listening(f"{portico.url}/live?repo={HARBOR}") as client:
        portico.sandbox.world.open_issue(HARBOR, "x", login="ingrid")
        portico.sandbox.world.outbox.wait_until_posted()
        guid = portico.sandbox.world.outbox.log[-1].delivery.guid
        portico.sandbox.world.redeliver(guid)
        portico.sandbox.world.star(HARBOR)
        heard = client.until_told(2)

    assert [event["event"] for event in heard] == ["issues", "star"]
