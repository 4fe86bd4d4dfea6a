"""What is known about one request when it ends: one line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RECORD_KEY: Final = "portico.record"
"""Where the record is in a request's ASGI scope."""


@dataclass(slots=True)
class Record:
    """Filled in on the way; `telemetry.logs` writes it.

    `path` is as it came, with its query, to be redacted by whoever writes it. `mode` is "-"
    where nothing was asked of the gateway. `audience` says public or principal, never who.
    """

    request_id: str
    method: str
    path: str
    started_at: float
    status: int = 0
    mode: str = "-"
    age_s: float = 0.0
    points: int = 0
    body_bytes: int = 0
    audience: str = "public"
