"""What `portico check` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portico.core.window import Window


class Found(StrEnum):
    """How what was tried turned out, as it is printed."""

    GOOD = "[green]ok[/]  "
    BAD = "[red]FAIL[/]"
    NOTE = "[blue]note[/]"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    found: Found
    said: str


def left_in(window: Window, *, now: float) -> str:
    """Say what a bucket has left, and when it is full again."""
    minutes = max(0, round((window.reset_at - now) / 60))
    return f"{window.remaining} of {window.limit} calls left, full again in {minutes} minutes"
