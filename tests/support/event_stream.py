"""A reader of event streams, after the WHATWG HTML standard §9.2.6, written apart from Portico's.

It does what a browser's EventSource does with the bytes: events with data are dispatched, and ids
and retry times are kept in mind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is dispatched; `name` is "message" where the stream names none."""

    name: str
    data: str
    last_id: str

    @property
    def json(self) -> Any:  # noqa: ANN401 (whatever JSON there is)
        """The data, decoded."""
        return json.loads(self.data)


@dataclass(slots=True)
class EventReader:
    """What a client knows after the bytes it was fed; `last_id` and `retry_ms` as of now."""

    events: list[Event] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    last_id: str = ""
    retry_ms: int | None = None
    _unread: bytes = b""
    _id: str = ""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, data: bytes) -> None:
        """Read on; what is no whole line yet is kept."""
        self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            self._read(line.removesuffix(b"\r").decode("utf-8"))

    def named(self, name: str) -> list[Event]:
        """Return the events of one name."""
        return [event for event in self.events if event.name == name]

    @property
    def happenings(self) -> list[dict[str, Any]]:
        """What has been told of GitHub: the data of the unnamed events."""
        return [event.json for event in self.named("message")]

    def _read(self, line: str) -> None:
        if not line:
            self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "":
                self.comments.append(value)
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry_ms = int(value)
            case _:
                pass

    def _dispatch(self) -> None:
        self.last_id = self._id
        if self._data:
            self.events.append(Event(self._name or "message", "\n".join(self._data), self.last_id))
        self._name, self._data = "", []
