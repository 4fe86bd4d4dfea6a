"""`portico` as its users run it: a process of its own, its output, its exit code."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PATIENCE_S = 30.0


def run_portico(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "portico", *arguments],
        cwd=cwd,
        env=_environment(variables),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


class Started:
    """A command that is running; its output so far is in `output`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output = ""

    def until(self, pattern: str) -> str:
        """Read on until a line matches; return the first group of the match.

        Raises:
            AssertionError: the command ended, or printed nothing, before there was one.

        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            found = re.search(pattern, line)
            if found:
                return found[1]
        raise AssertionError(f"no {pattern!r} in:\n{self.output}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=_PATIENCE_S)
        self.output += rest
        return self.process.returncode


@contextlib.contextmanager
def started_portico(*arguments: str, cwd: Path, **variables: str) -> Iterator[Started]:
    """Run a command while the block runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "portico", *arguments],
        cwd=cwd,
        env=_environment({"COLUMNS": "400", **variables}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Started(process)
        finally:
            process.kill()


def _environment(variables: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **variables}
