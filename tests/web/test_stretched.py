"""A shortage of points as clients meet it: older answers, which say so, and say for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from portico.core.stretch import MOST
from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

HARBOR: Final = "/api/v3/repos/solveig/harbor"
LANGUAGES: Final = f"{HARBOR}/languages"
CLEAN: Final = "/v1/repos/solveig/harbor"
SLOW_S: Final = 300
LEFT: Final = 500


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico whose operator has a tenth of the points left, for nearly an hour."""
    with running() as started:
        world = started.sandbox.world
        account = world.accounts["portico-demo"].id
        left = world.buckets.read(f"user:{account}", "core", started.clock.now()).remaining
        world.buckets.charge(f"user:{account}", "core", started.clock.now(), points=left - LEFT)
        yield started


def read(portico: Running, path: str, token: str | None = None) -> Reply:
    """Ask for a path."""
    return ask(f"{portico.url}{path}", token=token)


def told(reply: Reply) -> tuple[str, int, int]:
    """Return the mode, `ttl` and age that an answer tells."""
    status = reply.headers["Cache-Status"]
    parts = dict(part.strip().partition("=")[::2] for part in status.split(";"))
    return parts["detail"], int(parts["ttl"]), int(reply.headers["Age"])


def test_both_faces_tell_the_same_and_keep_it(portico: Running) -> None:
    """Age and `ttl` of the proxy and of a clean endpoint agree, from the first answer on."""
    longest_s = int(MOST * SLOW_S)
    first = [told(read(portico, path)) for path in (HARBOR, CLEAN)]
    max_age = read(portico, CLEAN).headers["Cache-Control"]
    portico.clock.advance(longest_s - 1)
    later = [told(read(portico, path)) for path in (HARBOR, CLEAN, CLEAN)]
    portico.clock.advance(2)
    after = told(read(portico, HARBOR))

    assert first == [("miss", longest_s, 0), ("hit", longest_s, 0)]
    assert max_age == f"public, max-age={longest_s}"
    assert later == [("hit", 1, longest_s - 1)] * 3
    assert after == ("stale", -1, longest_s + 1)


def test_a_caller_with_a_token_is_answered_as_ever(portico: Running) -> None:
    """However few points their own bucket has: what they may see is confirmed as often."""
    account = portico.sandbox.world.accounts["solveig"].id
    buckets = portico.sandbox.world.buckets
    buckets.exhaust(f"user:{account}", "core", portico.clock.now())
    buckets.limits[f"user:{account}", "core"] = 5_001

    assert told(read(portico, HARBOR, tokens.SOLVEIG)) == ("miss", SLOW_S, 0)


def test_after_the_reset_all_is_as_ever(portico: Running) -> None:
    """Before GitHub has told anything of the new hour what is stored is as fresh as its class."""
    reset_at = int(read(portico, HARBOR).headers["X-RateLimit-Reset"])
    portico.clock.advance(reset_at - portico.clock.now() - 100)
    read(portico, LANGUAGES)
    portico.clock.advance(150)

    assert told(read(portico, LANGUAGES)) == ("hit", SLOW_S - 150, 150)
