"""What webhook deliveries hold: the members of all payloads, and the payloads of odd shape.

Key order and quirks are those of recorded deliveries. In `push`, two of the repository's instants
are integers and its owner has `name` and `email`; nowhere else is it so.
"""

from __future__ import annotations

from collections.abc import Sequence

from portico.sandbox.bodies.accounts import GITHUB, simple_organization, simple_user
from portico.sandbox.bodies.repositories import minimal_repository
from portico.sandbox.bodies.view import View, iso, node_id
from portico.sandbox.git import NO_COMMIT, Commit
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository
from portico.sandbox.webhooks.event import Event
from portico.sandbox.webhooks.hook import Hook, HookKind

_ZEN = "Responsive is better than fast."


# Kind of hook -> how its own description calls it.
_HOOK_TYPES = {
    HookKind.REPOSITORY: "Repository",
    HookKind.ORGANIZATION: "Organization",
    HookKind.APP: "App",
}


def payload(event: Event, view: View, *, installation_id: int | None) -> dict[str, Json]:
    """Return a whole payload: the event's own members between those that all payloads have."""
    whole: dict[str, Json] = {} if event.action is None else {"action": event.action}
    whole |= event.body
    if isinstance(event.about, Repository) and "repository" not in whole:
        whole["repository"] = told_repository(event.about, view)
    if event.account is not None and event.account.is_organization:
        whole["organization"] = simple_organization(event.account, view)
    if event.sender is not None:
        whole["sender"] = simple_user(event.sender, view)
    if installation_id is not None and "installation" not in whole:
        whole["installation"] = {"id": installation_id, "node_id": node_id("GI", installation_id)}
    return whole


def told_repository(repository: Repository, view: View) -> dict[str, Json]:
    """Return a repository as deliveries show it; they always have its organisation's properties."""
    return {**minimal_repository(repository, view), "custom_properties": {}}


def ping(hook: Hook, hooks_url: str) -> dict[str, Json]:
    """Return what a new hook is greeted with; `hooks_url` is the list that it stands in."""
    return {"zen": _ZEN, "hook_id": hook.id, "hook": described(hook, hooks_url)}


def described(hook: Hook, hooks_url: str) -> dict[str, Json]:
    """Return a hook as deliveries about itself describe it; its secret is never told."""
    url = f"{hooks_url}/{hook.id}"
    config: dict[str, Json] = {"content_type": hook.content_type, "insecure_ssl": "0"}
    if hook.secret is not None:
        config["secret"] = "********"  # noqa: S105 - GitHub's mask
    body: dict[str, Json] = {
        "type": _HOOK_TYPES[hook.kind],
        "id": hook.id,
        "name": "web",
        "active": True,
        "events": sorted(hook.events),
        "config": {**config, "url": hook.url or ""},
        "updated_at": iso(hook.created_at),
        "created_at": iso(hook.created_at),
    }
    if hook.kind is HookKind.APP:
        return {**body, "app_id": hook.app_id, "deliveries_url": f"{hooks_url}/deliveries"}
    body |= {"url": url, "ping_url": f"{url}/pings", "deliveries_url": f"{url}/deliveries"}
    if hook.kind is HookKind.REPOSITORY:
        body["test_url"] = f"{url}/test"
        body["last_response"] = {"code": None, "status": "unused", "message": None}
    return body


def push(
    repository: Repository,
    view: View,
    *,
    ref: str,
    before: str,
    after: str,
    commits: Sequence[Commit],
    pusher: Account,
) -> dict[str, Json]:
    """Return what a push tells. `commits` are the new ones, oldest first."""
    is_new, is_gone = before == NO_COMMIT, after == NO_COMMIT
    page = f"{GITHUB}/{repository.full_name}/compare"
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    head = next((c for c in repository.history.commits if c.sha == after), None)
    return {
        "ref": ref,
        "before": before,
        "after": after,
        "repository": _pushed_repository(repository, view),
        "pusher": {"name": pusher.login, "email": f"{pusher.login}@users.example"},
        "created": is_new,
        "deleted": is_gone,
        "forced": False,
        "base_ref": None,
        "compare": f"{page}/{short}" if is_new else f"{page}/{before[:12]}...{after[:12]}",
        "commits": [pushed_commit(each, repository) for each in commits],
        "head_commit": pushed_commit(head, repository) if head else None,
    }


def _pushed_repository(repository: Repository, view: View) -> dict[str, Json]:
    """Return the repository as only `push` shows it."""
    owner = repository.owner
    address = {"name": owner.login, "email": owner.email}
    return {
        **told_repository(repository, view),
        "owner": {**address, **simple_user(owner, view)},
        "created_at": int(repository.created_at),
        "pushed_at": int(repository.pushed_at),
        "stargazers": repository.stars,
        "master_branch": repository.default_branch,
        **({"organization": owner.login} if owner.is_organization else {}),
    }


def pushed_commit(commit: Commit, repository: Repository) -> dict[str, Json]:
    """Return a commit as `push` shows it; the lists of files are by what became of them."""
    person: dict[str, Json] = {"name": commit.name, "email": commit.email}
    if commit.login is not None:
        person["username"] = commit.login
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": iso(commit.date_at),
        "url": f"{GITHUB}/{repository.full_name}/commit/{commit.sha}",
        "author": person,
        "committer": person,
        "added": [] if commit.parent else [commit.path],
        "removed": [],
        "modified": [commit.path] if commit.parent else [],
    }
