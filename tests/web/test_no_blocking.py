"""No route of Portico blocks the loop: while one caller's answer is waited for, all others go on.

Each route is asked in front of a GitHub that takes its time, and a heartbeat on the same loop hears
how long it stood still. A call that blocked for GitHub's latency would be heard as that long. As a
busy machine can hold up any loop, what is too long is measured again before it counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.migration.stages.fastapi_app.app import app_over
from benchmarks.migration.stages.flask_app.github import GitHub
from benchmarks.migration.stages.traps.blocking import BlockingGitHub
from portico.app import create_app
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from portico.settings import Settings
from portico.web.asgi import App
from portico.web.listening import Server, bind_tcp, config_for
from tests.support.heartbeat import Heartbeat

LATENCY_S: Final = 0.3
LONGEST_STALL_S: Final = LATENCY_S / 2
ATTEMPTS: Final = 3

# What stands in a path's parameters. A route with another one is to be added here.
SAMPLES: Final = {"login": "nordlys", "org": "nordlys", "owner": "solveig", "repo": "harbor"}
# What a route cannot be asked without.
QUERIES: Final = {"/v1/batch": "?user=solveig&repo=solveig/harbor"}
# Routes that have an answer of their own, without GitHub.
ALONE: Final = {"/healthz", "/readyz", "/metrics", "/v1/budget"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, with the caller's own token where `token` is given."""

    method: str
    target: str
    token: str | None = None
    json: Any = None


# A read, a list, a search, a redirect, an answer that streams, one of the caller's own, a write.
PROXIED: Final = (
    Asked("GET", "/api/v3/repos/solveig/harbor"),
    Asked("HEAD", "/api/v3/repos/solveig/tidal-map"),
    Asked("GET", "/api/v3/users/solveig/repos?per_page=100"),
    Asked("GET", "/api/v3/search/repositories?q=harbor"),
    Asked("GET", "/api/v3/repos/solveig/old-harbor"),
    Asked("GET", "/api/v3/repos/solveig/harbor/zipball"),
    Asked("GET", "/api/v3/user", tokens.SOLVEIG),
    Asked("POST", "/api/v3/repos/solveig/harbor/issues", tokens.SOLVEIG, {"title": "Ebb"}),
)


@asynccontextmanager
async def _served(app: App) -> AsyncIterator[str]:
    """Serve an application on this very loop; gives its URL."""
    bound = bind_tcp("127.0.0.1", 0)
    server = Server(config_for(app))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[bound]))
        while not (server.started or serving.done()):  # noqa: ASYNC110 (uvicorn has no event)
            await asyncio.sleep(0.01)
        assert server.started
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True


async def _stall_s(session: aiohttp.ClientSession, asked: Asked) -> float:
    """Ask, and return how long the loop stood still at worst; the least of a few attempts."""
    # Otherwise what is stored would be answered, and nobody would wait.
    fields = {"Cache-Control": "no-cache"}
    if asked.token:
        fields["Authorization"] = f"Bearer {asked.token}"
    stalls = []
    for _ in range(ATTEMPTS):
        with Heartbeat() as heart:
            async with session.request(
                asked.method, asked.target, headers=fields, json=asked.json
            ) as response:
                await response.read()
        assert response.status < 400, asked
        stalls.append(heart.longest_stall_s)
        if heart.longest_stall_s < LONGEST_STALL_S:
            break
    return min(stalls)


async def _routes(session: aiohttp.ClientSession) -> list[Asked]:
    """Return a request for each route that is documented."""
    async with session.get("/openapi.json") as response:
        paths = (await response.json())["paths"]
    # An answer without an end would be waited for; what it asks of GitHub, HEAD asks too.
    del paths["/live"]
    return [
        Asked("HEAD", "/live?repo=solveig/harbor"),
        *(
            Asked(method.upper(), path.format(**SAMPLES) + QUERIES.get(path, ""))
            for path in paths
            for method in paths[path]
        ),
    ]


async def test_no_route_blocks_the_loop(tmp_path: Path) -> None:
    """While any route waits for GitHub, the loop is never held for half as long as GitHub takes."""
    sandbox = Sandbox(latency_s=LATENCY_S)
    stalls, unasked = {}, []
    with run_in_thread(sandbox) as github_url:
        settings = Settings.model_validate(
            {
                "github_api_url": github_url,
                "github_token": tokens.PUBLIC,
                "store": f"sqlite:///{tmp_path / 'portico.db'}",
            }
        )
        async with _served(create_app(settings)) as url, aiohttp.ClientSession(url) as session:
            for asked in (*await _routes(session), *PROXIED):
                sandbox.reset_counters()
                stalls[f"{asked.method} {asked.target}"] = await _stall_s(session, asked)
                if not sandbox.calls() and asked.target not in ALONE:
                    unasked.append(asked)

    assert unasked == []
    assert {route: stall for route, stall in stalls.items() if stall >= LONGEST_STALL_S} == {}


async def test_a_blocking_client_is_noticed() -> None:
    """A blocking client in an `async def` route is heard for as long as GitHub takes."""
    with run_in_thread(Sandbox(latency_s=LATENCY_S)) as github_url:
        github = GitHub(
            {
                "GITHUB_API_URL": github_url,
                "GITHUB_TOKEN": tokens.PUBLIC,
                "GITHUB_TIMEOUT_S": 5.0,
                "GITHUB_CONNECTIONS": 1,
                "FAN_OUT_THREADS": 0,
            }
        )
        app = app_over(BlockingGitHub(github))
        async with _served(app) as url, aiohttp.ClientSession(url) as session:
            stall_s = await _stall_s(session, Asked("GET", "/repos/solveig/harbor"))

    assert stall_s >= LATENCY_S * 0.9
