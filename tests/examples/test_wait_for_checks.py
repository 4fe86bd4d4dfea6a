"""The job of docs/live.md that waits for checks, as it stands there: run, cut, and out of time."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from portico.gateway.live import HEARTBEAT_S
from portico.sandbox import DeliveryFault, DeliveryFaultKind, tokens
from tests.support.cutting import Relay, relaying
from tests.support.raw_server import HEAD, answering, raw_server
from tests.support.running import Running, running

ROOT: Final = Path(__file__).parents[2]
SCRIPT: Final = ROOT / "docs" / "examples" / "wait_for_checks.py"
SECRET: Final = "invented-for-the-tests"
HARBOR: Final = "solveig/harbor"
PATIENCE_S: Final = 30.0


class Job:
    """The script, running."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def end(self) -> tuple[int, str]:
        """Return the exit code, and what was printed in the meantime."""
        printed, _ = self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode, printed

    def wait_until(self, pattern: str) -> None:
        """Read on until a line matches."""
        assert self._process.stdout is not None
        assert any(re.search(pattern, line) for line in self._process.stdout)


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico that hears of everything that happens at the small GitHub."""
    with running(webhook_secret=SECRET) as started:
        started.sandbox.add_hook(url=f"{started.url}/webhooks/github", secret=SECRET)
        yield started


@pytest.fixture
def relay(portico: Running) -> Iterator[Relay]:
    """What the job talks to Portico through."""
    with relaying(portico.url) as started:
        yield started


@contextmanager
def waiting(relay: Relay, *arguments: str, ref: str = "main", token: str = "") -> Iterator[Job]:
    """Run the script; it has looked once, and listens, when the block begins."""
    command = [sys.executable, "-u", str(SCRIPT), HARBOR, ref, "--portico", relay.url, *arguments]
    environment = {**os.environ, "GITHUB_TOKEN": token}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            yield Job(process)
        finally:
            process.kill()


def ended(*arguments: str) -> int:
    """Run the script to its end and return the exit code."""
    command = [sys.executable, str(SCRIPT), HARBOR, "main", *arguments]
    done = subprocess.run(command, timeout=PATIENCE_S, capture_output=True, check=False)
    return done.returncode


@pytest.fixture
def until_looked(portico: Running) -> Callable[[int], None]:
    """Return what waits until the job has asked so often how its commit stands."""

    def wait(times: int) -> None:
        pause = threading.Event()
        while portico.sandbox.calls(f"/repos/{HARBOR}/commits/") < times:
            pause.wait(0.01)

    return wait


def test_all_pass(portico: Running, relay: Relay) -> None:
    """It ends with 0 when the last check has passed, and asks only when something happened."""
    world = portico.sandbox.world
    world.start_check(HARBOR, "main", name="build")
    world.start_check(HARBOR, "main", name="test")
    with waiting(relay) as job:
        job.wait_until("waiting for the checks of [0-9a-f]{40}")
        world.complete_check(HARBOR, "main", name="build")
        world.set_status(HARBOR, "main", context="coverage")
        world.complete_check(HARBOR, "main", name="test")
        code, printed = job.end()

    assert code == 0, printed
    assert "3 finished, 0 of them failed" in printed
    # Of the commit itself, and three lists at each look: one at the opening, one an event at most.
    assert portico.sandbox.calls(f"/repos/{HARBOR}/commits/") <= 1 + 3 * (1 + 4)


def test_more_than_a_page_of_statuses(portico: Running, relay: Relay) -> None:
    """One that is pending is not overlooked because thirty came after it."""
    world = portico.sandbox.world
    for number in range(31):
        state = "success" if number else "pending"
        world.set_status(HARBOR, "main", context=f"c{number}", state=state)
    with waiting(relay) as job:
        job.wait_until("waiting")
        world.set_status(HARBOR, "main", context="c0")
        code, printed = job.end()

    assert code == 0, printed
    assert "31 finished, 0 of them failed" in printed


def test_one_fails(portico: Running, relay: Relay) -> None:
    """It ends with 1, and says which."""
    world = portico.sandbox.world
    world.start_check(HARBOR, "main", name="build")
    with waiting(relay) as job:
        job.wait_until("waiting")
        world.complete_check(HARBOR, "main", name="test", conclusion="timed_out")
        world.complete_check(HARBOR, "main", name="build")
        code, printed = job.end()

    assert code == 1, printed
    assert "failed: test\n" in printed


def test_finished_already(portico: Running, relay: Relay) -> None:
    """What is finished needs no event."""
    portico.sandbox.world.complete_check(HARBOR, "main")
    with waiting(relay) as job:
        code, printed = job.end()

    assert code == 0, printed


def test_one_that_has_not_begun(portico: Running, relay: Relay) -> None:
    """A check that is asked for by name is waited for, though all others are finished."""
    world = portico.sandbox.world
    world.complete_check(HARBOR, "main", name="build")
    with waiting(relay, "--check", "deploy") as job:
        job.wait_until("waiting")
        world.complete_check(HARBOR, "main", name="deploy", conclusion="failure")
        code, printed = job.end()

    assert code == 1, printed


def test_a_cut(portico: Running, relay: Relay, until_looked: Callable[[int], None]) -> None:
    """What happens while it is cut off is made good: it resumes after the last event."""
    world = portico.sandbox.world
    world.start_check(HARBOR, "main")
    with waiting(relay) as job:
        job.wait_until("waiting")
        until_looked(1 + 3)
        world.start_check(HARBOR, "main", name="other")
        until_looked(1 + 3 + 3)
        relay.cut()
        world.complete_check(HARBOR, "main")
        world.complete_check(HARBOR, "main", name="other")
        code, printed = job.end()

    resumed = [head for head in relay.heads if head.startswith("GET /live")][-1]
    assert code == 0, printed
    assert "the stream has ended; again in 3 s" in printed
    assert re.search(r"Last-Event-ID: [0-9a-f]+-\d+\r\n", resumed)


def test_replicas_that_lag(
    portico: Running, relay: Relay, until_looked: Callable[[int], None]
) -> None:
    """After an event it looks once more at the next heartbeat, though nothing tells it to."""
    world = portico.sandbox.world
    world.start_check(HARBOR, "main")
    with waiting(relay) as job:
        job.wait_until("waiting")
        until_looked(1 + 3)
        world.start_check(HARBOR, "main", name="other")
        until_looked(1 + 3 + 3)
        portico.sandbox.delivery_faults.add(DeliveryFault(DeliveryFaultKind.DROP, times=None))
        world.complete_check(HARBOR, "main")
        world.complete_check(HARBOR, "main", name="other")
        portico.clock.advance(HEARTBEAT_S)
        code, printed = job.end()

    assert code == 0, printed


def test_time_is_up(portico: Running, relay: Relay) -> None:
    """It ends with 124, as timeout(1) does."""
    portico.sandbox.world.start_check(HARBOR, "main")
    with waiting(relay, "--timeout", "1") as job:
        code, printed = job.end()

    assert code == 124
    assert "time was up" in printed


@pytest.mark.parametrize("ref", ["main", "no-such-branch"])
def test_what_cannot_be_waited_for(portico: Running, relay: Relay, ref: str) -> None:
    """What GitHub does not show, or no longer, ends it with 2."""
    world = portico.sandbox.world
    if ref == "main":
        world.make_private(HARBOR)
        world.outbox.wait_until_posted()
    with waiting(relay, ref=ref) as job:
        code, printed = job.end()

    assert code == 2
    assert "404" in printed or "422" in printed


async def test_an_answer_that_breaks_off_is_no_failed_check() -> None:
    """It ends with 2: nothing is known of the checks."""
    cut = answering(HEAD + b"Content-Length: 100\r\n\r\n{", then_close=True)
    async with raw_server(cut) as server:
        code = await asyncio.to_thread(ended, "--portico", server.url)

    assert code == 2


def test_an_address_that_is_no_url() -> None:
    """It is told at once, and not asked for until the time is up."""
    assert ended("--portico", "localhost:8000") == 2


def test_a_private_repository(portico: Running, relay: Relay) -> None:
    """With a token it waits for what that token sees."""
    world = portico.sandbox.world
    world.make_private(HARBOR)
    world.outbox.wait_until_posted()
    portico.clock.advance(60)
    world.start_check(HARBOR, "main")
    with waiting(relay, token=tokens.SOLVEIG) as job:
        job.wait_until("waiting")
        world.complete_check(HARBOR, "main")
        code, printed = job.end()

    assert code == 0, printed
