"""The wire form of an event stream: the WHATWG HTML standard, §9.2 "Server-sent events".

Pure. Data is always JSON on one ASCII line, so no line break of it can end a field early. A block
without data is no event to a client, but its `id` and `retry` count: that is how a heartbeat moves
the place from which a client will resume.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

MEDIA_TYPE: Final = "text/event-stream"

Json: TypeAlias = str | int | float | bool | Mapping[str, "Json"] | None


def message(
    data: Mapping[str, Json],
    *,
    name: str | None = None,
    event_id: str | None = None,
    retry_ms: int | None = None,
) -> bytes:
    """Return one event. Without a name it is a `message`, which needs no listener of its own.

    `retry_ms` is how long the client shall wait before it connects again, from now on.
    """
    fields = [*_fields(event_id, retry_ms)]
    if name is not None:
        fields.append(f"event: {name}")
    fields.append(f"data: {json.dumps(data, separators=(',', ':'))}")
    return _block(fields)


def silent(comment: str, *, event_id: str | None = None, retry_ms: int | None = None) -> bytes:
    """Return a block that is no event: a comment, and what it changes of the client's state."""
    return _block([f": {comment}", *_fields(event_id, retry_ms)])


def _fields(event_id: str | None, retry_ms: int | None) -> list[str]:
    fields = [] if event_id is None else [f"id: {event_id}"]
    return fields if retry_ms is None else [*fields, f"retry: {retry_ms}"]


def _block(fields: list[str]) -> bytes:
    return ("\n".join(fields) + "\n\n").encode("ascii")
