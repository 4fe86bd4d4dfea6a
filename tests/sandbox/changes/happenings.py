"""Every change of the world with what GitHub tells of it, for the tests to go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portico.sandbox import World, tokens
from portico.sandbox.app_jwt import App

HARBOR = "solveig/harbor"  # H: its pull request 5 is open, from feature/tides
AURORA = "nordlys/aurora"  # A
PILOT = App(17, "Iv1.pilot", "pilot", "solveig")
COVE = "solveig/secret-cove"  # C: private; eirik is a collaborator


@dataclass(frozen=True, slots=True)
class Happening:
    """A change, and the deliveries that it makes for a hook that hears everything."""

    name: str
    do: Callable[[World], object]
    told: tuple[str, ...]  # event, or event.action
    seen: str  # paths whose answer to solveig is another one afterwards; H, A, C: see below
    before: Callable[[World], object] | None = None  # what has to be so first

    @property
    def paths(self) -> list[str]:
        """The paths of `seen`, written out."""
        names = {"H": HARBOR, "A": AURORA, "C": COVE}
        found = []
        for each in self.seen.split():
            first, slash, rest = each.partition("/")
            found.append(f"/repos/{names[first]}{slash}{rest}" if first else each)
        return found

    def __str__(self) -> str:
        """Name it in the list of tests."""
        return self.name


def _draft_pull(world: World) -> None:
    world.open_pull(HARBOR, "Later", login="eirik", head="later", draft=True)


def _comment_id(world: World) -> int:
    return world[HARBOR].issues[1].comments[0].id


def _release_id(world: World) -> int:
    return world[HARBOR].releases[-1].id


HAPPENINGS = [
    Happening(
        "push",
        lambda w: w.push(HARBOR),
        ("push",),
        "H H/commits H/branches/main H/readme H/git/trees/main /users/solveig/events/public",
    ),
    Happening(
        "push to the branch of a pull request",
        lambda w: w.push(AURORA, branch="glow", login="astrid"),
        ("push", "pull_request.synchronize"),
        "A A/branches A/pulls?state=all A/issues/1",
        before=lambda w: w.open_pull(AURORA, "Glow", login="astrid", head="glow"),
    ),
    Happening(
        "push to a new branch", lambda w: w.push(HARBOR, branch="new"), ("push",), "H H/branches"
    ),
    Happening(
        "first push",
        lambda w: w.push("solveig/empty-dock"),
        ("push",),
        "/repos/solveig/empty-dock /users/solveig/events/public",
    ),
    Happening(
        "create branch", lambda w: w.create_branch(HARBOR, "b"), ("push", "create"), "H H/branches"
    ),
    Happening(
        "delete branch",
        lambda w: w.delete_branch(HARBOR, "release-1.x"),
        ("push", "delete"),
        "H H/branches",
    ),
    Happening("create tag", lambda w: w.create_tag(HARBOR, "v3"), ("push", "create"), "H H/tags"),
    Happening(
        "delete tag", lambda w: w.delete_tag(HARBOR, "v1.0.0"), ("push", "delete"), "H H/tags"
    ),
    Happening(
        "star",
        lambda w: w.star(HARBOR, "ingrid"),
        ("star.created", "watch.started"),
        "H H/stargazers/count H/stargazers H/stargazers/history /users/ingrid/starred",
    ),
    Happening(
        "star of nobody",
        lambda w: w.star(HARBOR),
        ("star.created", "watch.started"),
        "H H/stargazers/count H/stargazers/history",
    ),
    Happening(
        "unstar",
        lambda w: w.unstar(HARBOR, "eirik"),
        ("star.deleted",),
        "H H/stargazers/count H/stargazers H/stargazers/history /users/eirik/starred",
    ),
    Happening(
        "create repository",
        lambda w: w.create_repository("nordlys", "floe"),
        ("repository.created",),
        "/repos/nordlys/floe /orgs/nordlys /orgs/nordlys/repos",
    ),
    Happening(
        "fork",
        lambda w: w.fork(AURORA, "ingrid"),
        ("fork", "repository.created"),
        "A /repos/ingrid/aurora /users/ingrid/repos",
    ),
    Happening(
        "edit repository",
        lambda w: w.edit_repository(
            HARBOR, description="d", homepage="https://h.example", topics=["t"]
        ),
        ("repository.edited",),
        "H H/topics",
    ),
    Happening(
        "change default branch",
        lambda w: w.edit_repository(HARBOR, default_branch="release-1.x"),
        ("repository.edited",),
        "H H/commits",
    ),
    Happening(
        "make private",
        lambda w: w.make_private(HARBOR),
        ("repository.privatized",),
        "H /users/solveig",
    ),
    Happening(
        "make public",
        lambda w: w.make_private(COVE, private=False),
        ("repository.publicized", "public"),
        "C /users/solveig",
    ),
    Happening("archive", lambda w: w.archive(HARBOR), ("repository.archived",), "H"),
    Happening(
        "unarchive",
        lambda w: w.archive(HARBOR, archived=False),
        ("repository.unarchived",),
        "H",
        before=lambda w: w.archive(HARBOR),
    ),
    Happening(
        "rename",
        lambda w: w.rename(HARBOR, "haven"),
        ("repository.renamed",),
        "H H/issues/1 H/releases",
    ),
    Happening(
        "transfer from a user",
        lambda w: w.transfer(HARBOR, "nordlys"),
        ("repository.transferred",),
        "H /users/solveig /orgs/nordlys/repos",
    ),
    Happening(
        "transfer from an organisation",
        lambda w: w.transfer(AURORA, "solveig"),
        ("repository.transferred",),
        "A /users/solveig/repos /orgs/nordlys/repos",
    ),
    Happening(
        "delete repository",
        lambda w: w.delete_repository(AURORA),
        ("repository.deleted",),
        "A A/commits /orgs/nordlys/repos",
    ),
    Happening(
        "open issue",
        lambda w: w.open_issue(HARBOR, "t", login="eirik"),
        ("issues.opened",),
        "H H/issues?state=all",
    ),
    Happening(
        "close issue", lambda w: w.close_issue(HARBOR, 1), ("issues.closed",), "H H/issues/1"
    ),
    Happening(
        "reopen issue", lambda w: w.reopen_issue(HARBOR, 7), ("issues.reopened",), "H H/issues/7"
    ),
    Happening(
        "edit issue",
        lambda w: w.edit_issue(HARBOR, 1, title="t", body="b"),
        ("issues.edited",),
        "H/issues/1",
    ),
    Happening(
        "assign", lambda w: w.assign_issue(HARBOR, 1, "eirik"), ("issues.assigned",), "H/issues/1"
    ),
    Happening(
        "unassign",
        lambda w: w.assign_issue(HARBOR, 6, "solveig", assigned=False),
        ("issues.unassigned",),
        "H/issues/6",
    ),
    Happening(
        "label issue", lambda w: w.label_issue(HARBOR, 1, "bug"), ("issues.labeled",), "H/issues/1"
    ),
    Happening(
        "label issue anew",
        lambda w: w.label_issue(HARBOR, 1, "quay"),
        ("label.created", "issues.labeled"),
        "H/issues/1 H/labels",
    ),
    Happening(
        "unlabel issue",
        lambda w: w.label_issue(HARBOR, 1, "enhancement", labeled=False),
        ("issues.unlabeled",),
        "H/issues/1",
    ),
    Happening(
        "comment",
        lambda w: w.comment(HARBOR, 1, "c", login="ingrid"),
        ("issue_comment.created",),
        "H/issues/1 H/issues/1/comments?page=2",
    ),
    Happening(
        "comment on a pull request",
        lambda w: w.comment(HARBOR, 5, "c", login="ingrid"),
        ("issue_comment.created",),
        "H/issues/5 H/issues/5/comments H/pulls/5",
    ),
    Happening(
        "edit comment",
        lambda w: w.edit_comment(HARBOR, 1, _comment_id(w), "new"),
        ("issue_comment.edited",),
        "H/issues/1 H/issues/1/comments",
    ),
    Happening(
        "delete comment",
        lambda w: w.delete_comment(HARBOR, 1, _comment_id(w)),
        ("issue_comment.deleted",),
        "H/issues/1 H/issues/1/comments",
    ),
    Happening(
        "create label", lambda w: w.create_label(HARBOR, "quay"), ("label.created",), "H/labels"
    ),
    Happening(
        "delete label",
        lambda w: w.delete_label(HARBOR, "bug"),
        ("label.deleted",),
        "H/labels H/issues/5",
    ),
    Happening(
        "open pull request",
        lambda w: w.open_pull(HARBOR, "t", login="eirik", head="new"),
        ("push", "pull_request.opened"),
        "H H/branches H/issues?state=all H/pulls?state=all",
    ),
    Happening(
        "draft made ready",
        lambda w: w.mark_ready(HARBOR, max(w[HARBOR].issues)),
        ("pull_request.ready_for_review",),
        "H/issues?state=all H/pulls?state=all",
        before=_draft_pull,
    ),
    Happening(
        "made a draft",
        lambda w: w.mark_ready(HARBOR, 5, ready=False),
        ("pull_request.converted_to_draft",),
        "H/issues/5 H/pulls/5",
    ),
    Happening(
        "close pull request",
        lambda w: w.close_issue(HARBOR, 5),
        ("pull_request.closed",),
        "H H/issues/5 H/pulls/5",
    ),
    Happening(
        "label pull request",
        lambda w: w.label_issue(HARBOR, 5, "good first issue"),
        ("pull_request.labeled",),
        "H/issues/5 H/pulls/5",
    ),
    Happening(
        "review",
        lambda w: w.review(HARBOR, 5, login="solveig", body="Good"),
        ("pull_request_review.submitted",),
        "H/issues/5 H/pulls/5 H/pulls/5/reviews",
    ),
    Happening(
        "merge",
        lambda w: w.merge_pull(HARBOR, 5),
        ("push", "pull_request.closed"),
        "H H/commits H/issues/5 H/pulls/5",
    ),
    Happening(
        "publish release",
        lambda w: w.publish_release(HARBOR, "v1.3.0"),
        ("release.created", "release.published", "release.released"),
        "H/releases H/releases/latest",
        before=lambda w: w.create_tag(HARBOR, "v1.3.0"),
    ),
    Happening(
        "publish prerelease, with its tag",
        lambda w: w.publish_release(HARBOR, "v4", prerelease=True),
        ("push", "create", "release.created", "release.published", "release.prereleased"),
        "H/releases H/tags",
    ),
    Happening(
        "draft release",
        lambda w: w.publish_release(HARBOR, "v5", draft=True),
        ("release.created",),
        "H/releases",
    ),
    Happening(
        "edit release",
        lambda w: w.edit_release(HARBOR, _release_id(w), name="n", body="b"),
        ("release.edited",),
        "H/releases",
    ),
    Happening(
        "delete release",
        lambda w: w.delete_release(HARBOR, _release_id(w)),
        ("release.deleted",),
        "H/releases",
    ),
    Happening(
        "status",
        lambda w: w.set_status(HARBOR, "main"),
        ("status",),
        "H/commits/main/status H/commits/main/statuses",
    ),
    Happening(
        "start check",
        lambda w: w.start_check(HARBOR, "main"),
        ("check_run.created",),
        "H/commits/main/check-runs H/commits/main/check-suites",
    ),
    Happening(
        "complete check",
        lambda w: w.complete_check(HARBOR, "main"),
        ("check_run.completed", "check_suite.completed"),
        "H/commits/main/check-runs H/commits/main/check-suites",
        before=lambda w: w.start_check(HARBOR, "main"),
    ),
    Happening(
        "complete one of two checks",
        lambda w: w.complete_check(HARBOR, "main", name="lint", conclusion="failure"),
        ("check_run.created", "check_run.completed"),
        "H/commits/main/check-runs",
        before=lambda w: w.start_check(HARBOR, "main"),
    ),
    Happening(
        "check of a pull request",
        lambda w: w.start_check(AURORA, "glow"),
        ("check_run.created",),
        "A/commits/glow/check-runs",
        before=lambda w: w.open_pull(AURORA, "Glow", login="astrid", head="glow"),
    ),
    Happening(
        "start workflow",
        lambda w: w.start_workflow(HARBOR, "main"),
        ("check_run.created", "workflow_run.requested", "workflow_run.in_progress"),
        "H/commits/main/check-runs H/actions/runs",
    ),
    Happening(
        "complete workflow",
        lambda w: w.complete_workflow(HARBOR, "main", conclusion="failure"),
        (
            "check_run.completed",
            "check_suite.completed",
            "workflow_job.completed",
            "workflow_run.completed",
        ),
        "H/commits/main/check-runs H/actions/runs",
        before=lambda w: w.start_workflow(HARBOR, "main"),
    ),
    Happening(
        "add collaborator",
        lambda w: w.add_collaborator(HARBOR, "ingrid"),
        ("member.added",),
        "H/issues?state=all",
    ),
    Happening(
        "remove collaborator",
        lambda w: w.remove_collaborator(COVE, "eirik"),
        ("member.removed",),
        "C/issues/1",
    ),
    Happening(
        "add member",
        lambda w: w.add_member("nordlys", "ingrid"),
        ("organization.member_added",),
        "/orgs/nordlys/public_members",
    ),
    Happening(
        "remove member",
        lambda w: w.remove_member("nordlys", "leif"),
        ("organization.member_removed",),
        "/orgs/nordlys/public_members /users/leif/orgs",
    ),
    Happening(
        "install an App",
        lambda w: w.install(PILOT, "solveig", permissions={"metadata": "read"}),
        ("installation.created",),
        "",
    ),
    Happening(
        "uninstall an App",
        lambda w: w.uninstall(tokens.INSTALLATION_ID),
        ("installation.deleted",),
        "",
    ),
    Happening(
        "suspend an App",
        lambda w: w.suspend(tokens.INSTALLATION_ID),
        ("installation.suspend",),
        "",
    ),
    Happening(
        "let an App go on",
        lambda w: w.suspend(tokens.INSTALLATION_ID, suspended=False),
        ("installation.unsuspend",),
        "",
        before=lambda w: w.suspend(tokens.INSTALLATION_ID),
    ),
    Happening(
        "rename organisation",
        lambda w: w.rename_account("nordlys", "nordly"),
        ("organization.renamed", "installation_target.renamed"),
        "A /orgs/nordlys",
    ),
    Happening(
        "rename user",
        lambda w: w.rename_account("eirik", "erik"),
        ("installation_target.renamed",),
        "/users/eirik",
    ),
]
