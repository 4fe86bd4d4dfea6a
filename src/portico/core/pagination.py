"""`Link` fields (RFC 8288) as GitHub writes them.

A `Link` need not mean pages: GitHub also sends `rel="deprecation"` and URI templates.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs

# No part can match a text in two ways, so that no field takes long to read.
_PARAMETER: Final = re.compile(r';\s*([\w*-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s;,"]+)))?')
_LINK: Final = re.compile(rf"<([^<>]*)>((?:\s*{_PARAMETER.pattern})*)")
# No list has more pages than a number of nine digits can count.
_PAGE: Final = re.compile(r"[0-9]{1,9}")


def links(value: str | None) -> dict[str, str]:
    """Return relation -> target for each link in a `Link` field's value."""
    found: dict[str, str] = {}
    for link in _LINK.finditer(value or ""):
        for relation in _relations(link[2]):
            found.setdefault(relation, link[1])
    return found


def last_page(value: str | None) -> int | None:
    """Return the page number of `rel="last"`, or None where there is no such number."""
    target = links(value).get("last")
    if target is None:
        return None
    page = parse_qs(target.partition("?")[2]).get("page", [""])[0]
    return int(page) if _PAGE.fullmatch(page) else None


def _relations(parameters: str) -> list[str]:
    for name, quoted, bare in _PARAMETER.findall(parameters):
        if name.lower() == "rel":
            # Only the first one counts (RFC 8288 §3.3).
            relations: str = quoted or bare
            return relations.lower().split()
    return []
