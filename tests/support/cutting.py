"""A TCP relay on loopback whose connections a test can cut, as networks and proxies do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Relay:
    """Passes everything on to `behind`; `heads` are the beginnings of what clients sent."""

    behind: tuple[str, int]
    listener: socket.socket
    heads: list[str] = field(default_factory=list)
    _open: set[socket.socket] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return "http://{}:{}".format(*self.listener.getsockname())

    def cut(self) -> None:
        """Cut all connections."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.behind)
            self._open |= {near, far}
            threading.Thread(target=self._pass_on, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(far, near, False), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, is_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                if is_client:
                    self.heads.append(data.decode("latin-1"))
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.discard(one)
        one.close()


@contextlib.contextmanager
def relaying(url: str) -> Iterator[Relay]:
    """Relay to a URL for the length of the block."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay((parts.hostname or "", parts.port or 80), listener)
        thread = threading.Thread(target=relay.accept, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            relay.cut()
            thread.join(5)
