"""Sockets and uvicorn: from an ASGI application to a server that listens, drains and stops.

The sockets are bound here, before uvicorn starts, so that whatever is wrong with an address is
said in plain words, and so that TCP and a Unix socket are served by the same loop.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from portico.web.asgi import App
from portico.web.protocol import Protocol

BACKLOG: Final = 2_048
# Long enough for what is being answered, short enough for whoever waits for the restart.
DRAIN_S: Final = 10
# A reader of the socket is a user of Portico: the directory's rights decide who comes near it.
SOCKET_MODE: Final = 0o660


class CannotListen(Exception):
    """An address cannot be bound; the message says which, why, and what to do."""


def bind_tcp(host: str, port: int) -> socket.socket:
    """Return a socket bound to a TCP address.

    Raises:
        CannotListen: the address is taken, forbidden, or not this machine's.

    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        message = f"PORTICO_HOST: {host} is no address of this machine: {error.strerror}"
        raise CannotListen(message) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise CannotListen(_why_not_tcp(host, port, error)) from error
    bound.set_inheritable(True)
    return bound


def bind_unix(path: Path) -> socket.socket:
    """Return a socket bound to a path. A socket that nobody listens on any more is replaced.

    Raises:
        CannotListen: somebody listens there, or something else is in the way.

    """
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _clear(path)
        bound.bind(str(path))
        path.chmod(SOCKET_MODE)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        message = f"PORTICO_UNIX_SOCKET: cannot listen on {path}: {error.strerror or error}"
        raise CannotListen(message) from error
    except CannotListen:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound


def run(app: App | str, sockets: list[socket.socket], *, workers: int = 1) -> None:
    """Serve until a signal comes, drain, and return.

    With several workers `app` is the import string of a factory that each of them calls.
    """
    config = config_for(app, workers=workers)
    if workers > 1:
        Multiprocess(config, sockets).run()
    else:
        Server(config).run(sockets=sockets)


def config_for(app: App | str, *, workers: int = 1) -> uvicorn.Config:
    """Return how uvicorn is to serve an application."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # A stored answer keeps GitHub's own Date; the front adds one to all others.
        date_header=False,
        # What proxies say is believed only of those that are trusted (`web/forwarded.py`).
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_S,
    )


class Server(uvicorn.Server):
    """Uvicorn's server, for which being asked to stop is no failure."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while serving; do not raise them again once everything is drained."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def _clear(path: Path) -> None:
    try:
        is_socket = stat.S_ISSOCK(path.stat().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise CannotListen(
            f"PORTICO_UNIX_SOCKET: {path} is there and is no socket; choose another path"
        )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
    raise CannotListen(
        f"PORTICO_UNIX_SOCKET: another process listens on {path}; stop it or choose another path"
    )


def _why_not_tcp(host: str, port: int, error: OSError) -> str:
    address = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"PORTICO_PORT: another program listens on {address}; stop it, or choose another "
            f"port, e.g. PORTICO_PORT={port + 1 if 0 < port < 65_535 else 8_001}"
        )
    if error.errno == errno.EACCES:
        return f"PORTICO_PORT: {port} needs privileges; choose one from 1024 up"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"PORTICO_HOST: {host} is no address of this machine; 127.0.0.1 or 0.0.0.0 always is"
    return f"PORTICO_HOST, PORTICO_PORT: cannot listen on {address}: {error.strerror}"
