"""Pull requests: opened, reviewed, merged. What they share with issues is in `issues`."""

from __future__ import annotations

from typing import Literal

from portico.sandbox.bodies import pulls as pull_bodies
from portico.sandbox.changes.git import GitChanges
from portico.sandbox.changes.issues import IssueChanges
from portico.sandbox.model import Issue, Pull, Repository, Review


class PullChanges(IssueChanges, GitChanges):
    """What happens to pull requests."""

    __slots__ = ()

    def open_pull(
        self,
        repository: Repository | str,
        title: str,
        *,
        login: str,
        head: str,
        body: str | None = None,
        draft: bool = False,
    ) -> Issue:
        """Ask for a branch to be merged into the default one, and return the request as an issue.

        A branch that does not exist begins with a commit of its own.
        """
        with self.lock:
            repo = self.find(repository)
            if head not in repo.history.branches:
                self.push(repo, branch=head, login=login)
            issue = self.add_issue(repo, title, self.accounts[login.lower()], body)
            base_sha = repo.history.branches[repo.default_branch]
            head_sha = repo.history.branches[head]
            issue.pull = Pull(self.next_id(), head, head_sha, base_sha, draft=draft)
            self.tell_issue(repo, issue, issue.user, "opened")
            return issue

    def mark_ready(self, repository: Repository | str, number: int, *, ready: bool = True) -> None:
        """Make a draft a request that can be merged, or the reverse."""
        with self.lock:
            repo, issue, pull = self._pull(repository, number)
            if pull.draft != ready:
                return
            pull.draft, issue.updated_at = not ready, self.clock()
            action = "ready_for_review" if ready else "converted_to_draft"
            self.tell_issue(repo, issue, issue.user, action)

    def review(
        self,
        repository: Repository | str,
        number: int,
        *,
        login: str,
        state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED"] = "APPROVED",
        body: str = "",
    ) -> Review:
        """Say what somebody thinks of a pull request, and return the review."""
        with self.lock:
            repo, issue, pull = self._pull(repository, number)
            now, user = self.clock(), self.accounts[login.lower()]
            made = Review(self.next_id(), user, state, body, pull.head_sha, now)
            pull.reviews.append(made)
            issue.updated_at = now
            # In deliveries the state is in small letters, and the pull request in its short form.
            told = pull_bodies.review(made, issue, repo, self.outsider)
            self.tell(
                "pull_request_review",
                repo,
                user,
                action="submitted",
                review={**told, "state": state.lower()},
                pull_request=pull_bodies.pull_simple(issue, pull, repo, self.outsider),
            )
            return made

    def merge_pull(
        self, repository: Repository | str, number: int, *, login: str | None = None
    ) -> str:
        """Squash a pull request into the default branch and return the new commit's id.

        The push is told first, as GitHub usually does. ValueError: it is not open.
        """
        with self.lock:
            repo, issue, pull = self._pull(repository, number)
            if issue.state != "open":
                raise ValueError(f"#{number} is not open")
            merger = self.actor(repo, login)
            message = f"{issue.title} (#{number})"
            sha = self.push(repo, login=merger.login, message=message)
            now = self.clock()
            pull.merged_at, pull.merge_commit_sha, pull.merged_by = now, sha, merger
            issue.state, issue.closed_at, issue.updated_at = "closed", now, now
            self.tell_issue(repo, issue, merger, "closed")
            return sha

    def _pull(self, repository: Repository | str, number: int) -> tuple[Repository, Issue, Pull]:
        repo = self.find(repository)
        issue = repo.issues[number]
        if issue.pull is None:
            raise KeyError(f"#{number} is an issue")
        return repo, issue, issue.pull
