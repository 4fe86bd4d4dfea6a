"""From a delivery to the tags that it makes stale, by name and by id.

The knowledge is the table in `core/effects.py`; here are its rules. Too much is safe, too little is
not: a detail that the payload does not tell widens its tag to the facet above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portico.core.effects import EFFECTS, Effect
from portico.core.happening import Happening, RepositoryRef
from portico.core.signature import is_signed

__all__ = ["Changes", "announcing", "changes_of", "is_signed"]

_DETAIL: Final = re.compile(r"\{(\w+)\}")
# Facets that change without any event, so that no row about them makes them covered.
_UNANNOUNCED: Final = frozenset({"events", "activity", "forks", "stats"})


@dataclass(frozen=True, slots=True)
class Changes:
    """Tags to mark, and tags to drop. What is dropped need not be marked."""

    mark: frozenset[str]
    drop: frozenset[str]


def changes_of(happening: Happening) -> Changes:
    """Return what a happening makes stale; nothing for an event or action that no row knows."""
    mark: set[str] = set()
    drop: set[str] = set()
    for effect in _EFFECTS_BY_EVENT.get(happening.event, ()):
        if _applies(effect, happening):
            for target in effect.mark:
                mark.update(_tags(target, happening))
            for target in effect.drop:
                drop.update(_tags(target, happening))
    return Changes(frozenset(mark - drop), frozenset(drop))


def announcing(facet: str) -> frozenset[str] | None:
    """Return the events that must all reach us for a repository's facet to be announced whole.

    None: it changes without any webhook, so only its lifetime makes it fresh.
    """
    if facet in _UNANNOUNCED:
        return None
    target = f"repo/{facet}"
    events = {
        effect.event
        for effect in EFFECTS
        if not effect.repeats
        and any(
            found == target or found.startswith(f"{target}/")
            for found in (*effect.mark, *effect.drop)
        )
    }
    if not events:
        return None
    whole = {effect.event for effect in EFFECTS if not effect.repeats and "repo" in effect.drop}
    return frozenset(events | whole)


def _applies(effect: Effect, happening: Happening) -> bool:
    if effect.actions and happening.action not in effect.actions:
        return False
    return not effect.when or bool(happening.details.get(effect.when))


def _tags(target: str, happening: Happening) -> Iterator[str]:
    """Return the tags of one cell of the table for this happening."""
    subject, slash, rest = target.partition("/")
    prefixes = _subjects(subject, happening)
    if prefixes is None:
        yield target
        return
    for prefix in prefixes:
        yield f"{prefix}{slash}{_filled(rest, happening)}"


def _filled(rest: str, happening: Happening) -> str:
    filled: list[str] = []
    for part in rest.split("/"):
        detail = _DETAIL.fullmatch(part)
        if detail is None:
            filled.append(part)
        elif (found := happening.details.get(detail[1])) is not None:
            filled.append(str(found))
        else:
            break
    return "/".join(filled)


def _subjects(subject: str, happening: Happening) -> tuple[str, ...] | None:
    """Return the tags of a subject, by name and by id; None where the word is none."""
    match subject:
        case "repo":
            return _of_repository(happening.repository)
        case "owner":
            return _of_account(happening.owner, happening.owner_id)
        case "sender":
            return _of_account(happening.sender, None)
        case "forkee" | "moved":
            return tuple(
                tag
                for found in happening.repositories.get(subject, ())
                for tag in _of_repository(found)
            )
        case "forkee_owner":
            return tuple(
                tag
                for found in happening.repositories.get("forkee", ())
                for tag in _of_account(found.owner, None)
            )
        case "was":
            name = happening.details.get("former_name")
            return (f"repo:{name}".lower(),) if name else ()
        case "was_owner" | "member":
            return tuple(
                tag
                for found in happening.accounts.get(subject, ())
                for tag in _of_account(found.login, found.id)
            )
        case _:
            return None


def _of_repository(found: RepositoryRef | None) -> tuple[str, ...]:
    return (f"repo:{found.full_name.lower()}", f"repo:#{found.id}") if found else ()


def _of_account(login: str | None, account_id: int | None) -> tuple[str, ...]:
    by_name = (f"owner:{login.lower()}",) if login else ()
    return by_name if account_id is None else (*by_name, f"owner:#{account_id}")


_EFFECTS_BY_EVENT: Final[dict[str, tuple[Effect, ...]]] = {
    event: tuple(effect for effect in EFFECTS if effect.event == event)
    for event in {effect.event for effect in EFFECTS}
}
