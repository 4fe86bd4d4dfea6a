"""What one event makes stale: the form of a row of the tables, and the language of its cells.

Rows of one event add up. A cell names what a row marks or drops as `subject/tag`. `repo` is the
delivery's repository, `owner` whose it is, `sender` who did it; other subjects are the roles of
`Happening.repositories` and `.accounts` (`forkee`, `moved`, `lost`, `member`, `former`, …), and
`forkee_owner` is whose the forkee is. `repos` and `former_owner_repos` are all repositories of such
an account. The tags are those of `core/shapes.py`; words in braces are the delivery's details, and
a cell whose detail is not told names nothing. A cell whose first word is no subject is a tag as it
stands.

*Mark*: GitHub is asked before it is served again; the validator may still save the point. A
principal is never shown what is marked without GitHub's word, not even when GitHub fails.
*Drop*: everybody's copy is wrong, or somebody lost a private repository: nothing of it may stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event makes stale.

    `actions` is empty for whichever. `when` names a detail that must be told and not false, ""
    for none. `dispensable` says why what the row marks counts as announced without this event; ""
    where it does not.
    """

    event: str
    actions: tuple[str, ...] = ()
    when: str = ""
    mark: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    dispensable: str = ""


# What both tables say: who lists it, and where the feeds show it. GitHub shows these minutes to
# hours late; whoever looks soon after pays a free 304.
FEEDS: Final = ("repo/events", "sender/events", "owner/events")
LISTED: Final = ("repo/meta", "owner/repos")
# Reasons to do without an event.
ABOUT_ACCESS: Final = "tells who may see it, not what it shows"
