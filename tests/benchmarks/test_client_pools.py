"""What explains the trap of a client: how the work of one call grows with the calls in flight."""

from collections.abc import Iterator

import pytest

from benchmarks.client_pools import CLIENTS, Client, measured
from benchmarks.harness.measuring import upstream
from benchmarks.harness.processes import Cores, free_port

FEW, MANY = 4, 40


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve the stub, without a delay."""
    anywhere = Cores(frozenset(), frozenset())
    with upstream(latency_s=0.0, port=free_port(), cores=anywhere) as github:
        yield f"http://127.0.0.1:{github.port}/repos/solveig/harbor"


def _growth(title: str, url: str) -> float:
    """Return how many times the functions of few calls in flight a call takes with many."""
    (client,) = (client for client in CLIENTS if client.title == title)
    few, many = (measured(client, n, url, calls=MANY).functions for n in (FEW, MANY))
    return many / few


def test_a_call_of_aiohttp_is_the_same_work_in_any_company(url: str) -> None:
    """The functions that Python calls for one request hardly grow with those in flight."""
    assert _growth("aiohttp", url) < 1.5


def test_a_call_of_httpx_is_more_work_in_company(url: str) -> None:
    """With ten times as many in flight, one request takes several times as many functions."""
    assert _growth("httpx, pool enlarged", url) > 2


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.title)
def test_every_client_is_measured(client: Client, url: str) -> None:
    """CPU, functions and the pool's share are found for each client."""
    found = measured(client, FEW, url, calls=FEW)

    assert found.cpu_us > 0
    assert found.functions > 0
    assert 0 < found.pool_share < 1
