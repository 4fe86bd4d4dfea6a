"""Finding a key's grant, while the file changes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from portico.core.errors import CredentialNeeded
from portico.core.portico_key import key_of_bytes
from portico.keyring.document import KeysFileError
from portico.keyring.editing import add_key, revoke_key
from portico.keyring.keyring import LOOK_EVERY_S, Keyring
from tests.support.clock import ManualClock

ONE: Final = key_of_bytes(b"1" * 32)
TWO: Final = key_of_bytes(b"2" * 32)


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the keys file is, or will be."""
    return tmp_path / "keys.toml"


@pytest.fixture
def add(path: Path, clock: ManualClock) -> Callable[[str], object]:
    """Return what adds a key of `site` that is good for an hour."""
    return lambda key: add_key(path, "site", key, now=clock.now(), lifetime_s=3_600, rights={})


def loaded(path: Path, clock: ManualClock) -> Keyring:
    """Return the keyring of a server that has just started."""
    keyring = Keyring(path, now=clock.now)
    keyring.load()
    return keyring


def touch(path: Path, clock: ManualClock) -> None:
    """Make a change visible whatever the file system's clock, and let the keyring look again."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
    clock.advance(LOOK_EVERY_S)


def test_a_key_has_the_grant_of_its_name(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """The holder of a key is known by its name."""
    add(ONE)

    assert loaded(path, clock).find(ONE).name == "site"


def test_two_keys_of_one_name_are_both_good(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """While everybody changes over, the old and the new secret open the same."""
    add(ONE)
    add(TWO)
    keyring = loaded(path, clock)

    assert keyring.find(ONE) == keyring.find(TWO)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (ONE[:-1], "incomplete or mistyped: copy it whole"),
        ("ptk_", "incomplete or mistyped: copy it whole"),
        (TWO, "may have been revoked: ask the operator for another"),
    ],
)
def test_what_is_no_good_is_told_apart(
    path: Path, clock: ManualClock, add: Callable[[str], object], key: str, said: str
) -> None:
    """A slip is told from a key that is not known; neither is repeated."""
    add(ONE)

    with pytest.raises(CredentialNeeded) as raised:
        loaded(path, clock).find(key)

    assert said in raised.value.detail
    assert key[4:] == "" or key[4:] not in raised.value.detail


def test_an_expired_key_is_told_when_it_ended(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """From its end on a key is refused, with the day and the remedy."""
    add(ONE)
    keyring = loaded(path, clock)
    clock.advance(3_600)

    with pytest.raises(CredentialNeeded, match=r"expired on 2026-\d\d-\d\d: ask the operator"):
        keyring.find(ONE)


def test_a_key_revoked_while_serving_is_soon_refused(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """No restart is needed, only two seconds."""
    add(ONE)
    keyring = loaded(path, clock)
    revoke_key(path, "site")
    touch(path, clock)

    with pytest.raises(CredentialNeeded, match="revoked"):
        keyring.find(ONE)


def test_a_key_added_while_serving_is_soon_good(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """Also where there was no file at the start."""
    keyring = loaded(path, clock)
    add(ONE)
    clock.advance(LOOK_EVERY_S)

    assert keyring.find(ONE).name == "site"


def test_a_file_that_breaks_while_serving_changes_nothing(
    path: Path,
    clock: ManualClock,
    add: Callable[[str], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The keys of before stay good; the log says what is wrong, once."""
    add(ONE)
    keyring = loaded(path, clock)
    path.write_text("[keys.site\n")
    touch(path, clock)
    with caplog.at_level(logging.ERROR):
        found = keyring.find(ONE)
        clock.advance(LOOK_EVERY_S)
        keyring.find(ONE)

    assert found.name == "site"
    assert [record.getMessage().count("keys of before") for record in caplog.records] == [1]


def test_a_file_that_is_broken_at_the_start_is_an_error(path: Path, clock: ManualClock) -> None:
    """A server does not start without the keys that it was to have."""
    path.write_text("[keys.site\n")

    with pytest.raises(KeysFileError, match=r"keys\.toml: It is no TOML"):
        loaded(path, clock)


def test_a_file_that_goes_takes_its_keys_along(
    path: Path, clock: ManualClock, add: Callable[[str], object]
) -> None:
    """Removing the file revokes everything."""
    add(ONE)
    keyring = loaded(path, clock)
    path.unlink()
    clock.advance(LOOK_EVERY_S)

    with pytest.raises(CredentialNeeded):
        keyring.find(ONE)
