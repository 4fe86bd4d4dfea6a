"""From a delivery to the tags that it makes stale, by name and by id.

The knowledge is in the tables of `core/effects_on_content.py` and `core/effects_on_access.py`; here
is how they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from portico.core.effect import Effect
from portico.core.effects_on_access import ON_ACCESS
from portico.core.effects_on_content import ON_CONTENT
from portico.core.happening import AccountRef, Happening, RepositoryRef
from portico.core.shapes import GAP, SHAPES, Shape, filled, matches
from portico.core.signature import is_signed

__all__ = ["EFFECTS", "Changes", "announcing", "changes_of", "is_signed"]

EFFECTS: Final = (*ON_CONTENT, *ON_ACCESS)


@dataclass(frozen=True, slots=True)
class Changes:
    """Tags to mark, and tags to drop. What is dropped is not named again to be marked."""

    mark: frozenset[str]
    drop: frozenset[str]


def changes_of(happening: Happening) -> Changes:
    """Return what a happening makes stale; nothing for an event or action that no row knows."""
    subjects = _subjects(happening)
    mark: set[str] = set()
    drop: set[str] = set()
    for effect in _BY_EVENT.get(happening.event, ()):
        if _applies(effect, happening):
            mark.update(_tags(effect.mark, subjects, happening))
            drop.update(_tags(effect.drop, subjects, happening))
    return Changes(frozenset(mark - drop), frozenset(drop))


def announcing(facet: str) -> frozenset[str] | None:
    """Return the events that must all reach us for a stored answer to be told of every change.

    `facet` is the path of a line of `core/shapes.py` (`Resource.shape.path`: `meta`, `issues`,
    `issues/{n}/comments`, …). None: it changes without any webhook, or no line knows it, so
    that only its lifetime makes it fresh. That a principal loses access is not told to every
    hook: `ON_ACCESS` says which events do.
    """
    return _ANNOUNCING.get(facet)


def _applies(effect: Effect, happening: Happening) -> bool:
    if effect.actions and happening.action not in effect.actions:
        return False
    return not effect.when or bool(happening.details.get(effect.when))


def _tags(
    cells: Iterable[str], subjects: dict[str, tuple[str, ...]], happening: Happening
) -> Iterator[str]:
    """Return the tags that some cells of the table name for this happening."""
    values = {name: str(value) for name, value in happening.details.items()}
    for cell in cells:
        subject, slash, tag = cell.partition("/")
        if subject not in _SUBJECTS:
            yield cell
        elif all(gap in values for gap in GAP.findall(tag)):
            for prefix in subjects.get(subject, ()):
                yield f"{prefix}{slash}{filled(tag, values)}"


def _subjects(happening: Happening) -> dict[str, tuple[str, ...]]:
    """Return the tags of each subject of this happening, by name and by id."""
    repositories = dict(happening.repositories)
    if happening.repository is not None:
        repositories["repo"] = (happening.repository,)
        # Two issues that are told of are of one repository, unless another is named.
        repositories.setdefault("other", repositories["repo"])
    accounts = {
        f"{role}_owner": tuple(AccountRef(login=ref.owner, id=ref.owner_id) for ref in refs)
        for role, refs in happening.repositories.items()
    } | dict(happening.accounts)
    if happening.owner is not None:
        accounts["owner"] = (AccountRef(login=happening.owner, id=happening.owner_id),)
    found = {role: tuple(_of_repositories(refs)) for role, refs in repositories.items()}
    for role, those in accounts.items():
        found[role] = tuple(_of_accounts(those))
        whose = "repos" if role == "owner" else f"{role}_repos"
        found[whose] = tuple(f"repos:{account.login.lower()}" for account in those)
    return found


def _of_repositories(refs: Iterable[RepositoryRef]) -> Iterator[str]:
    for ref in refs:
        yield f"repo:{ref.full_name.lower()}"
        yield f"repo:#{ref.id}"


def _of_accounts(refs: Iterable[AccountRef]) -> Iterator[str]:
    for ref in refs:
        yield f"owner:{ref.login.lower()}"
        if ref.id is not None:
            yield f"owner:#{ref.id}"


def _announcing(shape: Shape) -> frozenset[str] | None:
    """Return the events of all rows that name what is of this shape, but for dispensable ones."""
    if shape.untold:
        return None
    facet = shape.path.partition("/")[0]
    wide = {"repo", f"repo/{facet}"}
    return frozenset(
        effect.event
        for effect in EFFECTS
        if not effect.dispensable
        and any(
            cell in wide or any(matches(f"repo/{tag}", cell) for tag in shape.tags)
            for cell in (*effect.mark, *effect.drop)
        )
    )


_ANNOUNCING: Final = {shape.path: _announcing(shape) for shape in SHAPES}
_SUBJECTS: Final = frozenset(
    {"repo", "forkee", "moved", "other", "former", "listed", "lost"}
    | {"owner", "repos", "sender", "member", "former_owner", "former_owner_repos"}
    | {"forkee_owner", "moved_owner"}
)
_BY_EVENT: Final[dict[str, tuple[Effect, ...]]] = {
    event: tuple(effect for effect in EFFECTS if effect.event == event)
    for event in {effect.event for effect in EFFECTS}
}
