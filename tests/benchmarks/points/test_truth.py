"""The truth: each version once, since when it holds, and how stale what came before is."""

from __future__ import annotations

import pytest

from benchmarks.points.fleet import START_AT, names, world_of
from benchmarks.points.truth import Truth, Versions


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
    world = world_of(2, lambda: moment[0])
    truth = Truth(world)
    [first, second] = names(world)
    moment[0] += 60

    world.complete_check(first, "main", name="late")
    truth.look(first)
    truth.look(second)

    changed = {path: each.since for path, each in truth.of.items() if each.newest}
    assert changed == {f"/repos/{first}/commits/main/check-runs": [START_AT, START_AT + 60]}
