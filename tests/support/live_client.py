"""A listener to `/live` on a socket of its own, that blocks like a script would."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.event_stream import EventReader

# Far longer than anything takes here; only a test that hangs meets it.
PATIENCE_S: Final = 20.0


@dataclass(slots=True)
class LiveClient:
    """An answer that goes on; `heard` is what has come so far."""

    response: http.client.HTTPResponse
    heard: EventReader = field(default_factory=EventReader)

    def until(self, is_enough: Callable[[EventReader], object]) -> EventReader:
        """Read on until what has been heard is enough, or there is no more."""
        while not is_enough(self.heard):
            data = self.response.read1(65_536)
            if not data:
                break
            self.heard.feed(data)
        return self.heard

    def until_told(self, count: int) -> list[dict[str, Any]]:
        """Read until so many happenings were heard, and return all."""
        return self.until(lambda heard: len(heard.happenings) >= count).happenings


@contextmanager
def listening(
    url: str, *, token: str | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[LiveClient]:
    """Listen for the length of the block."""
    parts = urlsplit(url)
    sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_S)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=sent)
        yield LiveClient(connection.getresponse())
    finally:
        connection.close()
