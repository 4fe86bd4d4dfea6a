"""Prices: what a request takes of GitHub's two limits."""

from __future__ import annotations

import pytest

from portico.core.message import Request
from portico.core.price import Price, price_of

QUERY = b'{"query":"{ viewer { login } }"}'
MUTATION = b'{"query":"mutation { x }"}'


@pytest.mark.parametrize(
    ("request_", "price"),
    [
        (Request("GET", "/repos/octo/hello"), Price("core", 1, 1, is_write=False)),
        (Request("HEAD", "/repos/octo/hello"), Price("core", 1, 1, is_write=False)),
        (Request("POST", "/repos/octo/hello/issues"), Price("core", 1, 5, is_write=True)),
        (Request("DELETE", "/repos/octo/hello"), Price("core", 1, 5, is_write=True)),
        (Request("GET", "/search/issues"), Price("search", 1, 1, is_write=False)),
        (Request("GET", "/rate_limit"), Price("core", 0, 1, is_write=False)),
        (Request("POST", "/graphql", body=QUERY), Price("graphql", 1, 1, is_write=False)),
        (Request("POST", "/graphql", body=MUTATION), Price("graphql", 1, 5, is_write=True)),
        (Request("POST", "/graphql", body=b"?"), Price("graphql", 1, 5, is_write=True)),
    ],
    ids=lambda value: f"{value.method} {value.path}" if isinstance(value, Request) else "",
)
def test_prices(request_: Request, price: Price) -> None:
    """Reads cost one point of each limit, writes five of the minute's; GraphQL by its query."""
    assert price_of(request_) == price
