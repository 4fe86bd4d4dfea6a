"""One repository: itself, and the small facts about it."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import accounts as account_bodies
from portico.sandbox.bodies import repositories as repository_bodies
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.routing import Route, repository_route


def get_repository(call: Call) -> Answer:
    """Answer with the repository."""
    body = repository_bodies.full_repository(call.repository, call.view)
    return Answer(json=body, last_modified_at=call.repository.updated_at)


def update_repository(call: Call) -> Answer:
    """Change name, description, homepage, default branch, visibility or `archived`."""
    call.require_writing("administration")
    call.require_role(Role.ADMIN)
    repository, sent = call.repository, call.payload()
    if "name" in sent and str(sent["name"]).lower() != repository.name.lower():
        if call.world.repository(repository.owner.login, str(sent["name"])) is not None:
            raise errors.invalid("Repository", "name", "already_exists")
        call.world.rename(repository, str(sent["name"]))
    facts = {k: sent[k] for k in ("description", "homepage", "default_branch") if k in sent}
    if facts.get("default_branch", repository.default_branch) not in repository.history.branches:
        raise errors.invalid("Repository", "default_branch", "invalid")
    call.world.edit_repository(repository, **facts)
    if "archived" in sent:
        call.world.archive(repository, archived=bool(sent["archived"]))
    if "private" in sent:
        call.world.make_private(repository, private=bool(sent["private"]))
    return get_repository(call)


def delete_repository(call: Call) -> Answer:
    """Delete a repository, as its admin."""
    call.require_writing("administration")
    call.require_role(Role.ADMIN)
    call.world.delete_repository(call.repository)
    return Answer(204, caching=Caching.UNSTATED)


def list_languages(call: Call) -> Answer:
    """Answer with bytes per language, most first."""
    languages = call.repository.languages
    return Answer(json=dict(sorted(languages.items(), key=lambda pair: -pair[1])))


def list_topics(call: Call) -> Answer:
    """Answer with the topics."""
    return Answer(json={"names": call.repository.topics})


def replace_topics(call: Call) -> Answer:
    """Set the topics, as an admin."""
    call.require_writing("administration")
    call.require_role(Role.ADMIN)
    call.world.edit_repository(call.repository, topics=list(call.payload().get("names", [])))
    return list_topics(call)


def list_contributors(call: Call) -> Answer:
    """Answer with who committed how often; 204 for an empty repository, 403 for a vast one."""
    commits = call.repository.commits
    if call.repository.is_vast:
        raise Refusal(403, errors.TOO_MANY_CONTRIBUTORS)
    if not commits:
        return Answer(204, caching=Caching.UNSTATED)
    counts: dict[str, int] = {}
    for commit in commits:
        counts[commit.login or commit.email] = counts.get(commit.login or commit.email, 0) + 1
    wants_anonymous = call.request.parameter("anon") in {"1", "true"}
    rows = [_contributor(call, who, n) for who, n in counts.items()]
    known = [row for row in rows if wants_anonymous or "login" in row]
    known.sort(key=lambda row: -row["contributions"])
    page = link.by_number(call.request, known, f"{call.repository_path}/contributors")
    return Answer(json=page.items, link=page.link)


def _contributor(call: Call, who: str, count: int) -> dict[str, Json]:
    account = call.world.account(who)
    if account is None:
        name = who.partition("@")[0]
        return {"email": who, "name": name, "type": "Anonymous", "contributions": count}
    return {**account_bodies.simple_user(account, call.view), "contributions": count}


ROUTES: list[Route] = [
    repository_route("GET", "", get_repository, "repos/repos#get-a-repository", loses_fields=True),
    repository_route(
        "PATCH",
        "",
        update_repository,
        "repos/repos#update-a-repository",
        permission="administration=write",
        loses_fields=True,
    ),
    repository_route(
        "DELETE",
        "",
        delete_repository,
        "repos/repos#delete-a-repository",
        permission="administration=write",
    ),
    repository_route("GET", "/languages", list_languages, "repos/repos#list-repository-languages"),
    repository_route("GET", "/topics", list_topics, "repos/repos#get-all-repository-topics"),
    repository_route(
        "PUT",
        "/topics",
        replace_topics,
        "repos/repos#replace-all-repository-topics",
        permission="administration=write",
    ),
    repository_route(
        "GET", "/contributors", list_contributors, "repos/repos#list-repository-contributors"
    ),
]
