"""Who uses a store's file: one process alone, or several that hear each other's marks.

Two processes that do not listen to each other would serve what the other knows to be outdated.
So whoever opens a store to serve from it holds a lock beside it (`NAME.lock`, flock(2)) for as
long: an exclusive one if it listens to nobody, a shared one if it does. The kernel lets go of it
when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from portico.core.errors import StoreFailed


class Claim:
    """A lock that is held until `release`. Made by `claim`."""

    def __init__(self, handle: int) -> None:
        self._handle: Final = handle
        self._is_held = True

    def release(self) -> None:
        """Let others have it."""
        if self._is_held:
            self._is_held = False
            os.close(self._handle)


def claim(path: Path, *, shared: bool) -> Claim:
    """Claim the store in `path`, whose directory exists, for this process.

    Raises:
        StoreFailed: another process has it, and the two would not hear each other.

    """
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreFailed(f"{path}.lock cannot be made: {error.strerror}") from error
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise StoreFailed(
            f"{path} is in use by another Portico; stop that one, give this one a PORTICO_STORE "
            "of its own, or let one serve with PORTICO_WORKERS above 1"
        ) from error
    return Claim(handle)
