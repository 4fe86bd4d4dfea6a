"""The things a GitHub holds: accounts, repositories, issues, releases, commits.

Mutable on purpose, unlike Portico's own values: the world changes while tests look on. Instants
(`…_at`) are Unix seconds. Nothing here knows HTTP; how these things look as JSON is in `bodies`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from portico.sandbox import git
from portico.sandbox.checks import Checks


@dataclass(slots=True)
class Account:
    """A user or an organisation."""

    id: int
    login: str
    kind: Literal["User", "Organization"] = "User"
    name: str | None = None
    company: str | None = None
    blog: str = ""
    location: str | None = None
    email: str | None = None
    hireable: bool | None = None
    bio: str | None = None
    twitter_username: str | None = None
    public_gists: int = 0
    followers: int = 0
    following: int = 0
    created_at: float = 0.0
    updated_at: float = 0.0
    members: list[Account] = field(default_factory=list)  # organisations only
    starred_at: dict[int, float] = field(default_factory=dict)  # repository id -> when

    @property
    def is_organization(self) -> bool:
        """Whether this is an organisation."""
        return self.kind == "Organization"


@dataclass(slots=True)
class Label:
    """A label of one repository; GitHub compares label names without case."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None
    default: bool = False


@dataclass(slots=True)
class Milestone:
    """A milestone of one repository."""

    id: int
    number: int
    title: str
    creator: Account
    created_at: float
    updated_at: float
    description: str | None = None
    state: Literal["open", "closed"] = "open"
    due_at: float | None = None
    closed_at: float | None = None


@dataclass(slots=True)
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    user: Account
    body: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody thought of a pull request; `state` is in capitals, as GitHub's API has it."""

    id: int
    user: Account
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED"]
    body: str
    commit_id: str
    submitted_at: float


@dataclass(slots=True)
class Pull:
    """What makes an issue a pull request."""

    id: int
    head_ref: str
    head_sha: str
    base_sha: str
    draft: bool = False
    merged_at: float | None = None
    merge_commit_sha: str | None = None
    merged_by: Account | None = None
    reviews: list[Review] = field(default_factory=list)


@dataclass(slots=True)
class Issue:
    """An issue, or a pull request if `pull` is set: GitHub numbers both in one row."""

    id: int
    number: int
    title: str
    user: Account
    created_at: float
    updated_at: float
    body: str | None = None
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: float | None = None
    labels: list[Label] = field(default_factory=list)
    assignees: list[Account] = field(default_factory=list)
    milestone: Milestone | None = None
    locked: bool = False
    comments: list[Comment] = field(default_factory=list)
    pull: Pull | None = None


@dataclass(slots=True)
class Asset:
    """A file attached to a release."""

    id: int
    name: str
    content: bytes
    content_type: str
    download_count: int
    created_at: float


@dataclass(slots=True)
class Release:
    """A release; drafts are seen only by those who may push."""

    id: int
    tag_name: str
    name: str
    body: str
    author: Account
    created_at: float
    published_at: float | None
    draft: bool = False
    prerelease: bool = False
    updated_at: float | None = None  # None: not since it was published
    assets: list[Asset] = field(default_factory=list)


@dataclass(slots=True)
class Repository:
    """A repository with everything in it.

    `star_times` holds one instant per star, also of people outside this world. `is_blocked`: GitHub
    shows nothing of it for legal reasons. `is_vast`: too large for GitHub to list what it counts.
    """

    id: int
    owner: Account
    name: str
    created_at: float
    updated_at: float
    pushed_at: float
    description: str | None = None
    homepage: str | None = None
    private: bool = False
    archived: bool = False
    parent: Repository | None = None
    is_template: bool = False
    has_issues: bool = True
    is_blocked: bool = False
    is_vast: bool = False
    languages: dict[str, int] = field(default_factory=dict)  # name -> bytes
    topics: list[str] = field(default_factory=list)
    license_key: str | None = None
    star_times: list[float] = field(default_factory=list)
    forks: int = 0
    subscribers: int = 0
    size_kib: int = 0
    default_branch: str = "main"
    collaborators: list[Account] = field(default_factory=list)
    history: git.History = field(default_factory=git.History)
    labels: list[Label] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    issues: dict[int, Issue] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    checks: Checks = field(default_factory=Checks)

    @property
    def commits(self) -> list[git.Commit]:
        """The commits of the default branch, newest first."""
        return self.history.since(self.history.branches.get(self.default_branch, ""))

    @property
    def stars(self) -> int:
        """The number of stars."""
        return len(self.star_times)

    @property
    def full_name(self) -> str:
        """Owner and name, as in URLs."""
        return f"{self.owner.login}/{self.name}"

    @property
    def language(self) -> str | None:
        """The language with the most bytes."""
        return max(self.languages, key=lambda name: self.languages[name], default=None)

    @property
    def open_issues(self) -> int:
        """The number of open issues; pull requests count too, as on GitHub."""
        return sum(issue.state == "open" for issue in self.issues.values())

    @property
    def secret(self) -> str:
        """A text that only those who may see this private repository may ever read."""
        return f"private-to-{self.id}-only"
