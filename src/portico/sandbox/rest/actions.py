"""Workflow runs and their jobs."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.bodies import actions as action_bodies
from portico.sandbox.call import Call
from portico.sandbox.checks import WorkflowRun
from portico.sandbox.message import Answer, Json
from portico.sandbox.routing import Route, repository_route


def list_runs(call: Call) -> Answer:
    """Answer with workflow runs, newest first."""
    found = [run for run in reversed(call.repository.checks.workflow_runs) if _is_wanted(call, run)]
    page = link.by_number(call.request, found, f"{call.repository_path}/actions/runs")
    rows: Json = [
        action_bodies.workflow_run(each, call.repository, call.view) for each in page.items
    ]
    return Answer(json={"total_count": len(found), "workflow_runs": rows}, link=page.link)


def _is_wanted(call: Call, run: WorkflowRun) -> bool:
    asked = call.request.parameter
    return (
        asked("head_sha") in {"", run.suite.head_sha}
        and asked("branch") in {"", run.suite.head_branch}
        and asked("event") in {"", run.event}
        and asked("status") in {"", run.status, run.conclusion}
    )


def _run(call: Call) -> WorkflowRun:
    number = int(call.params["id"])
    found = next((r for r in call.repository.checks.workflow_runs if r.id == number), None)
    if found is None:
        raise errors.not_found()
    return found


def get_run(call: Call) -> Answer:
    """Answer with one workflow run."""
    return Answer(json=action_bodies.workflow_run(_run(call), call.repository, call.view))


def list_jobs(call: Call) -> Answer:
    """Answer with the jobs of a run: here, one."""
    run = _run(call)
    check = next(each for each in run.suite.runs if each.id == run.job_id)
    body = action_bodies.job(run, check, call.repository, call.view)
    return Answer(json={"total_count": 1, "jobs": [body]})


_READ, _DOCS = "actions=read", "actions/"

ROUTES: list[Route] = [
    repository_route(
        "GET",
        "/actions/runs",
        list_runs,
        f"{_DOCS}workflow-runs#list-workflow-runs-for-a-repository",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/actions/runs/{id:int}",
        get_run,
        f"{_DOCS}workflow-runs#get-a-workflow-run",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/actions/runs/{id:int}/jobs",
        list_jobs,
        f"{_DOCS}workflow-jobs#list-jobs-for-a-workflow-run",
        permission=_READ,
    ),
]
