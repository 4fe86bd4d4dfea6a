"""`POST /webhooks/github` over a real socket, and deliveries that are not to be taken."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pytest

from portico.sandbox import WebhookDelivery
from portico.web.webhook import LARGE_BYTES
from tests.support.raw_client import Reply, ask, talk
from tests.support.running import Running, running

SECRET: Final = "invented-for-the-tests"
PREVIOUS: Final = "invented-before-that"
HARBOR: Final = "solveig/harbor"
REPO: Final = f"/api/v3/repos/{HARBOR}"
STAR: Final = json.dumps(
    {
        "action": "created",
        "starred_at": None,
        "repository": {
            "id": 5,
            "full_name": HARBOR,
            "private": False,
            "owner": {"login": "solveig", "id": 1},
            "default_branch": "main",
        },
        "sender": {"login": "solveig", "id": 1},
    }
).encode()


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico that takes deliveries with either of two secrets."""
    with running(webhook_secret=SECRET, webhook_previous_secret=PREVIOUS) as started:
        yield started
        assert ask(f"{started.url}/healthz").status == 200


@pytest.fixture
def mode_of(portico: Running) -> Callable[[str], str]:
    """Return what asks for a path and tells how the answer came about."""

    def ask_for(path: str) -> str:
        status = ask(f"{portico.url}{path}").headers["Cache-Status"]
        return str(status.rpartition("detail=")[2])

    return ask_for


def signed(body: bytes, secret: str = SECRET) -> str:
    """Return the signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(
    portico: Running,
    body: bytes = STAR,
    *,
    event: str = "star",
    delivery: str = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    signature: str | None = None,
    **fields: str,
) -> Reply:
    """Post a delivery, signed with the secret unless another signature is given."""
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": signed(body) if signature is None else signature,
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    return post(portico, body, {name: value for name, value in headers.items() if value})


def post(portico: Running, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Post anything to where deliveries go."""
    return ask(f"{portico.url}/webhooks/github", "POST", headers=headers, body=body)


def forward(portico: Running, *deliveries: WebhookDelivery) -> list[Reply]:
    """Post what the sandbox has sent."""
    return [post(portico, each.body, dict(each.headers)) for each in deliveries]


@pytest.mark.parametrize("content_type", ["json", "form"])
def test_after_its_answer_the_next_read_is_fresh(
    portico: Running, mode_of: Callable[[str], str], content_type: str
) -> None:
    """A push is seen by the very next read, by name and by id, and of that repository alone."""
    portico.sandbox.add_hook(secret=SECRET, repository=HARBOR, content_type=content_type)  # type: ignore[arg-type] # parametrised
    number = portico.sandbox.world[HARBOR].id
    paths = [REPO, f"/api/v3/repositories/{number}", "/api/v3/repos/solveig/tidal-map"]
    for path in paths:
        mode_of(path)
    portico.sandbox.outbox.clear()
    portico.clock.advance(120)
    portico.sandbox.world.push(HARBOR)

    replies = forward(portico, *portico.sandbox.outbox)

    assert [reply.status for reply in replies] == [202]
    assert replies[0].json["outcome"] == "taken"
    assert [mode_of(path) for path in paths] == ["changed", "changed", "hit"]


def test_a_secret_is_changed_over(portico: Running) -> None:
    """While both are configured, deliveries signed with the old or the new secret are taken."""
    old = deliver(portico, signature=signed(STAR, PREVIOUS), delivery="1")
    new = deliver(portico, delivery="2")

    assert (old.status, new.status) == (202, 202)


def test_a_repeat_is_taken_calmly(portico: Running, mode_of: Callable[[str], str]) -> None:
    """The same delivery again is answered well and changes nothing."""
    deliver(portico)
    mode_of(REPO)

    again = deliver(portico)

    assert (again.status, again.json["outcome"]) == (202, "known already")
    assert mode_of(REPO) == "hit"


@pytest.mark.parametrize(
    ("signature", "fields", "said"),
    [
        ("", {}, "X-Hub-Signature-256 is missing"),
        ("", {"X-Hub-Signature": "sha1=" + "0" * 40}, "alone is SHA-1"),
        ("sha256=" + "0" * 64, {}, "is not the signature of this body"),
        (signed(STAR + b" "), {}, "is not the signature of this body"),
        (signed(STAR, "another secret"), {}, "is not the signature of this body"),
        ("sha256=", {}, "is not the signature of this body"),
        ("sha1=" + "0" * 40, {}, "is not the signature of this body"),
        ("\xff", {}, "is not the signature of this body"),
    ],
)
def test_what_is_not_signed_changes_nothing(
    portico: Running,
    mode_of: Callable[[str], str],
    signature: str,
    fields: dict[str, Any],
    said: str,
) -> None:
    """Without our secret's signature: a clear refusal, the right one never told, nothing marked."""
    mode_of(REPO)

    reply = deliver(portico, signature=signature, **fields)

    assert reply.status == 403
    assert said in reply.json["detail"]
    assert "PORTICO_WEBHOOK_SECRET" in reply.json["advice"]
    assert signed(STAR) not in reply.everything
    assert mode_of(REPO) == "hit"


def test_a_doubled_signature_is_refused(portico: Running) -> None:
    """Of two signatures one might be checked and another meant."""
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nX-GitHub-Event: star\r\nX-GitHub-Delivery: 1\r\n"
        f"X-Hub-Signature-256: {signed(STAR)}\r\nX-Hub-Signature-256: {signed(STAR)}\r\n"
        f"Content-Length: {len(STAR)}\r\n\r\n"
    )

    said = talk(portico.url, head.encode() + STAR)

    assert b" 403 " in said.splitlines()[0]
    assert b"more than once" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "star: "),
        (b"no json", "star: "),
        (b"[]", "star: "),
        (b'{"action":"created"}', "star: `$.repository` is missing"),
        (b'{"action":"created","repository":"secret text"}', "star: "),
        (b'{"action":"created","repository":{"id":"x"}}', "star: "),
        (b"\xff\xfe", "star: "),
        (b"[" * 100_000, "star: "),
    ],
    ids=range(8),
)
def test_a_signed_body_of_the_wrong_shape_is_refused(
    portico: Running, mode_of: Callable[[str], str], body: bytes, said: str
) -> None:
    """A genuine signature over nonsense: 400 that names the place and repeats nothing."""
    mode_of(REPO)

    reply = deliver(portico, body)

    assert reply.status == 400
    assert reply.json["detail"].startswith(said)
    assert "secret text" not in reply.everything
    assert mode_of(REPO) == "hit"


@pytest.mark.parametrize(
    "form",
    [b"other=1", b"", b"payload=%7B%7D&payload=%7B%7D", b"payload=%ff%fe", b"&" * 50],
    ids=range(5),
)
def test_a_form_without_one_payload_is_refused(portico: Running, form: bytes) -> None:
    """A form must hold the JSON in one field, in UTF-8."""
    reply = deliver(portico, form, Content_Type="application/x-www-form-urlencoded")

    assert reply.status == 400


def test_a_form_is_signed_as_it_came(portico: Running) -> None:
    """The signature is over the form's own bytes."""
    form = urlencode({"payload": STAR.decode()}).encode()

    taken = deliver(portico, form, Content_Type="application/x-www-form-urlencoded")
    forged = deliver(
        portico,
        form,
        signature=signed(STAR),
        Content_Type="application/x-www-form-urlencoded",
    )

    assert (taken.status, forged.status) == (202, 403)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"event": ""}, 400),
        ({"event": "Star!"}, 400),
        ({"delivery": ""}, 400),
        ({"delivery": "../../etc"}, 400),
        ({"Content_Type": "text/plain"}, 400),
        ({"Content_Encoding": "gzip"}, 400),
        ({"event": "an_event_of_tomorrow"}, 202),
    ],
    ids=range(7),
)
def test_what_the_head_must_say(portico: Running, fields: dict[str, Any], status: int) -> None:
    """Event, id and type must be there and well-formed; an event that nobody knows is taken."""
    assert deliver(portico, **fields).status == status


def test_other_methods_are_refused(portico: Running) -> None:
    """Whoever opens the URL in a browser is told what it is for."""
    reply = ask(f"{portico.url}/webhooks/github")

    assert (reply.status, reply.headers["Allow"]) == (405, "POST")


def test_what_is_larger_than_github_sends_is_not_read(portico: Running) -> None:
    """26 MB are refused by their announcement; what is not announced, when it is over the limit."""
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: 1\r\n"
        f"X-Hub-Signature-256: {signed(b'')}\r\n"
    ).encode()
    announced = talk(portico.url, head + b"Content-Length: 27262976\r\n\r\n")
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"

    chunked = talk(portico.url, head + b"Transfer-Encoding: chunked\r\n\r\n", *[piece] * 26)

    assert b" 413 " in announced.splitlines()[0]
    assert b" 413 " in chunked.splitlines()[0]


def test_a_body_that_breaks_off_leaves_nothing(
    portico: Running, mode_of: Callable[[str], str]
) -> None:
    """A sender that goes away in the middle has delivered nothing."""
    mode_of(REPO)
    address = urlsplit(portico.url)
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "X-GitHub-Event: star\r\nX-GitHub-Delivery: 1\r\n"
        f"X-Hub-Signature-256: {signed(STAR)}\r\nContent-Length: {len(STAR)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as wire:
        wire.sendall(head.encode() + STAR[:-10])

    assert mode_of(REPO) == "hit"
    assert deliver(portico, delivery="1").json["outcome"] == "taken"


def test_a_large_delivery_is_taken(portico: Running) -> None:
    """What is hashed and read away from the loop is taken like any other."""
    filling = b', "rest": "' + b"x" * LARGE_BYTES + b'"}'
    star = STAR[:-1] + filling

    taken = deliver(portico, star, delivery="1")
    forged = deliver(portico, star, delivery="2", signature=signed(b"else"))
    nonsense = deliver(portico, b'{"action": 1' + filling, delivery="3")

    assert (taken.status, forged.status, nonsense.status) == (202, 403, 400)


def test_without_a_secret_nothing_is_taken() -> None:
    """An operator who has not set the secret is told which setting it is."""
    with running() as started:
        reply = deliver(started)

    assert reply.status == 404
    assert "PORTICO_WEBHOOK_SECRET" in reply.json["advice"]


def test_a_flood_is_taken_calmly(portico: Running, mode_of: Callable[[str], str]) -> None:
    """A flood of genuine deliveries about one repository touches no other, and all are answered."""
    other = "/api/v3/repos/solveig/tidal-map"
    mode_of(other)
    statuses = set()
    connection = http.client.HTTPConnection(urlsplit(portico.url).netloc)
    fields = {"Content-Type": "application/json", "X-GitHub-Event": "star"}
    fields["X-Hub-Signature-256"] = signed(STAR)
    for number in range(2_000):
        sent = fields | {"X-GitHub-Delivery": f"d{number}"}
        connection.request("POST", "/webhooks/github", STAR, sent)
        answer = connection.getresponse()
        statuses.add(answer.status)
        answer.read()
    connection.close()

    assert statuses == {202}
    assert mode_of(other) == "hit"
