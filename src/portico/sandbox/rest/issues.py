"""Issues, their comments, labels and milestones: reading and writing."""

from __future__ import annotations

from collections.abc import Callable

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import issues as issue_bodies
from portico.sandbox.bodies.view import iso
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.model import Account, Issue
from portico.sandbox.routing import Route, repository_route

_ORDERS: dict[str, Callable[[Issue], tuple[float, int]]] = {
    "created": lambda i: (i.created_at, i.number),
    "updated": lambda i: (i.updated_at, i.number),
    "comments": lambda i: (len(i.comments), i.number),
}


def list_issues(call: Call) -> Answer:
    """Answer with issues and pull requests, newest first, paged by cursor."""
    if not call.repository.has_issues:
        raise Refusal(410, errors.ISSUES_DISABLED)
    asked = call.request.parameter
    key = _ORDERS.get(asked("sort"), _ORDERS["created"])
    chosen = [issue for issue in call.repository.issues.values() if _is_wanted(call, issue)]
    chosen.sort(key=key, reverse=asked("direction", "desc") != "asc")
    page = link.by_cursor(
        call.request,
        chosen,
        f"{call.repository_path}/issues",
        key=lambda issue: str(issue.number),
        deepest_page=call.world.deepest_issue_page,
    )
    body = [issue_bodies.issue(each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def _is_wanted(call: Call, issue: Issue) -> bool:
    """Whether the filters of the query let an issue through."""
    asked = call.request.parameter
    labels = {name.lower() for name in asked("labels").split(",") if name}
    milestone = str(issue.milestone.number) if issue.milestone else "none"
    people = {person.login.lower() for person in issue.assignees} or {"none"}
    return (
        asked("state", "open") in {issue.state, "all"}
        and labels <= {label.name.lower() for label in issue.labels}
        and asked("creator").lower() in {"", issue.user.login.lower()}
        and asked("assignee", "*").lower() in {"*", *people}
        and asked("milestone", "*") in {"*", milestone}
        and asked("since") <= iso(issue.updated_at)  # both in the same form, so texts compare
    )


def get_issue(call: Call) -> Answer:
    """Answer with one issue or pull request."""
    issue = call.issue()
    body = issue_bodies.issue(issue, call.repository, call.view)
    return Answer(json=body, last_modified_at=issue.updated_at)


def create_issue(call: Call) -> Answer:
    """Open an issue; anybody who may write somewhere may open one here."""
    call.require_writing("issues")
    if not call.repository.has_issues:
        raise Refusal(410, errors.ISSUES_DISABLED)
    sent = call.payload()
    title = sent.get("title")
    if not isinstance(title, str) or not title.strip():
        raise errors.invalid("Issue", "title")
    author = _author(call)
    issue = call.world.open_issue(call.repository, title, login=author.login, body=sent.get("body"))
    if call.caller.can_push(call.repository):
        _set_labels(call, issue, sent)
    return _created(call, issue)


def _created(call: Call, issue: Issue) -> Answer:
    body = issue_bodies.issue(issue, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def update_issue(call: Call) -> Answer:
    """Change title, body, state or labels; for the author and for those who may push."""
    call.require_writing("issues")
    issue, sent = call.issue(), call.payload()
    if not call.caller.may_edit(call.repository, issue):
        raise Refusal(403, errors.ADMIN_RIGHTS)
    if sent.get("state", "open") not in {"open", "closed"}:
        raise errors.invalid("Issue", "state", "invalid")
    call.world.edit_issue(
        call.repository,
        issue.number,
        title=str(sent["title"]) if "title" in sent else None,
        body=(sent["body"] or "") if "body" in sent else None,
        login=_author(call).login,
    )
    if sent.get("state") == "closed":
        reason = sent.get("state_reason") or "completed"
        call.world.close_issue(
            call.repository, issue.number, reason=reason, login=_author(call).login
        )
    elif sent.get("state") == "open":
        call.world.reopen_issue(call.repository, issue.number, login=_author(call).login)
    _set_labels(call, issue, sent)
    return Answer(json=issue_bodies.issue(issue, call.repository, call.view))


def _author(call: Call) -> Account:
    """Return who writes; for an installation the repository's owner stands in."""
    return call.caller.account or call.world.actor(call.repository)


def _set_labels(call: Call, issue: Issue, sent: dict[str, Json]) -> None:
    """Put labels on an issue by name, making those that do not exist, as GitHub does."""
    if "labels" not in sent:
        return
    wanted = [each["name"] if isinstance(each, dict) else str(each) for each in sent["labels"]]
    kept = {name.lower() for name in wanted}
    names = [each.name for each in issue.labels if each.name.lower() not in kept]
    for name, labeled in [*((n, False) for n in names), *((n, True) for n in wanted)]:
        call.world.label_issue(
            call.repository, issue.number, name, labeled=labeled, login=_author(call).login
        )


def list_comments(call: Call) -> Answer:
    """Answer with an issue's comments, oldest first."""
    issue = call.issue()
    path = f"{call.repository_path}/issues/{issue.number}/comments"
    page = link.by_number(call.request, issue.comments, path)
    body = [issue_bodies.comment(c, issue, call.repository, call.view) for c in page.items]
    return Answer(json=body, link=page.link)


def create_comment(call: Call) -> Answer:
    """Comment on an issue or pull request."""
    call.require_writing("issues")
    issue, sent = call.issue(), call.payload()
    if not isinstance(sent.get("body"), str) or not sent["body"].strip():
        raise errors.invalid("IssueComment", "body")
    made = call.world.comment(
        call.repository, issue.number, sent["body"], login=_author(call).login
    )
    body = issue_bodies.comment(made, issue, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def list_labels(call: Call) -> Answer:
    """Answer with the repository's labels."""
    page = link.by_number(call.request, call.repository.labels, f"{call.repository_path}/labels")
    body = [issue_bodies.label(each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def get_label(call: Call) -> Answer:
    """Answer with one label by its name, which may hold spaces and more."""
    label = call.world.label(call.repository, call.params["name"])
    if label is None:
        raise errors.not_found()
    body = issue_bodies.label(label, call.repository, call.view)
    return Answer(json=body, last_modified_at=call.repository.created_at)


def create_label(call: Call) -> Answer:
    """Make a label."""
    call.require_writing("issues")
    call.require_role(Role.PUSH)
    sent = call.payload()
    name = sent.get("name")
    if not isinstance(name, str) or not name:
        raise errors.invalid("Label", "name")
    if call.world.label(call.repository, name) is not None:
        raise errors.invalid("Label", "name", "already_exists")
    label = call.world.create_label(
        call.repository,
        name,
        color=sent.get("color", "ededed"),
        description=sent.get("description"),
    )
    body = issue_bodies.label(label, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def delete_label(call: Call) -> Answer:
    """Delete a label, also from the issues that carry it."""
    call.require_writing("issues")
    call.require_role(Role.PUSH)
    label = call.world.label(call.repository, call.params["name"])
    if label is None:
        raise errors.not_found()
    call.world.delete_label(call.repository, label.name)
    return Answer(204, caching=Caching.UNSTATED)


def list_milestones(call: Call) -> Answer:
    """Answer with the milestones in the wanted state."""
    state = call.request.parameter("state", "open")
    chosen = [m for m in call.repository.milestones if state in {m.state, "all"}]
    page = link.by_number(call.request, chosen, f"{call.repository_path}/milestones")
    body = [issue_bodies.milestone(each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


_READ, _WRITE = "issues=read", "issues=write"

ROUTES: list[Route] = [
    repository_route(
        "GET",
        "/issues",
        list_issues,
        "issues/issues#list-repository-issues",
        permission=_READ,
        loses_fields=True,
    ),
    repository_route(
        "POST",
        "/issues",
        create_issue,
        "issues/issues#create-an-issue",
        permission=_WRITE,
        loses_fields=True,
    ),
    repository_route(
        "GET",
        "/issues/{number:int}",
        get_issue,
        "issues/issues#get-an-issue",
        permission=_READ,
        loses_fields=True,
    ),
    repository_route(
        "PATCH",
        "/issues/{number:int}",
        update_issue,
        "issues/issues#update-an-issue",
        permission=_WRITE,
        loses_fields=True,
    ),
    repository_route(
        "GET",
        "/issues/{number:int}/comments",
        list_comments,
        "issues/comments#list-issue-comments",
        permission=_READ,
    ),
    repository_route(
        "POST",
        "/issues/{number:int}/comments",
        create_comment,
        "issues/comments#create-an-issue-comment",
        permission=_WRITE,
    ),
    repository_route(
        "GET",
        "/labels",
        list_labels,
        "issues/labels#list-labels-for-a-repository",
        permission=_READ,
    ),
    repository_route(
        "POST", "/labels", create_label, "issues/labels#create-a-label", permission=_WRITE
    ),
    repository_route(
        "GET", "/labels/{name}", get_label, "issues/labels#get-a-label", permission=_READ
    ),
    repository_route(
        "DELETE", "/labels/{name}", delete_label, "issues/labels#delete-a-label", permission=_WRITE
    ),
    repository_route(
        "GET", "/milestones", list_milestones, "issues/milestones#list-milestones", permission=_READ
    ),
]
