"""What answers cost and saved, and under which line it is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portico.core.audience import (
    Caller,
    Credential,
    installation_caller,
    principal_caller,
    public_caller,
)
from portico.core.grant import Grant
from portico.core.message import Request
from portico.core.tally import Cost, Line, Sums, cost_of, line_of
from tests.core.values import NOW

SECRET = b"s" * 32
TOKEN = Credential("Bearer", "token")
NOBODY = public_caller(None, key=SECRET)
OPERATORS = public_caller(TOKEN, key=SECRET)


@pytest.mark.parametrize(
    ("request_", "points", "cost"),
    [
        (Request("GET", "/repos/octo/hello"), 1, Cost(1, 0)),
        (Request("GET", "/repos/octo/hello"), 0, Cost(0, 1)),
        (Request("GET", "/repos/octo/hello"), 2, Cost(2, 0)),
        (Request("GET", "/rate_limit"), 0, Cost(0, 0)),
        (Request("POST", "/repos/octo/hello/issues"), 1, Cost(1, 0)),
        (Request("POST", "/graphql"), 3, Cost(3, 0)),
    ],
)
def test_a_read_that_cost_nothing_saved_a_point(request_: Request, points: int, cost: Cost) -> None:
    """What GitHub was not asked for, or answered 304, is saved; writes save nothing."""
    assert cost_of(request_, points) == cost


def test_a_cost_is_told_as_a_dictionary() -> None:
    """The field is one that RFC 9651 can read."""
    assert str(Cost(1, 0) + Cost(0, 3)) == "spent=1, saved=3"


@pytest.mark.parametrize(
    ("caller", "who", "payer"),
    [
        (NOBODY, "anonymous", "nobody"),
        (OPERATORS, "anonymous", "operator"),
        (principal_caller(TOKEN, key=SECRET), "token", "token"),
        (replace(OPERATORS, grant=Grant(name="ci")), "key:ci", "operator"),
        (
            replace(installation_caller(7, TOKEN, key=SECRET), grant=Grant(name="ci")),
            "key:ci",
            "installation:7",
        ),
    ],
)
def test_a_line_names_kinds_and_no_secrets(caller: Caller, who: str, payer: str) -> None:
    """Callers with a token of their own are one line: who they are is nobody's business."""
    line = line_of(caller, route="slow", mode="hit", now=NOW)

    assert line == Line(int(NOW) // 3_600, who, "slow", payer, "hit")


def test_sums_add_up() -> None:
    """Answers and points are added one by one."""
    assert Sums(1, 2, 3) + Sums(1, 0, 1) == Sums(2, 2, 4)
