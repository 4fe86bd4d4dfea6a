"""`Portico-Position` over a real socket: a read that is not older than a write or a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

ISSUES = "/api/v3/repos/solveig/harbor/issues"


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico with a store of its own."""
    with running() as started:
        yield started


def read(portico: Running, *, position: str | None = None, path: str = ISSUES) -> Reply:
    """Read as Solveig, perhaps not older than a position."""
    headers = {"Portico-Position": position} if position else {}
    return ask(f"{portico.url}{path}", token=tokens.SOLVEIG, headers=headers)


def write(portico: Running) -> Reply:
    """Open an issue as Solveig."""
    body = b'{"title":"Read your writes"}'
    return ask(f"{portico.url}{ISSUES}", "POST", token=tokens.SOLVEIG, body=body)


def test_a_write_tells_its_position_and_a_read_carries_it(portico: Running) -> None:
    """The read after a write shows it; the position costs nothing where it is known anyway."""
    read(portico)
    position = write(portico).headers["Portico-Position"]

    first = read(portico, position=position)
    second = read(portico, position=position)

    assert first.json[0]["title"] == "Read your writes"
    assert "detail=hit" in second.headers["Cache-Status"]


def test_another_stores_position_makes_github_confirm(portico: Running) -> None:
    """A write through another Portico is not known here, so its position is taken at its word."""
    read(portico)

    reply = read(portico, position="0123abcd.7")

    assert "detail=revalidated" in reply.headers["Cache-Status"]


def test_a_position_to_come_makes_github_confirm(portico: Running) -> None:
    """A number that this store has not reached is of a change that is not known yet."""
    position = write(portico).headers["Portico-Position"]
    store, _, number = position.partition(".")
    read(portico)

    reply = read(portico, position=f"{store}.{int(number) + 1}")

    assert "detail=revalidated" in reply.headers["Cache-Status"]


def test_clean_endpoints_heed_it(portico: Running) -> None:
    """What is composed is not older than the position either."""
    path = "/v1/repos/solveig/harbor"
    read(portico, path=path)

    reply = read(portico, path=path, position="0123abcd.7")

    assert "detail=revalidated" in reply.headers["Cache-Status"]


@pytest.mark.parametrize("path", [ISSUES, "/v1/repos/solveig/harbor"])
def test_a_made_up_position_is_refused(portico: Running, path: str) -> None:
    """In the shape of its face, with a word on what would do."""
    reply = read(portico, path=path, position="yesterday")

    assert reply.status == 400
    assert b"an earlier answer" in reply.body


def test_it_is_not_passed_on(portico: Running) -> None:
    """GitHub hears nothing of positions."""
    write(portico)
    read(portico, position="0123abcd.7")

    assert portico.sandbox.calls() == 2


def test_it_outlives_a_restart(tmp_path: Path) -> None:
    """A position of the same file is known to the next process."""
    store = f"sqlite:///{tmp_path / 'portico.db'}"
    with running(store=store) as first:
        position = write(first).headers["Portico-Position"]
        sandbox, clock = first.sandbox, first.clock
    with running(store=store, sandbox=sandbox, clock=clock) as second:
        read(second)

        reply = read(second, position=position)

    assert "detail=hit" in reply.headers["Cache-Status"]
