"""Apps, installations and their tokens, as the endpoints for Apps show them."""

from __future__ import annotations

from portico.sandbox.app_jwt import App
from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.repositories import minimal_repository
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository
from portico.sandbox.tokens import Installation, Token

_SINCE_AT = 1_700_000_000.0


def app(value: App, owner: Account, view: View, *, installations: int) -> dict[str, Json]:
    """Return an App as it sees itself."""
    return {
        "id": value.id,
        "client_id": value.client_id,
        "slug": value.slug,
        "node_id": node_id("A", value.id),
        "owner": simple_user(owner, view),
        "name": value.slug,
        "description": "",
        "external_url": f"https://{value.slug}.example",
        "html_url": f"{GITHUB}/apps/{value.slug}",
        "created_at": iso(_SINCE_AT),
        "updated_at": iso(_SINCE_AT),
        "permissions": {"metadata": "read"},
        "events": [],
        "installations_count": installations,
    }


def installation(value: Installation, account: Account, view: View) -> dict[str, Json]:
    """Return an installation."""
    created = iso(value.created_at or _SINCE_AT)
    return {
        "id": value.id,
        "client_id": None,
        "account": simple_user(account, view),
        "repository_selection": value.selection,
        "access_tokens_url": view.url("app", "installations", value.id, "access_tokens"),
        "repositories_url": view.url("installation", "repositories"),
        "html_url": f"{GITHUB}/organizations/{account.login}/settings/installations/{value.id}",
        "app_id": value.app_id,
        "app_slug": value.app_slug,
        "target_id": account.id,
        "target_type": account.kind,
        "permissions": dict(value.permissions),
        "events": [],
        "created_at": created,
        "updated_at": created,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None if value.suspended_at is None else simple_user(account, view),
        "suspended_at": iso_or_none(value.suspended_at),
    }


def installed(value: Repository) -> dict[str, Json]:
    """Return a repository in the few words that deliveries about installations have for it."""
    return {
        "id": value.id,
        "node_id": node_id("R", value.id),
        "name": value.name,
        "full_name": value.full_name,
        "private": value.private,
    }


def access_token(
    value: Token, repositories: list[Repository] | None, selection: str, view: View
) -> dict[str, Json]:
    """Return a token just made; the one body that holds a secret."""
    body: dict[str, Json] = {
        "token": value.value,
        "expires_at": iso_or_none(value.expires_at),
        "permissions": dict(value.permissions),
        "repository_selection": selection,
    }
    if repositories is not None:
        body["repositories"] = [minimal_repository(each, view) for each in repositories]
    return body
