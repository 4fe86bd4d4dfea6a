"""FastAPI's part of the own face: what goes wrong there is a problem, as everywhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from fastapi import FastAPI

from portico.web.api import create_api
from portico.web.record import RECORD_KEY, Record
from tests.gateway.scene import Scene
from tests.web.exchange import Exchange, put_to, scope
from tests.web.test_caller import state_over


class BrokenPage:
    """Numbers that cannot be had."""

    def page(self) -> bytes:
        """Fail as no route foresees."""
        raise RuntimeError("what nobody may know")


@asynccontextmanager
async def _no_lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield


async def put(method: str, target: str, exchange: Exchange) -> None:
    """Put a request to the routes of a Portico whose `/metrics` fails."""
    state = replace(state_over(Scene()), metrics=BrokenPage())
    made = scope(method, target, host="localhost")
    made[RECORD_KEY] = Record("ab12", method, target, 0.0)
    await put_to(create_api(state, _no_lifespan), made, exchange)


async def test_a_bug_in_a_route_is_a_problem() -> None:
    """The caller is told in the usual shape, and nothing of what it was; that goes to the log."""
    exchange = Exchange()

    with pytest.raises(RuntimeError, match="nobody may know"):
        await put("GET", "/metrics", exchange)

    assert exchange.status == 500
    assert exchange.headers.get("Content-Type") == "application/problem+json"
    assert json.loads(exchange.content)["request_id"] == "ab12"
    assert b"nobody may know" not in exchange.content


async def test_what_a_path_takes_is_named_whole() -> None:
    """Whoever sends another method is told of HEAD too (RFC 9110 §15.5.6)."""
    exchange = Exchange()

    await put("POST", "/v1/users/octo", exchange)

    assert (exchange.status, exchange.headers.get("Allow")) == (405, "GET, HEAD")
