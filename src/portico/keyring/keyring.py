"""A request's key -> the grant of its name, from a file that may change at any time.

The file is looked at again every two seconds at most, by its size and time of change. One that
turns out broken while Portico serves changes nothing: what was read last goes on, and the log
says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from portico.core.errors import CredentialNeeded
from portico.core.grant import Grant
from portico.core.portico_key import hash_of, is_well_formed
from portico.keyring.document import KeysFileError, Secret, read_document

# A revoked key is refused after so long at the latest.
LOOK_EVERY_S: Final = 2.0
_ANOTHER: Final = "ask the operator for another one ('portico keys add NAME')"
_log: Final = logging.getLogger("portico.keys")


@dataclass(frozen=True, slots=True)
class _Entry:
    grant: Grant
    secret: Secret


class Keyring:
    """The keys that are good, by the hash of their text. Without a file there are none."""

    def __init__(self, path: Path | None, *, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._entries: Mapping[str, _Entry] = {}
        self._seen: tuple[int, int] | None = None
        self._look_at = float("-inf")
        self._grants: Mapping[str, Grant] = {}

    def load(self) -> None:
        """Read the file for the first time.

        Raises:
            KeysFileError: it is there and cannot be used.

        """
        self._look_at = self._now() + LOOK_EVERY_S
        self._read()

    @property
    def grants(self) -> Mapping[str, Grant]:
        """The grants by name, those without a good secret included."""
        return self._grants

    def find(self, key: str) -> Grant:
        """Return the grant of a key.

        Raises:
            CredentialNeeded: the key is mistyped, unknown (or revoked), or has expired.

        """
        self._look_again()
        if not is_well_formed(key):
            message = "The Portico key is incomplete or mistyped: copy it whole, from ptk_ on"
            raise CredentialNeeded(message)
        entry = self._entries.get(hash_of(key))
        if entry is None:
            message = f"The Portico key is not known here; it may have been revoked: {_ANOTHER}"
            raise CredentialNeeded(message)
        if entry.secret.is_expired(self._now()):
            expired_at: datetime | None = entry.secret.expires_at
            raise CredentialNeeded(f"The Portico key expired on {expired_at:%Y-%m-%d}: {_ANOTHER}")
        return entry.grant

    def _look_again(self) -> None:
        now = self._now()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY_S
        try:
            self._read()
        except KeysFileError as error:
            _log.error("The keys of before stay in use: %s", error)

    def _read(self) -> None:
        if self._path is None:
            return
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._entries, self._grants, self._seen = {}, {}, None
            return
        except OSError as error:
            raise KeysFileError(f"{self._path} cannot be read: {error.strerror}") from error
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen == self._seen:
            return
        # Noted first: a broken file is reported once, not every two seconds.
        self._seen = seen
        try:
            document = read_document(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise KeysFileError(f"{self._path} cannot be read as text: {error}") from error
        except KeysFileError as error:
            raise KeysFileError(f"{self._path}: {error}") from None
        self._grants = {name: rights.grant(name) for name, rights in document.keys.items()}
        self._entries = {
            secret.hash: _Entry(self._grants[name], secret)
            for name, rights in document.keys.items()
            for secret in rights.secrets
        }
