"""The tables of docs/webhooks.md, from the tables that Portico itself goes by.

`make docs` puts them into the page between their markers; a test compares the two.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from portico.core.effect import Effect
from portico.core.effects_on_access import IRRELEVANT
from portico.core.shapes import SHAPES
from portico.core.unannounced import ANYWHERE, UNANNOUNCED_MEMBERS
from portico.core.webhook import EFFECTS, announcing

_REGION: Final = re.compile(
    r"(?P<start><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)


def renewed(page: str) -> str:
    """Return the page with each generated part made anew."""
    return _REGION.sub(
        lambda found: f"{found['start']}\n{_PARTS[found['name']]()}\n{found['end']}", page
    )


def effects_table() -> str:
    """Return what each event makes stale."""
    head = "| Event | Which | Marked | Dropped |\n|---|---|---|---|\n"
    rows = sorted(EFFECTS, key=lambda effect: effect.event)
    return head + "".join(
        f"| `{effect.event}` | {_which(effect)} | {_cells(effect.mark)} | {_cells(effect.drop)} |\n"
        for effect in rows
    )


def irrelevant_table() -> str:
    """Return the events after which nothing is done."""
    rows = (f"| `{event}` | {reason} |\n" for event, reason in sorted(IRRELEVANT.items()))
    return "| Event | Why nothing follows |\n|---|---|\n" + "".join(rows)


def announced_table() -> str:
    """Return which events tell of every change of what, for what they do tell of."""
    groups: dict[frozenset[str], list[str]] = {}
    for shape in SHAPES:
        events = announcing(shape.path)
        if events is not None:
            groups.setdefault(events, []).append(shape.path)
    return "| Below `/repos/{owner}/{repo}/` | Events |\n|---|---|\n" + "".join(
        f"| {_listed(paths)} | {_listed(sorted(events))} |\n" for events, paths in groups.items()
    )


def untold_table() -> str:
    """Return what no event tells of, each with its reason."""
    groups: dict[str, list[str]] = {}
    for shape in SHAPES:
        if shape.untold:
            groups.setdefault(shape.untold, []).append(shape.path)
    return "| Below `/repos/{owner}/{repo}/` | Why |\n|---|---|\n" + "".join(
        f"| {_listed(paths)} | {reason} |\n" for reason, paths in groups.items()
    )


def members_table() -> str:
    """Return the members that change unannounced within what events do tell of."""
    return "| In | Member | Why |\n|---|---|---|\n" + "".join(
        f"| {where} | {_listed(members)} | {reason} |\n"
        for where, table in (("anything", ANYWHERE), *_shown_members())
        for reason, members in _by_reason(table).items()
    )


def _shown_members() -> Iterator[tuple[str, dict[str, str]]]:
    shown: dict[tuple[str, ...], list[str]] = {}
    for facet, table in UNANNOUNCED_MEMBERS.items():
        shown.setdefault(tuple(table), []).append(facet)
    for facets in shown.values():
        yield _listed(facets), UNANNOUNCED_MEMBERS[facets[0]]


def _by_reason(table: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member, reason in table.items():
        found.setdefault(reason, []).append(member)
    return found


def _which(effect: Effect) -> str:
    actions = _listed(effect.actions)
    when = f"if `{effect.when}`" if effect.when else ""
    return ", ".join(part for part in (actions, when) if part) or "each"


def _cells(cells: tuple[str, ...]) -> str:
    """Return cells with those of one subject together: `repo`: `meta`, `tags`."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        subject, _, tag = cell.partition("/")
        found.setdefault(subject, []).append(tag)
    return "; ".join(
        f"**{subject}**" + (f" {_listed(tags)}" if any(tags) else "")
        for subject, tags in found.items()
    )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_PARTS: Final = {
    "effects": effects_table,
    "irrelevant": irrelevant_table,
    "announced": announced_table,
    "untold": untold_table,
    "members": members_table,
}


if __name__ == "__main__":
    print(renewed(Path(sys.argv[1]).read_text()), end="")  # noqa: T201 (the page goes to standard output)
