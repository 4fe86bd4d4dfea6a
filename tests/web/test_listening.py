"""Addresses: bound, or refused with words that say what is wrong and what to do."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from portico.web.listening import SOCKET_MODE, CannotListen, bind_tcp, bind_unix

NOBODY_UID = 65_534


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Be an ordinary user: root may bind any port."""
    uid = os.geteuid()
    if uid == 0:
        os.seteuid(NOBODY_UID)
    yield
    os.seteuid(uid)


def test_any_free_port() -> None:
    """Port 0 takes a free one, and listens."""
    with bind_tcp("127.0.0.1", 0) as bound:
        socket.create_connection(bound.getsockname(), timeout=5).close()


def test_ipv6(lack: Callable[[str], NoReturn]) -> None:
    """An IPv6 address is one, too."""
    if not socket.has_ipv6:
        lack("This machine has no IPv6")
    with bind_tcp("::1", 0) as bound:
        assert bound.family is socket.AF_INET6


def test_taken_port() -> None:
    """A taken port is named, with the setting and another port to try."""
    with bind_tcp("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]

        with pytest.raises(CannotListen, match=f"PORTICO_PORT: .*127.0.0.1:{port}.*={port + 1}"):
            bind_tcp("127.0.0.1", port)


@pytest.mark.usefixtures("unprivileged")
def test_privileged_port() -> None:
    """A port that needs privileges is said to."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if lowest <= 1:
        pytest.skip("on this machine everybody may bind port 1")

    with pytest.raises(CannotListen, match="PORTICO_PORT: 1 needs privileges"):
        bind_tcp("127.0.0.1", 1)


def test_address_of_another_machine() -> None:
    """An address that is not this machine's is named, with the setting."""
    with pytest.raises(CannotListen, match=r"PORTICO_HOST: 192\.0\.2\.1 is no address"):
        bind_tcp("192.0.2.1", 0)


def test_unix_socket(tmp_path: Path) -> None:
    """The path becomes a socket that its owner and group may use, and nobody else."""
    path = tmp_path / "portico.sock"

    with bind_unix(path):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
        assert stat.S_IMODE(path.stat().st_mode) == SOCKET_MODE


def test_stale_unix_socket_is_replaced(tmp_path: Path) -> None:
    """What a killed process left behind is in nobody's way."""
    path = tmp_path / "portico.sock"
    bind_unix(path).close()

    with bind_unix(path), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_unix_socket_in_use(tmp_path: Path) -> None:
    """A socket that somebody listens on is left to them."""
    path = tmp_path / "portico.sock"
    with bind_unix(path):
        with pytest.raises(CannotListen, match="another process listens"):
            bind_unix(path)

        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_something_else_in_the_way(tmp_path: Path, kind: str) -> None:
    """A file or directory at the path is never removed."""
    path = tmp_path / "portico.sock"
    if kind == "file":
        path.write_text("precious")
    else:
        path.mkdir()

    with pytest.raises(CannotListen, match="is no socket"):
        bind_unix(path)
    assert path.exists()


@pytest.mark.parametrize("path", ["missing/portico.sock", "x" * 120])
def test_path_that_cannot_be(tmp_path: Path, path: str) -> None:
    """A missing directory and a path that is too long are said, with the setting."""
    with pytest.raises(CannotListen, match=r"PORTICO_UNIX_SOCKET: cannot listen on .*: (?!None)\w"):
        bind_unix(tmp_path / path)
