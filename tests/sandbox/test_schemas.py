"""Every kind of body against GitHub's own published schemas, under both API versions.

The models are those of PyPI's githubkit-schemas, generated from GitHub's OpenAPI description. They
catch what is missing or of the wrong type; keys that the schema does not know are looked for here.
"""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest
from pydantic import BaseModel, TypeAdapter

from portico.sandbox import tokens
from tests.sandbox.asking import Asker, value

HARBOR = "/repos/solveig/harbor"
MODELS = {
    version: f"githubkit_schemas.v{version.replace('-', '_')}.models"
    for version in ("2022-11-28", "2026-03-10")
}

# A path, the model of its body, and whether the body is a list of them.
BODIES = [
    ("/", "Root", False),
    ("/rate_limit", "RateLimitOverview", False),
    ("/user", "PrivateUser", False),
    ("/users", "SimpleUser", True),
    ("/users/solveig", "PrivateUser", False),
    ("/users/tomas", "PublicUser", False),
    ("/users/bobby-tables", "PublicUser", False),
    ("/users/nordlys", "PublicUser", False),
    ("/user/1001/repos?per_page=100", "MinimalRepository", True),
    ("/users/solveig/orgs", "OrganizationSimple", True),
    ("/users/solveig/starred", "Repository", True),
    ("/users/solveig/events/public", "Event", True),
    ("/user/repos?per_page=100&page=2", "Repository", True),
    ("/orgs/nordlys", "OrganizationFull", False),
    ("/orgs/nordlys/repos", "MinimalRepository", True),
    ("/orgs/nordlys/members", "SimpleUser", True),
    (HARBOR, "FullRepository", False),
    ("/repos/solveig/secret-cove", "FullRepository", False),
    ("/repos/solveig/empty-dock", "FullRepository", False),
    ("/repos/eirik/tidal-map", "FullRepository", False),
    ("/repos/nordlys/aurora", "FullRepository", False),
    (f"{HARBOR}/topics", "Topic", False),
    (f"{HARBOR}/contributors?anon=1", "Contributor", True),
    (f"{HARBOR}/commits", "Commit", True),
    (f"{HARBOR}/commits/main", "Commit", False),
    (f"{HARBOR}/branches", "ShortBranch", True),
    (f"{HARBOR}/branches/feature/tides", "BranchWithProtection", False),
    (f"{HARBOR}/tags", "Tag", True),
    (f"{HARBOR}/git/trees/main?recursive=1", "GitTree", False),
    (f"{HARBOR}/releases", "Release", True),
    (f"{HARBOR}/releases/latest", "Release", False),
    (f"{HARBOR}/readme", "ContentFile", False),
    (f"{HARBOR}/license", "LicenseContent", False),
    (f"{HARBOR}/contents/src/harbor/tide.py", "ContentFile", False),
    (f"{HARBOR}/contents/src", "ContentDirectoryItems", True),
    (f"{HARBOR}/issues?state=all&per_page=100", "Issue", True),
    (f"{HARBOR}/issues/1", "Issue", False),
    (f"{HARBOR}/issues/1/comments", "IssueComment", True),
    (f"{HARBOR}/pulls?state=all", "PullRequestSimple", True),
    (f"{HARBOR}/pulls/35", "PullRequest", False),
    (f"{HARBOR}/labels", "Label", True),
    (f"{HARBOR}/labels/bug", "Label", False),
    (f"{HARBOR}/milestones?state=all", "Milestone", True),
    (f"{HARBOR}/stargazers", "SimpleUser", True),
    (f"{HARBOR}/stargazers/count", "ReposOwnerRepoStargazersCountGetResponse200", False),
    (f"{HARBOR}/stargazers/history", "StargazerHistory", True),
    ("/search/repositories?q=user:solveig", "SearchRepositoriesGetResponse200", False),
    ("/search/issues?q=repo:solveig/harbor", "SearchIssuesGetResponse200", False),
    ("/search/users?q=sol", "SearchUsersGetResponse200", False),
    ("/nowhere", "BasicError", False),
    ("/repos/ingrid/nothing", "BasicError", False),
]

# Sent by GitHub since late 2024 (recorded), not told of in the schema.
UNTOLD = {"ValidationError": {"status"}}


def models(version: str) -> ModuleType:
    """Return the module of all models of an API version."""
    return importlib.import_module(MODELS[version])


def unknown_keys(body: object, model: type[object]) -> set[str]:
    """Return the keys of an object that the model has no field for."""
    if not (isinstance(body, dict) and issubclass(model, BaseModel)):
        return set()
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(body) - known


def check(body: object, name: str, version: str) -> None:
    """Fail unless a body is exactly what a model describes."""
    model = getattr(models(version), name)
    TypeAdapter(model).validate_python(body)

    assert unknown_keys(body, model) <= UNTOLD.get(name, set())


@pytest.mark.parametrize("version", MODELS)
@pytest.mark.parametrize(("path", "name", "is_list"), BODIES)
def test_a_body_is_what_githubs_schema_says(
    github: Asker, path: str, name: str, version: str, *, is_list: bool
) -> None:
    """The body of every endpoint validates, and has no key that the schema does not know."""
    response = github.get(path, tokens.SOLVEIG, {"x-github-api-version": version})

    body = value(response)
    items = body if is_list else [body]
    assert items
    for item in items:
        check(item, name, version)


@pytest.mark.parametrize("version", MODELS)
@pytest.mark.parametrize(
    ("path", "name"), [(b[0], b[1]) for b in BODIES if b[1] == "FullRepository"]
)
def test_a_repository_is_valid_for_everybody_who_may_see_it(
    github: Asker, path: str, name: str, version: str
) -> None:
    """A repository's body validates for its owner, an outsider, an app and nobody in particular."""
    for token in (tokens.SOLVEIG, tokens.INGRID, tokens.INSTALLATION, tokens.FINE_GRAINED, None):
        response = github.get(path, token, {"x-github-api-version": version})
        if response.status == 200:
            check(value(response), name, version)


def written(github: Asker, version: str) -> list[tuple[str, object]]:
    """Return the bodies that need more than one plain GET, with the names of their models."""
    headers = {"x-github-api-version": version}
    star = {**headers, "accept": "application/vnd.github.star+json"}
    content = {"message": "m", "content": "aGk="}

    def get(path: str, token: str = tokens.SOLVEIG) -> object:
        return value(github.get(path, token, headers))

    def write(method: str, path: str, body: object) -> object:
        response = github.ask(
            method, HARBOR + path, token=tokens.SOLVEIG, body=body, headers=headers
        )
        assert response.status in {200, 201}
        return value(response)

    def statistic(name: str) -> list[object]:
        return [get(f"{HARBOR}/stats/{name}") for _ in range(2)][1]  # type: ignore[return-value]

    blob = github.world["solveig/harbor"].history.oid("README.md")
    asset = github.world["solveig/harbor"].releases[0].assets[0].id
    return [
        ("Issue", write("POST", "/issues", {"title": "t"})),
        ("Issue", write("PATCH", "/issues/1", {"state": "closed"})),
        ("IssueComment", write("POST", "/issues/1/comments", {"body": "b"})),
        ("Label", write("POST", "/labels", {"name": "n"})),
        ("FullRepository", write("PATCH", "", {"description": "d"})),
        ("FileCommit", write("PUT", "/contents/new.txt", content)),
        ("Blob", get(f"{HARBOR}/git/blobs/{blob}")),
        ("ReleaseAsset", get(f"{HARBOR}/releases/assets/{asset}")),
        (
            "InstallationRepositoriesGetResponse200",
            get("/installation/repositories", tokens.INSTALLATION),
        ),
        ("CommitActivity", statistic("commit_activity")[0]),
        ("ContributorActivity", statistic("contributors")[0]),
        ("ParticipationStats", statistic("participation")),
        ("StarredRepository", value(github.get("/users/solveig/starred", None, star))[0]),
        ("Stargazer", value(github.get(f"{HARBOR}/stargazers", tokens.SOLVEIG, star))[0]),
        (
            "ValidationError",
            value(github.ask("POST", f"{HARBOR}/labels", token=tokens.SOLVEIG, body={})),
        ),
    ]


@pytest.mark.parametrize("version", MODELS)
def test_what_writes_and_other_media_types_answer_is_valid_too(github: Asker, version: str) -> None:
    """Bodies of 200 and 201 to writes, of statistics and of the star media type validate."""
    for name, body in written(github, version):
        check(body, name, version)
