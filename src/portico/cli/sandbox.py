"""`portico sandbox`: the small GitHub alone, to point any client at."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.table import Table

from portico.cli.start import FAILED, fail
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import serve as serve_sandbox

_TOKENS = (
    ("public", tokens.PUBLIC, "classic, no scopes: sees public data only"),
    ("solveig", tokens.SOLVEIG, "classic, scope repo: owns 120 public repositories and more"),
    ("eirik", tokens.EIRIK, "classic, scope repo: collaborator on a private repository"),
    ("ingrid", tokens.INGRID, "classic, scope repo: an outsider"),
    ("fine-grained", tokens.FINE_GRAINED, "solveig's, for two repositories"),
)


def sandbox(*, host: str, port: int, latency_s: float) -> None:
    """Serve a sandbox until Ctrl-C."""
    try:
        asyncio.run(
            serve_sandbox(Sandbox(latency_s=latency_s), host=host, port=port, ready=_announce)
        )
    except KeyboardInterrupt:
        return
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror}; try --port 0", code=FAILED)


def _announce(url: str) -> None:
    console = Console()
    console.print(f"A small GitHub is at [bold]{url}[/]. Ctrl-C ends it.\n")
    table = Table("who", "token", "what it may do", title="Tokens (invented)")
    for row in _TOKENS:
        table.add_row(*row)
    console.print(table)
    console.print("\nTry:\n")
    console.print(f"  curl -i {url}/users/solveig", highlight=False)
    console.print(
        f"  curl -i -H 'Authorization: Bearer {tokens.SOLVEIG}' {url}/user", highlight=False
    )
    console.print(f"  curl {url}/_sandbox/counters\n", highlight=False)
