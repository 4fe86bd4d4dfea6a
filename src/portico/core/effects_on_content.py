"""Which event makes what stale of a repository's content: the first half of the table.

The other half, about who may see what, is `core/effects_on_access.py`. How a row is read is told in
`core/effect.py`.
"""

from __future__ import annotations

from typing import Final

from portico.core.effect import FEEDS, LISTED, Effect

_DEFAULT_BRANCH: Final = (
    "repo/refs/HEAD",
    "repo/languages",
    "repo/contributors",
    "repo/stats",
    "search/code",
    "search/commits",
)
_REF: Final = ("repo/refs/*", "repo/refs/{ref}", "repo/activity")
_ISSUE: Final = (
    "repo/issues/{number}",
    "repo/issues/{number}/events",
    "repo/issues/{number}/timeline",
    "repo/issues/*",
    "repo/issues/events",
    "search/issues",
)
_COUNTED: Final = (*LISTED, "repo/milestones/*", "repo/milestones/{milestone}", *FEEDS)
_MILESTONE: Final = ("repo/milestones/*", "repo/milestones/{milestone}")
# Labelling may make the label; a milestone lists the labels of what it holds.
_LABELLED: Final = (
    "repo/issues/{number}/labels",
    "repo/labels/*",
    "repo/labels/{label}",
    "repo/milestones/{milestone}",
)
# When it comes or goes, so does what lies below it.
_BELOW_ISSUE: Final = (
    "repo/issues/{number}/comments",
    "repo/issues/{number}/labels",
    "repo/issues/{number}/sub_issues",
    "repo/issues/{number}/parent",
    "repo/issues/{number}/dependencies",
)
_BELOW_PULL: Final = (
    "repo/pulls/{number}/commits",
    "repo/pulls/{number}/comments",
    "repo/pulls/{number}/reviews",
    "repo/pulls/{number}/requested_reviewers",
)
_PULL: Final = (*_ISSUE, "repo/pulls/{number}", "repo/pulls/*")
_RELATED: Final = (
    "repo/issues/{number}",
    "repo/issues/{number}/timeline",
    "repo/issues/*",
    "other/issues/{other_number}",
    "other/issues/{other_number}/timeline",
    "other/issues/*",
)
_RELEASE: Final = (
    "repo/releases/*",
    "repo/releases/latest",
    "repo/releases/{release_id}",
    "repo/releases/tags/{tag}",
    "repo/releases/tags/{former_tag}",
    "repo/releases/assets",
)
_CHECKS: Final = (
    "repo/check-runs/{sha}",
    "repo/check-runs/*",
    "repo/check-suites/{check_suite_id}",
)
_RUN: Final = (
    "repo/actions/runs/*",
    "repo/actions/runs/{run_id}",
    "repo/actions/runs/{run_id}/jobs",
)
_APPS_ALONE: Final = "told to Apps alone; runs and deployments have events of their own"

ON_CONTENT: Final[tuple[Effect, ...]] = (
    # --------------------------------------------------------------------- commits and refs
    Effect("push", mark=(*LISTED, *_REF, "repo/commits/{sha}", *FEEDS)),
    Effect("push", when="is_default_branch", mark=_DEFAULT_BRANCH),
    Effect("push", when="is_branch", mark=("repo/heads/*",)),
    Effect("push", when="is_tag", mark=("repo/tags",)),
    Effect("create", mark=(*_REF, *FEEDS)),
    Effect("create", when="is_branch", mark=("repo/heads/*",)),
    Effect("create", when="is_tag", mark=("repo/tags",)),
    Effect("delete", mark=(*_REF, *FEEDS)),
    Effect("delete", when="is_branch", mark=("repo/heads/*",)),
    # A release without its tag becomes a draft.
    Effect("delete", when="is_tag", mark=("repo/tags", "repo/releases")),
    Effect(
        "commit_comment",
        mark=(
            "repo/comments/*",
            "repo/comments/{comment_id}",
            "repo/comments/{sha}",
            "repo/commits/{sha}",
            *FEEDS,
        ),
    ),
    Effect("status", mark=("repo/statuses/{sha}", "repo/statuses/*")),
    Effect("check_run", mark=(*_CHECKS, "repo/check-runs/{check_run_id}")),
    Effect("check_suite", mark=_CHECKS),
    Effect("merge_group", mark=("repo/refs/*", "repo/heads/*")),
    # ------------------------------------------------------------------------ issues, pulls
    Effect("issues", mark=_ISSUE),
    Effect(
        "issues",
        actions=("opened", "closed", "reopened", "deleted", "transferred"),
        mark=_COUNTED,
    ),
    Effect("issues", actions=("milestoned", "demilestoned"), mark=_MILESTONE),
    Effect("issues", actions=("labeled", "unlabeled"), mark=_LABELLED),
    Effect("issues", actions=("opened", "deleted", "transferred"), mark=_BELOW_ISSUE),
    Effect("issues", actions=("deleted", "transferred"), mark=("repo/issues/comments",)),
    Effect(
        "issues",
        actions=("transferred",),
        mark=(
            "moved/issues/{moved_number}",
            "moved/issues/*",
            "moved/meta",
            "moved_owner/repos",
        ),
    ),
    Effect(
        "sub_issues",
        mark=(
            *_RELATED,
            "repo/issues/{number}/sub_issues",
            "repo/issues/{number}/parent",
            "other/issues/{other_number}/sub_issues",
            "other/issues/{other_number}/parent",
        ),
    ),
    Effect(
        "issue_dependencies",
        mark=(
            *_RELATED,
            "repo/issues/{number}/dependencies",
            "other/issues/{other_number}/dependencies",
        ),
    ),
    Effect("issue_relates_to", mark=_RELATED),
    Effect(
        "issue_comment",
        mark=(
            "repo/issues/{number}",
            "repo/issues/{number}/comments",
            "repo/issues/{number}/timeline",
            "repo/issues/*",
            "repo/issues/comments",
            "repo/issues/comments/{comment_id}",
            "search/issues",
            *FEEDS,
        ),
    ),
    Effect("issue_comment", when="is_pull", mark=("repo/pulls/{number}", "repo/pulls/*")),
    Effect("pull_request", mark=_PULL),
    Effect("pull_request", actions=("opened", "closed", "reopened"), mark=_COUNTED),
    Effect("pull_request", actions=("opened",), mark=(*_BELOW_ISSUE, *_BELOW_PULL)),
    Effect("pull_request", actions=("milestoned", "demilestoned"), mark=_MILESTONE),
    Effect("pull_request", actions=("labeled", "unlabeled"), mark=_LABELLED),
    Effect(
        "pull_request",
        actions=("opened", "synchronize", "edited", "closed"),
        mark=(
            "repo/pulls/{number}/commits",
            "repo/refs/pull/{number}/head",
            "repo/refs/pull/{number}/merge",
        ),
    ),
    Effect(
        "pull_request",
        actions=("review_requested", "review_request_removed"),
        mark=("repo/pulls/{number}/requested_reviewers",),
    ),
    Effect(
        "pull_request_review",
        mark=(
            *_PULL,
            "repo/pulls/{number}/reviews",
            "repo/pulls/{number}/requested_reviewers",
            *FEEDS,
        ),
    ),
    Effect(
        "pull_request_review_comment",
        mark=(
            *_PULL,
            "repo/pulls/{number}/comments",
            "repo/pulls/{number}/reviews",
            "repo/pulls/comments",
            "repo/pulls/comments/{comment_id}",
            *FEEDS,
        ),
    ),
    Effect(
        "pull_request_review_thread",
        mark=("repo/pulls/{number}/comments", "repo/pulls/{number}/reviews"),
    ),
    # What is edited is shown in every issue that carries it.
    Effect("label", mark=("repo/labels/*", "repo/labels/{label}", "repo/labels/{former_label}")),
    Effect(
        "label",
        actions=("edited", "deleted", "archived", "unarchived"),
        mark=("repo/labelled", "repo/milestones"),
    ),
    Effect("milestone", mark=_MILESTONE),
    Effect(
        "milestone",
        actions=("edited", "deleted", "closed", "opened"),
        mark=("repo/labelled",),
    ),
    # --------------------------------------------------------------- releases, actions, pages
    Effect("release", mark=_RELEASE),
    # Publishing makes the tag where there is none.
    Effect("release", actions=("published",), mark=("repo/tags", *FEEDS)),
    Effect("workflow_run", mark=_RUN),
    Effect("workflow_job", mark=(*_RUN, "repo/actions/jobs/{job_id}")),
    Effect(
        "workflow_dispatch",
        mark=("repo/actions/runs/*",),
        dispensable=_APPS_ALONE,
    ),
    Effect("deployment", mark=("repo/deployments", "repo/environments")),
    Effect("deployment_status", mark=("repo/deployments/*", "repo/deployments/{deployment_id}")),
    Effect(
        "deployment_protection_rule",
        mark=("repo/deployments", "repo/actions/runs/*"),
        dispensable=_APPS_ALONE,
    ),
    Effect(
        "deployment_review",
        mark=("repo/deployments", "repo/actions"),
        dispensable=_APPS_ALONE,
    ),
    Effect("page_build", mark=("repo/pages",)),
    Effect("gollum", mark=FEEDS),
    Effect("package", mark=("owner/packages",)),
    Effect("registry_package", mark=("owner/packages",), dispensable="comes with `package`"),
    Effect("projects_v2", mark=("owner/projectsV2",)),
    Effect("projects_v2_item", mark=("owner/projectsV2",)),
    Effect("projects_v2_status_update", mark=("owner/projectsV2",)),
    Effect("discussion", mark=("repo/discussions",)),
    Effect("discussion_comment", mark=("repo/discussions",)),
    # ------------------------------------------------------------------- rules and security
    Effect("branch_protection_rule", mark=("repo/branches",)),
    Effect("branch_protection_configuration", mark=("repo/branches",)),
    Effect(
        "repository_ruleset",
        mark=("repo/rulesets", "repo/rules", "repo/branches", "owner/rulesets"),
    ),
    Effect("deploy_key", mark=("repo/keys",)),
    Effect("dependabot_alert", mark=("repo/dependabot", "owner/dependabot")),
    Effect("repository_vulnerability_alert", mark=("repo/dependabot", "owner/dependabot")),
    Effect("code_scanning_alert", mark=("repo/code-scanning", "owner/code-scanning")),
    Effect("secret_scanning_alert", mark=("repo/secret-scanning", "owner/secret-scanning")),
    Effect("secret_scanning_alert_location", mark=("repo/secret-scanning",)),
    Effect("secret_scanning_scan", mark=("repo/secret-scanning",)),
    Effect("repository_advisory", mark=("repo/security-advisories", "owner/security-advisories")),
    Effect("security_advisory", mark=("advisories",)),
    Effect("security_and_analysis", mark=LISTED),
    Effect("custom_property", mark=("owner/properties",)),
    Effect("custom_property_values", mark=(*LISTED, "repo/properties", "owner/properties")),
)
