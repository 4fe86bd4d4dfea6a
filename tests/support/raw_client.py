"""Clients that do as they are told: one sends any bytes, the other any request, neither mends."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

# Far longer than any answer takes; only a test that hangs meets it.
PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (whatever JSON there is)
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def everything(self) -> str:
        """Header fields and body as one text, to look for what must not be there."""
        return f"{self.headers}\n{self.body.decode('utf-8', 'replace')}"


def ask(
    url: str,
    method: str = "GET",
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Reply:
    """Send one request on a connection of its own, with a token if one is given."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_S)
    sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, target, body, sent)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def talk(url: str, *pieces: bytes) -> bytes:
    """Send bytes, a piece at a time, and return all that comes until the other side closes.

    What can no longer be sent, as the other side has closed, is left out.
    """
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE_S) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                wire.sendall(piece)
        received = bytearray()
        # A server that closes with bytes unread resets; what it said has come before.
        with contextlib.suppress(ConnectionResetError):
            while data := wire.recv(65_536):
                received += data
        return bytes(received)
