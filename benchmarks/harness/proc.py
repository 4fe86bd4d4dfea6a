"""What Linux tells of processes and of the machine, read from /proc.

Each figure is of a whole tree of processes, as a server may have workers. A process that ends
while it is read counts as nothing. Sources: proc_pid_stat(5), proc_pid_smaps(5), proc_stat(5).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
# Of the fields after the command's name in /proc/PID/stat: user, system, and both of the
# children that have ended.
_TIMES: Final = slice(11, 15)
# Of the first line of /proc/stat: user, nice, system, irq, softirq, steal.
_BUSY: Final = (1, 2, 3, 6, 7, 8)


def tree(root: int) -> list[int]:
    """Return a process and all its living descendants."""
    found = [root]
    for pid in found:
        for task in _tasks(pid):
            found += (int(child) for child in _text(task / "children").split())
    return found


def cpu_s(pids: Iterable[int]) -> float:
    """Return the seconds of CPU that these processes have taken, to a hundredth."""
    ticks = 0
    for pid in pids:
        # The command's name stands in brackets, and may have spaces and brackets in it.
        _, _, rest = _text(_PROC / str(pid) / "stat").rpartition(")")
        ticks += sum(int(value) for value in rest.split()[_TIMES])
    return ticks / _TICKS_PER_S


def pss_bytes(pids: Iterable[int]) -> int:
    """Return the memory of these processes; what several share is counted once (PSS)."""
    kib = 0
    for pid in pids:
        for line in _text(_PROC / str(pid) / "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib * 1024


def busy_s() -> float:
    """Return the seconds for which the machine's cores have been busy, for whomever."""
    values = _text(_PROC / "stat").partition("\n")[0].split()
    return sum(int(values[index]) for index in _BUSY) / _TICKS_PER_S


def cpu_model() -> str:
    """Return what the processor calls itself."""
    for line in _text(_PROC / "cpuinfo").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _tasks(pid: int) -> list[Path]:
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
