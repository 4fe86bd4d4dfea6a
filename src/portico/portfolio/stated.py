"""What GitHub states instead of an answer, as a state with a name.

An empty repository has no statistics, a blocked one shows nothing, a very large one no
contributors: GitHub says so with a status that means another thing at the next endpoint, so a
step brings the lines that hold for it. After them hold those that mean the same everywhere.
Source: https://docs.github.com/en/rest and the pages of the endpoints that use a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from portico.core.message import Response

StatedName: TypeAlias = Literal["empty", "absent", "off", "too_large", "refused", "gone", "blocked"]

NOTHING_THERE: Final[frozenset[StatedName]] = frozenset({"empty", "absent", "off"})
"""There is nothing to be had, so nothing is missing. After all others there is, or was."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A status, and what it states: where the body holds `words`, if that is not all bodies."""

    status: int
    state: StatedName
    words: bytes = b""


_EVERYWHERE: Final = (
    Statement(401, "refused"),
    Statement(403, "refused"),
    Statement(410, "gone"),
    Statement(451, "blocked"),
)


class _Block(msgspec.Struct, frozen=True):
    reason: str | None = None
    html_url: str | None = None


class _Blocked(msgspec.Struct, frozen=True):
    block: _Block


_BLOCKED: Final = msgspec.json.Decoder(_Blocked)


def notice_in(body: bytes) -> str:
    """Return what a 451 tells of its reason and of the notice, to follow a sentence; else ""."""
    try:
        block = _BLOCKED.decode(body).block
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    told = [text for text in (block.reason, block.html_url) if text and text.isprintable()]
    return f": {', '.join(told)}" if told else ""


def stated_by(response: Response, statements: Iterable[Statement]) -> StatedName | None:
    """Return what a response other than a 200 states, or None if it states nothing.

    `statements` come before what holds everywhere. A rate limit's 403 is to be told from others
    first.
    """
    for line in (*statements, *_EVERYWHERE):
        if line.status == response.status and line.words in response.body:
            return line.state
    return None
