"""Failures on demand: whom they hit, how often, and what they look like."""

from __future__ import annotations

import json

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from portico.sandbox.message import Wire
from tests.sandbox.asking import Asker, value

TARGET = "/users/tomas"


def test_a_fault_strikes_as_often_as_told(github: Asker) -> None:
    """After `skip` matching requests, `times` are hit, and then all is well again."""
    github.world.faults.add(Fault(FaultKind.UNICORN, path="/users/*", times=2, skip=1))

    assert [github.get(TARGET).status for _ in range(4)] == [200, 503, 503, 200]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.UNICORN, path="/repos/*"),
        Fault(FaultKind.UNICORN, method="POST"),
        Fault(FaultKind.UNICORN, token=tokens.EIRIK),
        Fault(FaultKind.UNICORN, token="anonymous"),
    ],
)
def test_a_fault_spares_those_it_is_not_meant_for(github: Asker, fault: Fault) -> None:
    """Path, method and token narrow it."""
    github.world.faults.add(fault)

    assert github.get(TARGET, tokens.INGRID).status == 200


def test_a_fault_for_ever_ends_when_cleared(github: Asker) -> None:
    """`times=None` never runs out."""
    github.world.faults.add(Fault(FaultKind.SERVER_ERROR, times=None))

    assert {github.get(TARGET).status for _ in range(5)} == {500}
    github.world.faults.clear()
    assert github.get(TARGET).status == 200


def test_the_primary_limit_looks_as_if_the_bucket_were_empty(github: Asker) -> None:
    """403 with remaining 0, though nothing was taken."""
    github.world.faults.add(Fault(FaultKind.PRIMARY))
    response = github.get(TARGET, tokens.EIRIK)

    assert response.status == 403
    assert response.header("x-ratelimit-remaining") == "0"
    assert value(response)["message"].startswith("API rate limit exceeded for user ID 1002.")
    assert github.get(TARGET, tokens.EIRIK).header("x-ratelimit-used") == "1"


@pytest.mark.parametrize(
    ("fault", "status", "retry_after", "has_rates"),
    [
        (Fault(FaultKind.SECONDARY), 403, None, True),
        (Fault(FaultKind.SECONDARY, status=429, retry_after_s=7), 429, "7", True),
        (Fault(FaultKind.SECONDARY_2021), 403, None, True),
        (Fault(FaultKind.ABUSE_2018, retry_after_s=60), 403, "60", False),
        (Fault(FaultKind.SECONDARY_WRITES), 403, None, True),
    ],
)
def test_secondary_limits_have_their_shapes(
    github: Asker, fault: Fault, status: int, retry_after: str | None, *, has_rates: bool
) -> None:
    """Each year's shape: status, Retry-After or not, rate headers or not, a message to match on."""
    github.world.faults.add(fault)
    response = github.get(TARGET, tokens.EIRIK)

    assert response.status == status
    assert response.header("retry-after") == retry_after
    assert (response.header("x-ratelimit-remaining") is not None) is has_rates
    message = value(response)["message"]
    assert "secondary rate limit" in message or "abuse detection mechanism" in message


def test_gateways_answer_without_githubs_headers(github: Asker) -> None:
    """502 comes from in front of the API: no rates, no request id; once HTML, once JSON."""
    github.world.faults.add(Fault(FaultKind.BAD_GATEWAY_HTML))
    github.world.faults.add(Fault(FaultKind.BAD_GATEWAY_JSON))
    html, other = github.get(TARGET), github.get(TARGET)

    assert (html.status, html.header("x-ratelimit-used")) == (502, None)
    assert html.header("content-type") == "text/html"
    assert value(other)["data"] is None


def test_a_unicorn_has_rate_headers_and_no_json(github: Asker) -> None:
    """503 in HTML, with all the headers of a healthy answer."""
    github.world.faults.add(Fault(FaultKind.UNICORN))
    response = github.get(TARGET)

    assert (response.status, response.header("x-ratelimit-limit")) == (503, "60")
    assert b"Unicorn!" in response.body


@pytest.mark.parametrize("kind", [FaultKind.HTML_AS_JSON, FaultKind.INVALID_JSON])
def test_what_is_said_to_be_json_may_not_be(github: Asker, kind: FaultKind) -> None:
    """Status 200 and the JSON type on bytes that do not parse."""
    github.world.faults.add(Fault(kind))
    response = github.get(TARGET)

    assert (response.status, response.header("content-type")) == (
        200,
        "application/json; charset=utf-8",
    )
    with pytest.raises(json.JSONDecodeError):
        value(response)


def test_bending_faults_change_one_thing(github: Asker) -> None:
    """A churning tag, a past reset, huge headers, a Link that leads nowhere: the body is true."""
    true = github.get(TARGET)
    bent = {}
    for kind in (
        FaultKind.ETAG_CHURN,
        FaultKind.RESET_IN_PAST,
        FaultKind.HUGE_HEADERS,
        FaultKind.DEPRECATION_LINK,
    ):
        github.world.faults.add(Fault(kind))
        bent[kind] = github.get(TARGET)

    assert {response.body for response in bent.values()} == {true.body}
    assert bent[FaultKind.ETAG_CHURN].header("etag") != true.header("etag")
    assert int(bent[FaultKind.RESET_IN_PAST].header("x-ratelimit-reset") or 0) < github.now
    assert sum(len(v) for _, v in bent[FaultKind.HUGE_HEADERS].headers) > 60_000
    assert 'rel="deprecation"' in (bent[FaultKind.DEPRECATION_LINK].header("link") or "")


def test_a_bare_304_comes_unasked(github: Asker) -> None:
    """304 without an ETag, to a request without a condition."""
    github.world.faults.add(Fault(FaultKind.BARE_304))
    response = github.get(TARGET)

    assert (response.status, response.body, response.header("etag")) == (304, b"", None)


def test_a_wire_fault_lets_a_write_happen(github: Asker) -> None:
    """The answer is lost, the effect is not."""
    github.world.faults.add(Fault(FaultKind.RESET, method="POST"))
    issues = "/repos/solveig/harbor/issues"
    response = github.ask("POST", issues, token=tokens.SOLVEIG, body={"title": "lost"})

    assert response.delivery.wire is Wire.RESET
    assert value(github.get(issues))[0]["title"] == "lost"
