"""Pull requests: lists, one, and one as a diff."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.bodies import pulls as pull_bodies
from portico.sandbox.bodies.commits import diff
from portico.sandbox.call import Call
from portico.sandbox.message import Answer
from portico.sandbox.model import Issue, Pull
from portico.sandbox.rest.history import as_text
from portico.sandbox.routing import Route, repository_route


def list_pulls(call: Call) -> Answer:
    """Answer with pull requests in the wanted state, newest first."""
    asked = call.request.parameter
    state, sort = asked("state", "open"), asked("sort", "created")
    chosen = [
        (issue, issue.pull)
        for issue in call.repository.issues.values()
        if issue.pull is not None and state in {issue.state, "all"}
    ]
    ascends = asked("direction", "desc") == "asc"
    chosen.sort(key=lambda pair: _moment(pair[0], sort), reverse=not ascends)
    page = link.by_number(call.request, chosen, f"{call.repository_path}/pulls")
    body = [
        pull_bodies.pull_simple(issue, pull, call.repository, call.view)
        for issue, pull in page.items
    ]
    return Answer(json=body, link=page.link)


def _moment(issue: Issue, sort: str) -> tuple[float, int]:
    return (issue.updated_at if sort == "updated" else issue.created_at), issue.number


def get_pull(call: Call) -> Answer:
    """Answer with one pull request, as JSON or as a diff."""
    issue = call.repository.issues.get(int(call.params["number"]))
    if issue is None or issue.pull is None:
        raise errors.not_found()
    if call.media.param in {"diff", "patch"}:
        return as_text(call, _diff(call, issue.pull))
    body = pull_bodies.pull(issue, issue.pull, call.repository, call.view)
    return Answer(json=body, last_modified_at=issue.updated_at)


def _diff(call: Call, pull: Pull) -> str:
    return diff(call.repository.history.since(pull.head_sha)[0])


_READ = "pull_requests=read"

ROUTES: list[Route] = [
    repository_route(
        "GET",
        "/pulls",
        list_pulls,
        "pulls/pulls#list-pull-requests",
        permission=_READ,
        loses_fields=True,
    ),
    repository_route(
        "GET",
        "/pulls/{number:int}",
        get_pull,
        "pulls/pulls#get-a-pull-request",
        permission=_READ,
        loses_fields=True,
    ),
]
