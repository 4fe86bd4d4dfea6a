"""Two processes may serve from one file only if they hear each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from portico.core.errors import StoreFailed
from portico.stores.claim import claim
from portico.stores.sqlite import SQLiteStore
from tests.stores.builders import Now


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


def test_who_is_refused_leaves_nothing_open(tmp_path: Path) -> None:
    """A store that cannot be had is let go of whole, its reader of others' changes included."""
    path = tmp_path / "store.db"
    held = claim(path, shared=False)

    with pytest.raises(StoreFailed, match="PORTICO_WORKERS") as refused:
        SQLiteStore.open(path, limit_bytes=1_000_000, now=Now(), shared=True)

    # Held on to until here: what the failed call had opened would otherwise go with its frame.
    assert refused.tb is not None
    assert path not in {one.resolve() for one in Path("/proc/self/fd").iterdir()}
    held.release()
