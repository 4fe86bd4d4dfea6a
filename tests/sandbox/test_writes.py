"""Writing: what it changes, and each refusal in GitHub's words."""

from __future__ import annotations

import base64

import pytest

from portico.sandbox import Response, tokens
from tests.sandbox.asking import Asker, value

HARBOR = "/repos/solveig/harbor"


def refusal(response: Response) -> tuple[int, str]:
    """Return status and message."""
    return response.status, value(response)["message"]


def test_a_created_issue_is_there_at_once(github: Asker) -> None:
    """201 with Location; the issue leads the list, and the repository's count has grown."""
    before = value(github.get(HARBOR))["open_issues_count"]
    sent = {"title": "New buoy", "body": "red", "labels": ["bug", "brand new"]}
    made = github.ask("POST", f"{HARBOR}/issues", token=tokens.SOLVEIG, body=sent)

    assert made.status == 201
    assert made.header("location") == value(made)["url"]
    assert value(github.get(f"{HARBOR}/issues"))[0]["title"] == "New buoy"
    assert [label["name"] for label in value(made)["labels"]] == ["bug", "brand new"]
    assert value(github.get(HARBOR))["open_issues_count"] == before + 1
    assert github.get(f"{HARBOR}/labels/brand%20new").status == 200


def test_an_outsider_may_open_an_issue_but_not_label_it(github: Asker) -> None:
    """Labels of those who may not push are dropped silently, as GitHub does."""
    sent = {"title": "Hello", "labels": ["bug"]}
    made = github.ask("POST", f"{HARBOR}/issues", token=tokens.INGRID, body=sent)

    assert (made.status, value(made)["labels"]) == (201, [])
    assert value(made)["user"]["login"] == "ingrid"


def test_an_issue_is_closed_and_reopened(github: Asker) -> None:
    """State, reason and closing time change together, for the author too."""
    target = f"{HARBOR}/issues/4"
    closed = github.ask("PATCH", target, token=tokens.EIRIK, body={"state": "closed"})
    opened = github.ask("PATCH", target, token=tokens.EIRIK, body={"state": "open"})

    assert value(closed)["state_reason"] == "completed"
    assert value(closed)["closed_at"] is not None
    assert value(opened)["closed_at"] is None


def test_a_comment_moves_its_issue(github: Asker) -> None:
    """A comment is listed, counted, and updates the issue."""
    target = f"{HARBOR}/issues/2"
    made = github.ask("POST", f"{target}/comments", token=tokens.INGRID, body={"body": "aye"})

    assert made.status == 201
    assert value(github.get(f"{target}/comments"))[-1]["body"] == "aye"
    assert value(github.get(target))["comments"] == 1
    assert value(github.get(target))["updated_at"] == value(made)["created_at"]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (None, (401, "Requires authentication")),
        ("ghp_unknown", (401, "Bad credentials")),
        (tokens.PUBLIC, (404, "Not Found")),
        (tokens.FINE_GRAINED, (403, "Resource not accessible by personal access token")),
    ],
)
def test_who_may_not_write_is_told_so(
    github: Asker, token: str | None, expected: tuple[int, str]
) -> None:
    """Each kind of credential is refused in its own way."""
    response = github.ask("POST", f"{HARBOR}/issues", token=token, body={"title": "x"})

    assert refusal(response) == expected


def test_an_app_without_the_permission_is_refused(github: Asker) -> None:
    """An installation may write issues, but not the repository itself."""
    target = "/repos/nordlys/aurora"
    sent = {"description": "x"}

    assert (
        github.ask(
            "POST", f"{target}/issues", token=tokens.INSTALLATION, body={"title": "x"}
        ).status
        == 201
    )
    response = github.ask("PATCH", target, token=tokens.INSTALLATION, body=sent)
    assert refusal(response) == (403, "Resource not accessible by integration")


def test_a_missing_field_is_named(github: Asker) -> None:
    """422 lists resource, field and code."""
    response = github.ask("POST", f"{HARBOR}/issues", token=tokens.SOLVEIG, body={})

    assert refusal(response) == (422, "Validation Failed")
    assert value(response)["errors"] == [
        {"resource": "Issue", "code": "missing_field", "field": "title"}
    ]
    assert value(response)["status"] == "422"


def test_a_label_cannot_be_made_twice(github: Asker) -> None:
    """Names are compared without case; the second attempt is already_exists."""
    sent = {"name": "BUG", "color": "ff0000"}
    response = github.ask("POST", f"{HARBOR}/labels", token=tokens.SOLVEIG, body=sent)

    assert response.status == 422
    assert value(response)["errors"][0]["code"] == "already_exists"


def test_a_deleted_label_leaves_its_issues(github: Asker) -> None:
    """204 without a body; no issue carries it any more, and it is 404."""
    target = f"{HARBOR}/labels/c%2B%2B%2Fc%23%3F"
    assert github.get(target).status == 200
    response = github.ask("DELETE", target, token=tokens.SOLVEIG)

    assert (response.status, response.body) == (204, b"")
    assert github.get(target).status == 404
    issues = value(github.get(f"{HARBOR}/issues?state=all&per_page=100"))
    assert "c++/c#?" not in {label["name"] for issue in issues for label in issue["labels"]}


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1]"])
def test_a_body_that_is_not_an_object_is_400(github: Asker, body: bytes) -> None:
    """What is not JSON, or not an object, is refused before anything happens."""
    from portico.sandbox import Request, respond  # noqa: PLC0415

    headers = {"user-agent": "t", "authorization": f"token {tokens.SOLVEIG}"}
    request = Request("POST", f"{HARBOR}/issues", headers=headers, body=body)

    assert respond(github.world, request, github.now).status == 400


def test_disabled_issues_and_archives_are_refused(github: Asker) -> None:
    """410 where issues are off, 403 where nothing may change any more."""
    sent = {"title": "x"}
    off = "/repos/solveig/no-issues/issues"
    github.world["solveig/tidal-map"].archived = True

    assert github.get(off).status == 410
    assert github.ask("POST", off, token=tokens.SOLVEIG, body=sent).status == 410
    frozen = github.ask("POST", "/repos/solveig/tidal-map/issues", token=tokens.SOLVEIG, body=sent)
    assert refusal(frozen) == (403, "Repository was archived so is read-only.")


def test_only_an_admin_edits_a_repository(github: Asker) -> None:
    """Others who may see it are told that they must have admin rights."""
    edit = {"description": "calm", "private": True}

    other = github.ask("PATCH", HARBOR, token=tokens.INGRID, body=edit)
    owner = github.ask("PATCH", HARBOR, token=tokens.SOLVEIG, body=edit)

    assert refusal(other) == (403, "Must have admin rights to Repository.")
    assert value(owner)["private"] is True
    assert github.get(HARBOR).status == 404


def test_a_name_that_is_taken_is_refused(github: Asker) -> None:
    """Renaming onto an existing repository is 422."""
    response = github.ask("PATCH", HARBOR, token=tokens.SOLVEIG, body={"name": "tidal-map"})

    assert value(response)["errors"][0]["code"] == "already_exists"


def test_starring_is_idempotent_and_counted(github: Asker) -> None:
    """PUT twice counts once, GET tells, DELETE takes it back."""
    target = "/user/starred/solveig/harbor"
    before = value(github.get(HARBOR))["stargazers_count"]

    assert github.get(target, tokens.INGRID).status == 404
    for _ in range(2):
        assert github.ask("PUT", target, token=tokens.INGRID).status == 204
    assert github.get(target, tokens.INGRID).status == 204
    assert value(github.get(HARBOR))["stargazers_count"] == before + 1
    assert github.ask("DELETE", target, token=tokens.INGRID).status == 204
    assert value(github.get(HARBOR))["stargazers_count"] == before


def test_a_file_is_written_as_a_commit(github: Asker) -> None:
    """A new file is 201, a change needs the old id: 422 without it, 409 with a stale one."""
    target = f"{HARBOR}/contents/notes/today.md"
    sent: dict[str, str] = {"message": "note", "content": base64.b64encode(b"calm\n").decode()}

    def put(**more: str) -> Response:
        return github.ask("PUT", target, token=tokens.SOLVEIG, body={**sent, **more})

    made = put()
    assert made.status == 201
    assert put().status == 422
    assert put(sha="0" * 40).status == 409
    assert put(sha=value(made)["content"]["sha"]).status == 200
    newest = value(github.get(f"{HARBOR}/commits"))[0]
    assert newest["parents"][0]["sha"] == value(made)["commit"]["sha"]
    assert base64.b64decode(value(github.get(target))["content"]) == b"calm\n"
