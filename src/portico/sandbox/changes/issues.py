"""Issues and pull requests as issues: their state, texts, labels and comments.

What happens to the issue of a pull request is told as `pull_request`; comments on it are told as
`issue_comment`, like all others.
"""

from __future__ import annotations

from portico.sandbox.bodies import issues as issue_bodies
from portico.sandbox.bodies import pulls as pull_bodies
from portico.sandbox.bodies.accounts import simple_user
from portico.sandbox.changes.telling import Telling
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Comment, Issue, Label, Repository


class IssueChanges(Telling):
    """What happens to issues. `login` is who does it, else the repository's owner."""

    __slots__ = ()

    def open_issue(
        self, repository: Repository | str, title: str, *, login: str, body: str | None = None
    ) -> Issue:
        """Open an issue and return it."""
        with self.lock:
            repo = self.find(repository)
            issue = self.add_issue(repo, title, self.accounts[login.lower()], body)
            self.tell_issue(repo, issue, issue.user, "opened")
            return issue

    def add_issue(
        self, repo: Repository, title: str, user: Account, body: str | None = None
    ) -> Issue:
        """Give an issue the next number, and tell nobody yet."""
        now, number = self.clock(), max(repo.issues, default=0) + 1
        issue = Issue(self.next_id(), number, title, user, now, now, body=body)
        repo.issues[number] = issue
        repo.updated_at = now
        return issue

    def close_issue(
        self,
        repository: Repository | str,
        number: int,
        *,
        reason: str = "completed",
        login: str | None = None,
    ) -> None:
        """Close an issue, for a reason, or a pull request without merging it."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            if issue.state == "closed":
                return
            issue.state = "closed"
            issue.state_reason = None if issue.pull else reason
            issue.closed_at = issue.updated_at = self.clock()
            self.tell_issue(repo, issue, self.actor(repo, login), "closed")

    def reopen_issue(
        self, repository: Repository | str, number: int, *, login: str | None = None
    ) -> None:
        """Open an issue, or a pull request that was not merged, again."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            if issue.state == "open":
                return
            issue.state, issue.closed_at = "open", None
            issue.state_reason = None if issue.pull else "reopened"
            issue.updated_at = self.clock()
            self.tell_issue(repo, issue, self.actor(repo, login), "reopened")

    def edit_issue(
        self,
        repository: Repository | str,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        login: str | None = None,
    ) -> None:
        """Change the title or the text of an issue or pull request; None leaves it as it is."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            changes: dict[str, Json] = {}
            if title is not None and title != issue.title:
                changes["title"] = {"from": issue.title}
                issue.title = title
            if body is not None and body != issue.body:
                changes["body"] = {"from": issue.body or ""}
                issue.body = body or None
            if changes:
                issue.updated_at = self.clock()
                self.tell_issue(repo, issue, self.actor(repo, login), "edited", changes=changes)

    def assign_issue(
        self, repository: Repository | str, number: int, login: str, *, assigned: bool = True
    ) -> None:
        """Let somebody be responsible for an issue or pull request, or no longer."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            account = self.accounts[login.lower()]
            if (account in issue.assignees) == assigned:
                return
            others = [each for each in issue.assignees if each is not account]
            issue.assignees = [*others, account] if assigned else others
            issue.updated_at = self.clock()
            action = "assigned" if assigned else "unassigned"
            told = simple_user(account, self.outsider)
            self.tell_issue(repo, issue, self.actor(repo), action, assignee=told)

    def label_issue(
        self,
        repository: Repository | str,
        number: int,
        name: str,
        *,
        labeled: bool = True,
        login: str | None = None,
    ) -> None:
        """Put a label on an issue or pull request, or take it off; a new one is made first."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            label = self.label(repo, name) or self.create_label(repo, name)
            if (label in issue.labels) == labeled:
                return
            others = [each for each in issue.labels if each is not label]
            issue.labels = [*others, label] if labeled else others
            issue.updated_at = self.clock()
            action = "labeled" if labeled else "unlabeled"
            told = issue_bodies.label(label, repo, self.outsider)
            self.tell_issue(repo, issue, self.actor(repo, login), action, label=told)

    def comment(
        self, repository: Repository | str, number: int, body: str, *, login: str
    ) -> Comment:
        """Comment on an issue or pull request and return the comment."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            now, user = self.clock(), self.accounts[login.lower()]
            made = Comment(self.next_id(), user, body, now, now)
            issue.comments.append(made)
            issue.updated_at = now
            self._tell_comment(repo, issue, made, user, "created")
            return made

    def edit_comment(
        self, repository: Repository | str, number: int, comment_id: int, body: str
    ) -> None:
        """Change a comment's text. KeyError: the issue has no such comment."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            comment = {each.id: each for each in issue.comments}[comment_id]
            changes = {"body": {"from": comment.body}}
            comment.body = body
            comment.updated_at = issue.updated_at = self.clock()
            self._tell_comment(repo, issue, comment, comment.user, "edited", changes=changes)

    def delete_comment(self, repository: Repository | str, number: int, comment_id: int) -> None:
        """Delete a comment. KeyError: the issue has no such comment."""
        with self.lock:
            repo, issue = self._issue(repository, number)
            comment = {each.id: each for each in issue.comments}[comment_id]
            issue.comments.remove(comment)
            issue.updated_at = self.clock()
            self._tell_comment(repo, issue, comment, comment.user, "deleted")

    def label(self, repo: Repository, name: str) -> Label | None:
        """Return a repository's label; GitHub compares names without case."""
        wanted = name.lower()
        return next((each for each in repo.labels if each.name.lower() == wanted), None)

    def create_label(
        self,
        repository: Repository | str,
        name: str,
        *,
        color: str = "ededed",
        description: str | None = None,
    ) -> Label:
        """Make a label and return it."""
        with self.lock:
            repo = self.find(repository)
            label = Label(self.next_id(), name, color, description)
            repo.labels.append(label)
            self._tell_label(repo, label, "created")
            return label

    def delete_label(self, repository: Repository | str, name: str) -> None:
        """Delete a label, also from the issues that carry it. KeyError: there is none."""
        with self.lock:
            repo = self.find(repository)
            label = self.label(repo, name)
            if label is None:
                raise KeyError(name)
            repo.labels.remove(label)
            for issue in repo.issues.values():
                issue.labels = [each for each in issue.labels if each is not label]
            self._tell_label(repo, label, "deleted")

    def tell_issue(
        self, repo: Repository, issue: Issue, sender: Account, action: str, **body: Json
    ) -> None:
        """Tell of something that happened to an issue, or to a pull request."""
        if issue.pull is None:
            body["issue"] = issue_bodies.issue(issue, repo, self.outsider)
            self.tell("issues", repo, sender, action=action, **body)
            return
        body["number"] = issue.number
        body["pull_request"] = pull_bodies.pull(issue, issue.pull, repo, self.outsider)
        self.tell("pull_request", repo, sender, action=action, **body)

    def _tell_comment(
        self,
        repo: Repository,
        issue: Issue,
        comment: Comment,
        sender: Account,
        action: str,
        **body: Json,
    ) -> None:
        body["issue"] = issue_bodies.issue(issue, repo, self.outsider)
        body["comment"] = issue_bodies.comment(comment, issue, repo, self.outsider)
        self.tell("issue_comment", repo, sender, action=action, **body)

    def _tell_label(self, repo: Repository, label: Label, action: str) -> None:
        told = issue_bodies.label(label, repo, self.outsider)
        self.tell("label", repo, self.actor(repo), action=action, label=told)

    def _issue(self, repository: Repository | str, number: int) -> tuple[Repository, Issue]:
        repo = self.find(repository)
        return repo, repo.issues[number]
