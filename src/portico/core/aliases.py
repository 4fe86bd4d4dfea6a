"""The two names of one thing, by name and by id, as far as an answer of GitHub's tells them.

GitHub's `Link` fields carry ids where the request carried names; tags must reach both.
"""

from __future__ import annotations

import re
from typing import Final

from portico.core.resource import classify, without_needless_escapes


def aliases(path: str, link: str | None, body: bytes) -> tuple[str, str] | None:
    """Return the two names of one repository or owner, `(by name, by id)`, if an answer tells.

    `body` need only be the first few kilobytes. Told only where what stands first in it is the
    subject itself: lists of forks, members or followers begin with somebody else.
    """
    path = without_needless_escapes(path)
    asked = classify(path)
    if asked.repository and not asked.repository.startswith("#"):
        found = _ID_IN_LINK.search(link or "") or (
            _ID_IN_BODY.match(body) if asked.facet == "meta" else None
        )
        return (f"repo:{asked.repository}", f"repo:#{_text(found[1])}") if found else None
    if asked.repository:
        named = _NAME_IN_BODY.search(body) if _TELLS_NAME.fullmatch(path) else None
        return (f"repo:{_text(named[1]).lower()}", f"repo:{asked.repository}") if named else None
    if asked.owner and not asked.owner.startswith("#"):
        found = _OWNER_ID_IN_LINK.search(link or "")
        return (f"owner:{asked.owner}", f"owner:#{found[1]}") if found else None
    if asked.owner:
        named = _OWNER_IN_BODY.match(body) if asked.facet == "meta" else None
        return (f"owner:{_text(named[1]).lower()}", f"owner:{asked.owner}") if named else None
    return None


_ID_IN_LINK: Final = re.compile(r"/repositories/(\d+)[/?>]")
_OWNER_ID_IN_LINK: Final = re.compile(r"/(?:user|organizations)/(\d+)[/?>]")
_ID_IN_BODY: Final = re.compile(rb'\s*\{\s*"id":\s*(\d+)')
_NAME_IN_BODY: Final = re.compile(
    rb'"(?:repository_url|url)":\s*"[^"]+/repos/([\w.-]+/[\w.-]+)["/]'
)
_OWNER_IN_BODY: Final = re.compile(rb'\s*\{\s*"login":\s*"([\w.-]+)"')
_TELLS_NAME: Final = re.compile(
    r"/repositories/\d+(?:/(?:issues|pulls|commits|releases|branches|tags|labels|milestones))?"
)


def _text(found: str | bytes) -> str:
    return found.decode() if isinstance(found, bytes) else found
