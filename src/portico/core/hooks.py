"""Which webhooks reach Portico and what they watch, as the deliveries themselves tell.

Nobody configures it. Each delivery names its hook and what the hook watches; a `ping` tells which
events it sends, any other delivery that it sends this one. What is known is kept as notes, one per
hook and one per repository, so that it survives a restart; from which instant on does not, as
whatever was sent while nobody listened is lost.

Memory is bounded: what is forgotten is learnt again from its next delivery.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from portico.core.happening import Happening, RepositoryRef
from portico.core.message import Headers

REPOSITORY: Final = "repository"
ORGANIZATION: Final = "organization"
APP: Final = "integration"
_KINDS: Final = frozenset({REPOSITORY, ORGANIZATION, APP})
EVERYTHING: Final = "*"
# A change from just before the first delivery may not have reached each of GitHub's replicas.
SETTLING_S: Final = 60.0
MOST_HOOKS: Final = 10_000
MOST_REPOSITORIES: Final = 50_000
# Notes are kept for some days; what is still true is written anew.
NOTED_EVERY_S: Final = 86_400.0
HOOK_NOTE: Final = "hook:"
REPOSITORY_NOTE: Final = "repository:"
_TARGET: Final = "X-GitHub-Hook-Installation-Target"

T = TypeVar("T")
K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Source:
    """The hook that a delivery came by: its id, its kind, and the id of what it watches.

    These fields are not signed. They are believed as the body is, which whoever sends them has.
    """

    hook: int
    kind: str
    target: int


class Hook(msgspec.Struct):
    """What is known of a hook.

    `owner` is the login of the organisation that it watches. `events` has, by name, the instant
    from which on each is known to reach us.
    """

    kind: str
    target: int
    owner: str | None = None
    events: dict[str, float] = {}
    noted_at: float = 0.0

    def reaches_from(self, event: str) -> float | None:
        """Return from when on an event is known to reach us by this hook; None if it is not."""
        return self.events.get(event, self.events.get(EVERYTHING))


class Repository(msgspec.Struct):
    """What is known of a repository. `apps` are the Apps' hooks that watch it."""

    id: int
    name: str
    owner_id: int | None
    is_private: bool
    apps: frozenset[int] = frozenset()
    noted_at: float = 0.0


_HOOK: Final = msgspec.json.Decoder(Hook)
_REPOSITORY: Final = msgspec.json.Decoder(Repository)


def read_source(headers: Headers) -> Source | None:
    """Return the hook that a delivery's header fields name, None where they name none."""
    hook, target = headers.get("X-GitHub-Hook-ID") or "", headers.get(f"{_TARGET}-ID") or ""
    kind = headers.get(f"{_TARGET}-Type") or ""
    if kind not in _KINDS or not (_is_number(hook) and _is_number(target)):
        return None
    return Source(int(hook), kind, int(target))


class Hooks:
    """The hooks and repositories that deliveries told of. `version` grows with each change."""

    def __init__(
        self, *, most_hooks: int = MOST_HOOKS, most_repositories: int = MOST_REPOSITORIES
    ) -> None:
        self.version = 0
        self._most_hooks: Final = most_hooks
        self._most_repositories: Final = most_repositories
        self._hooks: Final[OrderedDict[int, Hook]] = OrderedDict()
        self._by_target: Final[dict[tuple[str, int], set[int]]] = {}
        self._owners: Final[dict[str, int]] = {}
        self._repositories: Final[OrderedDict[str, Repository]] = OrderedDict()
        self._names: Final[dict[int, str]] = {}
        self._changed: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._hooks)

    def heard(self, source: Source, happening: Happening, *, now: float) -> dict[str, str]:
        """Learn from a delivery that came at `now`; return the notes to keep, text by name."""
        if happening.event == "meta":
            self._forget_hook(source.hook)
        else:
            self._learn_hook(source, happening, now)
        if happening.repository is not None:
            if (happening.event, happening.action) == ("repository", "deleted"):
                self._forget_repository(happening.repository.id)
            else:
                self._learn_repository(happening.repository, source, now)
        if source.kind == APP:
            self._learn_installation(source, happening, now)
        changed, self._changed = self._changed, {}
        return changed

    def recall(self, name: str, text: str, *, now: float) -> None:
        """Take in a note. Its events count as reaching this process from a moment after `now`."""
        try:
            if name.startswith(HOOK_NOTE):
                hook = _HOOK.decode(text)
                hook.events = dict.fromkeys(hook.events, now + SETTLING_S)
                self._put_hook(int(name.removeprefix(HOOK_NOTE)), hook)
            elif name.startswith(REPOSITORY_NOTE):
                self._put_repository(_REPOSITORY.decode(text))
        except (msgspec.DecodeError, ValueError):
            # Gone meanwhile, or of another version of Portico on the same store.
            return

    def watching(self, subject: str) -> list[Hook]:
        """Return the hooks that watch `owner/name`, or all that an owner (`login`, `#id`) has."""
        known = self._repositories.get(subject)
        owner = subject.partition("/")[0]
        owner_id = _number_in(owner) or self._owners.get(owner) or (known and known.owner_id)
        found = self._by_target.get((ORGANIZATION, owner_id or 0), set())
        if known is not None:
            found = found | self._by_target.get((REPOSITORY, known.id), set()) | known.apps
        return [self._hooks[number] for number in found if number in self._hooks]

    def watches(self, source: Source, subject: str) -> bool:
        """Return whether this hook is among those that watch a subject."""
        hook = self._hooks.get(source.hook)
        return any(each is hook for each in self.watching(subject))

    def name_of(self, repository: str) -> str | None:
        """Return the name of a repository that is given by name or as `#id`; None if unknown."""
        number = _number_in(repository)
        return repository if number is None else self._names.get(number)

    def is_public(self, repository: str) -> bool:
        """Return whether a repository, by name, is known to be everybody's to see."""
        known = self._repositories.get(repository)
        return known is not None and not known.is_private

    def _learn_hook(self, source: Source, happening: Happening, now: float) -> None:
        known = self._hooks.get(source.hook)
        if known is None or (known.kind, known.target) != (source.kind, source.target):
            known = Hook(source.kind, source.target)
        owner, events = known.owner, known.events
        if source.kind == ORGANIZATION and happening.owner_id == source.target:
            owner = (happening.owner or "").lower() or None
        if happening.event == "ping" and happening.hook is not None:
            events = {each: events.get(each, now + SETTLING_S) for each in happening.hook.events}
        elif known.reaches_from(happening.event) is None:
            events = {**events, happening.event: now + SETTLING_S}
        is_same = (owner, events) == (known.owner, known.events)
        if is_same and now - known.noted_at < NOTED_EVERY_S:
            return
        learnt = Hook(source.kind, source.target, owner, events, noted_at=now)
        self._put_hook(source.hook, learnt)
        self._changed[f"{HOOK_NOTE}{source.hook}"] = msgspec.json.encode(learnt).decode()

    def _put_hook(self, number: int, hook: Hook) -> None:
        self._forget_hook(number, is_noted=False)
        self._hooks[number] = hook
        self._by_target.setdefault((hook.kind, hook.target), set()).add(number)
        if hook.owner is not None:
            self._owners[hook.owner] = hook.target
        if len(self._hooks) > self._most_hooks:
            self._forget_hook(next(iter(self._hooks)), is_noted=False)

    def _forget_hook(self, number: int, *, is_noted: bool = True) -> None:
        self.version += 1
        gone = self._hooks.pop(number, None)
        if is_noted:
            # No hook is made of an empty text.
            self._changed[f"{HOOK_NOTE}{number}"] = ""
        if gone is None:
            return
        of_target = self._by_target.get((gone.kind, gone.target), set())
        of_target.discard(number)
        if not of_target:
            self._by_target.pop((gone.kind, gone.target), None)
        # The others may know its target by another login by now, and the login may be another's.
        is_still_known = any(self._hooks[each].owner == gone.owner for each in of_target)
        if not is_still_known and self._owners.get(gone.owner or "") == gone.target:
            del self._owners[gone.owner or ""]

    def _learn_repository(self, ref: RepositoryRef, source: Source, now: float) -> None:
        former = self._repositories.get(self._names.get(ref.id, ""))
        apps = former.apps if former else frozenset[int]()
        learnt = Repository(
            id=ref.id,
            name=ref.full_name.lower(),
            owner_id=ref.owner_id or (former.owner_id if former else None),
            is_private=ref.is_private,
            apps=apps | {source.hook} if source.kind == APP else apps,
            noted_at=former.noted_at if former else 0.0,
        )
        if learnt != former or now - learnt.noted_at >= NOTED_EVERY_S:
            self._note_repository(learnt, now)

    def _note_repository(self, repository: Repository, now: float) -> None:
        repository.noted_at = now
        self._put_repository(repository)
        name = f"{REPOSITORY_NOTE}{repository.id}"
        self._changed[name] = msgspec.json.encode(repository).decode()

    def _put_repository(self, repository: Repository) -> None:
        self._forget_repository(repository.id, is_noted=False)
        self._repositories[repository.name] = repository
        self._names[repository.id] = repository.name
        if len(self._repositories) > self._most_repositories:
            oldest = next(iter(self._repositories.values()))
            self._forget_repository(oldest.id, is_noted=False)

    def _forget_repository(self, number: int, *, is_noted: bool = True) -> None:
        self.version += 1
        name = self._names.pop(number, None)
        if is_noted:
            self._changed[f"{REPOSITORY_NOTE}{number}"] = ""
        known = self._repositories.get(name or "")
        if known is not None and known.id == number:
            del self._repositories[known.name]

    def _learn_installation(self, source: Source, happening: Happening, now: float) -> None:
        """Learn which repositories an App can see."""
        listed = happening.repositories.get("listed", ())
        match happening.event, happening.action:
            case "installation", "deleted" | "suspend":
                start = f"{happening.owner}/".lower()
                gone: Iterable[str] = [n for n in self._repositories if n.startswith(start)]
            case "installation_repositories", "removed":
                gone = [ref.full_name.lower() for ref in listed]
            case _:
                gone = ()
                for ref in listed:
                    self._learn_repository(ref, source, now)
        for name in gone:
            known = self._repositories.get(name)
            if known is not None and source.hook in known.apps:
                lost = msgspec.structs.replace(known, apps=known.apps - {source.hook})
                self._note_repository(lost, now)


def _number_in(text: str) -> int | None:
    """Return the id in `#5`."""
    return int(text[1:]) if text.startswith("#") else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
