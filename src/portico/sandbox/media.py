"""What `Accept` asks for: plain JSON, one of GitHub's representations, or a file's bytes.

Source: https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GITHUB = re.compile(
    r"application/vnd\.github(?:\.v3)?(?:\.(?P<param>[a-z0-9-]+))?(?P<json>\+json)?"
)
_PLAIN = {"*/*", "application/*", "application/json"}
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Media:
    """A chosen representation. `param` is raw, text, html, full, object, star, diff, … or empty."""

    param: str = ""
    is_json: bool = True
    is_octets: bool = False

    @property
    def header(self) -> str:
        """How X-GitHub-Media-Type names it."""
        name = f"github.v3; param={self.param}" if self.param else "github.v3"
        return f"{name}; format=json" if self.is_json else name


def _quality(item: str) -> float:
    found = re.search(r";\s*q=([0-9.]+)", item)
    return float(found[1]) if found else 1.0


def _parse(kind: str) -> Media | None:
    if kind in _PLAIN:
        return Media()
    if kind == _OCTETS:
        return Media(is_json=False, is_octets=True)
    found = _GITHUB.fullmatch(kind)
    if found is None:
        return None
    param = found["param"] or ""
    if param.endswith("-preview"):  # previews of features that have long been the rule
        param = ""
    return Media(param, is_json=bool(found["json"]) or not param)


def choose(accept: str) -> Media | None:
    """Return the best acceptable representation; None if nothing GitHub has is accepted."""
    items = [item.strip() for item in accept.split(",") if item.strip()]
    if not items:
        return Media()
    for item in sorted(items, key=_quality, reverse=True):
        media = _parse(item.split(";")[0].strip().lower())
        if media is not None and _quality(item) > 0:
            return media
    return None
