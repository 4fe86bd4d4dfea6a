"""What the commands share: settings or a clear end, options as variables, starting a server."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NoReturn

import typer

from portico.core.errors import StoreFailed
from portico.github.app_key import AppKeyUnusable
from portico.keyring.document import KeysFileError
from portico.settings import Settings, SettingsError, load
from portico.web.listening import CannotListen, bind_tcp, bind_unix

WRONG_USAGE = 2
FAILED = 1


def fail(message: str, *, code: int = FAILED) -> NoReturn:
    """Say on standard error why there is no going on, and exit."""
    typer.echo(f"portico: {message}", err=True)
    raise typer.Exit(code)


def settings_with(**options: object) -> Settings:
    """Return the settings, the options that were given winning over the environment.

    Options go through the environment, so that worker processes see them too.
    """
    for name, value in options.items():
        if value is not None:
            os.environ[f"PORTICO_{name.upper()}"] = str(value)
    try:
        return load()
    except SettingsError as error:
        fail(str(error), code=WRONG_USAGE)


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn what can go wrong at a start into one line on standard error and exit code 1."""
    try:
        yield
    except (CannotListen, StoreFailed, KeysFileError, AppKeyUnusable) as error:
        fail(str(error))


@contextmanager
def listening(settings: Settings) -> Iterator[list[socket.socket]]:
    """Bind what the settings say, and take it down again at the end.

    Raises:
        CannotListen: an address cannot be bound.

    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(bind_tcp(settings.host, settings.port))]
        if settings.unix_socket is not None:
            sockets.append(stack.enter_context(bind_unix(settings.unix_socket)))
            stack.callback(settings.unix_socket.unlink, missing_ok=True)
        yield sockets


def url_of(bound: socket.socket) -> str:
    """Return the URL of a bound TCP socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
