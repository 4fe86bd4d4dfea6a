"""Workflows of GitHub Actions, their runs and jobs."""

from __future__ import annotations

from urllib.parse import quote

from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.checks import pull_requests
from portico.sandbox.bodies.commits import simple_commit
from portico.sandbox.bodies.repositories import minimal_repository, repository_url
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.checks import CheckRun, WorkflowRun
from portico.sandbox.message import Json
from portico.sandbox.model import Repository

_FILE = ".github/workflows"


def _workflow_id(run: WorkflowRun, repository: Repository) -> int:
    """Return the id of the workflow: the same for all its runs in a repository."""
    return repository.id * 1000 + sum(run.name.encode()) % 1000


def workflow(run: WorkflowRun, repository: Repository, view: View) -> dict[str, Json]:
    """Return the workflow of a run."""
    number = _workflow_id(run, repository)
    path = f"{_FILE}/{run.name.lower()}.yml"
    page = f"{GITHUB}/{repository.full_name}"
    return {
        "id": number,
        "node_id": node_id("W", number),
        "name": run.name,
        "path": path,
        "state": "active",
        "created_at": iso(repository.created_at),
        "updated_at": iso(repository.created_at),
        "url": f"{repository_url(repository, view)}/actions/workflows/{number}",
        "html_url": f"{page}/blob/{repository.default_branch}/{quote(path)}",
        "badge_url": f"{page}/workflows/{quote(run.name)}/badge.svg",
    }


def workflow_run(run: WorkflowRun, repository: Repository, view: View) -> dict[str, Json]:
    """Return one run of a workflow."""
    base = repository_url(repository, view)
    url = f"{base}/actions/runs/{run.id}"
    number = _workflow_id(run, repository)
    commit = repository.history.since(run.suite.head_sha)[0]
    actor = simple_user(run.actor, view)
    shown = minimal_repository(repository, view)
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WFR", run.id),
        "head_branch": run.suite.head_branch,
        "head_sha": run.suite.head_sha,
        "path": f"{_FILE}/{run.name.lower()}.yml",
        "display_title": commit.message.splitlines()[0],
        "run_number": run.number,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": number,
        "check_suite_id": run.suite.id,
        "check_suite_node_id": node_id("CS", run.suite.id),
        "url": url,
        "html_url": f"{GITHUB}/{repository.full_name}/actions/runs/{run.id}",
        "pull_requests": pull_requests(run.suite, repository, view),
        "created_at": iso(run.created_at),
        "updated_at": iso(run.updated_at),
        "actor": actor,
        "run_attempt": 1,
        "referenced_workflows": [],
        "run_started_at": iso(run.created_at),
        "triggering_actor": actor,
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{base}/check-suites/{run.suite.id}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{base}/actions/workflows/{number}",
        "head_commit": simple_commit(commit),
        "repository": shown,
        "head_repository": shown,
    }


def job(run: WorkflowRun, check: CheckRun, repository: Repository, view: View) -> dict[str, Json]:
    """Return the one job of a run, which is a check run with the same id."""
    base = repository_url(repository, view)
    return {
        "id": run.job_id,
        "run_id": run.id,
        "workflow_name": run.name,
        "head_branch": run.suite.head_branch,
        "run_url": f"{base}/actions/runs/{run.id}",
        "run_attempt": 1,
        "node_id": node_id("CR", run.job_id),
        "head_sha": run.suite.head_sha,
        "url": f"{base}/actions/jobs/{run.job_id}",
        "html_url": f"{GITHUB}/{repository.full_name}/actions/runs/{run.id}/job/{run.job_id}",
        "status": check.status,
        "conclusion": check.conclusion,
        "created_at": iso(run.created_at),
        "started_at": iso(check.started_at),
        "completed_at": iso_or_none(check.completed_at),
        "name": check.name,
        "steps": [],
        "check_run_url": f"{base}/check-runs/{run.job_id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": "GitHub Actions 1",
        "runner_group_id": 0,
        "runner_group_name": "GitHub Actions",
    }
