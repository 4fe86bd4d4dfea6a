"""Pages of a repository's lists, by cursor: those with the greatest number first.

As in `portfolio/page.py`, a cursor names the last item that was shown, not how many came before
it, so that nothing is shown twice or left out because the list changed meanwhile.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

import msgspec

DEFAULT_LIMIT: Final = 30
MOST_PER_PAGE: Final = 100
# Longer ones are none of Portico's.
_MOST_CHARACTERS: Final = 1_000

Position: TypeAlias = tuple[int, str]
"""What an item is ordered by, the greatest first, and a text that no other item has."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list to show: at most `limit` items, beginning behind `after`.

    `subject` names the list, so that one list's cursor is not taken for another's.
    """

    subject: str
    limit: int = DEFAULT_LIMIT
    after: Position | None = None


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    subject: str
    number: int
    text: str


_DECODER: Final = msgspec.json.Decoder(_Cursor)


def window_of(subject: str, *, limit: int, cursor: str | None) -> Window:
    """Return the window that a caller asks for.

    Raises:
        ValueError: `cursor` is broken or another list's.

    """
    subject = subject.lower()
    if cursor is None:
        return Window(subject, limit)
    broken = "The cursor is none that Portico made; begin without one."
    if len(cursor) > _MOST_CHARACTERS:
        raise ValueError(broken)
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        read = _DECODER.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, msgspec.DecodeError) as error:
        raise ValueError(broken) from error
    if read.subject != subject:
        raise ValueError("The cursor is another list's; begin without one.")
    return Window(subject, limit, (read.number, read.text))


def shown_in(
    items: Iterable[_T], window: Window, position_of: Callable[[_T], Position]
) -> tuple[list[_T], str | None]:
    """Return the items of a window in their order, and the cursor of the next one, if any."""

    def rank(position: Position) -> tuple[int, str]:
        return -position[0], position[1]

    ordered = sorted(items, key=lambda item: rank(position_of(item)))
    if window.after is not None:
        behind = rank(window.after)
        ordered = [item for item in ordered if rank(position_of(item)) > behind]
    shown = ordered[: window.limit]
    if len(shown) == len(ordered):
        return shown, None
    cursor = _Cursor(window.subject, *position_of(shown[-1]))
    return shown, base64.urlsafe_b64encode(msgspec.json.encode(cursor)).rstrip(b"=").decode()
