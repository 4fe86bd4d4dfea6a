"""Servers as processes of their own: started, waited for, pinned to a core, stopped.

Rules: a server listens on loopback and leads a process group of its own, which is ended as a
whole, so that no worker stays behind. What it printed is shown when it does not start.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks.harness import proc
from benchmarks.harness.failures import CannotMeasure

HOST: Final = "127.0.0.1"
ROOT: Final = Path(__file__).resolve().parents[2]
START_S: Final = 30.0
# The workers of a server that was killed hold its port for a moment longer than it does.
LEAVE_S: Final = 5.0
_POLL_S: Final = 0.02
_SHOWN_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class Cores:
    """Which cores the server may use, and which everything around it. Empty: not pinned."""

    server: frozenset[int]
    others: frozenset[int]

    @property
    def are_apart(self) -> bool:
        """Whether the server has a core that nothing else here uses."""
        return bool(self.server)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    pid: int
    port: int

    def cpu_s(self) -> float:
        """Return the seconds of CPU that it has taken, workers included."""
        return proc.cpu_s(proc.tree(self.pid))

    def pss_bytes(self) -> int:
        """Return its memory now, workers included."""
        return proc.pss_bytes(proc.tree(self.pid))


def cores() -> Cores:
    """Divide the cores that this process may use: the first for the server."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return Cores(frozenset(), frozenset())
    return Cores(frozenset(usable[:1]), frozenset(usable[1:]))


def allow_many_connections() -> None:
    """Let this process, and all that it starts, have as many open files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, *, patience_s: float = 0.0) -> None:
    """Check that nobody listens on a port of loopback; wait so long for who is about to leave it.

    Raises:
        CannotMeasure: somebody does, or it may not be used.

    """
    give_up_at_s = time.monotonic() + patience_s
    while problem := _why_not(port):
        if time.monotonic() >= give_up_at_s:
            raise CannotMeasure(
                f"Port {port} cannot be used ({problem}): end what listens there, or choose "
                "another one with --port; without --port any free one is taken"
            )
        time.sleep(_POLL_S)


def python(*arguments: str) -> list[str]:
    """Return a command line for a module of this tree: `python -m …`."""
    return [sys.executable, "-m", *arguments]


@contextlib.contextmanager
def running(
    argv: Sequence[str], port: int, *, environment: Mapping[str, str], on: frozenset[int]
) -> Iterator[Server]:
    """Run a server for the length of the block, from the moment when it answers.

    It sees a small clean environment, with what is given, and no file of the person's.

    Raises:
        CannotMeasure: the port is taken, or the server ends or is silent when started.

    """
    require_free(port, patience_s=LEAVE_S)
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as printed:
        clean = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "HOME": home}
        process = _start(argv, {**clean, **environment}, printed)
        try:
            if on:
                os.sched_setaffinity(process.pid, on)
            _until_ready(process, argv, port, printed)
            yield Server(process.pid, port)
        finally:
            _stop(process)


def get(
    port: int, target: str, fields: Mapping[str, str] | None = None, *, timeout_s: float = START_S
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask a server of loopback once; return status, fields (names in lower case) and body.

    Raises:
        OSError: no connection, or none any more; TimeoutError: no answer.
        http.client.HTTPException: what came is no answer in HTTP.

    """
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        connection.request("GET", target, headers=dict(fields or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, response.read()
    finally:
        connection.close()


def _why_not(port: int) -> str | None:
    """Return why a port cannot be listened on, or None if it can."""
    with socket.socket() as probe:
        # As servers do: what only lingers from an ended connection is no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror
    return None


def _start(
    argv: Sequence[str], environment: Mapping[str, str], printed: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            cwd=environment["HOME"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise CannotMeasure(f"{argv[0]} cannot be started: {error.strerror}") from error


def _until_ready(
    process: subprocess.Popen[bytes], argv: Sequence[str], port: int, printed: IO[bytes]
) -> None:
    give_up_at_s = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < give_up_at_s:
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, _, _ = get(port, "/healthz", timeout_s=1.0)
            if status < 500:
                return
        time.sleep(_POLL_S)
    ended = process.returncode
    what = f"was silent for {START_S:.0f} s" if ended is None else f"ended with {ended}"
    printed.seek(0)
    lines = printed.read().decode(errors="replace").splitlines()[-_SHOWN_LINES:]
    command = " ".join(argv[1:])
    raise CannotMeasure("\n  ".join([f"A server did not start, it {what}: {command}", *lines]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    # At once: a server that fell behind would first finish what nobody waits for any more.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
