"""`portico budget`, as an operator uses it, against a running Portico."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from tests.support.command import run_portico
from tests.support.raw_client import ask
from tests.support.raw_server import OK, Wire, raw_server
from tests.support.running import running

KEY: Final = key_of_bytes(b"k" * 32)
# xterm: back from the alternate screen.
LEAVES_THE_SCREEN: Final = b"\x1b[?1049l"


def test_it_shows_what_is_left_and_who_spent(tmp_path: Path) -> None:
    """One look at a running Portico: buckets, sums, and the same numbers as its endpoint."""
    with running() as started:
        ask(f"{started.url}/api/v3/repos/solveig/harbor")
        ask(f"{started.url}/api/v3/repos/solveig/harbor")

        said = run_portico("budget", "--url", started.url, cwd=tmp_path, COLUMNS="100")

    assert said.returncode == 0
    assert "everybody, the last 24 h: 2 answers cost 1 points and saved 1" in said.stdout
    assert "anonymous" in said.stdout
    assert "5,000" in said.stdout


def test_a_portico_that_wants_a_key_says_so(tmp_path: Path) -> None:
    """Who brings none is told which variable holds it."""
    with running(public_url="https://portico.example") as started:
        said = run_portico("budget", "--url", started.url, cwd=tmp_path)

    assert said.returncode == 1
    assert "answered 401" in said.stderr
    assert "PORTICO_KEY" in said.stderr


def test_the_key_comes_from_its_variable(tmp_path: Path) -> None:
    """Beside the settings that name the address; it is none of them."""
    key, path = key_of_bytes(b"o" * 32), tmp_path / "keys.toml"
    add_key(path, "ops", key, now=0, lifetime_s=None, rights={"operator": True})
    with running(public_url="https://portico.example", keys_file=path) as started:
        port = str(urlsplit(started.url).port)

        said = run_portico("budget", cwd=tmp_path, PORTICO_PORT=port, PORTICO_KEY=key)

    assert said.returncode == 0, said.stderr
    assert "everybody, the last 24 h" in said.stdout


@pytest.mark.parametrize(
    ("url", "code", "reason"),
    [
        ("http://127.0.0.1:9", 1, "No Portico answers at http://127.0.0.1:9"),
        ("ftp://x", 2, "--url must begin with http"),
        ("http://[x", 2, "is not a URL"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, url: str, code: int, reason: str) -> None:
    """A wrong address ends in one line."""
    said = run_portico("budget", "--url", url, cwd=tmp_path)

    assert said.returncode == code
    assert reason in said.stderr
    assert "Traceback" not in said.stderr


async def test_what_is_no_portico_is_named(tmp_path: Path) -> None:
    """Something else that answers in JSON is no budget."""

    async def answer(wire: Wire, _number: int) -> None:
        await wire.send(OK)

    async with raw_server(answer) as other:
        said = await asyncio.to_thread(run_portico, "budget", "--url", other.url, cwd=tmp_path)

    assert said.returncode == 1
    assert f"What answers at {other.url} is no Portico" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_key_that_can_be_none_is_not_repeated(tmp_path: Path) -> None:
    """What was pasted with more lines behind it may be the secret all the same."""
    said = run_portico(
        "budget", "--url", "http://127.0.0.1:9", cwd=tmp_path, PORTICO_KEY=f"{KEY}\nx"
    )

    assert said.returncode == 2
    assert "PORTICO_KEY must be the key alone" in said.stderr
    assert KEY not in said.stderr


def test_top_says_why_it_ends(tmp_path: Path) -> None:
    """The reason stands on the screen that is there afterwards, not on the one that is gone."""
    terminal, inner = pty.openpty()
    with running() as started:
        command = ["top", "--url", started.url, "--every", "0.2"]
        process = subprocess.Popen(
            [sys.executable, "-m", "portico", *command],
            cwd=tmp_path,
            env={**os.environ, "TERM": "xterm"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        shown = b""
        while b"Portico's budget" not in shown:
            shown += os.read(terminal, 65_536)
    # Linux ends a terminal that nobody holds any more with an error.
    with contextlib.suppress(OSError):
        while more := os.read(terminal, 65_536):
            shown += more
    os.close(terminal)

    assert process.wait(20) == 1
    assert b"No Portico answers" in shown.rpartition(LEAVES_THE_SCREEN)[2]
