"""The truth: each version once, since when it holds, and how stale what came before is."""

from __future__ import annotations

import pytest

from benchmarks.points.fleet import Fleet
from benchmarks.points.site import Site
from benchmarks.points.truth import Truth, Versions
from benchmarks.points.world import START_AT, Change, apply, names


def test_staleness_counts_from_the_next_version() -> None:
    """Not from when the version was made, nor from the newest."""
    versions = Versions([0.0, 10.0, 30.0], ["a", "b", "c"])

    assert [versions.staleness_s(number, 100.0) for number in range(3)] == [90.0, 70.0, 0.0]


def test_what_comes_back_is_the_newest_of_its_kind() -> None:
    """A state that was there before and is there again is the truth again."""
    versions = Versions([0.0, 10.0, 30.0], ["a", "b", "a"])

    assert versions.number_of("a") == versions.newest


def test_an_answer_that_was_never_given_is_an_error() -> None:
    """So that no mistake of the simulation passes for freshness."""
    with pytest.raises(ValueError, match="never gave"):
        Versions([0.0], ["a"]).number_of("b")


def test_only_what_a_change_touches_gets_a_version() -> None:
    """A finished check is seen among the checks, and nowhere else."""
    moment = [START_AT]
    world = Fleet(repositories=2).world(lambda: moment[0])
    truth = Truth(world, Fleet().questions)
    [first, second] = names(world)
    moment[0] += 60

    world.complete_check(first, "main", name="late")
    truth.look(first)
    truth.look(second)

    changed = {path: each.since for path, each in truth.of.items() if each.newest}
    assert changed == {f"/repos/{first}/commits/main/check-runs": [START_AT, START_AT + 60]}


def test_a_page_has_the_parts_that_its_plan_comes_to() -> None:
    """What GitHub's answers make necessary is among them; what grows later comes to it."""
    world = Site(repositories=2).world(lambda: START_AT)
    truth = Truth(world, Site().questions)
    [first, _] = names(world)
    login = first.partition("/")[0]
    events = f"/users/{login}/events/public?per_page=100&page="

    before = truth.parts[f"/v1/users/{login}/activity"]
    for number in range(100):
        apply(Change(START_AT, first, "push", number), world)
    truth.look(first)

    assert before == (f"/users/{login}", f"{events}1")
    assert truth.parts[f"/v1/users/{login}/activity"] == (*before, f"{events}2")


def test_a_page_about_what_is_not_there_is_an_error() -> None:
    """No policy's price holds for it."""
    world = Site(repositories=1).world(lambda: START_AT)
    truth = Truth(world, Site().questions)
    [name] = names(world)
    world.delete_release(name, world[name].releases[0].id)

    with pytest.raises(AssertionError, match="404 without a version"):
        truth.look(name)
