"""The little that is read of a delivery's body: structs for msgspec, which skips the rest.

One struct serves all events, because GitHub gives one name one shape in all of them. What a
delivery holds besides, up to 25 MB of it, is never made into objects. Only `Minimal` is read of
an event that no table knows.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

Id: TypeAlias = Annotated[int, Meta(ge=0)]
FullName: TypeAlias = Annotated[str, Meta(pattern=r"^[^/]+/[^/]+$")]


class Account(msgspec.Struct, frozen=True):
    """A user or an organisation. An enterprise, which is an account too, has no login."""

    login: str | None = None
    id: Id | None = None


class Owner(msgspec.Struct, frozen=True):
    """Whose a repository is. In a push it may lack the login, which `full_name` tells as well."""

    id: Id | None = None


class Repository(msgspec.Struct, frozen=True):
    """A repository, whole or in the short form of an installation's lists.

    `pushed_at` and `created_at` are numbers in a push and texts elsewhere.
    """

    id: Id
    full_name: FullName
    private: bool = False
    owner: Owner | None = None
    default_branch: str | None = None
    pushed_at: int | str | None = None
    created_at: int | str | None = None


class Milestone(msgspec.Struct, frozen=True):
    """A milestone."""

    number: Id
    title: str | None = None
    state: str | None = None
    updated_at: str | None = None


class Present(msgspec.Struct, frozen=True):
    """Something of which only matters that it is there."""


class Issue(msgspec.Struct, frozen=True):
    """An issue, or a pull request shown as one: then `pull_request` is there."""

    number: Id
    state: str | None = None
    updated_at: str | None = None
    milestone: Milestone | None = None
    pull_request: Present | None = None


class Branch(msgspec.Struct, frozen=True):
    """One end of a pull request. `repo` is None when that repository is gone."""

    ref: str
    sha: str
    repo: Repository | None = None


class PullRequest(msgspec.Struct, frozen=True):
    """A pull request."""

    number: Id
    head: Branch
    base: Branch
    state: str | None = None
    merged: bool | None = None
    draft: bool | None = None
    updated_at: str | None = None
    milestone: Milestone | None = None


class Comment(msgspec.Struct, frozen=True):
    """A comment on an issue, a line of code, a commit or a discussion; a review's is text."""

    id: Id
    commit_id: str | None = None
    updated_at: str | None = None


class Review(msgspec.Struct, frozen=True):
    """A review of a pull request."""

    id: Id
    state: str | None = None
    submitted_at: str | None = None


class Release(msgspec.Struct, frozen=True):
    """A release, drafts included."""

    id: Id
    tag_name: str
    draft: bool = False
    prerelease: bool = False
    published_at: str | None = None


class CheckSuite(msgspec.Struct, frozen=True):
    """A check suite. Inside a check run only its id is of use."""

    id: Id | None = None
    head_sha: str | None = None
    head_branch: str | None = None
    status: str | None = None
    conclusion: str | None = None
    updated_at: str | None = None


class CheckRun(msgspec.Struct, frozen=True):
    """A check run."""

    id: Id
    head_sha: str
    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    check_suite: CheckSuite | None = None


class WorkflowRun(msgspec.Struct, frozen=True):
    """A run of a workflow."""

    id: Id
    head_sha: str | None = None
    head_branch: str | None = None
    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    updated_at: str | None = None


class WorkflowJob(msgspec.Struct, frozen=True):
    """A job of a workflow's run."""

    id: Id
    run_id: Id
    head_sha: str | None = None
    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    completed_at: str | None = None


class Named(msgspec.Struct, frozen=True):
    """A label, a team, or another thing known by its name."""

    name: str | None = None
    slug: str | None = None
    id: Id | None = None


class Deployment(msgspec.Struct, frozen=True):
    """A deployment, or one of its statuses."""

    id: Id
    sha: str | None = None
    environment: str | None = None
    state: str | None = None
    created_at: str | None = None


class Member(msgspec.Struct, frozen=True):
    """Who belongs to an organisation. `user` is None while an invitation stands."""

    user: Account | None = None


class Installation(msgspec.Struct, frozen=True):
    """An installation of a GitHub App. In most deliveries only its id is told."""

    id: Id
    account: Account | None = None


class Hook(msgspec.Struct, frozen=True):
    """The webhook that a `ping` or `meta` is about."""

    events: list[str]
    type: str | None = None
    id: Id | None = None


class From(msgspec.Struct, frozen=True, rename={"was": "from"}):
    """What a text was before."""

    was: str | None = None


class NameFrom(msgspec.Struct, frozen=True):
    """What a repository's name was before."""

    name: From | None = None


class FormerOwner(msgspec.Struct, frozen=True):
    """Whose a repository was before."""

    user: Account | None = None
    organization: Account | None = None


class OwnerFrom(msgspec.Struct, frozen=True, rename={"was": "from"}):
    """Whose a repository was before, one layer deeper, as GitHub sends it."""

    was: FormerOwner


class Changes(msgspec.Struct, frozen=True):
    """What an edit, a renaming or a transfer changed."""

    default_branch: From | None = None
    repository: NameFrom | None = None
    owner: OwnerFrom | None = None
    login: From | None = None
    name: From | None = None
    tag_name: From | None = None
    new_repository: Repository | None = None
    new_issue: Issue | None = None


class Minimal(msgspec.Struct):
    """What nearly every delivery holds, and all that is read of an unknown one."""

    action: str | None = None
    repository: Repository | None = None
    organization: Account | None = None
    installation: Installation | None = None
    sender: Account | None = None


class Payload(Minimal):
    """A delivery's body, as far as the table of changes needs it."""

    hook: Hook | None = None
    hook_id: Id | None = None
    ref: str | None = None
    ref_type: str | None = None
    before: str | None = None
    after: str | None = None
    forced: bool | None = None
    deleted: bool | None = None
    issue: Issue | None = None
    sub_issue: Issue | None = None
    sub_issue_repo: Repository | None = None
    parent_issue: Issue | None = None
    parent_issue_repo: Repository | None = None
    blocked_issue: Issue | None = None
    blocked_issue_repo: Repository | None = None
    blocking_issue: Issue | None = None
    blocking_issue_repo: Repository | None = None
    related_issue: Issue | None = None
    pull_request: PullRequest | None = None
    comment: Comment | str | None = None
    review: Review | None = None
    release: Release | None = None
    forkee: Repository | None = None
    starred_at: str | None = None
    sha: str | None = None
    state: str | None = None
    context: str | None = None
    updated_at: str | None = None
    check_run: CheckRun | None = None
    check_suite: CheckSuite | None = None
    workflow_run: WorkflowRun | None = None
    workflow_job: WorkflowJob | None = None
    label: Named | None = None
    milestone: Milestone | None = None
    deployment: Deployment | None = None
    deployment_status: Deployment | None = None
    member: Account | None = None
    membership: Member | None = None
    team: Named | None = None
    account: Account | None = None
    repositories: list[Repository] | None = None
    repositories_added: list[Repository] | None = None
    repositories_removed: list[Repository] | None = None
    changes: Changes | None = None
