"""One delivery of GitHub's webhooks, read: what happened, to what, and when.

Pure: bytes in, values out. `core/places.py` says where in a body stands what. An event or action
that it does not know is read as far as it can be, and is no error: GitHub adds some every year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from portico.core.payload import Account, Minimal, Payload, Present, Repository
from portico.core.places import DETAILS, INSTANTS, NEEDED

Scalar: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryRef:
    """A repository as a delivery names it. `full_name` keeps GitHub's case.

    `owner_id` is None in the short form, as of an installation's lists.
    """

    id: int
    full_name: str
    is_private: bool
    default_branch: str | None = None
    owner_id: int | None = None

    @property
    def owner(self) -> str:
        """Login of whose it is."""
        return self.full_name.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRef:
    """A user or organisation as a delivery names it."""

    login: str
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook, of which `ping` and `meta` tell. `kind` is lower case; `events` may be `*`."""

    id: int | None
    kind: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One delivery, read.

    `owner` is the account that it is about: the repository's owner, the organisation, or whose
    the installation is. `at` is GitHub's own instant of it in Unix seconds, cut to the second, and
    None where the payload tells none that can be trusted. `details` are few scalars, absent where
    they are not told. `repositories` are further ones by their role: `forkee`; `moved`, to where
    an issue went; `other`, of the other issue; `former`, under the name it had; `listed`, those of
    an installation, and `lost`, the private ones among them. So are `accounts`: `sender`, `member`,
    `former_owner`. A role that nobody has is absent.
    """

    event: str
    action: str | None = None
    repository: RepositoryRef | None = None
    owner: str | None = None
    owner_id: int | None = None
    sender: str | None = None
    at: float | None = None
    details: Mapping[str, Scalar] = field(default_factory=dict)
    hook: Hook | None = None
    repositories: Mapping[str, tuple[RepositoryRef, ...]] = field(default_factory=dict)
    accounts: Mapping[str, tuple[AccountRef, ...]] = field(default_factory=dict)


_WHOLE: Final = msgspec.json.Decoder(Payload)
_MINIMAL: Final = msgspec.json.Decoder(Minimal)
_OBJECT: Final = msgspec.json.Decoder(Present)
# Role -> the members of which one may hold it.
_REPOSITORIES: Final = {
    "forkee": ("forkee",),
    "moved": ("changes.new_repository",),
    "other": ("sub_issue_repo", "parent_issue_repo", "blocked_issue_repo", "blocking_issue_repo"),
}
_ACCOUNTS: Final = {
    "sender": ("sender",),
    "member": ("member", "membership.user"),
    "former_owner": ("changes.owner.was.user", "changes.owner.was.organization"),
}


def read_happening(event: str, body: bytes) -> Happening:
    """Return what a delivery tells. `event` is its `X-GitHub-Event`, `body` the JSON itself.

    Raises:
        ValueError: the body is not JSON, or not of the shape of that event. The message names
            the place and never repeats what stands there.

    """
    payload = _decoded(event, body)
    owner = _owner(payload)
    sender = _account(payload.sender)
    return Happening(
        event=event,
        action=payload.action,
        repository=_repository(payload.repository),
        owner=owner.login if owner else None,
        owner_id=owner.id if owner else None,
        sender=sender.login if sender else None,
        at=_instant(event, payload),
        details=dict(_details(event, payload)),
        hook=_hook(payload),
        repositories=dict(_repositories(payload)),
        accounts=dict(_accounts(payload)),
    )


def _decoded(event: str, body: bytes) -> Minimal:
    """Return the body, of an event that no table knows only what nearly all have."""
    if event not in NEEDED:
        return _unknown(body)
    try:
        payload = _WHOLE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{event}: {error}") from None
    for place in NEEDED[event]:
        if _at(payload, place) is None:
            raise ValueError(f"{event}: `$.{place}` is missing")
    return payload


def _unknown(body: bytes) -> Minimal:
    """Return what can be read of an event that may be of tomorrow: it is an object, no more."""
    try:
        return _MINIMAL.decode(body)
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"a delivery: {error}") from None
    try:
        _OBJECT.decode(body)
    except msgspec.ValidationError as error:
        raise ValueError(f"a delivery: {error}") from None
    return Minimal()


def _at(payload: object, *places: str) -> object:
    """Return what stands at the first of these dotted places that has something, else None."""
    for place in places:
        found = payload
        for part in place.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    return None


def _details(event: str, payload: Minimal) -> Iterator[tuple[str, Scalar]]:
    table = DETAILS.get(f"{event}.{payload.action}") or DETAILS.get(event, {})
    for name, place in table.items():
        found = _at(payload, place)
        if isinstance(found, str | int):
            yield name, found
    if not isinstance(payload, Payload):
        return
    if payload.issue is not None:
        yield "is_pull", payload.issue.pull_request is not None
    repository = payload.repository
    if repository is None:
        return
    yield "is_private", repository.private
    if payload.ref is not None and "ref" in table:
        # A push has the whole name, `create` and `delete` the short one beside its kind.
        is_tag = payload.ref_type == "tag" or payload.ref.startswith("refs/tags/")
        yield "is_tag", is_tag
        yield "is_branch", not is_tag
        branch = payload.ref.removeprefix("refs/heads/")
        yield "is_default_branch", not is_tag and branch == repository.default_branch


def _instant(event: str, payload: Minimal) -> float | None:
    place = INSTANTS.get(f"{event}.{payload.action}") or INSTANTS.get(event)
    if place is None or getattr(payload, "deleted", None):
        # When a ref goes, `pushed_at` stays what it was.
        return None
    found = _at(payload, place)
    if isinstance(found, int):
        return float(found)
    if not isinstance(found, str):
        return None
    try:
        read = datetime.fromisoformat(found)
    except ValueError:
        return None
    # Without its zone it is not GitHub's way to write a time.
    return float(int(read.timestamp())) if read.tzinfo else None


def _repository(found: Repository | None) -> RepositoryRef | None:
    if found is None:
        return None
    return RepositoryRef(
        id=found.id,
        full_name=found.full_name,
        is_private=found.private,
        default_branch=found.default_branch,
        owner_id=found.owner.id if found.owner else None,
    )


def _account(found: Account | None) -> AccountRef | None:
    return AccountRef(login=found.login, id=found.id) if found and found.login else None


def _repositories(payload: Minimal) -> Iterator[tuple[str, tuple[RepositoryRef, ...]]]:
    for role, places in _REPOSITORIES.items():
        found = _at(payload, *places)
        if isinstance(found, Repository) and (one := _repository(found)):
            yield role, (one,)
    if not isinstance(payload, Payload):
        return
    listed = payload.repositories_removed or payload.repositories or []
    every = tuple(one for each in listed if (one := _repository(each)))
    if every:
        yield "listed", every
    if lost := tuple(one for one in every if one.is_private):
        yield "lost", lost
    former = _former(payload)
    if former is not None:
        yield "former", (former,)


def _former(payload: Payload) -> RepositoryRef | None:
    """Return the repository under the name that it had before, if the delivery changed it."""
    repository = _repository(payload.repository)
    if repository is None:
        return None
    owner, _, name = repository.full_name.partition("/")
    former_owner = _at(payload, *(f"{place}.login" for place in _ACCOUNTS["former_owner"])) or owner
    former_name = _at(payload, "changes.repository.name.was") or name
    if (former_owner, former_name) == (owner, name):
        return None
    return replace(repository, full_name=f"{former_owner}/{former_name}", owner_id=None)


def _accounts(payload: Minimal) -> Iterator[tuple[str, tuple[AccountRef, ...]]]:
    for role, places in _ACCOUNTS.items():
        found = _at(payload, *places)
        if isinstance(found, Account) and (account := _account(found)):
            yield role, (account,)
    former_login = _at(payload, "changes.login.was")
    owner = _owner(payload)
    if isinstance(former_login, str) and owner is not None:
        # Renamed, not replaced: the id is the same.
        yield "former_owner", (AccountRef(login=former_login, id=owner.id),)


def _owner(payload: Minimal) -> AccountRef | None:
    """Return the account that a delivery is about."""
    if isinstance(payload, Payload) and payload.account is not None:
        return _account(payload.account)
    if payload.repository is not None:
        owner = payload.repository.owner
        login = payload.repository.full_name.partition("/")[0]
        return AccountRef(login=login, id=owner.id if owner else None)
    installed = payload.installation.account if payload.installation else None
    return _account(payload.organization or installed)


def _hook(payload: Minimal) -> Hook | None:
    if not isinstance(payload, Payload) or payload.hook is None:
        return None
    return Hook(
        id=payload.hook.id if payload.hook.id is not None else payload.hook_id,
        kind=(payload.hook.type or "").lower(),
        events=frozenset(payload.hook.events),
    )
