"""Users and organisations: profiles and members."""

from __future__ import annotations

from portico.sandbox import link
from portico.sandbox.bodies import accounts as account_bodies
from portico.sandbox.call import Call
from portico.sandbox.message import Answer, Caching
from portico.sandbox.model import Account
from portico.sandbox.routing import Route, route


def _counts(call: Call, account: Account) -> dict[str, int]:
    owned = call.world.owned_by(account)
    public = sum(not each.private for each in owned)
    return {"public_repos": public, "private_repos": len(owned) - public}


def get_me(call: Call) -> Answer:
    """Answer with the user behind the token."""
    account = call.me()
    body = account_bodies.private_user(account, call.view, **_counts(call, account))
    return Answer(json=body, last_modified_at=account.updated_at)


def get_user(call: Call) -> Answer:
    """Answer with a user or organisation; an old login is 404, nothing redirects.

    The private part of the profile is for a token of the user's own.
    """
    account, token = call.account(), call.caller.token
    counts = _counts(call, account)
    if call.caller.account is account and token is not None and token.reaches_private:
        body = account_bodies.private_user(account, call.view, **counts)
    else:
        public = counts["public_repos"]
        body = account_bodies.public_user(account, call.view, public_repos=public)
    return Answer(json=body, last_modified_at=account.updated_at)


def list_users(call: Call) -> Answer:
    """Answer with all accounts by id, paged by the last id seen."""
    accounts = sorted(call.world.accounts.values(), key=lambda a: a.id)
    page = link.by_since(call.request, accounts, "/users", key=lambda a: a.id)
    body = [account_bodies.simple_user(each, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def list_user_organizations(call: Call) -> Answer:
    """Answer with the organisations that a user is a member of."""
    account = call.account()
    found = [a for a in call.world.accounts.values() if account in a.members]
    page = link.by_number(call.request, found, f"/user/{account.id}/orgs")
    body = [account_bodies.simple_organization(each, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def get_organization(call: Call) -> Answer:
    """Answer with an organisation."""
    account = call.organization()
    body = account_bodies.organization(account, call.view, **_counts(call, account))
    return Answer(json=body, last_modified_at=account.updated_at)


def list_members(call: Call) -> Answer:
    """Answer with the members, to members; outsiders are sent to the public ones."""
    account = call.organization()
    if call.caller.account not in account.members:
        where = call.view.url("orgs", account.login, "public_members")
        kind = "text/html;charset=utf-8"
        return Answer(302, content=b"", content_type=kind, location=where, caching=Caching.UNSTATED)
    return list_public_members(call)


def list_public_members(call: Call) -> Answer:
    """Answer with the members who show their membership: here, all."""
    account = call.organization()
    page = link.by_number(
        call.request, account.members, f"/organizations/{account.id}/public_members"
    )
    body = [account_bodies.simple_user(each, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


ROUTES: list[Route] = [
    route("GET", "/user", get_me, "users/users#get-the-authenticated-user"),
    route("GET", "/users", list_users, "users/users#list-users"),
    route("GET", "/users/{login}", get_user, "users/users#get-a-user"),
    route("GET", "/user/{id:int}", get_user, "users/users#get-a-user-using-their-id"),
    route(
        "GET",
        "/users/{login}/orgs",
        list_user_organizations,
        "orgs/orgs#list-organizations-for-a-user",
    ),
    route("GET", "/orgs/{login}", get_organization, "orgs/orgs#get-an-organization"),
    route("GET", "/organizations/{id:int}", get_organization, "orgs/orgs#get-an-organization"),
    route("GET", "/orgs/{login}/members", list_members, "orgs/members#list-organization-members"),
    route(
        "GET",
        "/orgs/{login}/public_members",
        list_public_members,
        "orgs/members#list-public-organization-members",
    ),
    route(
        "GET",
        "/organizations/{id:int}/public_members",
        list_public_members,
        "orgs/members#list-public-organization-members",
    ),
]
