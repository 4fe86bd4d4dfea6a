"""Opening a file that only its operator can help: an error that says what to do, nothing lost."""

# ruff: noqa: ASYNC240 - a test's loop has nobody whom a file could keep waiting

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.core.errors import StoreFailed
from tests.stores.files import ENTRIES, full_disk, is_set_aside, open_file, use

NOBODY = 65_534


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
async def test_locked(path: Path, whole: bytes, mode: str) -> None:
    """A file that another program has locked is left alone, and the error says what to do."""
    path.write_bytes(whole)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreFailed, match=r"locked by another program.*PORTICO_STORE"):
            open_file(path)

    assert await use(path) == ENTRIES


@contextlib.contextmanager
def without_rights(directory: Path) -> Iterator[None]:
    """Be a user who may not write to a directory."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        directory.chmod(0o500)
        try:
            yield
        finally:
            directory.chmod(0o700)


def test_no_rights(tmp_path: Path) -> None:
    """A directory that this user may not write to is an error that says so."""
    with (
        without_rights(tmp_path),
        pytest.raises(StoreFailed, match=r"store.db.*Permission denied.*PORTICO_STORE"),
    ):
        open_file(tmp_path / "sub" / "store.db")


def test_no_directory(tmp_path: Path) -> None:
    """A directory that cannot be made is an error that says so."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreFailed, match=r"store.db.*PORTICO_STORE"):
        open_file(tmp_path / "file" / "store.db")


def test_directory_in_the_way(path: Path) -> None:
    """A directory of the store's name is an error, and stays."""
    path.mkdir()

    with pytest.raises(StoreFailed, match=r"directory.*PORTICO_STORE"):
        open_file(path)

    assert path.is_dir()


def test_pipe_in_the_way(path: Path) -> None:
    """What is no regular file is an error, and is neither read nor renamed."""
    os.mkfifo(path)

    with pytest.raises(StoreFailed, match=r"not a regular file.*PORTICO_STORE"):
        open_file(path)

    assert path.is_fifo()


@pytest.mark.parametrize("is_new", [True, False])
async def test_full_disk_at_open(path: Path, whole: bytes, *, is_new: bool) -> None:
    """A disk that takes nothing is an error at once, and the file is whole afterwards."""
    if not is_new:
        path.write_bytes(whole)

    with full_disk(), pytest.raises(StoreFailed, match=r"store.db.*PORTICO_STORE"):
        open_file(path)

    assert await use(path) == (0 if is_new else ENTRIES)
    assert not is_set_aside(path)
