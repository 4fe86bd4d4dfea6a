"""What is said of commits, as REST shows it: statuses, checks, workflow runs."""

from __future__ import annotations

import pytest

from portico.sandbox import Response, tokens
from tests.sandbox.asking import Asker, links, value
from tests.sandbox.test_schemas import MODELS, check

HARBOR = "solveig/harbor"
MAIN = f"/repos/{HARBOR}/commits/main"
RUNS = f"/repos/{HARBOR}/actions/runs"


def test_a_commit_without_statuses_is_pending(github: Asker) -> None:
    """GitHub says pending, with none."""
    combined = value(github.get(f"{MAIN}/status"))

    assert (combined["state"], combined["total_count"]) == ("pending", 0)


@pytest.mark.parametrize(
    ("states", "combined"),
    [
        (("success", "success"), "success"),
        (("success", "pending"), "pending"),
        (("failure", "pending"), "failure"),
        (("error", "success"), "error"),
    ],
)
def test_the_worst_status_counts(github: Asker, states: tuple[str, str], combined: str) -> None:
    """Of each context the newest, of these the worst."""
    github.world.set_status(HARBOR, "main", state="error", context="a")
    github.world.set_status(HARBOR, "main", state=states[0], context="a")
    github.world.set_status(HARBOR, "main", state=states[1], context="b")

    body = value(github.get(f"{MAIN}/status"))

    assert (body["state"], body["total_count"]) == (combined, 2)
    assert len(value(github.get(f"{MAIN}/statuses"))) == 3


def test_statuses_come_in_pages(github: Asker) -> None:
    """Those of the combined status too, which counts all of them."""
    for number in range(31):
        state = "success" if number else "pending"
        github.world.set_status(HARBOR, "main", state=state, context=f"c{number}")

    first = github.get(f"{MAIN}/status")
    second = value(github.get(links(first)["next"]))

    assert (value(first)["state"], value(first)["total_count"]) == ("pending", 31)
    assert [len(each["statuses"]) for each in (value(first), second)] == [30, 1]


def test_a_suite_ends_with_its_last_check(github: Asker) -> None:
    """In progress until then; one failure is enough to fail."""
    world = github.world
    world.start_check(HARBOR, "main", name="test")
    world.complete_check(HARBOR, "main", name="lint", conclusion="failure")
    [before] = value(github.get(f"{MAIN}/check-suites"))["check_suites"]
    world.complete_check(HARBOR, "main", name="test")

    [after] = value(github.get(f"{MAIN}/check-suites"))["check_suites"]

    assert (before["status"], before["conclusion"]) == ("in_progress", None)
    assert (after["status"], after["conclusion"]) == ("completed", "failure")
    assert after["id"] == before["id"]


def test_the_newest_check_of_a_name_is_shown(github: Asker) -> None:
    """A check that ran twice is listed once; by id both are there."""
    first = github.world.complete_check(HARBOR, "main", conclusion="failure")
    second = github.world.complete_check(HARBOR, "main", conclusion="success")

    runs = value(github.get(f"{MAIN}/check-runs"))

    assert [(r["id"], r["conclusion"]) for r in runs["check_runs"]] == [(second.id, "success")]
    by_id = value(github.get(f"/repos/{HARBOR}/check-runs/{first.id}"))
    assert by_id["conclusion"] == "failure"


def test_a_workflow_that_ended_can_run_again(github: Asker) -> None:
    """As another run of the next number, with a job of its own."""
    first = github.world.complete_workflow(HARBOR, "main", conclusion="failure")
    second = github.world.complete_workflow(HARBOR, "main")

    runs = value(github.get(RUNS))["workflow_runs"]

    assert [(run["id"], run["run_number"], run["conclusion"]) for run in runs] == [
        (second.id, 2, "success"),
        (first.id, 1, "failure"),
    ]
    assert first.job_id != second.job_id


def test_workflow_runs_are_filtered_and_paged(github: Asker) -> None:
    """By branch, commit, event and status, which can be a conclusion; newest first."""
    world = github.world
    world.complete_workflow(HARBOR, "main", conclusion="failure")
    sha = world.push(HARBOR)
    newest = world.start_workflow(HARBOR, sha)

    page = github.get(f"{RUNS}?per_page=1")

    assert value(page)["total_count"] == 2
    assert [run["id"] for run in value(page)["workflow_runs"]] == [newest.id]
    assert "next" in links(page)
    for query in (f"head_sha={sha}", "status=in_progress"):
        assert value(github.get(f"{RUNS}?{query}"))["total_count"] == 1
    assert value(github.get(f"{RUNS}?status=failure&branch=main"))["total_count"] == 1
    assert value(github.get(f"{RUNS}?event=schedule"))["total_count"] == 0


@pytest.mark.parametrize("version", MODELS)
def test_bodies_are_what_githubs_schema_says(github: Asker, version: str) -> None:
    """Every body of these families validates, and has no key that the schema does not know."""
    world = github.world
    world.merge_pull(HARBOR, 10, login="eirik")
    world.set_status(HARBOR, "main")
    head = world[HARBOR].issues[5].pull
    assert head is not None
    check_run = world.complete_check(HARBOR, head.head_sha)
    run = world.complete_workflow(HARBOR, "main")
    world.review(HARBOR, 5, login="solveig")
    base = f"/repos/{HARBOR}"

    for path, model in [
        (f"{MAIN}/status", "CombinedCommitStatus"),
        (f"{base}/check-runs/{check_run.id}", "CheckRun"),
        (f"{base}/check-suites/{run.suite.id}", "CheckSuite"),
        (f"{RUNS}/{run.id}", "WorkflowRun"),
        (f"{base}/pulls/5", "PullRequest"),
        (f"{base}/pulls/10", "PullRequest"),
        (f"{MAIN}/check-runs", "ReposOwnerRepoCommitsRefCheckRunsGetResponse200"),
        (f"{MAIN}/check-suites", "ReposOwnerRepoCommitsRefCheckSuitesGetResponse200"),
        (RUNS, "ReposOwnerRepoActionsRunsGetResponse200"),
        (f"{RUNS}/{run.id}/jobs", "ReposOwnerRepoActionsRunsRunIdJobsGetResponse200"),
    ]:
        check(value(_get(github, path, version)), model, version)
    for path, model in [
        (f"{MAIN}/statuses", "Status"),
        (f"{base}/pulls/5/reviews", "PullRequestReview"),
        (f"{base}/pulls/5/commits", "Commit"),
    ]:
        items = value(_get(github, path, version))
        assert items
        for item in items:
            check(item, model, version)


def _get(github: Asker, path: str, version: str) -> Response:
    return github.get(path, tokens.SOLVEIG, {"x-github-api-version": version})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"/repos/{HARBOR}/commits/nowhere/status", None, 422),
        ("GET", f"/repos/{HARBOR}/commits/nowhere/check-runs", None, 422),
        ("GET", "/repos/solveig/empty-dock/commits/main/status", None, 409),
        ("GET", f"/repos/{HARBOR}/check-runs/1", None, 404),
        ("GET", f"/repos/{HARBOR}/check-suites/1", None, 404),
        ("GET", f"{RUNS}/1", None, 404),
        ("POST", f"/repos/{HARBOR}/statuses/main", {"state": "splendid"}, 422),
        ("PUT", f"/repos/{HARBOR}/pulls/35/merge", {}, 405),
        ("PUT", f"/repos/{HARBOR}/pulls/5/merge", {"sha": "0" * 40}, 409),
        ("POST", f"/repos/{HARBOR}/pulls", {"title": "t", "head": "no", "base": "main"}, 422),
        ("POST", f"/repos/{HARBOR}/releases", {}, 422),
        ("POST", f"/repos/{HARBOR}/releases", {"tag_name": "v1.0.0"}, 422),
        ("DELETE", f"/repos/{HARBOR}/releases/1", None, 404),
        ("PATCH", f"/repos/{HARBOR}", {"default_branch": "nowhere"}, 422),
    ],
)
def test_what_cannot_be_is_refused(
    github: Asker, method: str, path: str, body: object, status: int
) -> None:
    """Unknown commits, ids, states and branches, as GitHub refuses them."""
    response = github.ask(method, path, token=tokens.SOLVEIG, body=body)

    assert response.status == status


def test_an_outsider_cannot_write(github: Asker) -> None:
    """Statuses, merges, releases and deletions need the right to push, or more."""
    writes: list[tuple[str, str, object]] = [
        ("POST", f"/repos/{HARBOR}/statuses/main", {"state": "success"}),
        ("PUT", f"/repos/{HARBOR}/pulls/5/merge", {}),
        ("POST", f"/repos/{HARBOR}/releases", {"tag_name": "v9"}),
        ("DELETE", f"/repos/{HARBOR}", None),
        ("PUT", f"/repos/{HARBOR}/topics", {"names": []}),
    ]

    for method, path, body in writes:
        assert github.ask(method, path, token=tokens.INGRID, body=body).status == 403
        assert github.ask(method, path, body=body).status == 401
