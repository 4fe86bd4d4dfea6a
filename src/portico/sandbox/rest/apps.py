"""What a GitHub App asks about itself, with a JWT: where it is installed, and tokens.

https://docs.github.com/rest/apps/apps
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portico.sandbox import errors, link
from portico.sandbox.bodies import apps as bodies
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Json
from portico.sandbox.model import Account, Repository
from portico.sandbox.routing import Route, route
from portico.sandbox.tokens import SUSPENDED, Installation

_NOT_GRANTED = "The permissions requested are not granted to this installation."
_NOT_ACCESSIBLE = (
    "There is at least one repository that does not exist or is not accessible to the parent "
    "installation."
)
_LEVELS = ("read", "write", "admin")
# The permissions that have no reading (schema app-permissions of GitHub's description).
_ONLY_WRITTEN = frozenset({"workflows", "profile"})


def get_app(call: Call) -> Answer:
    """Answer with the App itself."""
    app = call.app()
    owner = call.world.accounts[app.owner.lower()]
    count = len(_installed(call))
    return Answer(json=bodies.app(app, owner, call.view, installations=count))


def list_installations(call: Call) -> Answer:
    """Answer with all installations, suspended ones included."""
    page = link.by_number(call.request, _installed(call), "/app/installations")
    return Answer(json=[_body(call, each) for each in page.items], link=page.link)


def get_installation(call: Call) -> Answer:
    """Answer with one installation, by its id."""
    return Answer(json=_body(call, _by_id(call)))


def of_account(call: Call) -> Answer:
    """Answer with the installation on a user or an organisation."""
    return Answer(json=_body(call, _on(call, call.account())))


def of_organization(call: Call) -> Answer:
    """Answer with the installation on an organisation."""
    return Answer(json=_body(call, _on(call, call.organization())))


def of_repository(call: Call) -> Answer:
    """Answer with the installation that reaches a repository; an old name is 301."""
    if "id" in call.params:
        repository = call.world.repositories.get(int(call.params["id"]))
    else:
        repository = call.world.repository(call.params["login"], call.params["name"])
    if repository is None:
        raise errors.not_found()
    owner, name = repository.owner.login, repository.name
    asked = (call.params.get("login", owner), call.params.get("name", name))
    if tuple(map(str.lower, asked)) != (owner.lower(), name.lower()):
        url = call.view.url("repositories", repository.id, "installation")
        return errors.moved(url, keeps_method=False)
    found = _on(call, repository.owner)
    if not _reaches(found, repository):
        raise errors.not_found()
    return Answer(json=_body(call, found))


def create_token(call: Call) -> Answer:
    """Answer with a new token, for as much of the installation as was asked for."""
    call.app()
    found = _by_id(call)
    asked = call.payload()
    if found.suspended_at is not None:
        raise Refusal(403, SUSPENDED)
    permissions = _permissions(found, asked.get("permissions"))
    chosen = _chosen(call, found, asked)
    names = None if chosen is None else frozenset(each.full_name.lower() for each in chosen)
    is_old = call.request.header("x-github-stateless-s2s-token") == "disabled"
    reach = found.repositories if names is None else names
    token = call.world.mint(found, permissions, reach, old_form=is_old)
    selection = found.selection if chosen is None else "selected"
    return Answer(201, json=bodies.access_token(token, chosen, selection, call.view))


def _permissions(found: Installation, asked: Json) -> Mapping[str, str]:
    if asked is None:
        return found.permissions
    if not isinstance(asked, dict) or any(level not in _LEVELS for level in asked.values()):
        raise errors.invalid("Installation", "permissions", "invalid")
    if any(name in _ONLY_WRITTEN and level != "write" for name, level in asked.items()):
        raise errors.invalid("Installation", "permissions", "invalid")
    for name, level in asked.items():
        granted = found.permissions.get(name)
        if granted is None or _LEVELS.index(level) > _LEVELS.index(granted):
            raise Refusal(422, _NOT_GRANTED)
    # Every token may read metadata, asked for or not.
    return {"metadata": "read", **asked}


def _chosen(call: Call, found: Installation, asked: dict[str, Json]) -> list[Repository] | None:
    names, ids = asked.get("repositories"), asked.get("repository_ids")
    if not names and not ids:
        return None
    by_name = [call.world.repository(found.account, str(name)) for name in names or ()]
    by_id = [call.world.repositories.get(number) for number in ids or ()]
    chosen = [each for each in by_name + by_id if each is not None and _reaches(found, each)]
    if len(chosen) != len(by_name) + len(by_id):
        raise Refusal(422, _NOT_ACCESSIBLE)
    return chosen


def _reaches(found: Installation, repository: Repository) -> bool:
    is_chosen = found.repositories is None or repository.full_name.lower() in found.repositories
    return repository.owner.login == found.account and is_chosen


def _installed(call: Call) -> list[Installation]:
    app = call.app()
    return [each for each in call.world.installations.values() if each.app_id == app.id]


def _by_id(call: Call) -> Installation:
    number = int(call.params["id"])
    found = next((each for each in _installed(call) if each.id == number), None)
    if found is None:
        raise errors.not_found()
    return found


def _on(call: Call, account: Account) -> Installation:
    found = next((each for each in _installed(call) if each.account == account.login), None)
    if found is None:
        raise errors.not_found()
    return found


def _body(call: Call, found: Installation) -> Json:
    return bodies.installation(found, call.world.accounts[found.account.lower()], call.view)


_DOCS = "apps/apps#"

ROUTES: list[Route] = [
    replace(each, is_for_apps=True)
    for each in (
        route("GET", "/app", get_app, f"{_DOCS}get-the-authenticated-app"),
        route(
            "GET",
            "/app/installations",
            list_installations,
            f"{_DOCS}list-installations-for-the-authenticated-app",
        ),
        route(
            "GET", "/app/installations/{id:int}", get_installation, f"{_DOCS}get-an-installation"
        ),
        route(
            "POST",
            "/app/installations/{id:int}/access_tokens",
            create_token,
            f"{_DOCS}create-an-installation-access-token-for-an-app",
        ),
        route("GET", "/users/{login}/installation", of_account, f"{_DOCS}get-a-user-installation"),
        route("GET", "/orgs/{login}/installation", of_organization, f"{_DOCS}get-an-organization"),
        route(
            "GET", "/repos/{login}/{name}/installation", of_repository, f"{_DOCS}get-a-repository"
        ),
        route(
            "GET",
            "/repositories/{id:int}/installation",
            of_repository,
            f"{_DOCS}get-a-repository",
        ),
    )
]
