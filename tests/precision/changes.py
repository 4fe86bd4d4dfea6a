"""What happens to the sandbox's world, one thing after another; each makes its own deliveries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from portico.sandbox import World

Change: TypeAlias = Callable[[World], object]

HARBOR: Final = "solveig/harbor"
COVE: Final = "solveig/secret-cove"


def _comment_id(world: World) -> int:
    """Return the id of the comment that was made on issue 2."""
    return world[HARBOR].issues[2].comments[0].id


CHANGES: Final[tuple[tuple[str, Change], ...]] = (
    ("a push to the default branch", lambda w: w.push(HARBOR)),
    ("a push to the default branch of another", lambda w: w.push("nordlys/aurora")),
    ("a new file", lambda w: w.push(HARBOR, path="NEW.md", content=b"# New\n")),
    ("a push to another branch", lambda w: w.push(HARBOR, branch="feature/tides")),
    ("a branch made", lambda w: w.create_branch(HARBOR, "new-berth")),
    ("a branch deleted", lambda w: w.delete_branch(HARBOR, "new-berth")),
    ("a tag made", lambda w: w.create_tag(HARBOR, "v9.9.9")),
    ("a tag deleted", lambda w: w.delete_tag(HARBOR, "v9.9.9")),
    ("an issue opened", lambda w: w.open_issue(HARBOR, "New", login="ingrid")),
    ("an issue edited", lambda w: w.edit_issue(HARBOR, 2, title="Edited")),
    ("an issue assigned", lambda w: w.assign_issue(HARBOR, 2, "eirik")),
    ("an issue labelled", lambda w: w.label_issue(HARBOR, 6, "bug")),
    ("a label taken off", lambda w: w.label_issue(HARBOR, 6, "bug", labeled=False)),
    ("an issue closed", lambda w: w.close_issue(HARBOR, 8)),
    ("an issue reopened", lambda w: w.reopen_issue(HARBOR, 8)),
    ("a comment on an issue", lambda w: w.comment(HARBOR, 2, "Aye", login="ingrid")),
    ("a comment edited", lambda w: w.edit_comment(HARBOR, 2, _comment_id(w), body="No")),
    ("a comment deleted", lambda w: w.delete_comment(HARBOR, 2, _comment_id(w))),
    ("a comment on a pull request", lambda w: w.comment(HARBOR, 5, "Aye", login="ingrid")),
    ("a label made", lambda w: w.create_label(HARBOR, "deep water")),
    ("a label deleted", lambda w: w.delete_label(HARBOR, "enhancement")),
    (
        "a pull request opened",
        lambda w: w.open_pull(HARBOR, "Deepen", login="eirik", head="deepen"),
    ),
    ("a push to its branch", lambda w: w.push(HARBOR, branch="deepen", login="eirik")),
    ("a pull request made a draft", lambda w: w.mark_ready(HARBOR, 132, ready=False)),
    ("a draft made ready", lambda w: w.mark_ready(HARBOR, 132)),
    ("a review", lambda w: w.review(HARBOR, 132, login="solveig")),
    ("a pull request merged", lambda w: w.merge_pull(HARBOR, 132)),
    ("a pull request closed", lambda w: w.close_issue(HARBOR, 15)),
    ("a release published", lambda w: w.publish_release(HARBOR, "v3.0.0")),
    (
        "a release edited",
        lambda w: w.edit_release(HARBOR, w[HARBOR].releases[0].id, body="Better"),
    ),
    ("a release deleted", lambda w: w.delete_release(HARBOR, w[HARBOR].releases[0].id)),
    ("a status", lambda w: w.set_status(HARBOR, "main")),
    ("a check begun", lambda w: w.start_check(HARBOR, "main")),
    ("a check ended", lambda w: w.complete_check(HARBOR, "main")),
    ("a workflow begun", lambda w: w.start_workflow(HARBOR, "main")),
    ("a workflow ended", lambda w: w.complete_workflow(HARBOR, "main")),
    ("a star", lambda w: w.star(HARBOR, "ingrid")),
    ("a star taken back", lambda w: w.unstar(HARBOR, "ingrid")),
    ("a fork", lambda w: w.fork(HARBOR, "ingrid")),
    ("a description edited", lambda w: w.edit_repository(HARBOR, description="Deeper")),
    ("topics edited", lambda w: w.edit_repository(HARBOR, topics=["maps"])),
    (
        "another default branch",
        lambda w: w.edit_repository(HARBOR, default_branch="feature/tides"),
    ),
    ("the former default branch", lambda w: w.edit_repository(HARBOR, default_branch="main")),
    ("a repository archived", lambda w: w.archive("solveig/tidal-map")),
    ("a repository made", lambda w: w.create_repository("solveig", "new-pier")),
    ("a repository deleted", lambda w: w.delete_repository("solveig/new-pier")),
    ("a collaborator added", lambda w: w.add_collaborator("nordlys/aurora-internal", "eirik")),
    ("a collaborator removed", lambda w: w.remove_collaborator(COVE, "eirik")),
    ("a member removed", lambda w: w.remove_member("nordlys", "solveig")),
    ("a member added", lambda w: w.add_member("nordlys", "solveig")),
    ("a repository made private", lambda w: w.make_private("nordlys/aurora")),
    ("a repository made public", lambda w: w.make_private("nordlys/aurora", private=False)),
    ("a repository renamed", lambda w: w.rename(HARBOR, "haven")),
    ("a repository transferred", lambda w: w.transfer("solveig/tidal-map", "nordlys")),
    ("an organisation renamed", lambda w: w.rename_account("nordlys", "southlys")),
)
