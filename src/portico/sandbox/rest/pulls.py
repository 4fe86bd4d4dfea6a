"""Pull requests: lists, one, one as a diff; their commits and reviews; asking, and merging."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import pulls as pull_bodies
from portico.sandbox.bodies.commits import commit, diff
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Caching
from portico.sandbox.model import Issue, Pull
from portico.sandbox.rest.history import as_text, author_of
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
    issue, pull = _found(call)
    if call.media.param in {"diff", "patch"}:
        return as_text(call, _diff(call, pull))
    body = pull_bodies.pull(issue, pull, call.repository, call.view)
    return Answer(json=body, last_modified_at=issue.updated_at)


def _found(call: Call) -> tuple[Issue, Pull]:
    """Return the pull request numbered in the path, or raise 404."""
    issue = call.repository.issues.get(int(call.params["number"]))
    if issue is None or issue.pull is None:
        raise errors.not_found()
    return issue, issue.pull


def _diff(call: Call, pull: Pull) -> str:
    return diff(call.repository.history.since(pull.head_sha)[0])


def list_commits(call: Call) -> Answer:
    """Answer with the commits of a pull request, oldest first."""
    issue, pull = _found(call)
    found = call.repository.history.between(pull.base_sha, pull.head_sha)
    page = link.by_number(
        call.request, found, f"{call.repository_path}/pulls/{issue.number}/commits"
    )
    body = [commit(each, author_of(call, each), call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def list_reviews(call: Call) -> Answer:
    """Answer with the reviews of a pull request, oldest first."""
    issue, pull = _found(call)
    path = f"{call.repository_path}/pulls/{issue.number}/reviews"
    page = link.by_number(call.request, pull.reviews, path)
    body = [pull_bodies.review(each, issue, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def create_pull(call: Call) -> Answer:
    """Ask for a branch of this repository to be merged into the default one."""
    call.require_writing("pull_requests")
    sent = call.payload()
    for key in ("title", "head", "base"):
        if not isinstance(sent.get(key), str) or not sent[key]:
            raise errors.invalid("PullRequest", key)
    if sent["head"] not in call.repository.history.branches:
        raise errors.invalid("PullRequest", "head", "invalid")
    if sent["base"] != call.repository.default_branch:
        raise errors.invalid("PullRequest", "base", "invalid")
    author = call.world.actor(call.repository) if call.caller.account is None else call.me()
    issue = call.world.open_pull(
        call.repository,
        sent["title"],
        login=author.login,
        head=sent["head"],
        body=sent.get("body"),
        draft=bool(sent.get("draft")),
    )
    assert issue.pull is not None  # noqa: S101 - just made
    body = pull_bodies.pull(issue, issue.pull, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def merge(call: Call) -> Answer:
    """Merge a pull request; 405 for one that is not open, 409 if its head has moved."""
    call.require_writing("contents")
    call.require_role(Role.PUSH)
    issue, pull = _found(call)
    if issue.state != "open":
        raise Refusal(405, "Pull Request is not mergeable")
    if call.payload().get("sha", pull.head_sha) != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    login = call.caller.account.login if call.caller.account else None
    sha = call.world.merge_pull(call.repository, issue.number, login=login)
    body = {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}
    return Answer(json=body, caching=Caching.UNSTATED)


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
    repository_route(
        "GET",
        "/pulls/{number:int}/commits",
        list_commits,
        "pulls/pulls#list-commits-on-a-pull-request",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/pulls/{number:int}/reviews",
        list_reviews,
        "pulls/reviews#list-reviews-for-a-pull-request",
        permission=_READ,
    ),
    repository_route(
        "POST",
        "/pulls",
        create_pull,
        "pulls/pulls#create-a-pull-request",
        permission="pull_requests=write",
        loses_fields=True,
    ),
    repository_route(
        "PUT",
        "/pulls/{number:int}/merge",
        merge,
        "pulls/pulls#merge-a-pull-request",
        permission="contents=write",
    ),
]
