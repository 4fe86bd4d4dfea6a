"""Statuses, check suites and check runs: as REST shows them, and as deliveries do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from portico.sandbox.bodies.accounts import GITHUB, avatar_url, simple_user
from portico.sandbox.bodies.commits import commit as commit_body
from portico.sandbox.bodies.commits import short_branch, simple_commit
from portico.sandbox.bodies.repositories import minimal_repository, repository_url
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.checks import CheckRun, CheckSuite, Status
from portico.sandbox.git import NO_COMMIT
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository

Body: TypeAlias = dict[str, Json]

# GitHub's own App, which runs workflows: https://github.com/apps/github-actions
_ACTIONS = Account(9919, "github", "Organization")
_ACTIONS_PERMISSIONS = ("actions", "checks", "contents", "issues", "pull_requests", "statuses")
_ACTIONS_SINCE_AT = 1_532_995_260.0


def app(view: View) -> Body:
    """Return the App whose checks these are."""
    return {
        "id": 15368,
        "client_id": "Iv1.05c79e9ad1f6bdfa",
        "slug": "github-actions",
        "node_id": node_id("A", 15368),
        "owner": simple_user(_ACTIONS, view),
        "name": "GitHub Actions",
        "description": "Automate your workflow from idea to production",
        "external_url": "https://help.github.com/en/actions",
        "html_url": f"{GITHUB}/apps/github-actions",
        "created_at": iso(_ACTIONS_SINCE_AT),
        "updated_at": iso(_ACTIONS_SINCE_AT),
        "permissions": dict.fromkeys(_ACTIONS_PERMISSIONS, "write"),
        "events": ["check_run", "check_suite", "push"],
    }


def status(value: Status, repository: Repository, view: View) -> Body:
    """Return a status as the combined status and deliveries share it."""
    return {
        "url": f"{repository_url(repository, view)}/statuses/{value.sha}",
        "avatar_url": avatar_url(value.creator),
        "id": value.id,
        "node_id": node_id("SC", value.id),
        "state": value.state,
        "description": value.description,
        "target_url": value.target_url,
        "context": value.context,
        "created_at": iso(value.at),
        "updated_at": iso(value.at),
    }


def whole_status(value: Status, repository: Repository, view: View) -> Body:
    """Return a status as lists and writes show it: with who said it."""
    return {**status(value, repository, view), "creator": simple_user(value.creator, view)}


def combined(sha: str, shown: Sequence[Status], repository: Repository, view: View) -> Body:
    """Return what all statuses of a commit come to, and those of one page."""
    base, checks = repository_url(repository, view), repository.checks
    return {
        "state": checks.state_of(sha),
        "statuses": [{**status(each, repository, view), "required": False} for each in shown],
        "sha": sha,
        "total_count": len(checks.newest_of(sha)),
        "repository": minimal_repository(repository, view),
        "commit_url": f"{base}/commits/{sha}",
        "url": f"{base}/commits/{sha}/status",
    }


def status_event(value: Status, repository: Repository, view: View) -> Body:
    """Return what a delivery of `status` tells: the commit, and the branches that it heads."""
    told = status(value, repository, view)
    del told["url"], told["node_id"]
    history = repository.history
    commit = history.since(value.sha)[0]
    heads = [name for name, sha in history.branches.items() if sha == value.sha]
    return {
        **told,
        "sha": value.sha,
        "name": repository.full_name,
        "commit": commit_body(commit, None, repository, view),
        "branches": [short_branch(name, value.sha, repository, view) for name in heads],
    }


def run(value: CheckRun, within: CheckSuite, repository: Repository, view: View) -> Body:
    """Return a check run; of its suite it names the id only."""
    url = f"{repository_url(repository, view)}/check-runs/{value.id}"
    page = f"{GITHUB}/{repository.full_name}/runs/{value.id}"
    return {
        "id": value.id,
        "name": value.name,
        "node_id": node_id("CR", value.id),
        "head_sha": within.head_sha,
        "external_id": "",
        "url": url,
        "html_url": page,
        "details_url": page,
        "status": value.status,
        "conclusion": value.conclusion,
        "started_at": iso(value.started_at),
        "completed_at": iso_or_none(value.completed_at),
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": within.id},
        "app": app(view),
        "pull_requests": pull_requests(within, repository, view),
    }


def pull_requests(within: CheckSuite, repository: Repository, view: View) -> list[Body]:
    """Return the open pull requests from the suite's commit, in the form checks have them in."""
    base = repository_url(repository, view)
    short = {"id": repository.id, "url": base, "name": repository.name}
    return [
        {
            "url": f"{base}/pulls/{issue.number}",
            "id": issue.pull.id,
            "number": issue.number,
            "head": {"ref": issue.pull.head_ref, "sha": issue.pull.head_sha, "repo": short},
            "base": {
                "ref": repository.default_branch,
                "sha": issue.pull.base_sha,
                "repo": short,
            },
        }
        for issue in repository.issues.values()
        if issue.pull and issue.state == "open" and issue.pull.head_sha == within.head_sha
    ]


def suite(value: CheckSuite, repository: Repository, view: View) -> Body:
    """Return a check suite with its commit."""
    url = f"{repository_url(repository, view)}/check-suites/{value.id}"
    commit = repository.history.since(value.head_sha)[0]
    return {
        **_short_suite(value, repository, view),
        "repository": minimal_repository(repository, view),
        "head_commit": simple_commit(commit),
        "latest_check_runs_count": len({each.name for each in value.runs}),
        "check_runs_url": f"{url}/check-runs",
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def _short_suite(value: CheckSuite, repository: Repository, view: View) -> Body:
    commit = repository.history.since(value.head_sha)[0]
    return {
        "id": value.id,
        "node_id": node_id("CS", value.id),
        "head_branch": value.head_branch,
        "head_sha": value.head_sha,
        "status": value.status,
        "conclusion": value.conclusion,
        "url": f"{repository_url(repository, view)}/check-suites/{value.id}",
        "before": commit.parent or NO_COMMIT,
        "after": value.head_sha,
        "pull_requests": pull_requests(value, repository, view),
        "app": app(view),
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
    }


def run_event(value: CheckRun, within: CheckSuite, repository: Repository, view: View) -> Body:
    """Return a check run as deliveries show it: around the suite's short form."""
    told = run(value, within, repository, view)
    return {**told, "check_suite": _short_suite(within, repository, view)}
