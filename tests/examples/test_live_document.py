"""docs/live.md agrees with the code, and its shell lines do what they say."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from portico.core import words
from portico.core.history import MOST_KEPT
from portico.core.live import MOST_SUBJECTS, TOLD
from portico.gateway.listener import MOST_BEHIND
from portico.gateway.live import HEARTBEAT_S
from portico.web.live import STALL_S
from tests.support.running import Running, running

TEXT: Final = (Path(__file__).parents[2] / "docs" / "live.md").read_text(encoding="utf-8")
PAGE: Final = (Path(__file__).parents[2] / "docs" / "examples" / "live.html").read_text()
SECRET: Final = "invented-for-the-tests"
HARBOR: Final = "solveig/harbor"


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico that hears of everything that happens at the small GitHub."""
    with running(webhook_secret=SECRET) as started:
        started.sandbox.add_hook(url=f"{started.url}/webhooks/github", secret=SECRET)
        yield started


def section(heading: str) -> str:
    """Return what stands below a heading, up to the next."""
    return re.split(r"^#+ ", TEXT.partition(f"# {heading}\n")[2], flags=re.MULTILINE)[0]


def test_the_events_that_are_told() -> None:
    """The list is the one of the code."""
    paragraph = section("What is told").split("\n\n")[1]

    assert set(re.findall(r"`(\w+)`", paragraph)) == TOLD


def test_the_words() -> None:
    """Each of Portico's own words is explained."""
    rows = re.findall(r"^\| `(\w+)` \| .* \| .* \|$", section("What comes"), re.MULTILINE)
    said = (words.RESET, words.OVERRUN, words.CLOSING, words.lost("user", "octo"))

    assert {word.name for word in said} <= set(rows)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (MOST_SUBJECTS, "together at most {} times"),
        (MOST_KEPT, "The latest {:,} happenings"),
        (MOST_BEHIND, "you are {} events behind"),
        (STALL_S, "took nothing for {:.0f} s"),
        (HEARTBEAT_S, "every {:.0f} seconds"),
    ],
)
def test_the_numbers(number: float, words: str) -> None:
    """Each figure is the one of the code."""
    assert words.format(number) in TEXT


def test_what_is_shown_of_the_page_stands_in_it() -> None:
    """The handlers shown are those of the page."""
    shown = section("A page that updates itself")
    handlers = re.findall(r'addEventListener\("\w+"|source\.on\w+ =', shown)

    assert len(handlers) == 5
    assert [handler for handler in handlers if handler not in PAGE] == []


def test_the_line_for_a_shell(portico: Running, require_tool: Callable[[str], str]) -> None:
    """It ends when the first suite has ended with success."""
    require_tool("curl")
    (line,) = re.findall(r"^curl -sN .*check_suite.*$", TEXT, re.MULTILINE)
    command = line.replace("http://localhost:8000", portico.url)
    with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, text=True) as process:
        world = portico.sandbox.world
        assert process.stdout is not None
        while portico.sandbox.calls(f"/repos/{HARBOR}") < 1:
            threading.Event().wait(0.01)
        world.complete_check(HARBOR, "main", name="a", conclusion="failure")
        world.complete_check(HARBOR, world.push(HARBOR), name="b")
        printed = process.stdout.readline()
        world.outbox.wait_until_posted()
        # curl notices with the next heartbeat that nobody reads what it prints.
        portico.clock.advance(HEARTBEAT_S)
        portico.clock.advance(HEARTBEAT_S)

    assert '"event":"check_suite"' in printed
    assert '"conclusion":"success"' in printed
