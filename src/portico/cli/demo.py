"""`portico demo`: everything at work, with no token and no network.

The sandbox runs in a thread of this process, Portico in front of it; nothing is kept.
"""

from __future__ import annotations

import os
import secrets

from pydantic import SecretStr
from rich.console import Console

from portico.app import create_app
from portico.cli.start import failing_clearly, listening, url_of
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from portico.settings import Settings
from portico.settings.model import PREFIX
from portico.telemetry import logs
from portico.web.listening import run
from portico.web.webhook import PATH as WEBHOOKS

_STAR = '{"do": "star", "repository": "solveig/harbor"}'


def demo(*, port: int, latency_s: float) -> None:
    """Serve in front of a sandbox that takes `latency_s` seconds to answer."""
    _forget_what_is_set()
    logs.configure("info", "console")
    sandbox, secret = Sandbox(latency_s=latency_s), secrets.token_hex()
    with failing_clearly(), run_in_thread(sandbox) as github_url:
        settings = Settings(
            _env_file=None,
            github_api_url=github_url,
            github_token=tokens.PUBLIC,
            host="127.0.0.1",
            port=port,
            store="memory://",
            webhook_secret=SecretStr(secret),
            # Invented data on this machine alone: docs/examples/live.html may be opened as a file.
            cors_origins=("*",),
        )
        with listening(settings) as sockets:
            # The port is open already: its first delivery waits there until Portico is up.
            sandbox.add_hook(url=url_of(sockets[0]) + WEBHOOKS, secret=secret)
            _announce(url_of(sockets[0]), github_url)
            run(create_app(settings), sockets)


def _forget_what_is_set() -> None:
    """Take out the settings for the real GitHub, which are none of the demo's business."""
    for name in tuple(os.environ):
        if name.upper().startswith(PREFIX):
            del os.environ[name]


def _announce(url: str, github_url: str) -> None:
    console = Console()

    def show(*lines: str) -> None:
        for line in lines:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)

    say = console.print
    say(f"\n[bold]Portico is at {url}[/], in front of a small GitHub at {github_url}.")
    say("Its people are invented; nothing leaves this machine. Ctrl-C ends it.\n")
    say("[bold]Open[/]")
    say(f"  {url}/docs   every endpoint, to try out\n")
    say("[bold]Try[/]  (each twice: the second time nobody asks GitHub)")
    show(
        f"curl -s {url}/v1/users/solveig/portfolio | head -c 600",
        f"curl -s '{url}/v1/users/solveig/repos?limit=5'",
        f"curl -i {url}/api/v3/repos/solveig/harbor    # GitHub's own API; see Age, Cache-Status",
        f"curl -si {url}/api/v3/repos/solveig/harbor | grep -i '^etag'   # send it: 304",
        f"curl -s {github_url}/_sandbox/counters       # what GitHub was asked, and the points",
    )
    say("\n[bold]Change something[/]  (a webhook tells Portico: the next answer is the new one)")
    show(
        f"curl -sN '{url}/live?repo=solveig/harbor'   # leave it running: it tells what happens",
        f"curl -s {github_url}/_sandbox/change -d '{_STAR}'",
    )
    say("\n[bold]Point a client at it[/]")
    show(f"Github(auth=Auth.Token('{tokens.SOLVEIG}'), base_url='{url}/api/v3')")
    say("")
