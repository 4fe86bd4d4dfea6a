"""How a body is looked at: base URL, caller, API version; and the small forms all bodies share.

Pure: a View holds what was asked, the functions below turn numbers into the texts GitHub shows.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from urllib.parse import quote

from portico.sandbox.access import Caller

OLDEST_VERSION = "2022-11-28"
NEWEST_VERSION = "2026-03-10"
VERSIONS = (OLDEST_VERSION, NEWEST_VERSION)


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at a thing, and through which base URL its links lead.

    `param` is the media type's parameter (raw, text, html, full), which issue bodies obey.
    """

    api_url: str
    caller: Caller
    version: str = OLDEST_VERSION
    param: str = ""

    @property
    def is_old(self) -> bool:
        """Whether fields that 2026-03-10 removed are still there."""
        return self.version == OLDEST_VERSION

    def url(self, *segments: str | int) -> str:
        """Return an API URL of percent-encoded segments."""
        return "/".join([self.api_url, *(quote(str(s), safe="") for s in segments)])


def iso(at: float) -> str:
    """Return an instant as GitHub writes it: UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def iso_or_none(at: float | None) -> str | None:
    """Return an instant, or null."""
    return None if at is None else iso(at)


def node_id(kind: str, number: int) -> str:
    """Return a global node id of GitHub's newer form: a type's letters and packed bytes."""
    packed = b"\xce" + (number & 0xFFFFFFFF).to_bytes(4, "big")
    return f"{kind}_kwDO" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
