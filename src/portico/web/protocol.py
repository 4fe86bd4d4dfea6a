"""Uvicorn's HTTP protocol, with what ASGI's scope leaves out: the target's form, the head's size.

Uvicorn takes this class from its configuration (`http=`). Four things are added. The request
target as it came is put into the scope, so that the front can refuse an absolute-form target
(RFC 9112 §3.2.2), whose host the scope would silently lose. And whatever is not body has a limit:
httptools has none of its own, so an endless header would otherwise fill the memory. Trailers are
dropped: uvicorn would add them to the head, past whoever examined it before (RFC 9110 §6.5.1).
A head must come within a time, else idle connections could be piled up for nothing. And an
answer that has no end of its own can be told that the server stops, or be cut off.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_LIMIT_BYTES: Final = 32_768
"""Twice what nginx and Apache allow for a request's head by default, and above GitHub's own."""
HEAD_PATIENCE_S = 30.0
"""How long a client may take to send a request's head; nginx gives it 60 s, Apache 20 to 40."""
TARGET_KEY: Final = "portico.target"
SHUTDOWN_KEY: Final = "portico.shutdown"
"""Where an answer without an end puts what is to be called when the server stops."""
ABORT_KEY: Final = "portico.abort"
"""Where such an answer finds what drops the connection at once, with what is still unsent."""


class Protocol(HttpToolsProtocol):
    """Uvicorn's httptools protocol with a bounded head and a known target."""

    # Set on the class, as the constructor is uvicorn's: each begins a request anew.
    _framing_bytes = 0
    _is_in_head = True
    _is_too_large = False
    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection: a client that sends nothing is not waited for."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless it has been fed a head, or trailers, without an end."""
        # What came before this piece was no body; the piece itself may hold one.
        if self._framing_bytes > HEAD_LIMIT_BYTES:
            self._is_too_large = True
            self.send_400_response("")
            return
        self._framing_bytes += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._is_in_head = True
        self._expect_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; a trailer is dropped."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body: it moves on."""
        self._framing_bytes = 0
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Hand the request on, its target in the scope."""
        self._have_head()
        self._is_in_head = False
        self._framing_bytes = 0
        if len(self.url) + sum(len(n) + len(v) for n, v in self.headers) > HEAD_LIMIT_BYTES:
            self._is_too_large = True
            # Ends the parser, which then calls `send_400_response`.
            raise ValueError
        self.scope[TARGET_KEY] = self.url  # type: ignore[typeddict-unknown-key]
        self.scope[ABORT_KEY] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def shutdown(self) -> None:
        """Begin to end the connection, as the server stops."""
        super().shutdown()
        # Of the request that is being answered; `self.scope` may be that of the next.
        cycle: RequestResponseCycle | None = self.cycle
        stop = None if cycle is None else cycle.scope.get(SHUTDOWN_KEY)
        if callable(stop):
            stop()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the shape that GitHub's clients can read."""
        if self._is_too_large:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            message = f"The request's head is larger than {HEAD_LIMIT_BYTES} bytes"
            self._refuse(status, message)
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _expect_head(self) -> None:
        self._have_head()
        # Between requests uvicorn's own keep-alive timer watches.
        self._impatience = self.loop.call_later(HEAD_PATIENCE_S, self.transport.close)

    def _have_head(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        error = {
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(status.value),
        }
        body = json.dumps(error).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
