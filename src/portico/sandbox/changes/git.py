"""Commits, branches and tags."""

from __future__ import annotations

from portico.sandbox.bodies import payloads
from portico.sandbox.bodies import pulls as pull_bodies
from portico.sandbox.changes.telling import Telling
from portico.sandbox.git import NO_COMMIT, Commit
from portico.sandbox.model import Account, Repository

# Kind of ref -> its folder below refs/.
_FOLDERS = {"branch": "heads", "tag": "tags"}


class GitChanges(Telling):
    """What happens to commits and refs."""

    __slots__ = ()

    def push(
        self,
        repository: Repository | str,
        *,
        path: str = "README.md",
        content: bytes | None = None,
        branch: str | None = None,
        login: str | None = None,
        message: str | None = None,
    ) -> str:
        """Commit to a branch (else to the default one, or a new one) and return the commit's id.

        Pull requests from that branch are brought up to date, and `pull_request` tells of each.
        """
        with self.lock:
            repo, pusher = self.find(repository), self.actor(self.find(repository), login)
            name = branch or repo.default_branch
            before = repo.history.branches.get(name)
            number = len(repo.history.commits) + 1
            if name == repo.default_branch:
                old = repo.history.files.get(path, b"")
                new = old + f"\n{number}\n".encode() if content is None else content
                repo.history.files[path] = new
            made = repo.history.commit(
                message=message or f"Change {number}",
                who=(pusher.login, pusher.login, f"{pusher.login}@users.example"),
                at=self.clock(),
                path=path,
                onto=before or repo.history.branches.get(repo.default_branch),
            )
            self._move(repo, f"heads/{name}", made.sha, pusher)
            self._bring_up_to_date(repo, name, before or NO_COMMIT, made, pusher)
            return made.sha

    def create_branch(
        self, repository: Repository | str, name: str, *, sha: str | None = None
    ) -> None:
        """Let a new branch begin at a commit, else where the default branch is."""
        self._create(repository, "branch", name, sha)

    def create_tag(
        self, repository: Repository | str, name: str, *, sha: str | None = None
    ) -> None:
        """Name a commit, else the newest of the default branch."""
        self._create(repository, "tag", name, sha)

    def delete_branch(self, repository: Repository | str, name: str) -> None:
        """Delete a branch; its commits stay. KeyError: there is none."""
        self._delete(repository, "branch", name)

    def delete_tag(self, repository: Repository | str, name: str) -> None:
        """Delete a tag. KeyError: there is none."""
        self._delete(repository, "tag", name)

    def _create(self, repository: Repository | str, kind: str, name: str, sha: str | None) -> None:
        """Make a ref; `create` and `push` tell of it."""
        with self.lock:
            repo = self.find(repository)
            who = self.actor(repo)
            at = sha or repo.history.branches[repo.default_branch]
            self._move(repo, f"{_FOLDERS[kind]}/{name}", at, who)
            self.tell(
                "create",
                repo,
                who,
                ref=name,
                ref_type=kind,
                master_branch=repo.default_branch,
                description=repo.description,
                pusher_type="user",
            )

    def _delete(self, repository: Repository | str, kind: str, name: str) -> None:
        """Delete a ref; `delete` and `push` tell of it."""
        with self.lock:
            repo = self.find(repository)
            who = self.actor(repo)
            self._move(repo, f"{_FOLDERS[kind]}/{name}", NO_COMMIT, who)
            self.tell("delete", repo, who, ref=name, ref_type=kind, pusher_type="user")

    def _move(self, repo: Repository, ref: str, after: str, pusher: Account) -> None:
        """Let a ref (`heads/…`, `tags/…`) lead elsewhere, or nowhere, and tell of the push."""
        history, now = repo.history, self.clock()
        folder, _, name = ref.partition("/")
        refs = history.branches if folder == "heads" else history.tags
        main = history.branches.get(repo.default_branch, NO_COMMIT)  # as it was before this push
        before = refs.pop(name) if after == NO_COMMIT else refs.get(name, NO_COMMIT)
        if after != NO_COMMIT:
            refs[name] = after
        repo.pushed_at = repo.updated_at = now
        # A new ref brings only what the default branch has not.
        known = main if before == NO_COMMIT else before
        body = payloads.push(
            repo,
            self.outsider,
            ref=f"refs/{ref}",
            before=before,
            after=after,
            commits=history.between(known, after),
            pusher=pusher,
        )
        self.tell("push", repo, pusher, **body)

    def _bring_up_to_date(
        self, repo: Repository, branch: str, before: str, made: Commit, pusher: Account
    ) -> None:
        """Move the open pull requests from a branch to its new head."""
        for issue in repo.issues.values():
            pull = issue.pull
            if pull is None or issue.state != "open" or pull.head_ref != branch:
                continue
            pull.head_sha, issue.updated_at = made.sha, made.date_at
            self.tell(
                "pull_request",
                repo,
                pusher,
                action="synchronize",
                number=issue.number,
                before=before,
                after=made.sha,
                pull_request=pull_bodies.pull(issue, pull, repo, self.outsider),
            )
