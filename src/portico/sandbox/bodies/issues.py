"""Issues, pull requests seen as issues, labels, milestones and comments."""

from __future__ import annotations

from html import escape

from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.repositories import repository_url
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Comment, Issue, Label, Milestone, Repository

_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def association(account: Account, repository: Repository) -> str:
    """Return how an author stands to the repository."""
    if account is repository.owner:
        return "OWNER"
    if account in repository.owner.members:
        return "MEMBER"
    return "COLLABORATOR" if account in repository.collaborators else "NONE"


def written(text: str | None, view: View) -> dict[str, Json]:
    """Return a text in the forms that the media type asks for: raw (the usual), text, html, all."""
    html = None if text is None else f"<p>{escape(text, quote=False)}</p>"
    forms = {"body": text, "body_text": text, "body_html": html}
    wanted = {"text": ["body_text"], "html": ["body_html"], "full": list(forms)}
    return {key: forms[key] for key in wanted.get(view.param, ["body"])}


def reactions(url: str) -> dict[str, Json]:
    """Return a tally without any reaction."""
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


def label(value: Label, repository: Repository, view: View) -> dict[str, Json]:
    """Return a label; its name can hold anything, so its URL is percent-encoded."""
    owner, name = repository.owner.login, repository.name
    return {
        "id": value.id,
        "node_id": node_id("LA", value.id),
        "url": view.url("repos", owner, name, "labels", value.name),
        "name": value.name,
        "color": value.color,
        "default": value.default,
        "description": value.description,
        "archived_at": None,
        "archived_by": None,
    }


def milestone(value: Milestone, repository: Repository, view: View) -> dict[str, Json]:
    """Return a milestone with its counts."""
    url = f"{repository_url(repository, view)}/milestones/{value.number}"
    inside = [i for i in repository.issues.values() if i.milestone is value]
    return {
        "url": url,
        "html_url": f"{GITHUB}/{repository.full_name}/milestone/{value.number}",
        "labels_url": f"{url}/labels",
        "id": value.id,
        "node_id": node_id("MI", value.id),
        "number": value.number,
        "title": value.title,
        "description": value.description,
        "creator": simple_user(value.creator, view),
        "open_issues": sum(i.state == "open" for i in inside),
        "closed_issues": sum(i.state == "closed" for i in inside),
        "state": value.state,
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
        "due_on": iso_or_none(value.due_at),
        "closed_at": iso_or_none(value.closed_at),
    }


def issue(value: Issue, repository: Repository, view: View) -> dict[str, Json]:
    """Return an issue, or a pull request as lists of issues show it."""
    base = repository_url(repository, view)
    url = f"{base}/issues/{value.number}"
    people = [simple_user(person, view) for person in value.assignees]
    body: dict[str, Json] = {
        "url": url,
        "repository_url": base,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": html_url(value, repository),
        "id": value.id,
        "node_id": node_id("PR" if value.pull else "I", value.id),
        "number": value.number,
        "title": value.title,
        "user": simple_user(value.user, view),
        "labels": [label(each, repository, view) for each in value.labels],
        "state": value.state,
        "locked": value.locked,
        **({"assignee": people[0] if people else None} if view.is_old else {}),
        "assignees": people,
        "milestone": milestone(value.milestone, repository, view) if value.milestone else None,
        "comments": len(value.comments),
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
        "closed_at": iso_or_none(value.closed_at),
        "author_association": association(value.user, repository),
        "type": None,
        "active_lock_reason": None,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
    }
    if value.pull:
        body |= _pull_links(value, repository, view)
    body |= written(value.body, view)
    body["reactions"] = reactions(url)
    body["timeline_url"] = f"{url}/timeline"
    body["performed_via_github_app"] = None
    body["state_reason"] = value.state_reason
    return body


def html_url(value: Issue, repository: Repository) -> str:
    """Return the page of an issue or pull request."""
    kind = "pull" if value.pull else "issues"
    return f"{GITHUB}/{repository.full_name}/{kind}/{value.number}"


def _pull_links(value: Issue, repository: Repository, view: View) -> dict[str, Json]:
    page = html_url(value, repository)
    assert value.pull is not None  # noqa: S101 - asked by the only caller
    return {
        "draft": value.pull.draft,
        "pull_request": {
            "url": f"{repository_url(repository, view)}/pulls/{value.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": iso_or_none(value.pull.merged_at),
        },
    }


def comment(value: Comment, subject: Issue, repository: Repository, view: View) -> dict[str, Json]:
    """Return a comment on an issue or pull request."""
    base = repository_url(repository, view)
    url = f"{base}/issues/comments/{value.id}"
    return {
        "url": url,
        "html_url": f"{html_url(subject, repository)}#issuecomment-{value.id}",
        "issue_url": f"{base}/issues/{subject.number}",
        "id": value.id,
        "node_id": node_id("IC", value.id),
        "user": simple_user(value.user, view),
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
        **written(value.body, view),
        "author_association": association(value.user, repository),
        "reactions": reactions(url),
        "performed_via_github_app": None,
    }
