"""Issues and the comments on them."""

from __future__ import annotations

from portico.sandbox.bodies import issues as issue_bodies
from portico.sandbox.changes.telling import Telling
from portico.sandbox.model import Account, Comment, Issue, Repository


class IssueChanges(Telling):
    """What happens to issues."""

    __slots__ = ()

    def open_issue(
        self, repository: Repository | str, title: str, *, login: str, body: str | None = None
    ) -> Issue:
        """Open an issue and return it."""
        with self.lock:
            repo, now = self.find(repository), self.clock()
            number = max(repo.issues, default=0) + 1
            user = self.accounts[login.lower()]
            issue = Issue(self.next_id(), number, title, user, now, now, body=body)
            repo.issues[number] = issue
            repo.updated_at = now
            self._tell_issue(repo, issue, user, "opened")
            return issue

    def close_issue(self, repository: Repository | str, number: int) -> None:
        """Close an issue as completed."""
        with self.lock:
            repo, now = self.find(repository), self.clock()
            issue = repo.issues[number]
            issue.state, issue.state_reason = "closed", "completed"
            issue.closed_at = issue.updated_at = now
            self._tell_issue(repo, issue, self.actor(repo), "closed")

    def comment(
        self, repository: Repository | str, number: int, body: str, *, login: str
    ) -> Comment:
        """Comment on an issue or pull request and return the comment."""
        with self.lock:
            repo, now = self.find(repository), self.clock()
            issue, user = repo.issues[number], self.accounts[login.lower()]
            made = Comment(self.next_id(), user, body, now, now)
            issue.comments.append(made)
            issue.updated_at = now
            self.tell(
                "issue_comment",
                repo,
                user,
                action="created",
                issue=issue_bodies.issue(issue, repo, self.outsider),
                comment=issue_bodies.comment(made, issue, repo, self.outsider),
            )
            return made

    def _tell_issue(self, repo: Repository, issue: Issue, sender: Account, action: str) -> None:
        body = issue_bodies.issue(issue, repo, self.outsider)
        self.tell("issues", repo, sender, action=action, issue=body)
