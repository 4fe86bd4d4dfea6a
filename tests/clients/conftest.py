"""A Portico for each test, on TCP and on a Unix socket, and the clients that are pointed at it.

Whatever a test is about, it also shows that no client went past Portico: the sandbox behind it
listens as well, unrewritten links would lead there, and whom it has heard is checked at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache, partial
from pathlib import Path

import pytest

from portico.sandbox import Sandbox
from tests.clients.clients import Clients
from tests.clients.with_octokit import HERE as OCTOKIT
from tests.clients.with_octokit import Node
from tests.support.clock import ManualClock
from tests.support.running import Running, running


@pytest.fixture
def links_to() -> str | None:
    """The base of the URLs in the sandbox's answers; None: the address where it listens."""
    return None


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    """Where Portico's Unix socket is."""
    return tmp_path / "portico.sock"


@pytest.fixture
def portico(links_to: str | None, socket_path: Path) -> Iterator[Running]:
    """A Portico in front of a sandbox that nobody but Portico has asked when the test ends."""
    # The clients compare X-RateLimit-Reset with the machine's own clock.
    clock = ManualClock(time.time())
    sandbox = Sandbox(now=clock.now, api_url=links_to)
    # Every client brings a token of its own, so Portico needs none.
    unshared = {"github_token": None, "unix_socket": socket_path}
    with running(sandbox=sandbox, clock=clock, **unshared) as portico:
        yield portico
        heard = {exchange.user_agent.partition("/")[0] for exchange in sandbox.log}
        assert heard <= {"portico"}


@pytest.fixture(scope="session")
def node(require_tool: Callable[[str], str]) -> Iterator[Callable[[], Node]]:
    """Start Node with Octokit when it is first wanted; it serves all tests."""
    with ExitStack() as stack:

        @cache
        def start() -> Node:
            require_tool("npm")
            if not (OCTOKIT / "node_modules").is_dir():
                pytest.fail("Octokit is not installed: make npm")
            return stack.enter_context(closing(Node(require_tool("node"))))

        yield start


@pytest.fixture
def clients(
    portico: Running,
    socket_path: Path,
    tmp_path: Path,
    node: Callable[[], Node],
    require_tool: Callable[[str], str],
) -> Clients:
    """The clients, pointed at the Portico of this test."""
    return Clients(
        url=portico.github,
        socket=socket_path,
        gh_config=tmp_path / "gh",
        node=node,
        gh_program=partial(require_tool, "gh"),
    )
