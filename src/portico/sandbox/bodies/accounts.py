"""Users and organisations."""

from __future__ import annotations

from portico.sandbox.bodies.view import View, iso, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Account

GITHUB = "https://github.com"
_HIDDEN_GISTS = 2


def avatar_url(account: Account) -> str:
    """Return where the account's picture is; not on the API's host."""
    return f"https://avatars.githubusercontent.com/u/{account.id}?v=4"


def simple_user(account: Account, view: View) -> dict[str, Json]:
    """Return the short form, which stands in other bodies; organisations have it too."""
    url = view.url("users", account.login)
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("O" if account.is_organization else "U", account.id),
        "avatar_url": avatar_url(account),
        "gravatar_id": "",
        "url": url,
        "html_url": f"{GITHUB}/{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(account: Account, view: View, *, public_repos: int) -> dict[str, Json]:
    """Return the whole profile as everybody sees it."""
    return {
        **simple_user(account, view),
        "name": account.name,
        "company": account.company,
        "blog": account.blog,
        "location": account.location,
        "email": account.email if view.caller.token else None,
        "hireable": account.hireable,
        "bio": account.bio,
        "twitter_username": account.twitter_username,
        "public_repos": public_repos,
        "public_gists": account.public_gists,
        "followers": account.followers,
        "following": account.following,
        "created_at": iso(account.created_at),
        "updated_at": iso(account.updated_at),
    }


def private_user(
    account: Account, view: View, *, public_repos: int, private_repos: int
) -> dict[str, Json]:
    """Return the profile as its owner sees it; it carries the asking credential's marker."""
    token = view.caller.token
    marker = token.marker if token else ""
    return {
        **public_user(account, view, public_repos=public_repos),
        "user_view_type": "private",
        "notification_email": f"{marker}@users.example",
        "private_gists": _HIDDEN_GISTS,
        "total_private_repos": private_repos,
        "owned_private_repos": private_repos,
        "disk_usage": 24_576,
        "collaborators": 1,
        "two_factor_authentication": True,
        "plan": {"name": "pro", "space": 976562499, "private_repos": 9999, "collaborators": 0},
    }


def simple_organization(account: Account, view: View) -> dict[str, Json]:
    """Return an organisation as lists of organisations show it."""
    url = view.url("orgs", account.login)
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("O", account.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": avatar_url(account),
        "description": account.bio,
    }


def organization(
    account: Account, view: View, *, public_repos: int, private_repos: int
) -> dict[str, Json]:
    """Return an organisation's whole profile; members see the private counts as well."""
    body = {
        **simple_organization(account, view),
        "name": account.name,
        "company": account.company,
        "blog": account.blog,
        "location": account.location,
        "email": account.email,
        "twitter_username": account.twitter_username,
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": public_repos,
        "public_gists": account.public_gists,
        "followers": account.followers,
        "following": account.following,
        "html_url": f"{GITHUB}/{account.login}",
        "created_at": iso(account.created_at),
        "updated_at": iso(account.updated_at),
        "archived_at": None,
        "type": account.kind,
    }
    if view.caller.account in account.members:
        body["total_private_repos"] = private_repos
        body["owned_private_repos"] = private_repos
    return body
