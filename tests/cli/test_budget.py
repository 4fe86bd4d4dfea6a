"""`portico budget`, as an operator uses it, against a running Portico."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from tests.support.command import run_portico
from tests.support.raw_client import ask
from tests.support.running import running


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
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, url: str, code: int, reason: str) -> None:
    """A wrong address ends in one line."""
    said = run_portico("budget", "--url", url, cwd=tmp_path)

    assert said.returncode == code
    assert reason in said.stderr
    assert "Traceback" not in said.stderr
