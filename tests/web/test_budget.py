"""`/v1/budget` and `/metrics`: what is told, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from portico.keyring.keyring import LOOK_EVERY_S
from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

READERS: Final = key_of_bytes(b"r" * 32)
OPERATORS: Final = key_of_bytes(b"o" * 32)
HARBOR: Final = "/api/v3/repos/solveig/harbor"


@pytest.fixture
def portico(tmp_path: Path) -> Iterator[Running]:
    """A Portico that the world reaches, with a reader's key and the operator's."""
    path = tmp_path / "keys.toml"
    public_url = "https://portico.example"
    with running(keys_file=path, public_url=public_url) as started:
        for name, key, operator in (("ci", READERS, False), ("ops", OPERATORS, True)):
            rights = {"owners": ("solveig",), "operator": operator, "points_per_hour": 100}
            add_key(path, name, key, now=started.clock.now(), lifetime_s=None, rights=rights)
        started.clock.advance(LOOK_EVERY_S)
        yield started


def get(portico: Running, path: str, key: str | None = None) -> Reply:
    """Ask with a key or token, or with nothing."""
    return ask(f"{portico.url}{path}", token=key)


@pytest.fixture
def used(portico: Running) -> Running:
    """The same, after a reader asked twice, a token's holder once, and somebody once."""
    get(portico, HARBOR, READERS)
    get(portico, HARBOR, READERS)
    get(portico, HARBOR, tokens.SOLVEIG)
    get(portico, "/v1/users/solveig")
    return portico


def by(report: Any, what: str) -> dict[str, tuple[int, int, int]]:  # noqa: ANN401 (JSON)
    """Return the sums of a report by name."""
    return {one["name"]: (one["answers"], one["spent"], one["saved"]) for one in report[what]}


def test_the_operator_sees_everybody(used: Running) -> None:
    """All answers are in the sums, by who asked, what for, who paid, and how."""
    report = get(used, "/v1/budget", OPERATORS).json

    assert report["whose"] == "everybody"
    assert by(report, "by_who") == {"key:ci": (2, 1, 1), "token": (1, 1, 0), "anonymous": (1, 1, 0)}
    assert by(report, "by_route") == {"slow": (3, 2, 1), "composed": (1, 1, 0)}
    assert by(report, "by_payer") == {"operator": (3, 2, 1), "token": (1, 1, 0)}
    assert by(report, "by_mode") == {"miss": (3, 3, 0), "hit": (1, 0, 1)}
    total = report["total"]
    assert (total["answers"], total["spent"], total["saved"]) == (4, 3, 1)
    assert report["webhooks"] == {"hooks": 0, "samples": 0, "misses": 0, "left": {}}


def test_a_keys_holder_sees_their_own(used: Running) -> None:
    """Of others nothing is told; the cap is shown with what is left of it."""
    report = get(used, "/v1/budget", READERS).json

    assert report["whose"] == "key:ci"
    assert by(report, "by_who") == {"key:ci": (2, 1, 1)}
    assert (report["cap"]["limit"], report["cap"]["remaining"]) == (100, 99)
    assert report["webhooks"] is None


def test_a_tokens_holder_sees_what_is_left_of_their_bucket(used: Running) -> None:
    """The buckets are the caller's own; of the sums they see none."""
    report = get(used, "/v1/budget", tokens.SOLVEIG).json

    assert report["total"]["answers"] == 0
    assert [(one["resource"], one["remaining"]) for one in report["buckets"]] == [("core", 4999)]


def test_what_is_left_is_what_github_says(used: Running) -> None:
    """The operator's buckets are those of the sandbox, and the calls under way are over."""
    report = get(used, "/v1/budget", OPERATORS).json

    assert {one["limit"] for one in report["buckets"]} == {5_000}
    assert all(one["in_flight"] == 0 for one in report["buckets"])


def test_it_outlives_a_restart(tmp_path: Path) -> None:
    """Sums are there again after the process has ended, for thirty days."""
    store = f"sqlite:///{tmp_path / 'portico.db'}"
    with running(store=store) as first:
        get(first, HARBOR)
        sandbox, clock = first.sandbox, first.clock
    with running(store=store, sandbox=sandbox, clock=clock) as second:
        soon = get(second, "/v1/budget").json
        clock.advance(20 * 86_400)
        later = get(second, "/v1/budget?hours=720").json
        clock.advance(11 * 86_400)
        too_late = get(second, "/v1/budget?hours=720").json

    answers = [one["total"]["answers"] for one in (soon, later, too_late)]
    assert answers == [1, 1, 0]


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/v1/budget", None, 401),
        ("/metrics", None, 401),
        ("/metrics", READERS, 403),
        ("/metrics", tokens.SOLVEIG, 403),
        ("/metrics", OPERATORS, 200),
        ("/v1/budget?hours=0", OPERATORS, 400),
        ("/v1/budget?hours=9999", OPERATORS, 400),
    ],
)
def test_who_may_see_it(portico: Running, path: str, key: str | None, status: int) -> None:
    """The world sees neither; numbers for Prometheus are the operator's."""
    assert get(portico, path, key).status == status


def test_on_this_machine_alone_nobody_needs_a_key() -> None:
    """Whoever reaches a Portico that only this machine reaches is its operator."""
    with running() as started:
        report, page = get(started, "/v1/budget"), get(started, "/metrics")

    assert report.json["whose"] == "everybody"
    assert page.status == 200


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8000", None, 200),
        ("127.0.0.1", "http://127.0.0.1:3000", 200),
        ("[::1]:8000", None, 200),
        ("rebound.example:8000", None, 401),
        ("rebound.example", "http://rebound.example", 401),
        ("localhost", "https://pages.example", 401),
        ("localhost", "null", 401),
        ("localhost", "http://[::", 401),
        ("localhost.rebound.example", None, 401),
    ],
)
def test_a_page_in_the_operators_browser_is_not_the_operator(
    host: str, origin: str | None, status: int
) -> None:
    """A name of theirs that points here, or another origin, comes from loopback too."""
    fields = {"Host": host} | ({"Origin": origin} if origin else {})
    with running(cors_origins=("*",)) as started:
        found = [ask(f"{started.url}{path}", headers=fields) for path in ("/v1/budget", "/metrics")]

    assert [reply.status for reply in found] == [status, status]
    if status == 401:
        assert all("Ask by 'localhost'" in reply.json["detail"] for reply in found)


def test_metrics_count_and_name_nobody(used: Running) -> None:
    """Requests, calls, points and buckets are counted; no login, path or credential is in it."""
    reply = get(used, "/metrics", OPERATORS)

    text = reply.body.decode()
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert 'portico_requests_total{audience="public",mode="hit",status="200"} 1.0' in text
    assert "portico_github_calls_total" in text
    assert "portico_budget_remaining_points{" in text
    for word in ("solveig", "harbor", "ptk_", *used.sandbox.world.tokens):
        assert word not in text


def test_a_caller_cannot_make_new_labels(portico: Running) -> None:
    """Whatever is asked for, the labels of the numbers stay few."""
    count: Callable[[], int] = lambda: len(get(portico, "/metrics", OPERATORS).body.splitlines())  # noqa: E731
    get(portico, "/v1/nothing-0")
    count()  # so that it is counted itself
    before = count()
    for number in range(1, 20):
        get(portico, f"/v1/nothing-{number}")

    assert count() == before
