"""A point in the order of changes that a caller can carry: "not older than this".

A write, and a delivery, is answered with the position that it made; a read that brings it back is
never answered with anything from before it. Opaque to callers: the store's name, and a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

FIELD: Final = "Portico-Position"
_FORM: Final = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Position:
    """The `number`-th change of a store."""

    store: str
    number: int

    def __str__(self) -> str:
        return f"{self.store}.{self.number}"

    def covers(self, other: Position) -> bool:
        """Return whether whoever has reached this position knows of all changes up to `other`.

        Not where the other is of another store: its changes are not known here.
        """
        return self.store == other.store and self.number >= other.number


def read_position(text: str) -> Position:
    """Return the position that a field holds.

    Raises:
        ValueError: it is none that was given out.

    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{FIELD} must be a value that an earlier answer had in that field")
    return Position(found[1], int(found[2]))
