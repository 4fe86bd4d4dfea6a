"""What changes in an answer although no webhook tells: members that must not count as missed.

Whoever compares an answer that events keep fresh with GitHub's own, to see whether an event was
lost, leaves these out. Each stands with its reason. An object that is shown inside another (the
repository in each pull request, a milestone's counts in each of its issues) is as old as the
answer that holds it: it is followed at its own address.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_PROFILE: Final = "edits of a profile send no event"
_COPY: Final = "shown whole at its own address, where events find it"
_SETTING: Final = "settings send no event"
_MOVES: Final = "moves by itself"
_LATE: Final = "worked out some time after the push"

# Wherever it stands.
ANYWHERE: Final[dict[str, str]] = {
    "avatar_url": _PROFILE,
    "gravatar_id": _PROFILE,
    "site_admin": _PROFILE,
    "author_association": "an organisation's members and roles count, too",
    "reactions": "a reaction sends no event",
    "temp_clone_token": _MOVES,
    "score": _MOVES,
    "download_count": "a download sends no event",
}

_REPOSITORY: Final[dict[str, str]] = {
    "subscribers_count": "watching sends no event; the event `watch` is a star",
    "network_count": "the end of a fork sends no event",
    "forks_count": "the end of a fork sends no event",
    "forks": "the end of a fork sends no event",
    "size": _LATE,
    "language": _LATE,
    "updated_at": "settings move it, which send no event",
    "license": _LATE,
    "permissions": "of the asker; roles and teams send events to organisations alone",
    "role_name": "of the asker; roles and teams send events to organisations alone",
    "owner": _COPY,
    "organization": _COPY,
    "parent": _COPY,
    "source": _COPY,
    "template_repository": _COPY,
    **dict.fromkeys(
        (
            "allow_auto_merge",
            "allow_forking",
            "allow_merge_commit",
            "allow_rebase_merge",
            "allow_squash_merge",
            "allow_update_branch",
            "delete_branch_on_merge",
            "disabled",
            "has_discussions",
            "has_downloads",
            "has_issues",
            "has_pages",
            "has_projects",
            "has_wiki",
            "is_template",
            "merge_commit_message",
            "merge_commit_title",
            "mirror_url",
            "squash_merge_commit_message",
            "squash_merge_commit_title",
            "use_squash_pr_title_as_default",
            "web_commit_signoff_required",
        ),
        _SETTING,
    ),
}
_MILESTONE: Final[dict[str, str]] = {
    f"milestone.{name}": _COPY for name in ("open_issues", "closed_issues", "updated_at")
}
_PULL: Final[dict[str, str]] = {
    **_MILESTONE,
    **dict.fromkeys(("base.repo", "head.repo"), _COPY),
    "updated_at": "a mention elsewhere may move it",
}

# Facet of a repository -> members of what it shows, each by its dotted way; lists do not count.
UNANNOUNCED_MEMBERS: Final[dict[str, dict[str, str]]] = {
    "meta": _REPOSITORY,
    "repos": _REPOSITORY,
    "issues": {
        **_MILESTONE,
        "repository": _COPY,
        "updated_at": "a mention elsewhere may move it",
    },
    "pulls": _PULL,
    "commits": {
        **{f"check_suites.{name}": _COPY for name in ("repository", "app", "pull_requests")},
        **{f"check_runs.{name}": _COPY for name in ("app", "pull_requests")},
        "repository": _COPY,
        **_PULL,
    },
    "check-runs": dict.fromkeys(("app", "pull_requests"), _COPY),
    "check-suites": dict.fromkeys(("app", "pull_requests", "repository"), _COPY),
    "actions": {
        f"{way}{name}": _COPY
        for way in ("", "workflow_runs.")
        for name in ("repository", "head_repository", "pull_requests")
    },
}


def are_told_alike(facet: str, one: bytes, other: bytes) -> bool:
    """Return whether two bodies of a facet differ at most in what no event tells."""
    if one == other:
        return True
    ignored = frozenset(UNANNOUNCED_MEMBERS.get(facet, ()))
    try:
        return _told(msgspec.json.decode(one), ignored) == _told(
            msgspec.json.decode(other), ignored
        )
    except msgspec.DecodeError:
        return False


def _told(found: Json, ignored: frozenset[str], way: str = "") -> Json:
    """Return what is left of a body without its unannounced members."""
    if isinstance(found, list):
        return [_told(each, ignored, way) for each in found]
    if not isinstance(found, dict):
        return found
    return {
        name: _told(value, ignored, f"{way}{name}.")
        for name, value in found.items()
        if name not in ANYWHERE and f"{way}{name}" not in ignored
    }
