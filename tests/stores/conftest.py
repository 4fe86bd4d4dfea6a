"""Files that the tests of opening start from."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.stores.files import fill


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a store of many entries."""
    path = tmp_path_factory.mktemp("whole") / "store.db"
    asyncio.run(fill(path))
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is to be."""
    return tmp_path / "store.db"
