"""A client of a fresh seeded world for each test."""

from __future__ import annotations

import pytest

from tests.sandbox.asking import Asker


@pytest.fixture
def github() -> Asker:
    """Ask a new GitHub."""
    return Asker()
