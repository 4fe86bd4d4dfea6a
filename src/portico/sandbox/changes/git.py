"""Pushes."""

from __future__ import annotations

from portico.sandbox.bodies import payloads
from portico.sandbox.changes.telling import Telling
from portico.sandbox.git import Commit
from portico.sandbox.model import Account, Repository


class GitChanges(Telling):
    """What happens to commits and refs."""

    __slots__ = ()

    def push(
        self, repository: Repository | str, *, path: str = "README.md", content: bytes | None = None
    ) -> str:
        """Commit to the default branch and return the new commit id."""
        with self.lock:
            repo, now = self.find(repository), self.clock()
            pusher = self.actor(repo)
            number = len(repo.history.commits) + 1
            data = content if content is not None else repo.history.files.get(path, b"")
            repo.history.files[path] = (
                data if content is not None else data + f"\n{number}\n".encode()
            )
            before = repo.history.branches.get(repo.default_branch, payloads.NO_COMMIT)
            who = (repo.owner.login, repo.owner.login, f"{repo.owner.login}@users.example")
            made = repo.history.commit(message=f"Change {number}", who=who, at=now, path=path)
            repo.history.branches[repo.default_branch] = made.sha
            repo.pushed_at = repo.updated_at = now
            self._tell_push(repo, pusher, before=before, commits=[made])
            return made.sha

    def _tell_push(
        self, repo: Repository, pusher: Account, *, before: str, commits: list[Commit]
    ) -> None:
        body = payloads.push(
            repo,
            self.outsider,
            ref=f"refs/heads/{repo.default_branch}",
            before=before,
            after=commits[-1].sha,
            commits=commits,
            pusher=pusher,
        )
        self.tell("push", repo, pusher, **body)
