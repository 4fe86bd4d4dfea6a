"""The stages of the migration from Flask to FastAPI, one change at a time: a row for each.

0 is the predecessor under each of gunicorn's workers, 1 is ASGI alone, 1b are the traps, 2 adds
response models, 3 is Portico. All answer the same three routes with the same JSON (`picture`), made
by the same pure code (`questions`). A stage is added by adding its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.migration.stages.picture import picture
from benchmarks.migration.stages.serving import gunicorn, portico, uvicorn
from benchmarks.migration.stages.stage import Kind, Stage

__all__ = ["STAGES", "Kind", "Stage", "picture"]

# Invented. Portico asks for a portfolio's languages one by one only if it has one.
_TOKEN: Final = "ghp_" + "migrationbenchmark".ljust(36, "0")
# The stub has no limit, and what is measured is how a stage waits, not its pool's queue. In front
# of GitHub it must stay at 100: GitHub refuses more at once.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
_ENVIRONMENT: Final[Mapping[str, str]] = {"GITHUB_TOKEN": _TOKEN, "GITHUB_CONNECTIONS": "2000"}
# For each of two workers. More threads than this cost more than they bring on one core.
_THREADS: Final = {"FAN_OUT_THREADS": "256"}
_PORTICO: Final[Mapping[str, str]] = {
    "PORTICO_GITHUB_TOKEN": _TOKEN,
    # As many at once as GitHub allows, and as Portico can be set to.
    "PORTICO_UPSTREAM_CONCURRENCY": "100",
    # No line for each request, as with the other servers.
    "PORTICO_LOG_LEVEL": "warning",
}

STAGES: Final[tuple[Stage, ...]] = (
    Stage(
        name="flask-sync",
        title="Flask, sync x 2",
        stage="0",
        kind=Kind.WSGI,
        description="gunicorn's default worker: one request at a time in each process.",
        command=gunicorn("sync"),
        environment=_ENVIRONMENT,
        is_sequential=True,
        needs=("flask", "requests", "gunicorn"),
    ),
    Stage(
        name="flask-gthread",
        title="Flask, gthread 2 x 32",
        stage="0",
        kind=Kind.WSGI,
        description="32 threads in each process; the calls of one answer one after the other.",
        command=gunicorn("gthread", "--threads", "32"),
        environment=_ENVIRONMENT,
        is_sequential=True,
        needs=("flask", "requests", "gunicorn"),
    ),
    Stage(
        name="flask-gevent",
        title="Flask, gevent x 2",
        stage="0",
        kind=Kind.WSGI,
        description="A greenlet for each request; the calls of one answer one after the other.",
        command=gunicorn("gevent"),
        environment=_ENVIRONMENT,
        is_sequential=True,
        needs=("flask", "requests", "gunicorn", "gevent"),
    ),
    Stage(
        name="flask-pool",
        title="Flask, gthread 2 x 32, fan-out in 2 x 256 threads",
        stage="0",
        kind=Kind.WSGI,
        description="The calls of one answer at once, in a pool of threads: WSGI at its best.",
        command=gunicorn("gthread", "--threads", "32"),
        environment={**_ENVIRONMENT, **_THREADS},
        needs=("flask", "requests", "gunicorn"),
    ),
    Stage(
        name="flask-gevent-pool",
        title="Flask, gevent x 2, fan-out in 2 x 256 greenlets",
        stage="0",
        kind=Kind.WSGI,
        description="The calls of one answer at once, in greenlets, by the same code.",
        command=gunicorn("gevent"),
        environment={**_ENVIRONMENT, **_THREADS},
        needs=("flask", "requests", "gunicorn", "gevent"),
    ),
    Stage(
        name="fastapi",
        title="FastAPI + aiohttp",
        stage="1",
        kind=Kind.ASGI,
        description="ASGI alone: `async def` routes, one pooled client, the same dicts out.",
        command=uvicorn("fastapi_app.app:create_app"),
        environment=_ENVIRONMENT,
    ),
    Stage(
        name="fastapi-admission",
        title="FastAPI + aiohttp, 40 fan-outs admitted",
        stage="1",
        kind=Kind.ADMISSION,
        description="Stage 1, with a bounded number of fan-outs at once; the rest wait in line.",
        command=uvicorn("fastapi_app.admission:create_app"),
        environment=_ENVIRONMENT,
    ),
    Stage(
        name="fastapi-def",
        title="FastAPI, def routes + requests",
        stage="1b",
        kind=Kind.TRAP,
        description="Routes left as `def` with the blocking client: 40 threads.",
        command=uvicorn("traps.def_routes:create_app"),
        environment=_ENVIRONMENT,
        is_sequential=True,
        needs=("flask", "requests"),
    ),
    Stage(
        name="fastapi-blocking",
        title="FastAPI, async def + requests",
        stage="1b",
        kind=Kind.TRAP,
        description="The blocking client called from `async def`: one call at a time.",
        command=uvicorn("traps.blocking:create_app"),
        environment=_ENVIRONMENT,
        is_sequential=True,
        needs=("flask", "requests"),
    ),
    Stage(
        name="fastapi-dict",
        title="FastAPI + aiohttp, bare dicts",
        stage="1b",
        kind=Kind.TRAP,
        description="Stage 1 with its dicts handed to FastAPI, which walks them in Python.",
        command=uvicorn("traps.bare_dicts:create_app"),
        environment=_ENVIRONMENT,
    ),
    Stage(
        name="fastapi-httpx",
        title="FastAPI + httpx",
        stage="1b",
        kind=Kind.TRAP,
        description="Stage 1 with httpx as it comes: 100 connections, 20 of them kept.",
        command=uvicorn("traps.httpx_clients:httpx_default"),
        environment=_ENVIRONMENT,
        needs=("httpx", "httpx2"),
    ),
    Stage(
        name="fastapi-httpx-pool",
        title="FastAPI + httpx, enlarged pool",
        stage="1b",
        kind=Kind.TRAP,
        description="Stage 1 with httpx and as many connections as stage 1 has.",
        command=uvicorn("traps.httpx_clients:httpx_enlarged"),
        environment=_ENVIRONMENT,
        needs=("httpx", "httpx2"),
    ),
    Stage(
        name="fastapi-httpx2",
        title="FastAPI + httpx2",
        stage="1b",
        kind=Kind.TRAP,
        description="Stage 1 with httpx2, httpx's continuation, as it comes.",
        command=uvicorn("traps.httpx_clients:httpx2_default"),
        environment=_ENVIRONMENT,
        needs=("httpx", "httpx2"),
    ),
    Stage(
        name="fastapi-httpx2-pool",
        title="FastAPI + httpx2, enlarged pool",
        stage="1b",
        kind=Kind.TRAP,
        description="Stage 1 with httpx2 and as many connections as stage 1 has.",
        command=uvicorn("traps.httpx_clients:httpx2_enlarged"),
        environment=_ENVIRONMENT,
        needs=("httpx", "httpx2"),
    ),
    Stage(
        name="fastapi-models",
        title="FastAPI + aiohttp + response models",
        stage="2",
        kind=Kind.MODELS,
        description="Stage 1 with a Pydantic response model on each route, and nothing else.",
        command=uvicorn("modelled_app:create_app"),
        environment=_ENVIRONMENT,
    ),
    Stage(
        name="portico-cold",
        title="Portico, cold",
        stage="3",
        kind=Kind.PORTICO_COLD,
        description="Portico, asked for what it has never been asked for.",
        command=portico,
        environment=_PORTICO,
        root="/v1",
    ),
    Stage(
        name="portico-warm",
        title="Portico, warm",
        stage="3",
        kind=Kind.PORTICO_WARM,
        description="Portico, asked for what it has stored: no call to GitHub at all.",
        command=portico,
        environment=_PORTICO,
        root="/v1",
    ),
)
