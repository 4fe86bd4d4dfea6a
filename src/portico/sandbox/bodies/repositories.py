"""Repositories in their two lengths: as lists show them and as they are alone."""

from __future__ import annotations

from portico.sandbox.access import Caller, Role
from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.view import View, iso, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Repository

# Key -> what follows the repository's own URL, in GitHub's order.
_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}

LICENSES = {
    "mit": ("MIT License", "MIT"),
    "apache-2.0": ("Apache License 2.0", "Apache-2.0"),
    "gpl-3.0": ("GNU General Public License v3.0", "GPL-3.0"),
    "bsd-3-clause": ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    "other": ("Other", "NOASSERTION"),
}


def repository_url(repository: Repository, view: View) -> str:
    """Return the API URL by name, as bodies carry it."""
    return view.url("repos", repository.owner.login, repository.name)


def license_simple(key: str | None, view: View) -> dict[str, Json] | None:
    """Return a licence as repositories name it; an unknown one has no URL."""
    if key is None:
        return None
    name, spdx = LICENSES[key]
    url = None if key == "other" else view.url("licenses", key)
    number = sorted(LICENSES).index(key) + 1
    return {"key": key, "name": name, "spdx_id": spdx, "url": url, "node_id": node_id("L", number)}


def permissions(caller: Caller, repository: Repository) -> dict[str, bool]:
    """Return what the caller's role allows in the repository."""
    role = caller.role(repository)
    wanted = (Role.ADMIN, Role.MAINTAIN, Role.PUSH, Role.TRIAGE, Role.PULL)
    return {each.name.lower(): role >= each for each in wanted}


def minimal_repository(repository: Repository, view: View) -> dict[str, Json]:
    """Return a repository as lists show it; `permissions` are there for callers with a token."""
    html = f"{GITHUB}/{repository.full_name}"
    url = repository_url(repository, view)
    body = {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "owner": simple_user(repository.owner, view),
        "html_url": html,
        "description": repository.description,
        "fork": repository.parent is not None,
        "url": url,
        **{key: url + rest for key, rest in _LINKS.items()},
        "created_at": iso(repository.created_at),
        "updated_at": iso(repository.updated_at),
        "pushed_at": iso(repository.pushed_at),
        "git_url": f"git://github.com/{repository.full_name}.git",
        "ssh_url": f"git@github.com:{repository.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        **_facts(repository, view),
    }
    if not view.caller.is_anonymous:
        body["permissions"] = permissions(view.caller, repository)
    return body


def _facts(repository: Repository, view: View) -> dict[str, Json]:
    body = {
        "homepage": repository.homepage,
        "size": repository.size_kib,
        "stargazers_count": repository.stars,
        "watchers_count": repository.stars,  # means stars too; watchers are subscribers_count
        "language": repository.language,
        "has_issues": repository.has_issues,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "has_pull_requests": True,
        "pull_request_creation_policy": "all",
        "forks_count": repository.forks,
        "mirror_url": None,
        "archived": repository.archived,
        "disabled": False,
        "open_issues_count": repository.open_issues,
        "license": license_simple(repository.license_key, view),
        "allow_forking": True,
        "is_template": repository.is_template,
        "web_commit_signoff_required": False,
        "topics": repository.topics,
        "visibility": "private" if repository.private else "public",
        "forks": repository.forks,
        "open_issues": repository.open_issues,
        "watchers": repository.stars,
        "default_branch": repository.default_branch,
    }
    if not view.is_old:
        del body["has_downloads"]
    return body


def full_repository(repository: Repository, view: View) -> dict[str, Json]:
    """Return a repository asked for alone: with parent, organisation and settings for pushers.

    `temp_clone_token` carries the marker of the credential that asked.
    """
    body = minimal_repository(repository, view)
    if not view.caller.is_anonymous:
        token = view.caller.token
        pushes = view.caller.can_push(repository)
        body["temp_clone_token"] = token.marker if token and pushes else ""
        if pushes:
            body |= _merging(view)
    if repository.owner.is_organization:
        body["organization"] = simple_user(repository.owner, view)
    parent = repository.parent
    if parent is not None and view.caller.can_see(parent):
        body["parent"] = body["source"] = minimal_repository(parent, view)
    body["network_count"] = repository.forks
    body["subscribers_count"] = repository.subscribers
    return body


def _merging(view: View) -> dict[str, Json]:
    """Return the settings of merging, which only those see who may push."""
    body = {
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "allow_update_branch": False,
        "use_squash_pr_title_as_default": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
    }
    if not view.is_old:
        del body["use_squash_pr_title_as_default"]
    return body
