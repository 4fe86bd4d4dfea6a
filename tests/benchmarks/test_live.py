"""The benchmark of listeners: it measures what it says, and does not measure what is broken."""

from __future__ import annotations

import pytest

from benchmarks import live
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import Cores

ANYWHERE = Cores(frozenset(), frozenset())


def test_listeners_are_measured() -> None:
    """Each delivery reaches every listener, the first before the last."""
    found = live.measured(20, 2, ANYWHERE)

    assert found.listeners == 20
    assert found.bytes_each > 0
    assert 0 < found.first_s <= found.last_s
    assert found.cpu_s >= 0


def test_deliveries_that_are_not_taken() -> None:
    """They are told of, not waited for."""
    with pytest.raises(CannotMeasure, match="403"):
        live.measured(2, 1, ANYWHERE, signed_with=b"another")
