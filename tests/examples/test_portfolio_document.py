"""docs/portfolio.md agrees with the code, and its shell lines answer what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from portico.core.freshness import NEGATIVE_FRESH_S, TABLE
from portico.core.resource import RouteClass
from portico.portfolio.page import Sort
from tests.support.raw_client import ask
from tests.support.running import running
from tests.web.test_portfolio import StandingClock

TEXT: Final = (Path(__file__).parents[2] / "docs" / "portfolio.md").read_text(encoding="utf-8")
EXAMPLES: Final = re.findall(
    r"```console\n\$ curl 'localhost:8000([^']+)'  # (\d+) calls?\n(.*?)```", TEXT, re.DOTALL
)


@pytest.mark.parametrize(("target", "calls", "shown"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_an_answer_is_what_the_page_shows(target: str, calls: str, shown: str) -> None:
    """Where nothing is stored: the document, less its parts, and how many calls it takes."""
    with running(clock=StandingClock()) as portico:
        answer = ask(f"{portico.url}{target}").json
        made = portico.sandbox.calls()

    left_out = {"parts", "reduced"} & answer.keys()
    assert json.loads(shown) == {name: answer[name] for name in answer.keys() - left_out}
    assert made == int(calls)
    assert not answer.get("reduced")


def test_every_example_and_every_endpoint_is_looked_at() -> None:
    """A block in another form would be skipped; a path without an example is a gap."""
    with running() as portico:
        paths = ask(f"{portico.url}/openapi.json").json["paths"]

    described = {path for path in paths if path.startswith("/v1/") and path != "/v1/budget"}
    patterns = {path: re.compile(re.sub(r"\{\w+\}", "[^/?]+", path) + r"\?") for path in described}
    shown = {
        path
        for path, pattern in patterns.items()
        for target, *_ in EXAMPLES
        if pattern.match(target)
    }
    assert TEXT.count("```console") == len(EXAMPLES)
    assert shown == described


def test_the_ages_are_those_of_the_table() -> None:
    """Minutes and days as `core/freshness.py` has them."""
    slow, moving = TABLE[RouteClass.SLOW], TABLE[RouteClass.MOVING]

    assert (slow.fresh_s, slow.stale_s, slow.rescue_s) == (300, 86_400, 7 * 86_400)
    assert "| 5 minutes | 1 day more | 7 days |" in TEXT
    assert (moving.fresh_s, moving.stale_s, moving.rescue_s) == (60, 300, 86_400)
    assert "| events of users | 1 minute | 5 minutes more | 1 day |" in TEXT
    assert NEGATIVE_FRESH_S == 60
    assert '| "there is no such thing" | 1 minute | – | – |' in TEXT


def test_every_order_is_named() -> None:
    """The page lists what `sort` may be."""
    (listed,) = re.findall(r"`sort` is ([^,]+(?:, [^,]+)*?), `direction`", TEXT)

    assert set(re.findall(r"`(\w+)`", listed)) == {sort.value for sort in Sort}
