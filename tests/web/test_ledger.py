"""The ledger against GitHub's own count: every point that was taken is in it, once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from portico.keyring.keyring import LOOK_EVERY_S
from portico.sandbox import Fault, FaultKind
from tests.support.raw_client import ask
from tests.support.running import Running, running

HARBOR: Final = "/api/v3/repos/solveig/harbor"
PATIENCE_S: Final = 10.0


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico that only this machine reaches, so that its whole ledger is shown."""
    with running() as started:
        yield started


def spent(portico: Running) -> dict[str, int]:
    """Return the points of the ledger by who asked."""
    by_who = ask(f"{portico.url}/v1/budget").json["by_who"]
    return {each["name"]: each["spent"] for each in by_who if each["spent"]}


def until(condition: Callable[[], bool]) -> None:
    """Wait for what nobody is told of."""
    ends_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.01)


def test_a_renewal_behind_an_answer_is_in_it(portico: Running) -> None:
    """The answer cost nothing; what had changed meanwhile is paid for by who asked."""
    ask(portico.url + HARBOR)
    portico.sandbox.world.edit_repository("solveig/harbor", description="Mind the tide")
    portico.clock.advance(400)

    stale = ask(portico.url + HARBOR)
    until(lambda: portico.sandbox.points() == 2)

    assert stale.headers["Portico-Points"] == "spent=0, saved=1"
    until(lambda: spent(portico) == {"anonymous": 2})


@pytest.mark.parametrize("kind", [FaultKind.UNICORN, FaultKind.HTML_OK, FaultKind.INVALID_JSON])
def test_what_failed_is_in_it(portico: Running, kind: FaultKind) -> None:
    """A call that GitHub answers with nonsense is a call; whoever asked is told of an error."""
    portico.sandbox.faults.add(Fault(kind, times=None))

    failed = [ask(portico.url + path).status for path in (HARBOR, "/v1/users/solveig")]

    assert all(status >= 500 for status in failed)
    assert spent(portico) == {"anonymous": portico.sandbox.calls()}


def leave(portico: Running, path: str) -> None:
    """Ask, and go once GitHub has been asked."""
    portico.sandbox.latency_s = 0.2
    url = urlsplit(portico.url)
    with socket.create_connection((url.hostname, url.port)) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: portico.sandbox.calls() == 1)


def test_what_all_had_left_is_in_it(portico: Running) -> None:
    """Who leaves while GitHub is asked has spent the point all the same."""
    leave(portico, HARBOR)

    until(lambda: spent(portico) == {"anonymous": 1})
    assert ask(portico.url + HARBOR).headers["Portico-Points"] == "spent=0, saved=1"


def test_a_body_that_nobody_takes_any_more_is_in_it() -> None:
    """It is too large to be kept, so it is let go of; it was paid for."""
    with running(body_limit_bytes=65_536) as portico:
        leave(portico, "/api/v3/users/solveig/repos?per_page=100")

        until(lambda: spent(portico) == {"anonymous": 1})


def test_a_renewal_counts_towards_the_cap(tmp_path: Path) -> None:
    """A key cannot spend beyond its cap by being content with what is stale."""
    key, file = key_of_bytes(b"k" * 32), tmp_path / "keys.toml"
    with running(keys_file=file) as portico:
        now, rights = portico.clock.now(), {"owners": ("solveig",), "points_per_hour": 10}
        add_key(file, "site", key, now=now, lifetime_s=None, rights=rights)
        portico.clock.advance(LOOK_EVERY_S)
        ask(portico.url + HARBOR, token=key)
        portico.sandbox.world.edit_repository("solveig/harbor", description="Mind the tide")
        portico.clock.advance(400)
        ask(portico.url + HARBOR, token=key)
        until(lambda: portico.sandbox.points() == 2)
        until(lambda: spent(portico) == {"key:site": 2})

        reply = ask(f"{portico.url}{HARBOR}/topics", token=key)

    assert reply.headers["X-RateLimit-Remaining"] == "7"
