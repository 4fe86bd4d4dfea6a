"""Errors that nobody catches: told, and with no secret in what is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOKEN = "ghp_" + "s3cretS3cret" * 3
BEGINNING = f"""
import asyncio, logging, signal, sys, threading
from portico.telemetry import crash, logs
TOKEN = {TOKEN!r}
crash.install()
def fail():
    authorization = f"Bearer {{TOKEN}}"
    raise RuntimeError(f"GitHub said: {{authorization}}")
"""
CONFIGURED = "logs.configure('debug', 'json')\n"
MAIN = "fail()"
THREAD = "t = threading.Thread(target=fail, name='worker'); t.start(); t.join()"
FINALIZER = """
class Held:
    def __del__(self):
        fail()
held = Held()
del held
"""
TASK = """
async def main():
    async def failing():
        fail()
    task = asyncio.get_running_loop().create_task(failing())
    await asyncio.sleep(0)
    del task
asyncio.run(main())
"""
CALLBACK = """
async def main():
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)
asyncio.run(main())
"""
CAUSE = """
try:
    fail()
except RuntimeError as error:
    raise ValueError("while asking") from error
"""
GROUP = "raise ExceptionGroup('several', [RuntimeError(TOKEN), ValueError(TOKEN)])"
TOLD = """
with crash.told():
    fail()
"""
ABORTED = "authorization = TOKEN; signal.raise_signal(signal.SIGABRT)"


def run(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    file = tmp_path / "script.py"
    # From a file: a traceback quotes the lines of the source.
    file.write_text(BEGINNING + script)
    return subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize("configured", ["", CONFIGURED])
@pytest.mark.parametrize(
    ("script", "is_fatal"),
    [
        (MAIN, True),
        (CAUSE, True),
        (GROUP, True),
        (TOLD, True),
        (THREAD, False),
        (FINALIZER, False),
    ],
)
def test_an_error_that_nobody_catches_shows_no_secret(
    script: str, configured: str, *, is_fatal: bool, tmp_path: Path
) -> None:
    """Wherever it is raised, before logging is configured and after."""
    ended = run(configured + script, tmp_path)

    assert (ended.returncode == 1) is is_fatal
    assert "Error" in ended.stderr
    assert "[redacted]" in ended.stderr
    assert TOKEN not in ended.stderr.replace(f"TOKEN = {TOKEN!r}", "")
    assert ended.stdout == ""


@pytest.mark.parametrize("script", [TASK, CALLBACK])
def test_what_the_loop_reports_shows_no_secret(script: str, tmp_path: Path) -> None:
    """A task that nobody awaits, and a callback that fails, are lines of the log."""
    ended = run(CONFIGURED + script, tmp_path)

    assert "RuntimeError" in ended.stderr
    assert "[redacted]" in ended.stderr
    assert TOKEN not in ended.stderr


def test_a_process_that_is_aborted_tells_where_and_no_values(tmp_path: Path) -> None:
    """Names of files and functions alone."""
    ended = run(CONFIGURED + ABORTED, tmp_path)

    assert ended.returncode != 0
    assert "Fatal Python error: Aborted" in ended.stderr
    assert "script.py" in ended.stderr
    assert TOKEN not in ended.stderr


def test_an_interrupt_is_no_error(tmp_path: Path) -> None:
    """Ctrl-C ends a command without a traceback."""
    ended = run("raise KeyboardInterrupt", tmp_path)

    assert ended.returncode != 0
    assert ended.stderr == ""
