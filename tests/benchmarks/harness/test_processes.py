"""Servers of a benchmark: started, found ready, stopped; and what is said when that fails."""

import socket

import pytest

from benchmarks.harness import proc
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import HOST, free_port, get, python, running

NO_CORES: frozenset[int] = frozenset()


def test_a_server_runs_for_the_length_of_the_block() -> None:
    """A server answers inside the block, has taken CPU and memory, and is gone after it."""
    port = free_port()
    argv = python("benchmarks.harness.stub", f"--port={port}", "--latency-ms=0")

    with running(argv, port, environment={}, on=NO_CORES) as server:
        status, fields, body = get(port, "/users/solveig")
        cpu_s, pss_bytes = server.cpu_s(), server.pss_bytes()

    assert (status, fields["content-length"]) == (200, str(len(body)))
    assert cpu_s > 0
    assert pss_bytes > 1_000_000
    assert not proc.tree(server.pid)[1:]
    with pytest.raises(ConnectionRefusedError):
        get(port, "/users/solveig")


def test_a_port_in_use_is_named() -> None:
    """A server is not started where somebody listens already."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(CannotMeasure, match=f"Port {port} cannot be used"),
            running(["true"], port, environment={}, on=NO_CORES),
        ):
            pass


def test_a_server_that_ends_says_why() -> None:
    """What a server printed before it ended is in the message."""
    argv = python("benchmarks.harness.stub", "--no-such-option")

    with (
        pytest.raises(CannotMeasure, match=r"(?s)it ended with 2.*--port"),
        running(argv, free_port(), environment={}, on=NO_CORES),
    ):
        pass


def test_a_command_that_is_not_there_is_named() -> None:
    """A program that is not installed is named."""
    with (
        pytest.raises(CannotMeasure, match="no-such-program cannot be started"),
        running(["no-such-program"], free_port(), environment={}, on=NO_CORES),
    ):
        pass
