"""A whole Portico on a real socket, in a thread, in front of a sandbox; as users run it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from portico.app import create_app
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from portico.settings import Settings
from portico.web.listening import bind_tcp, bind_unix, config_for
from tests.support.clock import ManualClock


@dataclass(frozen=True, slots=True)
class Running:
    """A Portico that listens at `url`, and what stands behind it."""

    url: str
    sandbox: Sandbox
    clock: ManualClock
    server: uvicorn.Server

    @property
    def github(self) -> str:
        """The base URL of GitHub's API on it."""
        return f"{self.url}/api/v3"


@contextlib.contextmanager
def running(
    *, sandbox: Sandbox | None = None, clock: ManualClock | None = None, **settings: object
) -> Iterator[Running]:
    """Run Portico in front of a sandbox (a new one, seeded, unless given) on one manual clock."""
    clock = clock or ManualClock()
    behind = sandbox or Sandbox(now=clock.now)
    chosen: dict[str, object] = {"store": "memory://", "github_token": tokens.PUBLIC, "port": 0}
    with run_in_thread(behind) as github_url:
        configured = Settings.model_validate({"github_api_url": github_url} | chosen | settings)
        with serving(configured, clock) as (url, server):
            behind.reset_counters()
            yield Running(url, behind, clock, server)


@contextlib.contextmanager
def serving(settings: Settings, clock: ManualClock) -> Iterator[tuple[str, uvicorn.Server]]:
    """Serve a Portico from a thread of its own; gives its URL and its server."""
    sockets = [bind_tcp(settings.host, settings.port)]
    if settings.unix_socket:
        sockets.append(bind_unix(Path(settings.unix_socket)))
    server = uvicorn.Server(config_for(create_app(settings, clock=clock)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, name="portico")
    thread.start()
    try:
        _until_started(server, thread)
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}", server
    finally:
        server.should_exit = True
        thread.join(20)


def _until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive():
            message = "Portico did not start; see the log"
            raise RuntimeError(message)
