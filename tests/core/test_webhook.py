"""What a delivery makes stale."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.effect import Effect
from portico.core.effects_on_access import IRRELEVANT, ON_ACCESS
from portico.core.happening import read_happening
from portico.core.places import DETAILS, NEEDED
from portico.core.resource import classify
from portico.core.shapes import GAP, SHAPES, matches
from portico.core.webhook import EFFECTS, Changes, announcing, changes_of

NOTHING = Changes(frozenset(), frozenset())
SHA = "0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"
REPOSITORY = {
    "id": 7,
    "full_name": "Octo/Hello",
    "private": False,
    "owner": {"login": "Octo", "id": 1},
    "default_branch": "main",
}
PRIVATE = REPOSITORY | {"private": True}
BOB = {"login": "Bob", "id": 2}
ORGANIZATION = {"login": "Nordlys", "id": 9}
INSTALLATION = {"id": 3, "account": ORGANIZATION}
REPO = "/repos/octo/hello"


def changes(event: str, **members: object) -> Changes:
    """Return what a delivery about the repository makes stale."""
    body = json.dumps({"repository": REPOSITORY, "sender": BOB} | members).encode()
    return changes_of(read_happening(event, body))


def push(ref: str) -> Changes:
    """Return what a push to this ref makes stale."""
    return changes("push", ref=ref, before="0" * 40, after=SHA)


def issues(action: str, number: int = 5, **members: object) -> Changes:
    """Return what a delivery about an issue makes stale."""
    return changes("issues", action=action, issue={"number": number}, **members)


def is_marked(found: Changes, path: str, query: str = "") -> bool:
    """Return whether what is stored of a path would be marked."""
    return not found.mark.isdisjoint(classify(path, query).tags)


@pytest.mark.parametrize(
    ("found", "path", "expected"),
    [
        # An issue, and no other; by name and by id; the lists; what counts it.
        (issues("closed"), f"{REPO}/issues/5", True),
        (issues("closed"), "/repositories/7/issues/5", True),
        (issues("closed"), f"{REPO}/issues", True),
        (issues("closed"), REPO, True),
        (issues("closed"), "/users/octo/repos", True),
        (issues("closed"), "/user/1/repos", True),
        (issues("closed"), "/search/issues", True),
        (issues("closed"), f"{REPO}/issues/6", False),
        (issues("closed"), f"{REPO}/issues/55", False),
        (issues("closed"), f"{REPO}/issues/5/comments", False),
        (issues("closed"), f"{REPO}/pulls", False),
        (issues("closed"), f"{REPO}/labels", False),
        (issues("closed"), "/repos/octo/other/issues/5", False),
        (issues("closed"), "/users/bob/repos", False),
        (issues("closed"), "/search/code", False),
        (issues("assigned"), REPO, False),
        (issues("labeled", label={"name": "Bug"}), f"{REPO}/labels/bug", True),
        (issues("labeled", label={"name": "Bug"}), f"{REPO}/labels/wontfix", False),
        (issues("labeled"), f"{REPO}/issues/5/labels", True),
        (issues("demilestoned", milestone={"number": 3}), f"{REPO}/milestones/3", True),
        (issues("demilestoned", milestone={"number": 3}), f"{REPO}/milestones/4", False),
        (issues("deleted"), f"{REPO}/issues/5/comments", True),
        # A push: by every name of the branch, and what only the default branch shows.
        (push("refs/heads/fix/it"), f"{REPO}/branches/fix%2Fit", True),
        (push("refs/heads/fix/it"), f"{REPO}/commits/heads/fix/it", True),
        (push("refs/heads/fix/it"), f"{REPO}/git/ref/heads/fix/it", True),
        (push("refs/heads/fix/it"), f"{REPO}/branches", True),
        (push("refs/heads/fix/it"), f"{REPO}/pulls/5", True),
        (push("refs/heads/fix/it"), f"{REPO}/branches/main", False),
        (push("refs/heads/fix/it"), f"{REPO}/readme", False),
        (push("refs/heads/fix/it"), f"{REPO}/commits", False),
        (push("refs/heads/fix/it"), f"{REPO}/languages", False),
        (push("refs/heads/fix/it"), f"{REPO}/issues/5", False),
        (push("refs/heads/main"), f"{REPO}/readme", True),
        (push("refs/heads/main"), f"{REPO}/contents/src/a.py", True),
        (push("refs/heads/main"), f"{REPO}/languages", True),
        (push("refs/heads/main"), f"{REPO}/commits/main/status", True),
        (push("refs/heads/main"), f"{REPO}/commits/{SHA}", True),
        (push("refs/heads/main"), f"{REPO}/git/trees/{SHA}", False),
        (push("refs/heads/main"), f"{REPO}/tags", False),
        (push("refs/tags/v1"), f"{REPO}/tags", True),
        (push("refs/tags/v1"), f"{REPO}/git/matching-refs/tags", True),
        (push("refs/tags/v1"), f"{REPO}/branches", False),
        (push("refs/tags/v1"), f"{REPO}/pulls", False),
        (push("refs/tags/v1"), f"{REPO}/releases/7", False),
        (push("refs/tags/v1"), f"{REPO}/readme", False),
        (changes("delete", ref="v1", ref_type="tag"), f"{REPO}/releases/7", True),
        (changes("delete", ref="fix", ref_type="branch"), f"{REPO}/branches", True),
        (changes("delete", ref="fix", ref_type="branch"), f"{REPO}/releases/7", False),
        (changes("create", ref="fix", ref_type="branch"), f"{REPO}/pulls", True),
        (changes("status", sha=SHA, state="success"), f"{REPO}/commits/{SHA}/status", True),
        (changes("status", sha=SHA, state="success"), f"{REPO}/commits/main/status", True),
        (changes("status", sha=SHA, state="success"), f"{REPO}/commits/{'1' * 40}/status", False),
        (changes("status", sha=SHA, state="success"), f"{REPO}/commits/{SHA}/check-runs", False),
        (changes("star", action="created"), f"{REPO}/stargazers/history", True),
        (changes("star", action="created"), "/users/bob/starred", True),
        (changes("star", action="created"), "/user/2/starred", True),
        (changes("star", action="created"), f"{REPO}/subscribers", False),
    ],
)
def test_what_an_event_marks(found: Changes, path: str, expected: bool) -> None:
    """What it touched, under each of its names, and nothing beside it."""
    assert is_marked(found, path) is expected


def test_what_is_asked_at_a_ref_is_marked_with_it() -> None:
    """The query names the ref where the path does not."""
    found = push("refs/heads/fix")

    assert is_marked(found, f"{REPO}/contents/a", "ref=fix")
    assert is_marked(found, f"{REPO}/commits", "per_page=1&sha=fix")
    assert not is_marked(found, f"{REPO}/contents/a", "ref=main")


def test_a_pull_request_is_marked_as_an_issue_too() -> None:
    """GitHub shows it at both addresses, its comments only below the issue's."""
    ends = {"head": {"ref": "fix", "sha": SHA}, "base": {"ref": "main", "sha": SHA}}

    found = changes("pull_request", action="closed", pull_request={"number": 5, **ends})

    assert is_marked(found, f"{REPO}/pulls/5")
    assert is_marked(found, f"{REPO}/issues/5")
    assert not is_marked(found, f"{REPO}/pulls/6/files")


def test_a_comment_on_a_pull_request_shows_in_the_pull_request() -> None:
    """It counts its comments."""
    comment = {"comment": {"id": 9}, "action": "created"}
    on_issue = changes("issue_comment", issue={"number": 5}, **comment)
    on_pull = changes("issue_comment", issue={"number": 5, "pull_request": {}}, **comment)

    assert [is_marked(found, f"{REPO}/pulls/5") for found in (on_issue, on_pull)] == [False, True]
    assert is_marked(on_issue, f"{REPO}/issues/comments/9")


def test_a_transferred_issue_shows_where_it_went() -> None:
    """Under its new number, in the new repository's list and count."""
    there = REPOSITORY | {"id": 8, "full_name": "Octo/There"}
    moved = {"new_issue": {"number": 77}, "new_repository": there}

    found = issues("transferred", changes=moved)

    assert is_marked(found, "/repos/octo/there/issues/77")
    assert is_marked(found, "/repositories/8/issues")
    assert is_marked(found, "/repos/octo/there")
    assert not is_marked(found, "/repos/octo/there/issues/5")


THERE = REPOSITORY | {"id": 8, "full_name": "Octo/There"}


@pytest.mark.parametrize(
    ("event", "action", "members", "here", "there"),
    [
        (
            "sub_issues",
            "sub_issue_added",
            {"parent_issue": {"number": 5}, "sub_issue": {"number": 77}, "sub_issue_repo": THERE},
            "sub_issues",
            "parent",
        ),
        (
            "sub_issues",
            "parent_issue_removed",
            {
                "sub_issue": {"number": 5},
                "parent_issue": {"number": 77},
                "parent_issue_repo": THERE,
            },
            "parent",
            "sub_issues",
        ),
        (
            "issue_dependencies",
            "blocked_by_added",
            {
                "blocked_issue": {"number": 5},
                "blocking_issue": {"number": 77},
                "blocking_issue_repo": THERE,
            },
            "dependencies/blocked_by",
            "dependencies/blocking",
        ),
        (
            "issue_dependencies",
            "blocking_removed",
            {
                "blocking_issue": {"number": 5},
                "blocked_issue": {"number": 77},
                "blocked_issue_repo": THERE,
            },
            "dependencies/blocking",
            "dependencies/blocked_by",
        ),
    ],
)
def test_both_of_two_related_issues_are_marked(
    event: str, action: str, members: dict[str, object], here: str, there: str
) -> None:
    """Each in its own repository, with what it shows of the other."""
    found = changes(event, action=action, **members)

    for path in (f"{REPO}/issues/5", "/repos/octo/there/issues/77"):
        assert is_marked(found, path)
    assert is_marked(found, f"{REPO}/issues/5/{here}")
    assert is_marked(found, f"/repositories/8/issues/77/{there}")
    assert not is_marked(found, f"{REPO}/issues/77")


def test_related_issues_of_one_repository_are_both_marked() -> None:
    """Where no other repository is named, the other issue is of the same."""
    found = changes(
        "issue_relates_to",
        action="relates_to_added",
        issue={"number": 5},
        related_issue={"number": 6},
    )

    assert [is_marked(found, f"{REPO}/issues/{number}") for number in (5, 6, 7)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("event", "members", "path"),
    [
        ("label", {"label": {"name": "New"}, "changes": {"name": {"from": "Old"}}}, "labels/{}"),
        (
            "release",
            {"release": {"id": 4, "tag_name": "new"}, "changes": {"tag_name": {"from": "old"}}},
            "releases/tags/{}",
        ),
    ],
)
def test_what_is_renamed_is_marked_under_both_names(
    event: str, members: dict[str, object], path: str
) -> None:
    """The old one is gone, and the new one may have been asked for in vain."""
    found = changes(event, action="edited", **members)

    marked = [is_marked(found, f"{REPO}/{path.format(name)}") for name in ("old", "new", "other")]
    assert marked == [True, True, False]


def test_the_default_branch_may_be_another_one() -> None:
    """Then whatever it shows is another thing; an edited description changes none of it."""
    edited = {"action": "edited"}
    described = changes("repository", **edited, changes={"description": {"from": "x"}})
    switched = changes("repository", **edited, changes={"default_branch": {"from": "master"}})

    assert [is_marked(found, f"{REPO}/readme") for found in (described, switched)] == [0, 1]
    assert is_marked(described, REPO)


def test_a_label_that_changes_shows_in_whatever_carries_it() -> None:
    """Issues hold their labels whole; comments hold none."""
    found = changes("label", action="edited", label={"name": "bug"})

    assert is_marked(found, f"{REPO}/issues/6")
    assert is_marked(found, f"{REPO}/pulls")
    assert not is_marked(found, f"{REPO}/issues/6/comments")


def test_privatizing_drops_every_copy_and_every_list() -> None:
    """Nothing of it may be shown again, not even where GitHub fails."""
    found = changes("repository", action="privatized", repository=PRIVATE)

    for path in (f"{REPO}/issues/5", "/repositories/7/readme", "/users/octo/repos"):
        assert not found.drop.isdisjoint(classify(path).tags)
    assert {"lists", "search", "feeds"} <= found.drop
    assert "repo:octo/other" not in found.drop


def test_renaming_drops_the_old_name() -> None:
    """All bodies hold URLs with it, whatever name they were asked by."""
    was = {"repository": {"name": {"from": "Howdy"}}}

    found = changes("repository", action="renamed", changes=was)

    assert {"repo:octo/howdy", "repo:octo/hello", "repo:#7"} <= found.drop
    assert {"lists", "owner:octo/repos"} <= found.mark


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_a_transfer_drops_both_names_and_both_lists(kind: str) -> None:
    """Whoever saw it under the old owner may not see it under the new one."""
    was = {"owner": {"from": {kind: BOB}}}

    found = changes("repository", action="transferred", changes=was)

    assert {"repo:bob/hello", "repo:octo/hello", "repo:#7"} <= found.drop
    assert {"owner:bob/repos", "owner:#2/repos", "owner:octo/repos"} <= found.drop


def test_a_member_who_goes_costs_what_is_private() -> None:
    """Of a private repository all copies are some principal's; a public one is confirmed."""
    public, private = (
        changes("member", action="removed", member=BOB, repository=repository)
        for repository in (REPOSITORY, PRIVATE)
    )

    assert not public.drop
    assert is_marked(public, f"{REPO}/dependabot/alerts")
    assert private.drop == {"repo:octo/hello", "repo:#7"}


def test_a_member_who_comes_sees_what_was_not_there() -> None:
    """What they asked for in vain; of what others have, what names members and rights."""
    found = changes("member", action="added", member=BOB, repository=PRIVATE)
    missing = classify(f"{REPO}/issues/5").missing_tags

    assert not found.mark.isdisjoint(missing)
    assert is_marked(found, f"{REPO}/collaborators")
    assert not is_marked(found, f"{REPO}/issues/5")
    assert found.mark.isdisjoint(classify("/repos/octo/other").missing_tags)


def test_who_leaves_an_organisation_is_asked_about_everything_of_it() -> None:
    """Which of its private repositories were open to them nobody tells; nothing public is lost."""
    found = changes(
        "organization",
        action="member_removed",
        repository=None,
        organization=ORGANIZATION,
        membership={"user": BOB},
    )

    assert not found.drop
    assert {"repos:nordlys", "owner:nordlys", "owner:#9", "owner:bob/orgs"} <= found.mark
    assert is_marked(found, "/repos/nordlys/secret/issues/5")


def test_an_organisation_that_is_renamed_loses_its_old_name() -> None:
    """All that was stored under the old login goes."""
    found = changes(
        "organization",
        action="renamed",
        repository=None,
        organization=ORGANIZATION,
        changes={"login": {"from": "Oldlys"}},
    )

    assert {"repos:oldlys", "owner:oldlys"} <= found.drop
    assert "owner:nordlys" in found.mark


@pytest.mark.parametrize("event", ["installation", "installation_repositories"])
def test_an_installation_that_ends_costs_its_private_repositories(event: str) -> None:
    """Anybody may see the public ones: of these what is stored is only confirmed."""
    short = [
        {"id": 10, "full_name": "Octo/Secret", "private": True},
        {"id": 11, "full_name": "Octo/Open", "private": False},
    ]
    listed = {"repositories" if event == "installation" else "repositories_removed": short}

    found = changes(
        event,
        action="deleted" if event == "installation" else "removed",
        repository=None,
        installation={"id": 3, "account": {"login": "Octo", "id": 1}},
        **listed,
    )

    assert found.drop == {"repo:octo/secret", "repo:#10"}
    assert is_marked(found, "/repos/octo/open/secret-scanning/alerts")


@pytest.mark.parametrize(
    ("event", "action", "members"),
    [
        ("member", "removed", {"member": BOB, "repository": PRIVATE}),
        (
            "team",
            "removed_from_repository",
            {"team": {}, "repository": PRIVATE, "organization": ORGANIZATION},
        ),
        ("team", "deleted", {"team": {}, "repository": None, "organization": ORGANIZATION}),
        ("membership", "removed", {"repository": None, "organization": ORGANIZATION}),
        ("organization", "member_removed", {"repository": None, "organization": ORGANIZATION}),
        ("installation", "deleted", {"repository": None, "installation": INSTALLATION}),
        ("installation", "suspend", {"repository": None, "installation": INSTALLATION}),
        (
            "installation_repositories",
            "removed",
            {"repository": None, "installation": INSTALLATION, "repositories_removed": []},
        ),
    ],
)
def test_who_loses_sight_is_asked_about_where_it_is_shown_besides(
    event: str, action: str, members: dict[str, object]
) -> None:
    """Lists, searches and feeds show a private repository, and none of them bears its name."""
    found = changes(event, action=action, **members)

    for path in ("/users/bob/starred", "/search/repositories", "/search/issues", "/events"):
        assert is_marked(found, path), path


def test_a_revoked_user_makes_every_principal_ask() -> None:
    """Nothing tells which of them it was."""
    found = changes("github_app_authorization", action="revoked", repository=None)

    assert found == Changes(frozenset({"principals"}), frozenset())


def test_what_is_unknown_changes_nothing() -> None:
    """GitHub adds actions and events; they are no error."""
    assert changes("repository", action="painted") == NOTHING
    assert changes("repository_painted", action="x") == NOTHING


@pytest.mark.parametrize(
    ("shape", "events"),
    [
        ("languages", {"push", "repository"}),
        ("stargazers/...", {"star", "repository"}),
        ("comments/{n}", {"commit_comment", "repository"}),
        ("labels", {"label", "issues", "pull_request", "repository"}),
        ("pulls/{n}", None),
        ("issues/{n}/reactions", None),
        ("releases", None),
        ("events", None),
        ("subscribers", None),
        ("nothing known", None),
    ],
)
def test_what_must_reach_us(shape: str, events: set[str] | None) -> None:
    """Each event of the table that names it; None where no event tells of all its changes."""
    assert announcing(shape) == events


def test_the_repository_itself_is_announced_by_what_it_counts() -> None:
    """Stars, forks, pushes, issues; `watch` only says the same as `star`."""
    found = announcing("meta")

    assert found is not None
    assert {"push", "star", "fork", "issues", "pull_request", "repository"} <= found
    assert found.isdisjoint({"watch", "public", "member", "team"})


def test_every_row_is_about_a_known_event() -> None:
    """Each event has rows or a reason for none, and is read."""
    assert {effect.event for effect in EFFECTS} | set(IRRELEVANT) == set(NEEDED)
    assert not {effect.event for effect in EFFECTS} & set(IRRELEVANT)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.event)
def test_a_row_names_only_what_its_event_tells(effect: Effect) -> None:
    """Every gap of its cells is a detail of that event."""
    told = {
        name
        for key, table in DETAILS.items()
        if key.partition(".")[0] == effect.event
        for name in table
    }

    assert {gap for cell in (*effect.mark, *effect.drop) for gap in GAP.findall(cell)} <= told


# Facets that have no finer tags: whatever is below them is one.
COARSE = (
    {
        "meta",
        "topics",
        "languages",
        "readme",
        "stats",
        "contributors",
        "forks",
        "stargazers",
        "keys",
    }
    | {"events", "activity", "branches", "tags", "releases", "milestones", "actions", "deployments"}
    | {"collaborators", "assignees", "invitations", "teams", "environments", "pages", "discussions"}
    | {"rulesets", "rules", "dependabot", "code-scanning", "secret-scanning", "properties"}
    | {"security-advisories", "missing"}
)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.event)
def test_a_cell_finds_something(effect: Effect) -> None:
    """A tag that nothing stored can have would be a slip of the pen."""
    tags = {tag for shape in SHAPES for tag in shape.tags}
    cells = [cell.partition("/") for cell in (*effect.mark, *effect.drop)]
    finer = {tag for subject, _, tag in cells if subject in ("repo", "moved", "other") and tag}

    assert {cell for cell in finer - COARSE if not any(matches(tag, cell) for tag in tags)} == set()


def test_only_access_is_dropped() -> None:
    """What merely changed is marked, so that its validator may still save the point."""
    assert {effect.event for effect in EFFECTS if effect.drop} <= {
        effect.event for effect in ON_ACCESS
    }


HEAD = {"ref": "fix", "sha": SHA}
# Enough for any event, whatever it needs.
EVERYTHING = {
    "repository": REPOSITORY,
    "organization": ORGANIZATION,
    "sender": BOB,
    "member": BOB,
    "account": ORGANIZATION,
    "membership": {"user": BOB},
    "installation": INSTALLATION,
    "repositories": [{"id": 10, "full_name": "Octo/Secret", "private": True}],
    "forkee": REPOSITORY | {"id": 8, "full_name": "Bob/Hello", "owner": BOB},
    "issue": {"number": 5, "milestone": {"number": 3}, "pull_request": {}},
    "sub_issue": {"number": 6},
    "parent_issue": {"number": 6},
    "blocked_issue": {"number": 6},
    "blocking_issue": {"number": 6},
    "pull_request": {"number": 5, "head": HEAD, "base": HEAD},
    "comment": {"id": 9, "commit_id": SHA},
    "review": {"id": 4},
    "release": {"id": 4, "tag_name": "v1"},
    "check_run": {"id": 4, "head_sha": SHA, "check_suite": {"id": 44}},
    "check_suite": {"id": 44, "head_sha": SHA},
    "workflow_run": {"id": 4},
    "workflow_job": {"id": 4, "run_id": 44},
    "deployment": {"id": 4},
    "label": {"name": "bug"},
    "milestone": {"number": 3},
    "team": {"slug": "x"},
    "hook": {"events": ["push"]},
    "ref": "refs/heads/main",
    "ref_type": "branch",
    "after": SHA,
    "sha": SHA,
    "state": "success",
    "changes": {
        "owner": {"from": {"user": BOB}},
        "repository": {"name": {"from": "Howdy"}},
        "new_repository": REPOSITORY | {"id": 12, "full_name": "Octo/There"},
        "new_issue": {"number": 77},
        "default_branch": {"from": "master"},
    },
}
# Each name that stands above, with its id.
PAIRS = {
    "repo:octo/hello": "repo:#7",
    "repo:bob/hello": "repo:#8",
    "repo:octo/secret": "repo:#10",
    "repo:octo/there": "repo:#12",
    "repo:bob/howdy": "repo:#7",
    "owner:octo": "owner:#1",
    "owner:nordlys": "owner:#9",
    "owner:oldlys": "owner:#9",
    "owner:bob": "owner:#2",
}


@given(
    st.sampled_from(sorted(NEEDED)),
    st.sampled_from(sorted({action for effect in EFFECTS for action in effect.actions})),
    st.sampled_from([REPOSITORY, PRIVATE]),
)
def test_names_come_in_pairs(event: str, action: str, repository: dict[str, object]) -> None:
    """Whatever is named by name is named by id, and nobody whom the payload does not name."""
    payload = EVERYTHING | {"action": action, "repository": repository}
    if event == "installation_target":
        payload["changes"] = {"login": {"from": "Oldlys"}}

    found = changes(event, **payload)

    tags = {tag for tag in found.mark | found.drop if tag.startswith(("repo:", "owner:"))}
    by_name = {tag for tag in tags if not tag.startswith(("repo:#", "owner:#"))}
    split = {
        tag: next(name for name in PAIRS if tag == name or tag.startswith(f"{name}/"))
        for tag in by_name
    }
    paired = {PAIRS[name] + tag.removeprefix(name) for tag, name in split.items()}
    assert tags - by_name == paired
