"""Lists of repositories: a user's, one's own, an organisation's, an installation's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from portico.sandbox import link
from portico.sandbox.bodies import repositories as repository_bodies
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer
from portico.sandbox.model import Account, Repository
from portico.sandbox.routing import Route, route

SortKey = Callable[[Repository], tuple[float | str, int]]

# What `sort` may name, and which way it goes unless `direction` says otherwise.
_ORDERS: dict[str, tuple[SortKey, str]] = {
    "full_name": (lambda r: (r.full_name.lower(), r.id), "asc"),
    "created": (lambda r: (r.created_at, r.id), "desc"),
    "updated": (lambda r: (r.updated_at, r.id), "desc"),
    "pushed": (lambda r: (r.pushed_at, r.id), "desc"),
}


def _sorted(call: Call, repositories: Iterable[Repository], default: str) -> list[Repository]:
    """Return repositories as `sort` and `direction` want them."""
    key, usual = _ORDERS.get(call.request.parameter("sort"), _ORDERS[default])
    direction = call.request.parameter("direction") or usual
    return sorted(repositories, key=key, reverse=direction == "desc")


def _page(call: Call, repositories: Sequence[Repository], path: str) -> Answer:
    """Answer with one page of a list of repositories."""
    page = link.by_number(call.request, repositories, path)
    body = [repository_bodies.minimal_repository(each, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def list_of_user(call: Call) -> Answer:
    """Answer with a user's public repositories, by login or by id; links lead to the id."""
    account = call.account()
    kind = call.request.parameter("type", "owner")
    public = [r for r in call.world.repositories.values() if not r.private]
    own = [r for r in public if r.owner is account]
    others = [r for r in public if account in [*r.collaborators, *r.owner.members]]
    chosen = {"all": own + others, "member": others}.get(kind, own)
    return _page(call, _sorted(call, chosen, "full_name"), f"/user/{account.id}/repos")


def list_own(call: Call) -> Answer:
    """Answer with everything that the caller may see as owner, collaborator or member."""
    me = call.me()
    wanted = call.request.parameter("visibility", "all")
    default = "owner,collaborator,organization_member"
    affiliations = call.request.parameter("affiliation", default).split(",")
    chosen = [
        r
        for r in call.world.repositories.values()
        if call.caller.can_see(r)
        and _affiliation(me, r) in affiliations
        and (wanted == "all" or r.private == (wanted == "private"))
    ]
    return _page(call, _sorted(call, chosen, "full_name"), "/user/repos")


def _affiliation(account: Account, repository: Repository) -> str:
    if repository.owner is account:
        return "owner"
    if account in repository.collaborators:
        return "collaborator"
    return "organization_member" if account in repository.owner.members else ""


def list_of_organization(call: Call) -> Answer:
    """Answer with those repositories of an organisation that the caller may see."""
    account = call.organization()
    kind = call.request.parameter("type", "all")
    chosen = [
        r
        for r in call.world.owned_by(account)
        if call.caller.can_see(r) and kind in {"all", *_kinds(r)}
    ]
    path = f"/organizations/{account.id}/repos"
    return _page(call, _sorted(call, chosen, "created"), path)


def _kinds(repository: Repository) -> set[str]:
    """Return which values of `type` mean this repository."""
    return {
        "private" if repository.private else "public",
        "forks" if repository.parent else "sources",
    }


def list_of_installation(call: Call) -> Answer:
    """Answer with what an installation reaches; other tokens are refused."""
    token = call.caller.token
    if token is None or token.installation is None:
        message = (
            "You must authenticate with an installation access token "
            "in order to list repositories for an installation."
        )
        raise Refusal(403, message)
    account = call.world.accounts[token.installation.account.lower()]
    owned = [each for each in call.world.owned_by(account) if call.caller.can_see(each)]
    if token.repositories is not None:
        owned = [each for each in owned if each.full_name.lower() in token.repositories]
    page = link.by_number(call.request, owned, "/installation/repositories")
    rows = [repository_bodies.minimal_repository(each, call.view) for each in page.items]
    body = {
        "total_count": len(owned),
        "repository_selection": token.installation.selection,
        "repositories": rows,
    }
    return Answer(json=body, link=page.link)


_DOCS = "repos/repos#list"

ROUTES: list[Route] = [
    route(
        "GET",
        "/user/repos",
        list_own,
        f"{_DOCS}-repositories-for-the-authenticated-user",
        loses_fields=True,
    ),
    route(
        "GET",
        "/users/{login}/repos",
        list_of_user,
        f"{_DOCS}-repositories-for-a-user",
        loses_fields=True,
    ),
    route(
        "GET",
        "/user/{id:int}/repos",
        list_of_user,
        f"{_DOCS}-repositories-for-a-user",
        loses_fields=True,
    ),
    route(
        "GET",
        "/orgs/{login}/repos",
        list_of_organization,
        f"{_DOCS}-organization-repositories",
        loses_fields=True,
    ),
    route(
        "GET",
        "/organizations/{id:int}/repos",
        list_of_organization,
        f"{_DOCS}-organization-repositories",
        loses_fields=True,
    ),
    route(
        "GET",
        "/installation/repositories",
        list_of_installation,
        "apps/installations#list-repositories-accessible-to-the-app-installation",
    ),
]
