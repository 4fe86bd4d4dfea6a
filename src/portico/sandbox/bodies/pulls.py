"""Pull requests, in their two lengths."""

from __future__ import annotations

from portico.sandbox.bodies.accounts import simple_user
from portico.sandbox.bodies.issues import association, html_url, label, milestone, written
from portico.sandbox.bodies.repositories import minimal_repository, repository_url
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Issue, Pull, Repository, Review


def pull_simple(value: Issue, pull: Pull, repository: Repository, view: View) -> dict[str, Json]:
    """Return a pull request as lists show it; the newer API version drops two fields."""
    base = repository_url(repository, view)
    url, page = f"{base}/pulls/{value.number}", html_url(value, repository)
    people = [simple_user(person, view) for person in value.assignees]
    body: dict[str, Json] = {
        "url": url,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": f"{base}/issues/{value.number}",
        "number": value.number,
        "state": value.state,
        "locked": value.locked,
        "title": value.title,
        "user": simple_user(value.user, view),
        **written(value.body, view),
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
        "closed_at": iso_or_none(value.closed_at),
        "merged_at": iso_or_none(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": people[0] if people else None,
        "assignees": people,
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [label(each, repository, view) for each in value.labels],
        "milestone": milestone(value.milestone, repository, view) if value.milestone else None,
        "draft": pull.draft,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{base}/pulls/comments{{/number}}",
        "comments_url": f"{base}/issues/{value.number}/comments",
        "statuses_url": f"{base}/statuses/{pull.head_sha}",
        "head": _end(pull.head_ref, pull.head_sha, repository, view),
        "base": _end(repository.default_branch, pull.base_sha, repository, view),
        "_links": _links(value, pull, repository, view),
        "author_association": association(value.user, repository),
        "auto_merge": None,
        "active_lock_reason": None,
    }
    if not view.is_old:
        del body["merge_commit_sha"], body["assignee"]
    return body


def _end(ref: str, sha: str, repository: Repository, view: View) -> dict[str, Json]:
    return {
        "label": f"{repository.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": simple_user(repository.owner, view),
        "repo": minimal_repository(repository, view),
    }


def _links(value: Issue, pull: Pull, repository: Repository, view: View) -> dict[str, Json]:
    base = repository_url(repository, view)
    url = f"{base}/pulls/{value.number}"
    targets = {
        "self": url,
        "html": html_url(value, repository),
        "issue": f"{base}/issues/{value.number}",
        "comments": f"{base}/issues/{value.number}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{base}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{base}/statuses/{pull.head_sha}",
    }
    return {name: {"href": target} for name, target in targets.items()}


def pull(value: Issue, what: Pull, repository: Repository, view: View) -> dict[str, Json]:
    """Return a pull request asked for alone: mergeability and counts as well."""
    merged = what.merged_at is not None
    is_open = value.state == "open"
    return {
        **pull_simple(value, what, repository, view),
        "merged": merged,
        "mergeable": True if is_open else None,
        "rebaseable": True if is_open else None,
        "mergeable_state": "clean" if is_open else "unknown",
        "merged_by": simple_user(what.merged_by or repository.owner, view) if merged else None,
        "comments": len(value.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": 1,
        "additions": 3,
        "deletions": 1,
        "changed_files": 1,
    }


def review(value: Review, subject: Issue, repository: Repository, view: View) -> dict[str, Json]:
    """Return what somebody thinks of a pull request."""
    page = f"{html_url(subject, repository)}#pullrequestreview-{value.id}"
    url = f"{repository_url(repository, view)}/pulls/{subject.number}"
    return {
        "id": value.id,
        "node_id": node_id("PRR", value.id),
        "user": simple_user(value.user, view),
        **written(value.body, view),
        "state": value.state,
        "html_url": page,
        "pull_request_url": url,
        "author_association": association(value.user, repository),
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": iso(value.submitted_at),
        "commit_id": value.commit_id,
    }
