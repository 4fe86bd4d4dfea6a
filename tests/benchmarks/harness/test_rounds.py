"""Medians, noise and ratios of interleaved rounds."""

import pytest

from benchmarks.harness.rounds import interleaved, quantile, ratio, spread


def test_each_other_round_goes_backwards() -> None:
    """Subjects are measured A B C, then C B A, so that a drift favours none."""
    order = list(interleaved("ABC", 3))

    assert "".join(subject for _, subject in order) == "ABCCBAABC"
    assert [number for number, _ in order] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(("share", "value"), [(0, 1.0), (0.5, 3.0), (0.25, 2.0), (0.9, 4.6)])
def test_a_quantile_lies_between_its_neighbours(share: float, value: float) -> None:
    """A quantile is interpolated between the two values beside it."""
    assert quantile([1, 2, 3, 4, 5], share) == pytest.approx(value)


def test_the_quantile_of_one_value_is_that_value() -> None:
    """One answer is its own median and its own tail."""
    assert quantile([7.0], 0.99) == 7.0


def test_noise_is_half_the_interquartile_range_over_the_median() -> None:
    """Four values around 10 are as noisy as their middle half is wide."""
    found = spread([12.0, 8.0, 10.0, 10.0])

    assert found.median == 10.0
    assert found.noise == pytest.approx((10.5 - 9.5) / 2 / 10)


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    """A machine that is twice as fast in one round leaves the ratio as it is."""
    found = ratio([10.0, 20.0, 10.0], [20.0, 40.0, 20.0])

    assert found.median == 0.5
    assert found.noise == 0.0


def test_a_ratio_to_nothing_is_nothing() -> None:
    """A yardstick that gave no answer makes no ratio of infinity."""
    assert ratio([10.0], [0.0]).median == 0.0
