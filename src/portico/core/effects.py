"""Which event makes what stale: one row per event, action and condition.

Rows of one event add up. What a row marks or drops is written as `subject/facet`: `repo` is the
repository of the delivery, `owner` whose it is, `sender` who did it, others are named in
`Happening.repositories` and `.accounts`. Words in braces are the delivery's details. A word without
a subject is a tag as it stands.

*Mark*: GitHub is asked before it is served again; the validator may still save the point.
*Drop*: access was lost, or every copy is wrong; nothing of it may stand in for a failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event makes stale.

    `actions` is empty for whichever. `when` names a detail or condition that must hold, "" for
    none. `repeats` names the event that always tells the same, so that this one need not reach us.
    """

    event: str
    actions: tuple[str, ...] = ()
    when: str = ""
    mark: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    repeats: str = ""


_LISTS_OF_REPOSITORIES: Final = ("repo/meta", "owner/repos")
_ISSUE: Final = ("repo/issues", "repo/pulls", "repo/meta", "owner/repos", "search/issues")
_CHECKS: Final = ("repo/commits", "repo/check-runs", "repo/check-suites")
_REFS: Final = (
    "repo/branches",
    "repo/tags",
    "repo/git",
    "repo/commits",
    "repo/compare",
    "repo/contents",
    "repo/events",
    "repo/activity",
)
_ACCESS_LOST: Final = ("repo", "owner", "lists", "search")

EFFECTS: Final[tuple[Effect, ...]] = (
    Effect("push", mark=(*_LISTS_OF_REPOSITORIES, *_REFS, "repo/pulls")),
    Effect(
        "push",
        when="is_default_branch",
        mark=(
            "repo/readme",
            "repo/license",
            "repo/languages",
            "repo/stats",
            "repo/contributors",
            "repo/community",
        ),
    ),
    Effect("push", when="is_tag", mark=("repo/releases",)),
    Effect("create", mark=_REFS),
    Effect("delete", mark=_REFS),
    Effect(
        "star", mark=(*_LISTS_OF_REPOSITORIES, "repo/stargazers", "sender/starred", "repo/events")
    ),
    Effect(
        "watch",
        mark=(*_LISTS_OF_REPOSITORIES, "repo/stargazers", "sender/starred", "repo/events"),
        repeats="star",
    ),
    Effect("fork", mark=(*_LISTS_OF_REPOSITORIES, "repo/forks", "forkee", "forkee_owner/repos")),
    Effect("issues", mark=_ISSUE),
    Effect("issues", mark=("repo/labels",), actions=("labeled", "unlabeled")),
    Effect(
        "issues",
        mark=("repo/milestones",),
        actions=("milestoned", "demilestoned", "closed", "reopened"),
    ),
    Effect("issues", actions=("transferred",), mark=("moved/issues", "moved/meta")),
    Effect("issue_comment", mark=("repo/issues", "repo/pulls", "search/issues")),
    Effect("pull_request", mark=(*_ISSUE, "repo/commits")),
    Effect("release", mark=("repo/releases", "repo/tags", "repo/events")),
    Effect("repository", actions=("created",), mark=("repo", "owner", "lists", "missing")),
    Effect(
        "repository",
        actions=("edited", "archived", "unarchived"),
        mark=("repo/meta", "repo/topics", "owner/repos", "search/repositories"),
    ),
    Effect(
        "repository",
        actions=("publicized",),
        mark=("repo", "owner", "lists", "search", "missing"),
    ),
    Effect("public", mark=("repo", "owner", "lists", "search", "missing"), repeats="repository"),
    Effect("repository", actions=("privatized", "deleted"), drop=_ACCESS_LOST),
    Effect("repository", actions=("renamed", "transferred"), drop=(*_ACCESS_LOST, "missing")),
    Effect("repository", actions=("renamed", "transferred"), drop=("was", "was_owner")),
    Effect("member", mark=("repo/collaborators", "repo/assignees", "repo/meta")),
    Effect("member", actions=("removed",), when="is_private", drop=("repo",)),
    Effect("status", mark=("repo/statuses", "repo/commits")),
    Effect("check_run", mark=_CHECKS),
    Effect("check_suite", mark=_CHECKS),
    Effect("workflow_run", mark=("repo/actions",)),
    Effect("workflow_job", mark=("repo/actions",)),
    Effect("ping"),
)
