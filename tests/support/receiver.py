"""A receiver of webhooks that is none of Portico's: it notes what comes in, and answers as told."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    """One POST; header names are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        """The event that it says it is of."""
        return self.headers["x-github-event"]


@dataclass(slots=True)
class Receiver:
    """What came in at `url`. `statuses` are answered one after the other, the last for ever."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    detail: str = ""  # of the problem that goes with a refusal
    received: list[Received] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        """The events in the order in which they came."""
        return [each.event for each in self.received]

    def next_status(self) -> int:
        """Return what is answered now."""
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of loopback while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            receiver.received.append(Received(self.path, headers, body))
            status = receiver.next_status()
            said = json.dumps({"detail": receiver.detail}).encode() if status >= 400 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/github"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
