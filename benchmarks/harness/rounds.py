"""Interleaved rounds, and what is made of them. Pure.

A machine's speed drifts, so subjects are measured in turn, A B C and then C B A, and compared
within a round. Every figure is a median over rounds; its noise is half the interquartile range
over the median, so 0.02 reads as "plus or minus two percent, usually".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure: the median of one value per round, and its noise as a share of it."""

    median: float
    noise: float
    values: tuple[float, ...]


def interleaved(subjects: Sequence[_T], rounds: int) -> Iterator[tuple[int, _T]]:
    """Iterate over (round, subject), each other round in the opposite order."""
    for number in range(rounds):
        ordered = subjects if number % 2 == 0 else subjects[::-1]
        for subject in ordered:
            yield number, subject


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which `share` of `ordered` (ascending, not empty) lies.

    Between two values it is interpolated.
    """
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def spread(values: Sequence[float]) -> Spread:
    """Return the median of some values, not empty, and how far they lie apart."""
    ordered = sorted(values)
    middle = median(ordered)
    half_range = (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / 2
    return Spread(middle, half_range / middle if middle else 0.0, tuple(values))


def ratio(values: Sequence[float], yardstick: Sequence[float]) -> Spread:
    """Return how `values` compare with a yardstick's, each with that of the same round."""
    return spread([a / b if b else 0.0 for a, b in zip(values, yardstick, strict=True)])
