"""The operator's token, doubted."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr

from portico.core.audience import Credential
from portico.github.client import GitHubClient
from portico.github.operator import DOUBTED_AGAIN_S, OperatorToken
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from tests.support.clock import ManualClock


async def test_a_doubt_costs_one_look_a_minute() -> None:
    """A 401 that is about the path has the token examined once more; others' credentials never."""
    clock = ManualClock()
    sandbox = Sandbox(now=clock.now)

    async def looks(count: int) -> int:
        async with asyncio.timeout(5):
            # Nothing tells when the look behind the calls is done; each takes two calls.
            while sandbox.calls("/user") < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return sandbox.calls("/user")

    with run_in_thread(sandbox) as url:
        async with GitHubClient(url, timeout_s=5, version="1") as client:
            operator = OperatorToken(client, SecretStr(tokens.PUBLIC), now=clock.now)
            async with operator.examined(clock.sleep):
                own = operator.credential
                for _ in range(20):
                    operator.doubt(own)
                    operator.doubt(Credential("Bearer", tokens.SOLVEIG))
                    operator.doubt(None)
                    await asyncio.sleep(0)
                first = await looks(4)
                clock.advance(DOUBTED_AGAIN_S)
                operator.doubt(own)
                second = await looks(6)
            operator.doubt(own)

    assert own is not None
    assert (first, second, sandbox.calls("/user")) == (4, 6, 6)
