"""One bucket of points, as GitHub's five `X-RateLimit-*` fields tell it.

Instants are Unix seconds by GitHub's clock, amounts are points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from portico.core.limits import window_s
from portico.core.message import Headers

# Long enough for an instant, short enough for a float.
_NUMBER: Final = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of a resource until `reset_at`."""

    resource: str
    limit: int
    remaining: int
    reset_at: float

    def at(self, now: float) -> Window:
        """Return the window as it stands at `now`: full again once its reset has passed."""
        if now < self.reset_at:
            return self
        return Window(self.resource, self.limit, self.limit, now + window_s(self.resource))

    def headers(self) -> Headers:
        """Return the five header fields in which GitHub tells this."""
        return Headers(
            (
                ("X-RateLimit-Limit", str(self.limit)),
                ("X-RateLimit-Remaining", str(self.remaining)),
                ("X-RateLimit-Reset", str(int(self.reset_at))),
                ("X-RateLimit-Used", str(self.limit - self.remaining)),
                ("X-RateLimit-Resource", self.resource),
            )
        )


def read_window(headers: Headers) -> Window | None:
    """Read the five `X-RateLimit-*` fields; None where they are absent or nonsense."""
    said = [headers.get(f"X-RateLimit-{name}") or "" for name in ("Limit", "Remaining", "Reset")]
    if not all(_NUMBER.fullmatch(value) for value in said):
        return None
    limit, remaining, reset_at = map(int, said)
    resource = headers.get("X-RateLimit-Resource") or "core"
    return Window(resource, limit, remaining, float(reset_at))
