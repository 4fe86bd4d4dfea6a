"""Every change of the world: what is told of it, in which shape, and that it can be seen."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from portico.sandbox import WebhookDelivery, World, control, tokens
from tests.sandbox.asking import Asker, value
from tests.sandbox.changes.happenings import AURORA, COVE, HAPPENINGS, HARBOR, Happening

WEBHOOKS = "githubkit_schemas.v2022_11_28.webhooks"


def deliveries(github: Asker, happening: Happening) -> list[WebhookDelivery]:
    """Let it happen before an App's hook and return what the hook got of it."""
    world = github.world
    if happening.before is not None:
        happening.before(world)
    world.add_hook()
    world.outbox.arrived.clear()
    github.now += 60
    happening.do(world)
    return world.outbox.arrived


@pytest.mark.parametrize("happening", HAPPENINGS, ids=str)
def test_a_change_is_told_as_github_tells_it(github: Asker, happening: Happening) -> None:
    """The events, with their actions, in order."""
    told = deliveries(github, happening)

    assert tuple(f"{d.event}.{d.action}" if d.action else d.event for d in told) == happening.told


@pytest.mark.parametrize("happening", HAPPENINGS, ids=str)
def test_a_payload_is_what_githubs_schema_says(github: Asker, happening: Happening) -> None:
    """Each payload validates against GitHub's description and has no key that it does not know."""
    for delivery in deliveries(github, happening):
        body = json.loads(delivery.body)
        model = schema(delivery.event, delivery.action)
        read = TypeAdapter(model).validate_python(body)

        assert isinstance(read, BaseModel)
        assert unknown(read, body) <= UNTOLD.get(delivery.event, set())


def schema(event: str, action: str | None) -> Any:  # noqa: ANN401 - a model, or a union of models
    """Return the published model of an event, of the action if it has any."""
    module = importlib.import_module(f"{WEBHOOKS}.{event}")
    types = module.action_types
    return types[action] if isinstance(types, dict) else types


def unknown(read: BaseModel, body: dict[str, Any]) -> set[str]:
    """Return the keys, dotted, of a body that its models have no field for, two levels deep."""
    known = {field.alias or name: name for name, field in type(read).model_fields.items()}
    found = set(body) - set(known)
    for key in set(body) & set(known):
        inner = getattr(read, known[key])
        if isinstance(inner, BaseModel):
            fields = {field.alias or name for name, field in type(inner).model_fields.items()}
            found |= {f"{key}.{each}" for each in set(body[key]) - fields}
    return found


# Told of in the schema elsewhere: of `completed`, but sent with the other actions too; of
# repositories, of which the forkee is one.
UNTOLD = {
    "workflow_run": {"workflow_run.display_title"},
    "fork": {
        "forkee.has_discussions",
        "forkee.has_pull_requests",
        "forkee.pull_request_creation_policy",
    },
}


@pytest.mark.parametrize("happening", HAPPENINGS, ids=str)
def test_without_a_hook_a_change_happens_all_the_same(github: Asker, happening: Happening) -> None:
    """Nothing waits for somebody to hear of it."""
    if happening.before is not None:
        happening.before(github.world)

    happening.do(github.world)

    assert not github.world.outbox.log


@pytest.mark.parametrize("happening", HAPPENINGS, ids=str)
def test_a_change_is_seen_where_github_shows_it(github: Asker, happening: Happening) -> None:
    """The answers that hold what was changed are other ones afterwards, and only then."""
    if happening.before is not None:
        happening.before(github.world)
    github.now += 60
    before = answers(github, happening.paths)
    again = answers(github, happening.paths)

    happening.do(github.world)

    after = answers(github, happening.paths)
    assert again == before
    assert [path for path in happening.paths if after[path] == before[path]] == []


def answers(github: Asker, paths: list[str]) -> dict[str, tuple[int, bytes]]:
    """Return status and body of each path, as the owner of most things sees them."""
    responses = {path: github.get(path, tokens.SOLVEIG) for path in paths}
    return {path: (each.status, each.body) for path, each in responses.items()}


def test_every_change_can_be_asked_for_from_outside() -> None:
    """The control plane names every change that the world has, and no other."""
    inherited = {"add_account", "add_hook", "add_repository", "add_token", "add_issue"}
    changes = {
        name
        for mixin in World.__mro__
        if mixin.__module__.startswith("portico.sandbox.changes.")
        for name in vars(mixin)
        if not name.startswith("_")
    }
    helpers = {"tell", "tell_issue", "label", "outsider", "installation_id"}
    hooks = {"add_hook", "remove_hook", "redeliver"}
    apps = {"add_app", "install", "keep_installation", "mint"}

    assert set(control.CHANGES) == changes - inherited - helpers - hooks - apps


@pytest.mark.parametrize(
    ("do", "event"),
    [
        (("POST", f"/repos/{HARBOR}/issues", {"title": "t"}), "issues.opened"),
        (("PATCH", f"/repos/{HARBOR}/issues/1", {"title": "t"}), "issues.edited"),
        (("PATCH", f"/repos/{HARBOR}/issues/1", {"state": "closed"}), "issues.closed"),
        (("PATCH", f"/repos/{HARBOR}/issues/1", {"labels": ["bug"]}), "issues.labeled"),
        (("POST", f"/repos/{HARBOR}/issues/1/comments", {"body": "b"}), "issue_comment.created"),
        (("POST", f"/repos/{HARBOR}/labels", {"name": "n"}), "label.created"),
        (("DELETE", f"/repos/{HARBOR}/labels/bug", None), "label.deleted"),
        (("PATCH", f"/repos/{HARBOR}", {"description": "d"}), "repository.edited"),
        (("PATCH", f"/repos/{HARBOR}", {"name": "haven"}), "repository.renamed"),
        (("PATCH", f"/repos/{HARBOR}", {"private": True}), "repository.privatized"),
        (("PATCH", f"/repos/{HARBOR}", {"archived": True}), "repository.archived"),
        (("PUT", f"/repos/{HARBOR}/topics", {"names": ["n"]}), "repository.edited"),
        (("DELETE", f"/repos/{COVE}", None), "repository.deleted"),
        (("PUT", f"/repos/{HARBOR}/contents/n", {"message": "m", "content": "aGk="}), "push"),
        (("PUT", f"/user/starred/{HARBOR}", None), "star.created"),
        (("DELETE", "/user/starred/solveig/tidal-map", None), "star.deleted"),
        (
            (
                "POST",
                f"/repos/{HARBOR}/pulls",
                {"title": "t", "head": "release-1.x", "base": "main"},
            ),
            "pull_request.opened",
        ),
        (("PUT", f"/repos/{HARBOR}/pulls/5/merge", {}), "pull_request.closed"),
        (("POST", f"/repos/{HARBOR}/releases", {"tag_name": "v1.4.0"}), "release.published"),
        (("POST", f"/repos/{HARBOR}/statuses/main", {"state": "success"}), "status"),
    ],
)
def test_a_write_through_the_api_is_told_too(
    github: Asker, do: tuple[str, str, object], event: str
) -> None:
    """Whoever changes the world, its hooks hear of it."""
    method, path, body = do
    github.world.add_hook()

    response = github.ask(method, path, token=tokens.SOLVEIG, body=body)

    assert response.status in {200, 201, 204}
    told = [f"{d.event}.{d.action}" if d.action else d.event for d in github.world.outbox.arrived]
    assert event in told


def test_what_changes_nothing_is_not_told(github: Asker) -> None:
    """No delivery for a state that is there already."""
    world = github.world
    world.add_hook()
    world.outbox.arrived.clear()

    world.archive(HARBOR, archived=False)
    world.make_private(HARBOR, private=False)
    world.edit_repository(HARBOR, default_branch="main")
    world.close_issue(HARBOR, 7)
    world.reopen_issue(HARBOR, 1)
    world.edit_issue(HARBOR, 1, title=world[HARBOR].issues[1].title)
    world.star(HARBOR, "eirik")
    world.unstar(HARBOR, "ingrid")
    world.remove_collaborator(HARBOR, "ingrid")
    world.add_member("nordlys", "leif")

    assert world.outbox.arrived == []
    assert value(github.get(f"/repos/{AURORA}"))["archived"] is False
