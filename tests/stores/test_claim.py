"""Two processes may serve from one file only if they hear each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from portico.core.errors import StoreFailed
from portico.stores.claim import claim


@pytest.mark.parametrize(("first", "second"), [(False, False), (False, True), (True, False)])
def test_a_deaf_neighbour_is_refused(tmp_path: Path, first: bool, second: bool) -> None:
    """Where one of two listens to nobody, the second is told what to do."""
    held = claim(tmp_path / "store.db", shared=first)

    with pytest.raises(StoreFailed, match="PORTICO_WORKERS"):
        claim(tmp_path / "store.db", shared=second)

    held.release()


def test_listeners_share(tmp_path: Path) -> None:
    """Processes that hear each other may be several."""
    one = claim(tmp_path / "store.db", shared=True)
    other = claim(tmp_path / "store.db", shared=True)

    one.release()
    other.release()


def test_a_released_claim_is_free(tmp_path: Path) -> None:
    """Who has let go is in nobody's way, and letting go twice does no harm."""
    held = claim(tmp_path / "store.db", shared=False)
    held.release()
    held.release()

    claim(tmp_path / "store.db", shared=False).release()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(StoreFailed, match="store"):
        claim(tmp_path / "missing" / "store.db", shared=False)
