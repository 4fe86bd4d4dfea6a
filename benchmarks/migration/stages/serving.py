"""The command lines: how a person would serve each stage, so that each can be copied and run.

`env` sets the upstream in front of the very command, for all stages alike. Neither server writes an
access log, and both keep idle connections for longer than a measurement takes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, TypeAlias

Command: TypeAlias = Callable[[str, int, str], list[str]]

_FLASK: Final = "benchmarks.migration.stages.flask_app.app:create_app()"
# On the one core that every server is given: the second works while the first is held up.
_WORKERS: Final = "2"
_KEEP_ALIVE_S: Final = "75"


def gunicorn(worker: str, *options: str) -> Command:
    """Serve stage 0 by gunicorn with two workers of this class."""

    def command(host: str, port: int, upstream_url: str) -> list[str]:
        return [
            *_tuned(f"GITHUB_API_URL={upstream_url}"),
            *("gunicorn", "--bind", f"{host}:{port}", "--workers", _WORKERS),
            *("--worker-class", worker, *options, "--keep-alive", _KEEP_ALIVE_S),
            # Its socket has one path for all gunicorns of a user, and nobody asks it here.
            *("--no-control-socket", "--log-level", "warning", _FLASK),
        ]

    return command


def uvicorn(factory: str) -> Command:
    """Serve an application of FastAPI by one Uvicorn process; `factory` is below this package."""

    def command(host: str, port: int, upstream_url: str) -> list[str]:
        return [
            *_tuned(f"GITHUB_API_URL={upstream_url}"),
            *("uvicorn", "--host", host, "--port", str(port), "--no-access-log"),
            *("--timeout-keep-alive", _KEEP_ALIVE_S, "--log-level", "warning"),
            *("--factory", f"benchmarks.migration.stages.{factory}"),
        ]

    return command


def portico(host: str, port: int, upstream_url: str) -> list[str]:
    """Serve Portico as its users do."""
    return [
        *_asking(f"PORTICO_GITHUB_API_URL={upstream_url}"),
        *("portico", "serve", "--host", host, "--port", str(port)),
    ]


def _asking(upstream: str) -> list[str]:
    return ["env", upstream, sys.executable, "-m"]


def _tuned(upstream: str) -> list[str]:
    return [*_asking(upstream), "benchmarks.migration.stages.tuned"]
