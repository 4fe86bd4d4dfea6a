"""A short day of a small fleet: what must hold of any of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.points import fleet, trace
from benchmarks.points.figures import Figures, figures, percentile
from benchmarks.points.portico import HEARING, UNHEARING
from benchmarks.points.simulation import Options, simulate

SMALL = Options(
    repositories=12, clients=6, watches=6, changes_per_day=2_000, hours=0.5, loss=0.0, seed=7
)


async def day(options: Options = SMALL) -> dict[str, Figures]:
    """Simulate and return each policy's figures by its title."""
    outcome = await simulate(options, lambda _: None)
    return {policy.title: figures(policy, tally) for policy, tally in outcome.policies}


async def test_what_must_hold_of_any_day() -> None:
    """Who asks always is never stale; nobody pays less than the minimum; webhooks save calls."""
    found = await day()

    assert found["no cache"].calls == found["no cache"].points == found["no cache"].answers
    for title in ("no cache", "revalidate always", "clairvoyant minimum"):
        assert found[title].most_stale_s == 0
    least = found["clairvoyant minimum"]
    assert found["revalidate always"].points == least.points == least.calls
    assert found["TTL only, 60 s"].most_stale_s < 60
    assert found[HEARING].calls < found[UNHEARING].calls < found["revalidate always"].calls
    assert found[HEARING].points >= least.points
    assert found[HEARING].mean_stale_s < found[UNHEARING].mean_stale_s


async def test_checks_follow_pushes_through_the_day() -> None:
    """More happens than was drawn beforehand."""
    outcome = await simulate(SMALL, lambda _: None)

    assert outcome.changes > SMALL.changes_per_day * SMALL.hours / 24 * 1.5
    assert outcome.lost == 0


async def test_a_day_is_the_same_every_time() -> None:
    """Same seed, same figures; another seed, other ones."""
    first = await day()

    assert await day() == first
    assert await day(replace(SMALL, seed=8)) != first


async def test_without_any_delivery_webhooks_save_nothing_and_harm_nothing() -> None:
    """Nearly all deliveries lost: what was covered by the greeting is found out by samples."""
    found = await day(replace(SMALL, loss=0.999))

    assert found[HEARING].most_stale_s <= 1_800
    assert found[HEARING].calls <= found[UNHEARING].calls


def test_questions_come_in_order() -> None:
    """All three sorts, merged; each of a thing that is there."""
    world = fleet.world_of(4, lambda: fleet.START_AT)
    names = fleet.names(world)
    asked = list(trace.asks(names, clients=2, watches=3, hours=24, rng=random.Random(1)))

    assert asked == sorted(asked)
    assert {path for _, path in asked} == {
        f"/repos/{name}{kind}" for name in names for kind in fleet.KINDS
    }


def test_what_follows_a_push_is_checked() -> None:
    """Two checks begin, and end some minutes later, on that very commit."""
    world = fleet.world_of(1, lambda: fleet.START_AT)
    [name] = fleet.names(world)

    following = fleet.apply(fleet.Change(fleet.START_AT, name, "push", 3), world)

    assert sorted(each.what for each in following) == [
        "complete build", "complete test", "start build", "start test",
    ]  # fmt: skip
    assert {each.ref for each in following} == {world[name].history.branches["main"]}
    assert all(each.at > fleet.START_AT for each in following)


@pytest.mark.parametrize("what", ["comment", "star", "open_issue", "close_issue", "open_pull",
                                  "merge_pull", "label_issue", "publish_release"])  # fmt: skip
def test_everything_that_happens_is_told(what: str) -> None:
    """Each sort of change makes a delivery."""
    world = fleet.world_of(1, lambda: fleet.START_AT)
    [name] = fleet.names(world)
    world.open_pull(name, "p", login=fleet.PERSON, head="h")
    world.add_hook()
    world.outbox.arrived.clear()

    fleet.apply(fleet.Change(fleet.START_AT, name, what, 5), world)

    assert world.outbox.arrived


@pytest.mark.parametrize(
    ("stale", "answers", "expected"),
    [((), 100, 0.0), ((5.0,), 100, 0.0), ((5.0, 9.0), 100, 5.0), ((1.0, 2.0), 2, 2.0)],
)
def test_a_percentile_counts_what_was_not_stale(
    stale: tuple[float, ...], answers: int, expected: float
) -> None:
    """Of a hundred answers, one may be beyond the 99th."""
    assert percentile(stale, answers, 0.99) == expected
