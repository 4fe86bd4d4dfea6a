"""Which event changes who sees what, and under which name: the second half of the table.

Two rules decide between marking and dropping. Where everybody's copy is wrong (a repository
made private, deleted, renamed) all copies go. Where somebody lost access and others did not, a
repository known to be private is dropped, which hits none of the public's copies, as there must be
none. What else they may have seen (alerts and drafts of a public repository, repositories that
nobody names, and the lists, searches and feeds in which a repository is shown) is marked, so that
each principal's next read is GitHub's decision.
"""

from __future__ import annotations

from typing import Final

from portico.core.effect import ABOUT_ACCESS, FEEDS, LISTED, Effect
from portico.core.resource import PRINCIPALS

_APPEARS: Final = ("repo", "owner/meta", "owner/repos", "lists", "search", "feeds")
# Where a repository that somebody lost may be shown as well, by no name of its own.
_ELSEWHERE: Final = ("lists", "search", "feeds")
_SHOWN_AROUND: Final = ("owner/repos", *_ELSEWHERE)
_UNDER_OLD_LOGIN: Final = ("former_owner", "former_owner_repos")
_UNDER_NEW_LOGIN: Final = ("owner", "repos", "lists", "lists/orgs", "search", "feeds")
# An owner's lists and counts hold what the asker may see.
_SEEN: Final = ("owner/meta", "owner/repos")
_ALL_OF_OWNER: Final = ("owner", "repos")
_STARS: Final = (*LISTED, "repo/stargazers", "sender/starred", *FEEDS)


def _access(
    event: str,
    *actions: str,
    when: str = "",
    mark: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
) -> Effect:
    return Effect(event, actions, when, mark, drop, ABOUT_ACCESS)


ON_ACCESS: Final[tuple[Effect, ...]] = (
    # ------------------------------------------------------------------------- repositories
    Effect(
        "repository",
        actions=("created",),
        # All that was asked of it before is that it is not there.
        mark=("repo", "owner/meta", "owner/repos", "search/repositories"),
    ),
    Effect(
        "repository",
        actions=("edited", "archived", "unarchived"),
        mark=(*LISTED, "repo/topics", "search/repositories"),
    ),
    Effect(
        "repository",
        actions=("edited",),
        when="former_default_branch",
        mark=(
            "repo/refs/HEAD",
            "repo/refs/*",
            "repo/heads/*",
            "repo/languages",
            "repo/contributors",
            "repo/stats",
            # What a release names as its target where nobody named one.
            "repo/releases",
            "search/code",
        ),
    ),
    Effect("repository", actions=("publicized",), mark=_APPEARS),
    Effect("public", mark=_APPEARS, dispensable="comes with `repository`"),
    Effect(
        "repository",
        actions=("privatized",),
        mark=("owner/meta",),
        drop=("repo", *_SHOWN_AROUND),
    ),
    Effect(
        "repository",
        actions=("deleted",),
        mark=("owner/meta", *_SHOWN_AROUND),
        drop=("repo",),
    ),
    Effect(
        "repository",
        actions=("renamed",),
        mark=_SHOWN_AROUND,
        drop=("repo", "former"),
    ),
    Effect(
        "repository",
        actions=("transferred",),
        mark=("owner/meta", "former_owner/meta", *_SHOWN_AROUND),
        drop=("repo", "former", "owner/repos", "former_owner/repos"),
    ),
    Effect(
        "repository_import",
        mark=("repo", "owner/repos"),
        dispensable="only while a repository is being filled for the first time",
    ),
    Effect(
        "fork",
        mark=(*LISTED, "repo/forks", "forkee", "forkee_owner/meta", "forkee_owner/repos", *FEEDS),
    ),
    Effect("star", mark=_STARS),
    Effect("watch", mark=_STARS, dispensable="comes with `star`"),
    # ------------------------------------------------------------------------------- people
    _access("member", mark=("repo/meta", "repo/collaborators", "repo/assignees", *FEEDS)),
    _access("member", "added", mark=("repo/invitations", *_SEEN, "repo/missing")),
    _access("member", "edited", "removed", mark=("repo", *_SEEN)),
    _access("member", "removed", when="is_private", mark=_ELSEWHERE, drop=("repo",)),
    _access("membership", mark=("owner/teams", *_SEEN, "missing")),
    _access("membership", "removed", mark=(*_ALL_OF_OWNER, *_ELSEWHERE)),
    _access("team", mark=("owner/teams", "repo/teams", "repo/collaborators")),
    _access("team", "added_to_repository", mark=("repo/meta", *_SEEN, "repo/missing")),
    _access("team", "edited", "removed_from_repository", mark=("repo", *_SEEN)),
    _access(
        "team",
        "removed_from_repository",
        when="is_private",
        mark=_ELSEWHERE,
        drop=("repo",),
    ),
    _access("team", "deleted", mark=(*_ALL_OF_OWNER, *_ELSEWHERE)),
    _access("team_add", mark=("owner/teams", "repo/teams", "repo/meta", *_SEEN, "repo/missing")),
    _access("organization", "member_added", mark=("owner", "member/orgs", "missing")),
    _access("organization", "member_removed", mark=(*_ALL_OF_OWNER, "member/orgs", *_ELSEWHERE)),
    _access("organization", "member_invited", mark=("owner/invitations",)),
    _access(
        "organization",
        "deleted",
        mark=("lists", "lists/orgs", "search", "feeds"),
        drop=_ALL_OF_OWNER,
    ),
    _access("organization", "renamed", mark=_UNDER_NEW_LOGIN, drop=_UNDER_OLD_LOGIN),
    _access("org_block", mark=("owner/blocks",)),
    _access(
        "personal_access_token_request",
        mark=("owner/personal-access-token-requests", "owner/personal-access-tokens"),
    ),
    # ------------------------------------------------------------------- Apps and their users
    _access("installation", mark=("owner/installations", *_SEEN, "missing")),
    _access(
        "installation",
        "deleted",
        "suspend",
        mark=(*_ALL_OF_OWNER, *_ELSEWHERE),
        drop=("lost",),
    ),
    _access("installation_repositories", mark=(*_SEEN, "missing")),
    _access("installation_repositories", "removed", mark=("listed", *_ELSEWHERE), drop=("lost",)),
    _access("installation_target", mark=_UNDER_NEW_LOGIN, drop=_UNDER_OLD_LOGIN),
    # Nothing tells which of the principals this user was: each one's next read is confirmed.
    _access("github_app_authorization", mark=(PRINCIPALS,)),
)

# Events that make nothing stale that Portico could have stored, each with its reason.
IRRELEVANT: Final[dict[str, str]] = {
    "ping": "tells of the hook, not of what it watches",
    "meta": "the hook is gone; what it covered goes by its lifetime again",
    "marketplace_purchase": "only the App itself is shown it, and that answer is never reused",
    "sponsorship": "only GraphQL shows it, whose answers are not stored",
    "project": "classic projects have been shut down",
    "project_card": "classic projects have been shut down",
    "project_column": "classic projects have been shut down",
    "repository_dispatch": "starts workflows; their runs have events of their own",
}
