"""What can be asked of a store's file, as values that wait in a queue.

`Delete`, `Change` and `Note` compare by content: what is owed is owed once. The others are one
request each, and compare by identity.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.tally import Line, Sums
from portico.stores.schema import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Get:
    """Find an entry."""

    key: Key
    reply: asyncio.Future[Entry | None]
    nothing: Entry | None = None
    """The answer where the file cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Put:
    """Write an entry.

    `known` is the number of the last change of other processes that its maker had taken into
    account, None if there are no other processes.
    """

    key: Key
    entry: Entry
    known: int | None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an entry."""

    key: Key


@dataclass(frozen=True, slots=True)
class Change:
    """Mark or drop all entries with one of these tags that were confirmed by an instant.

    Of the kind `note` nothing is done: the tags are texts for the other processes.
    """

    kind: Kind
    tags: frozenset[str]
    confirmed_by: float = math.inf


@dataclass(frozen=True, slots=True)
class Note:
    """Keep a text under a name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Recall:
    """Find the texts whose names begin so."""

    prefix: str
    reply: asyncio.Future[dict[str, str]]
    nothing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Settle:
    """Reply when all before this is written; if `last`, let go of the file first."""

    reply: asyncio.Future[None]
    last: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Add:
    """Add to the sums."""

    counted: Mapping[Line, Sums]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Find the sums from the hour of an instant on."""

    since: float
    reply: asyncio.Future[dict[Line, Sums]]
    nothing: Mapping[Line, Sums] = field(default_factory=dict)


Write: TypeAlias = Put | Delete | Change | Note | Add
Question: TypeAlias = Get | Recall | Sum
Operation: TypeAlias = Question | Write | Settle
