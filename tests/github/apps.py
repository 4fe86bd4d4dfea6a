"""The seeded App, configured as an operator would, in front of the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from portico.core.offset import ClockOffset
from portico.github.app_client import Installed
from portico.github.app_key import key_from_text
from portico.github.client import GitHubClient
from portico.github.github_app import GitHubApp
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from tests.support.app_key import APP_ID, app_pem, register
from tests.support.clock import ManualClock

TOKENS = f"/app/installations/{tokens.INSTALLATION_ID}/access_tokens"
NORDLYS = Installed(
    tokens.INSTALLATION_ID,
    "nordlys",
    tokens.INSTALLED.permissions,
    is_suspended=False,
    is_on_all=True,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """The App, and the small GitHub that it is registered at.

    `clock` is this machine's, `githubs` that of GitHub; they are one unless told otherwise.
    """

    app: GitHubApp
    github: GitHubClient
    sandbox: Sandbox
    clock: ManualClock
    githubs: ManualClock

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.advance(seconds)
        if self.githubs is not self.clock:
            self.githubs.advance(seconds)


@asynccontextmanager
async def scene(
    *, ahead_s: float = 0.0, app_id: str = APP_ID, pem: str | None = None
) -> AsyncIterator[Scene]:
    """Run a sandbox with the App, its clock `ahead_s` seconds behind this machine's."""
    clock = ManualClock()
    githubs = ManualClock(clock.now() - ahead_s) if ahead_s else clock
    sandbox = Sandbox(now=githubs.now)
    register(sandbox.world)
    with run_in_thread(sandbox) as url:
        async with GitHubClient(url, timeout_s=5, version="1") as github:
            app = GitHubApp(
                github,
                key_from_text(app_id, pem or app_pem()),
                offset=ClockOffset(),
                now=clock.now,
                sleep=clock.sleep,
            )
            yield Scene(app, github, sandbox, clock, githubs)
