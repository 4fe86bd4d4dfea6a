"""The application as a process: what is tuned for it."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

# A process of its own, as limits and the collector are the whole process's.
_TUNED: Final = """
import gc, resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
from portico.app import tune_process
tune_process()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 1_000, gc.get_freeze_count() > 0)
"""


def test_as_many_files_as_the_system_allows() -> None:
    """The soft limit on open files, one for each listener, is raised to where it may be."""
    command = [sys.executable, "-c", _TUNED]
    said = subprocess.run(command, capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["True", "True"]
