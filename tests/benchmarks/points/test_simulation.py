"""A short day of a small fleet and of a small site: what must hold of any of them."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.points import polling
from benchmarks.points.figures import Figures, figures, percentile
from benchmarks.points.fleet import Fleet
from benchmarks.points.portico import HEARING, UNHEARING
from benchmarks.points.simulation import Day, Options, Outcome, simulate
from benchmarks.points.site import Site
from benchmarks.points.trace import Trace
from benchmarks.points.world import PERSON, START_AT, Change, apply, names

FLEET = Fleet(repositories=12, clients=6, watches=6, changes_per_day=2_000)
SITE = Site(repositories=6, visits_per_day=20_000, bursts=1, burst_visits=60, changes_per_day=2_000)
SHORT = Options(hours=0.5, loss=0.0, seed=7)
BOTH = pytest.mark.parametrize("trace", [FLEET, SITE], ids=lambda trace: trace.name)


_DAYS: dict[tuple[Trace, Options], Outcome] = {}


async def outcome_of(trace: Trace, options: Options = SHORT) -> Outcome:
    """Simulate a day once for all who look at it."""
    key = (trace, options)
    if key not in _DAYS:
        _DAYS[key] = await simulate(*key, lambda _: None)
    return _DAYS[key]


def of(outcome: Outcome) -> dict[str, Figures]:
    """Return each policy's figures by its title."""
    return {policy.title: figures(policy, tally) for policy, tally in outcome.policies}


async def day(trace: Trace, options: Options = SHORT) -> dict[str, Figures]:
    """Return a day's figures."""
    return of(await outcome_of(trace, options))


@BOTH
async def test_what_must_hold_of_any_day(trace: Trace) -> None:
    """Who asks always is never stale; nobody pays less than the minimum; webhooks keep it fresh."""
    found = await day(trace)

    bare, always, least = (
        found[title] for title in ("no cache", "revalidate always", "clairvoyant minimum")
    )
    assert bare.calls == bare.points == bare.parts == always.calls
    assert bare.most_stale_s == always.most_stale_s == least.most_stale_s == 0
    assert always.points == least.points == least.calls
    assert found["TTL only, 60 s"].most_stale_s < 60
    assert max(found[title].calls for title in (HEARING, UNHEARING)) < always.calls
    assert found[HEARING].mean_stale_s < found[UNHEARING].mean_stale_s


@BOTH
async def test_without_webhooks_calls_are_those_of_the_declared_times(trace: Trace) -> None:
    """Portico asks for nothing that is fresh by its class, and renews for nobody."""
    found = await day(trace)

    assert found[UNHEARING].calls == found["the declared times alone"].calls


@BOTH
async def test_no_change_escapes_the_truth(trace: Trace) -> None:
    """At the end of the day all is as it was when it was last looked at."""
    the_day = Day(trace, SHORT)
    outcome = await the_day.run(lambda _: None)

    for full_name in names(the_day.world):
        the_day.truth.look(full_name)

    assert sum(each.newest for each in the_day.truth.of.values()) == outcome.versions > 50


async def test_webhooks_save_calls_where_more_is_asked_than_happens() -> None:
    """So it is with what is polled. Of a page behind which much happens, each event takes one."""
    fleet, site = await day(FLEET), await day(SITE)

    assert fleet[HEARING].calls < fleet[UNHEARING].calls
    assert site[HEARING].calls > site[UNHEARING].calls


async def test_checks_follow_pushes_through_the_day() -> None:
    """More happens than was drawn beforehand."""
    outcome = await outcome_of(FLEET)

    assert outcome.changes > FLEET.changes_per_day * SHORT.hours / 24 * 1.5
    assert outcome.lost == 0


@BOTH
async def test_a_day_is_the_same_every_time(trace: Trace) -> None:
    """Same seed, same figures; another seed, other ones."""
    first = await day(trace)

    assert of(await simulate(trace, SHORT, lambda _: None)) == first
    assert await day(trace, replace(SHORT, seed=8)) != first


async def test_without_any_delivery_webhooks_save_nothing_and_harm_nothing() -> None:
    """Nearly all deliveries lost: what was covered by the greeting is found out by samples."""
    found = await day(FLEET, replace(SHORT, loss=0.999))

    assert found[HEARING].most_stale_s <= 1_800
    assert found[HEARING].calls <= found[UNHEARING].calls


async def test_all_that_is_there_is_asked_for() -> None:
    """The inventory sees to it: each of the four kinds of each repository."""
    outcome = await outcome_of(FLEET)

    assert len(outcome.targets) == FLEET.repositories * len(polling.KINDS)


def test_questions_come_in_order() -> None:
    """All three sorts, merged; each of a thing that is there."""
    repositories = names(Fleet(repositories=4).world(lambda: START_AT))
    asked = list(polling.asks(repositories, clients=2, watches=3, hours=24, rng=random.Random(1)))

    assert asked == sorted(asked)
    assert {path for _, path in asked} == {
        f"/repos/{name}{kind}" for name in repositories for kind in polling.KINDS
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_program_looks_a_little_later_than_it_waits(seed: int) -> None:
    """Never just when what it saw last stops being fresh, which would flatter a cache."""
    asked = polling.asks(["a/b"], clients=1, watches=1, hours=1, rng=random.Random(seed))
    # The inventory is over within a second, and an hour is too short for a burst.
    at = [at - START_AT for at, _ in asked if at > START_AT + 1]
    apart_s = {round(later - earlier, 3) for earlier, later in pairwise(at)}

    assert len(apart_s) == 1
    assert any(waits_s < min(apart_s) <= waits_s * 1.02 for waits_s in (60, 120, 300, 900))


def test_what_follows_a_push_is_checked() -> None:
    """Two checks begin, and end some minutes later, on that very commit."""
    world = Fleet(repositories=1).world(lambda: START_AT)
    [name] = names(world)

    following = apply(Change(START_AT, name, "push", 3), world)

    assert sorted(each.what for each in following) == [
        "complete build", "complete test", "start build", "start test",
    ]  # fmt: skip
    assert {each.ref for each in following} == {world[name].history.branches["main"]}
    assert all(each.at > START_AT for each in following)


@pytest.mark.parametrize("what", ["comment", "star", "open_issue", "close_issue", "open_pull",
                                  "merge_pull", "label_issue", "describe",
                                  "publish_release"])  # fmt: skip
def test_everything_that_happens_is_told(what: str) -> None:
    """Each sort of change makes a delivery."""
    world = Fleet(repositories=1).world(lambda: START_AT)
    [name] = names(world)
    world.open_pull(name, "p", login=PERSON, head="h")
    world.add_hook()
    world.outbox.arrived.clear()

    apply(Change(START_AT, name, what, 5), world)

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
