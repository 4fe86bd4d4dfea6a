"""What is said of commits: statuses, check suites and check runs."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import checks as check_bodies
from portico.sandbox.call import Call
from portico.sandbox.checks import CheckRun, CheckSuite
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Json
from portico.sandbox.rest.history import require_commits
from portico.sandbox.routing import Route, repository_route

_STATES = {"error", "failure", "pending", "success"}


def _sha(call: Call) -> str:
    """Return the commit that the path names; 422 if there is none."""
    require_commits(call)
    sha = call.repository.history.resolve(call.params["ref"])
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {call.params['ref']}")
    return sha


def get_combined_status(call: Call) -> Answer:
    """Answer with what all statuses of a commit come to, and a page of the newest ones."""
    sha, repository = _sha(call), call.repository
    found = repository.checks.newest_of(sha)
    page = link.by_number(call.request, found, f"{call.repository_path}/commits/{sha}/status")
    body = check_bodies.combined(sha, page.items, repository, call.view)
    return Answer(json=body, link=page.link)


def list_statuses(call: Call) -> Answer:
    """Answer with every status of a commit, newest first."""
    sha = _sha(call)
    found = call.repository.checks.statuses_of(sha)
    page = link.by_number(call.request, found, f"{call.repository_path}/commits/{sha}/statuses")
    body = [check_bodies.whole_status(each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def create_status(call: Call) -> Answer:
    """Say something about a commit."""
    call.require_writing("statuses")
    call.require_role(Role.PUSH)
    sent, sha = call.payload(), _sha(call)
    if sent.get("state") not in _STATES:
        raise errors.invalid("Status", "state", "invalid")
    made = call.world.set_status(
        call.repository,
        sha,
        state=sent["state"],
        context=sent.get("context", "default"),
        description=sent.get("description"),
        login=call.caller.account.login if call.caller.account else None,
    )
    body = check_bodies.whole_status(made, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def list_check_runs(call: Call) -> Answer:
    """Answer with the newest check run of each name of a commit."""
    sha, view, repository = _sha(call), call.view, call.repository
    newest: dict[str, tuple[CheckRun, CheckSuite]] = {}
    for suite in repository.checks.suites_of(sha):
        newest |= {run.name: (run, suite) for run in suite.runs}
    wanted = call.request.parameter("check_name")
    found = [pair for name, pair in newest.items() if wanted in {"", name}]
    page = link.by_number(call.request, found, f"{call.repository_path}/commits/{sha}/check-runs")
    rows: Json = [check_bodies.run(run, suite, repository, view) for run, suite in page.items]
    return Answer(json={"total_count": len(found), "check_runs": rows}, link=page.link)


def list_check_suites(call: Call) -> Answer:
    """Answer with the check suites of a commit."""
    sha = _sha(call)
    found = call.repository.checks.suites_of(sha)
    page = link.by_number(call.request, found, f"{call.repository_path}/commits/{sha}/check-suites")
    rows: Json = [check_bodies.suite(each, call.repository, call.view) for each in page.items]
    return Answer(json={"total_count": len(found), "check_suites": rows}, link=page.link)


def get_check_run(call: Call) -> Answer:
    """Answer with one check run."""
    number = int(call.params["id"])
    for suite in call.repository.checks.suites:
        for run in suite.runs:
            if run.id == number:
                return Answer(json=check_bodies.run(run, suite, call.repository, call.view))
    raise errors.not_found()


def get_check_suite(call: Call) -> Answer:
    """Answer with one check suite."""
    number = int(call.params["id"])
    found = next((each for each in call.repository.checks.suites if each.id == number), None)
    if found is None:
        raise errors.not_found()
    return Answer(json=check_bodies.suite(found, call.repository, call.view))


_STATUSES, _CHECKS = "commits/statuses#", "checks/"

ROUTES: list[Route] = [
    repository_route(
        "GET",
        "/commits/{ref:path}/status",
        get_combined_status,
        f"{_STATUSES}get-the-combined-status-for-a-specific-reference",
        permission="statuses=read",
    ),
    repository_route(
        "GET",
        "/commits/{ref:path}/statuses",
        list_statuses,
        f"{_STATUSES}list-commit-statuses-for-a-reference",
        permission="statuses=read",
    ),
    repository_route(
        "POST",
        "/statuses/{ref}",
        create_status,
        f"{_STATUSES}create-a-commit-status",
        permission="statuses=write",
    ),
    repository_route(
        "GET",
        "/commits/{ref:path}/check-runs",
        list_check_runs,
        f"{_CHECKS}runs#list-check-runs-for-a-git-reference",
        permission="checks=read",
    ),
    repository_route(
        "GET",
        "/commits/{ref:path}/check-suites",
        list_check_suites,
        f"{_CHECKS}suites#list-check-suites-for-a-git-reference",
        permission="checks=read",
    ),
    repository_route(
        "GET",
        "/check-runs/{id:int}",
        get_check_run,
        f"{_CHECKS}runs#get-a-check-run",
        permission="checks=read",
    ),
    repository_route(
        "GET",
        "/check-suites/{id:int}",
        get_check_suite,
        f"{_CHECKS}suites#get-a-check-suite",
        permission="checks=read",
    ),
]
