"""Repositories and accounts that move: which names lead where afterwards."""

from __future__ import annotations

import json

import pytest

from portico.sandbox import tokens
from tests.sandbox.asking import Asker, value
from tests.support.app_key import assertion, register

HARBOR = "/repos/solveig/harbor"


def test_a_transferred_repository_redirects(github: Asker) -> None:
    """From the old owner's name to its id; under the new owner it answers."""
    github.world.transfer("solveig/harbor", "nordlys")

    moved = github.get(HARBOR)
    assert moved.status == 301
    assert value(github.get(moved.header("location") or ""))["full_name"] == "nordlys/harbor"
    assert github.get("/repos/nordlys/harbor").status == 200


def test_a_deleted_repository_is_gone_under_all_its_names(github: Asker) -> None:
    """404, also by its id and its former name; its forks stay, without a parent."""
    world = github.world
    number = world["solveig/harbor"].id
    fork = world.fork("solveig/harbor", "ingrid")

    world.delete_repository("solveig/harbor")

    for path in (HARBOR, "/repos/solveig/old-harbor", f"/repositories/{number}"):
        assert github.get(path).status == 404
    assert value(github.get("/users/eirik/starred")) == []
    assert value(github.get("/repos/ingrid/harbor"))["fork"] is False
    assert fork.parent is None


def test_a_new_repository_takes_over_a_former_name(github: Asker) -> None:
    """The name stops redirecting."""
    made = github.world.create_repository("solveig", "old-harbor")

    assert value(github.get("/repos/solveig/old-harbor"))["id"] == made.id


def test_a_fork_is_a_repository_of_its_own(github: Asker) -> None:
    """It has the parent's commits, and goes on alone."""
    world = github.world
    world.fork("solveig/harbor", "ingrid")
    world.push("ingrid/harbor")

    fork = value(github.get("/repos/ingrid/harbor"))
    assert fork["parent"]["full_name"] == "solveig/harbor"
    ahead = value(github.get("/repos/ingrid/harbor/commits"))
    assert ahead[1]["sha"] == value(github.get(f"{HARBOR}/commits"))[0]["sha"]


def test_a_renamed_account_is_unknown_under_its_old_login(github: Asker) -> None:
    """Only its repositories redirect."""
    github.world.rename_account("nordlys", "nordly")

    assert github.get("/users/nordlys").status == 404
    assert github.get("/repos/nordlys/aurora").status == 301
    assert github.get("/repos/nordly/aurora").status == 200
    assert value(github.get("/orgs/nordly"))["login"] == "nordly"


def test_a_renamed_accounts_credentials_are_its_own_still(github: Asker) -> None:
    """A user's tokens, and the App's installation with its tokens, see what they saw."""
    register(github.world)
    github.world.rename_account("solveig", "sol")
    github.world.rename_account("nordlys", "nordly")

    seen = [
        github.get("/user", tokens.SOLVEIG),
        github.get("/repos/sol/secret-cove", tokens.SOLVEIG),
        github.get("/repos/sol/tidal-map", tokens.FINE_GRAINED),
        github.get("/repos/nordly/aurora-internal", tokens.INSTALLATION),
        github.get("/app", assertion(github.now)),
        github.get("/orgs/nordly/installation", assertion(github.now)),
    ]

    assert [each.status for each in seen] == [200] * 6
    assert value(seen[0])["login"] == "sol"
    assert value(seen[5])["account"]["login"] == "nordly"


def test_who_leaves_loses_sight(github: Asker) -> None:
    """A removed collaborator gets 404 for the private repository, as an outsider does."""
    cove = "/repos/solveig/secret-cove"
    before = github.get(cove, tokens.EIRIK).status

    github.world.remove_collaborator("solveig/secret-cove", "eirik")

    assert (before, github.get(cove, tokens.EIRIK).status) == (200, 404)


def test_a_taken_name_is_refused(github: Asker) -> None:
    """Of a repository, of a fork and of an account."""
    world = github.world
    with pytest.raises(ValueError, match="exists"):
        world.create_repository("solveig", "Harbor")
    with pytest.raises(ValueError, match="exists"):
        world.fork("solveig/tidal-map", "eirik")
    with pytest.raises(ValueError, match="taken"):
        world.rename_account("eirik", "Ingrid")


def test_a_push_to_another_branch_leaves_the_files_alone(github: Asker) -> None:
    """What is shown is the default branch's; a closed pull request stays where it was."""
    world = github.world
    issue = world.open_pull("solveig/harbor", "t", login="eirik", head="topic")
    world.close_issue("solveig/harbor", issue.number)
    before = github.get(f"{HARBOR}/readme").body
    head = value(github.get(f"{HARBOR}/pulls/{issue.number}"))["head"]["sha"]

    sha = world.push("solveig/harbor", branch="topic", content=b"other\n")

    assert github.get(f"{HARBOR}/readme").body == before
    assert value(github.get(f"{HARBOR}/pulls/{issue.number}"))["head"]["sha"] == head
    assert value(github.get(f"{HARBOR}/branches/topic"))["commit"]["sha"] == sha


def test_a_push_has_its_quirks(github: Asker) -> None:
    """Two instants are integers, and only here; the owner has a name and an e-mail address."""
    github.world.add_hook(events=("push", "star"))
    sha = github.world.push("solveig/harbor", branch="main")
    github.world.star("solveig/harbor")

    bodies = {d.event: json.loads(d.body) for d in github.world.outbox.arrived}
    pushed, starred = bodies["push"]["repository"], bodies["star"]["repository"]
    assert pushed["pushed_at"] == github.now
    assert starred["pushed_at"] == "2026-11-18T11:06:40Z"
    assert isinstance(pushed["created_at"], int)
    assert pushed["master_branch"] == "main"
    assert pushed["owner"]["name"] == "solveig"
    assert bodies["push"]["head_commit"]["id"] == bodies["push"]["after"] == sha
    assert [commit["id"] for commit in bodies["push"]["commits"]] == [sha]


def test_a_pushed_tag_brings_no_commits(github: Asker) -> None:
    """What the default branch has is not told again; a deleted ref leads to nothing."""
    github.world.add_hook(events=("push",))
    github.world.create_tag("solveig/harbor", "v3")
    github.world.delete_tag("solveig/harbor", "v3")

    made, gone = [json.loads(d.body) for d in github.world.outbox.arrived[1:]]
    assert (made["ref"], made["created"], made["commits"]) == ("refs/tags/v3", True, [])
    assert made["head_commit"]["id"] == made["after"]
    assert (gone["deleted"], gone["after"], gone["head_commit"]) == (True, "0" * 40, None)
