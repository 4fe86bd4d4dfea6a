"""One delivery of GitHub's webhooks, read: what happened, to what, and when.

Pure: bytes in, values out. Three tables hold the knowledge. `DETAILS` says where the scalars are
that listeners and the table of changes (`core/webhook.py`) want, `NEEDED` which parts an event
cannot be without, `INSTANTS` where GitHub's own time of it is to be trusted. An event or action
that no table knows is read as far as it can be, and is no error: GitHub adds some every year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

import msgspec

from portico.core.payload import Account, Minimal, Payload, Repository

Scalar: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryRef:
    """A repository as a delivery names it. `full_name` keeps GitHub's case."""

    id: int
    full_name: str
    is_private: bool
    default_branch: str | None = None

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
    the installation is. `at` is GitHub's own instant of it in Unix seconds, never earlier than
    the change can be seen; None where the payload tells none that can be trusted. `details` are
    few scalars, absent where they are not told. `repositories` and `accounts` are further
    subjects by their role: `forkee`, `moved` (where an issue went), `installed`, `former`, …
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


# Event -> the details of it, each with the member that holds it.
DETAILS: Final[dict[str, dict[str, str]]] = {
    "push": {"ref": "ref", "before": "before", "sha": "after"},
    "create": {"ref": "ref", "ref_type": "ref_type"},
    "delete": {"ref": "ref", "ref_type": "ref_type"},
    "issues": {
        "number": "issue.number",
        "state": "issue.state",
        "milestone": "issue.milestone.number",
        "label": "label.name",
        "moved_number": "changes.new_issue.number",
    },
    "issue_comment": {
        "number": "issue.number",
        "state": "issue.state",
        "comment_id": "comment.id",
    },
    "pull_request": {
        "number": "pull_request.number",
        "state": "pull_request.state",
        "is_merged": "pull_request.merged",
        "is_draft": "pull_request.draft",
        "sha": "pull_request.head.sha",
        "head": "pull_request.head.ref",
        "base": "pull_request.base.ref",
        "milestone": "pull_request.milestone.number",
        "label": "label.name",
    },
    "release": {
        "release_id": "release.id",
        "tag": "release.tag_name",
        "is_draft": "release.draft",
        "is_prerelease": "release.prerelease",
    },
    "status": {"sha": "sha", "state": "state", "name": "context"},
    "check_run": {
        "check_run_id": "check_run.id",
        "check_suite_id": "check_run.check_suite.id",
        "sha": "check_run.head_sha",
        "branch": "check_run.check_suite.head_branch",
        "name": "check_run.name",
        "status": "check_run.status",
        "conclusion": "check_run.conclusion",
    },
    "check_suite": {
        "check_suite_id": "check_suite.id",
        "sha": "check_suite.head_sha",
        "branch": "check_suite.head_branch",
        "status": "check_suite.status",
        "conclusion": "check_suite.conclusion",
    },
    "workflow_run": {
        "run_id": "workflow_run.id",
        "sha": "workflow_run.head_sha",
        "branch": "workflow_run.head_branch",
        "name": "workflow_run.name",
        "status": "workflow_run.status",
        "conclusion": "workflow_run.conclusion",
    },
    "workflow_job": {
        "job_id": "workflow_job.id",
        "run_id": "workflow_job.run_id",
        "sha": "workflow_job.head_sha",
        "name": "workflow_job.name",
        "status": "workflow_job.status",
        "conclusion": "workflow_job.conclusion",
    },
    "member": {"member": "member.login"},
}

# Event -> what a payload of it cannot be without.
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "push": ("repository", "ref"),
    "create": ("repository", "ref", "ref_type"),
    "delete": ("repository", "ref", "ref_type"),
    "issues": ("action", "repository", "issue"),
    "issue_comment": ("action", "repository", "issue", "comment"),
    "pull_request": ("action", "repository", "pull_request"),
    "release": ("action", "repository", "release"),
    "status": ("repository", "sha", "state"),
    "check_run": ("action", "repository", "check_run"),
    "check_suite": ("action", "repository", "check_suite", "check_suite.head_sha"),
    "workflow_run": ("action", "repository", "workflow_run"),
    "workflow_job": ("action", "repository", "workflow_job"),
    "repository": ("action", "repository"),
    "star": ("action", "repository"),
    "watch": ("action", "repository"),
    "fork": ("repository", "forkee"),
    "member": ("action", "repository", "member"),
    "public": ("repository",),
    "ping": ("hook",),
}

# (event, action) -> the member with GitHub's own time of it; action None: whichever. Only times
# that the change itself sets: one that is too early would let an older answer pass for a newer.
# Times that somebody else sets (a check run's, a commit's) are none.
INSTANTS: Final[dict[tuple[str, str | None], str]] = {
    ("push", None): "repository.pushed_at",
    ("issues", "opened"): "issue.updated_at",
    ("issues", "edited"): "issue.updated_at",
    ("issues", "closed"): "issue.updated_at",
    ("issues", "reopened"): "issue.updated_at",
    ("issue_comment", "created"): "comment.updated_at",
    ("issue_comment", "edited"): "comment.updated_at",
    ("pull_request", "opened"): "pull_request.updated_at",
    ("pull_request", "edited"): "pull_request.updated_at",
    ("pull_request", "closed"): "pull_request.updated_at",
    ("pull_request", "reopened"): "pull_request.updated_at",
    ("pull_request", "synchronize"): "pull_request.updated_at",
    ("release", "published"): "release.published_at",
    ("star", "created"): "starred_at",
    ("fork", None): "forkee.created_at",
    ("status", None): "updated_at",
    ("check_suite", "completed"): "check_suite.updated_at",
    ("workflow_run", None): "workflow_run.updated_at",
    ("workflow_job", "completed"): "workflow_job.completed_at",
}

_WHOLE: Final = msgspec.json.Decoder(Payload)
_MINIMAL: Final = msgspec.json.Decoder(Minimal)
_REPOSITORIES: Final = {
    "forkee": "forkee",
    "moved": "changes.new_repository",
    "came_from": "changes.old_repository",
}
_ACCOUNTS: Final = {
    "member": "member",
    "was_owner": "changes.owner.was.user",
    "was_organization": "changes.owner.was.organization",
}


def read_happening(event: str, body: bytes) -> Happening:
    """Return what a delivery tells. `event` is its `X-GitHub-Event`, `body` the JSON itself.

    Raises:
        ValueError: the body is not JSON, or not of the shape of that event. The message names
            the place and never repeats what stands there.

    """
    is_known = event in NEEDED
    try:
        payload: Minimal = (_WHOLE if is_known else _MINIMAL).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{_shown(event)}: {error}") from None
    for place in NEEDED.get(event, ()):
        if _at(payload, place) is None:
            raise ValueError(f"{event}: `$.{place}` is missing")
    whole = payload if isinstance(payload, Payload) else None
    repository = _repository(payload.repository)
    owner, owner_id = _owner(payload)
    return Happening(
        event=event,
        action=payload.action,
        repository=repository,
        owner=owner,
        owner_id=owner_id,
        sender=payload.sender.login if payload.sender else None,
        at=_instant(event, payload),
        details=dict(_details(event, payload)),
        hook=_hook(whole) if whole else None,
        repositories={
            role: (found,)
            for role, place in _REPOSITORIES.items()
            if (found := _repository(_at(payload, place)))
        },
        accounts={
            role: (account,)
            for role, place in _ACCOUNTS.items()
            if (account := _account(_at(payload, place)))
        },
    )


def _shown(event: str) -> str:
    """Return an event's name as a message may hold it: it comes from outside, too."""
    return event if event in NEEDED else "a delivery"


def _at(payload: object, place: str) -> object:
    """Return what stands at a dotted place, None where the way there ends."""
    found = payload
    for part in place.split("."):
        found = getattr(found, part, None)
    return found


def _details(event: str, payload: Minimal) -> Iterator[tuple[str, Scalar]]:
    for name, place in DETAILS.get(event, {}).items():
        found = _at(payload, place)
        if isinstance(found, (str, int)):
            yield name, found
    if isinstance(payload, Payload):
        yield from _concluded(payload)


def _concluded(payload: Payload) -> Iterator[tuple[str, Scalar]]:
    """Details that the payload tells in other words."""
    if payload.issue is not None:
        yield "is_pull", payload.issue.pull_request is not None
    if payload.repository is None:
        return
    yield "is_private", payload.repository.private
    if payload.ref is not None:
        yield "is_tag", payload.ref.startswith("refs/tags/")
        branch = payload.ref.removeprefix("refs/heads/")
        yield "is_default_branch", branch == payload.repository.default_branch
    owner, _, name = payload.repository.full_name.partition("/")
    former_name = _at(payload, "changes.repository.name.was") or name
    former_owner = (
        _at(payload, "changes.owner.was.user.login")
        or _at(payload, "changes.owner.was.organization.login")
        or owner
    )
    if (former_owner, former_name) != (owner, name):
        yield "former_name", f"{former_owner}/{former_name}"


def _instant(event: str, payload: Minimal) -> float | None:
    place = INSTANTS.get((event, payload.action)) or INSTANTS.get((event, None))
    found = _at(payload, place) if place else None
    if isinstance(found, int):
        return float(found)
    if not isinstance(found, str):
        return None
    try:
        read = datetime.fromisoformat(found)
    except ValueError:
        return None
    # GitHub's times are UTC and say so; one that does not is not GitHub's.
    return read.astimezone(UTC).timestamp() if read.tzinfo else None


def _repository(found: object) -> RepositoryRef | None:
    if not isinstance(found, Repository):
        return None
    return RepositoryRef(
        id=found.id,
        full_name=found.full_name,
        is_private=found.private,
        default_branch=found.default_branch,
    )


def _account(found: object) -> AccountRef | None:
    return AccountRef(login=found.login, id=found.id) if isinstance(found, Account) else None


def _owner(payload: Minimal) -> tuple[str | None, int | None]:
    """Return login and id of the account that a delivery is about."""
    if payload.repository is not None:
        owner = payload.repository.owner
        return payload.repository.full_name.partition("/")[0], owner.id if owner else None
    installed = payload.installation.account if payload.installation else None
    account = payload.organization or installed
    return (account.login, account.id) if account else (None, None)


def _hook(payload: Payload) -> Hook | None:
    if payload.hook is None:
        return None
    return Hook(
        id=payload.hook.id if payload.hook.id is not None else payload.hook_id,
        kind=(payload.hook.type or "").lower(),
        events=frozenset(payload.hook.events),
    )
