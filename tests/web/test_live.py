"""`/live` over HTTP: heads, refusals, resuming, leaving, slow readers, and the end."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from portico.core.errors import GitHubUnreachable
from portico.web.asgi import Message
from tests.gateway.live_scene import HELLO, issue
from tests.gateway.scene import let_all_run, start
from tests.support.event_stream import EventReader
from tests.web.exchange import Exchange, put_to, scope
from tests.web.live_stand import LiveStand, Wire, body_of

TARGET = "/live?repo=octo/hello"
OWN = (("Authorization", "Bearer token-of-octo"),)


def heard(exchange: Exchange) -> EventReader:
    """Return what the caller of an exchange knows by now."""
    reader = EventReader()
    for message in exchange.sent[1:]:
        reader.feed(body_of(message))
    return reader


async def test_the_head() -> None:
    """An event stream that nobody stores, buffers or compresses."""
    stand = LiveStand()
    exchange = Exchange()
    listening = start(put_to(stand.front, scope("GET", TARGET), exchange))
    await let_all_run()

    exchange.left.set()
    await listening

    assert exchange.status == 200
    assert exchange.headers.get("Content-Type") == "text/event-stream"
    assert exchange.headers.get("Cache-Control") == "no-store"
    assert exchange.headers.get("X-Accel-Buffering") == "no"
    assert "Content-Encoding" not in exchange.headers
    assert "Content-Length" not in exchange.headers


async def test_head_of_the_head() -> None:
    """HEAD is answered like GET, at once, and takes no place."""
    stand = LiveStand(most_listeners=1)

    exchange = await put_to(stand.front, scope("HEAD", TARGET))

    assert (exchange.status, exchange.content) == (200, b"")
    assert exchange.headers.get("Content-Type") == "text/event-stream"
    assert len(stand.live) == 0


async def test_what_happens_is_told() -> None:
    """A happening is sent at once, with its id."""
    stand = LiveStand()
    exchange = Exchange()
    listening = start(put_to(stand.front, scope("GET", TARGET), exchange))
    await let_all_run()

    await stand.happen(issue(1))

    (event,) = heard(exchange).events
    assert event.json["repository"] == "octo/hello"
    assert event.last_id == event.json["id"]
    exchange.left.set()
    await listening


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/live", 400, "bad-request"),
        ("/live?repo=octo", 400, "bad-request"),
        ("/live?repo=octo/hello&event=pushes", 400, "bad-request"),
        ("/live?repository=octo/hello", 400, "bad-request"),
        ("/live?repo=octo/hello&token=ghp_aaaa", 400, "bad-request"),
        ("/live?repo=octo/vault", 404, "not-found"),
        ("/live?repo=octo/%ff", 400, "bad-request"),
    ],
)
async def test_refusals(target: str, status: int, code: str) -> None:
    """What cannot be listened to is a problem that says why, and repeats no value."""
    exchange = await put_to(LiveStand().front, scope("GET", target))

    problem = json.loads(exchange.content)
    assert (exchange.status, problem["type"]) == (status, f"urn:portico:problem:{code}")
    assert exchange.headers.get("Content-Type") == "application/problem+json"
    assert "ghp_" not in exchange.content.decode()


async def test_other_methods() -> None:
    """There is nothing to send to a stream."""
    exchange = await put_to(LiveStand().front, scope("POST", TARGET))

    assert exchange.status == 405
    assert exchange.headers.get("Allow") == "GET, HEAD"


async def test_a_credential_that_cannot_be_read() -> None:
    """It is refused, never taken for none."""
    made = scope("GET", TARGET, fields=[("Authorization", "Digest x")])

    exchange = await put_to(LiveStand().front, made)

    assert exchange.status == 401


@pytest.mark.parametrize("target", ["/live?repo=octo/hello", "/live?user=octo"])
async def test_owners_that_are_not_served(target: str) -> None:
    """PORTICO_OWNERS holds for listeners without a credential: none of theirs is asked about."""
    stand = LiveStand(owners=frozenset({"mona"}))

    exchange = await put_to(stand.front, scope("GET", target))

    assert exchange.status == 403
    assert stand.asked == 0


async def test_some_owners_that_are_not_served() -> None:
    """Of several the stream says which are not listened to."""
    stand = LiveStand(owners=frozenset({"mona"}))
    exchange = Exchange()
    made = scope("GET", "/live?user=mona&user=Octo")
    listening = start(put_to(stand.front, made, exchange))
    await let_all_run()

    exchange.left.set()
    await listening

    (word,) = heard(exchange).events
    assert (word.name, word.json["user"]) == ("lost", "octo")


async def test_github_cannot_be_asked() -> None:
    """Without GitHub's word there is no stream, but an error that says so."""
    stand = LiveStand()
    stand.github.fails = GitHubUnreachable()

    exchange = await put_to(stand.front, scope("GET", TARGET))

    assert exchange.status == 502
    assert len(stand.live) == 0


async def test_too_many() -> None:
    """Who comes when all places are taken is told when to come back."""
    stand = LiveStand(most_listeners=1)
    exchange = Exchange()
    listening = start(put_to(stand.front, scope("GET", TARGET), exchange))
    await let_all_run()

    refused = await put_to(stand.front, scope("GET", TARGET))

    assert (refused.status, refused.headers.get("Retry-After")) == (503, "30")
    exchange.left.set()
    await listening


async def test_who_leaves_is_forgotten() -> None:
    """A caller who leaves frees the place, and the request is written down as answered."""
    stand = LiveStand()
    exchange = Exchange()
    listening = start(put_to(stand.front, scope("GET", TARGET), exchange))
    await let_all_run()

    exchange.left.set()
    await listening
    await let_all_run()

    assert len(stand.live) == 0
    assert [record.status for record in stand.records] == [200]


@pytest.mark.parametrize("way", ["field", "parameter", "both"])
async def test_resuming(way: str) -> None:
    """By the field that browsers send, or a parameter; the field is the newer of the two."""
    stand = LiveStand()
    async with stand.served() as address:
        first = await Wire.listen(address, TARGET)
        await stand.happen(issue(1), issue(2))
        await first.until_told(2)
        after_one, after_two = [event.last_id for event in first.heard.events]
        await first.close()
        fields = [f"Last-Event-ID: {after_two}"] if way != "parameter" else []
        parameter = {"field": "", "parameter": f"&last_event_id={after_two}"}
        target = TARGET + parameter.get(way, f"&last_event_id={after_one}")

        again = await Wire.listen(address, target, *fields)
        await stand.happen(issue(3))
        await again.until_told(1)
        await again.close()

    assert [event["details"]["number"] for event in again.heard.happenings] == [3]
    assert again.heard.named("reset") == []


async def test_a_principal() -> None:
    """Who brings a credential hears what it sees; the log says only that there was one."""
    stand = LiveStand()
    exchange = Exchange()
    made = scope("GET", "/live?repo=octo/vault", fields=OWN)
    listening = start(put_to(stand.front, made, exchange))
    await let_all_run()

    exchange.left.set()
    await listening

    assert exchange.status == 200
    assert [record.audience for record in stand.records] == ["principal"]


async def test_the_server_stops(caplog: pytest.LogCaptureFixture) -> None:
    """At shutdown each stream ends whole, with a last word and a time to come back, unforced."""
    stand = LiveStand()
    with caplog.at_level(logging.WARNING):
        async with stand.served() as address:
            wires = [await Wire.listen(address, TARGET) for _ in range(3)]
            reading = [start(wire.until_over()) for wire in wires]
        await asyncio.gather(*reading)

    for wire in wires:
        await wire.close()
        assert [event.name for event in wire.heard.events] == ["closing"]
        assert (wire.heard.retry_ms or 0) >= 3_000
    assert len({wire.heard.retry_ms for wire in wires}) == 3
    assert caplog.records == []


async def test_a_reader_who_is_stuck(caplog: pytest.LogCaptureFixture) -> None:
    """Who takes nothing from the socket is cut off, and can come back and go on."""
    stand = LiveStand(stall_s=0.05, last_word_s=0.05)
    with caplog.at_level(logging.WARNING):
        async with stand.served() as address:
            stuck = await Wire.listen(address, TARGET, limit_bytes=1_024)
            number = 0
            while len(stand.live):
                # More than the buffers of both sides hold.
                await stand.happen(*(issue(number + step) for step in range(400)))
                number += 400
                await asyncio.sleep(0.01)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await stuck.until_over()
            await stuck.close()

    told = [event["details"]["number"] for event in stuck.heard.happenings]
    assert told == list(range(len(told)))
    assert caplog.records == []


async def test_a_reader_who_is_slow() -> None:
    """Who takes the rest in time hears the last word, at the end of a whole answer."""
    stand = LiveStand(stall_s=0.05)
    exchange = Exchange()
    stuck = asyncio.Event()

    async def send(message: Message) -> None:
        if len(exchange.sent) == 2 and not stuck.is_set():
            stuck.set()
            await asyncio.Event().wait()
        await exchange.send(message)

    listening = start(stand.front(scope("GET", TARGET), exchange.receive, send))
    await let_all_run()
    await stand.happen(issue(1))

    await listening

    assert [event.name for event in heard(exchange).events] == ["overrun"]
    assert exchange.sent[-1] == {"type": "http.response.body", "body": b""}


async def test_a_repository_that_goes() -> None:
    """When nothing is left to listen to the answer ends, whole."""
    stand = LiveStand()
    exchange = Exchange()
    listening = start(put_to(stand.front, scope("GET", TARGET), exchange))
    await let_all_run()
    stand.github.hide("octo/hello")
    stand.clock.advance(301)

    await stand.happen(issue(1))
    await listening

    assert [event.name for event in heard(exchange).events] == ["lost"]
    assert HELLO.full_name in str(heard(exchange).events)
