"""The state of the small GitHub: what exists, who may come in, what was spent, what is broken.

One World is one GitHub. `respond` reads and changes it; tests change it through the methods below,
which move the instants that GitHub would move. Requests come from the server's thread and changes
from the test's, so both hold `lock` while they work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from portico.sandbox.edge import EdgeCache
from portico.sandbox.faults import Faults
from portico.sandbox.limits import Buckets
from portico.sandbox.model import Account, Comment, Issue, Repository
from portico.sandbox.tokens import Token


@dataclass(slots=True, repr=False)
class World:
    """Everything that the sandbox knows. `clock` returns Unix seconds."""

    clock: Callable[[], float] = time.time
    accounts: dict[str, Account] = field(default_factory=dict)  # by lower-case login
    repositories: dict[int, Repository] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    buckets: Buckets = field(default_factory=Buckets)
    faults: Faults = field(default_factory=Faults)
    edge: EdgeCache = field(default_factory=EdgeCache)  # `world.edge.is_on = True` turns it on
    stats_ready: set[tuple[int, str, str]] = field(default_factory=set)
    deepest_issue_page: int = 10  # GitHub's threshold is not documented; a strict one shows more
    joins_vary_lines: bool = True  # one Vary line as since 2024; False: two lines as before
    lock: threading.RLock = field(default_factory=threading.RLock)
    _names: dict[tuple[str, str], int] = field(default_factory=dict)
    _last_id: int = 900_000_000
    _requests: int = 0

    def __repr__(self) -> str:
        """Say how much there is; nothing of what is in it, tokens least of all."""
        return f"<World of {len(self.accounts)} accounts, {len(self.repositories)} repositories>"

    # Looking up. Names are compared without case, as on GitHub.

    def account(self, login: str) -> Account | None:
        """Return the user or organisation of that login."""
        return self.accounts.get(login.lower())

    def account_by_id(self, number: int) -> Account | None:
        """Return the user or organisation of that id."""
        return next((a for a in self.accounts.values() if a.id == number), None)

    def repository(self, owner: str, name: str) -> Repository | None:
        """Return the repository of that name, also by a name it had before."""
        found = self._names.get((owner.lower(), name.lower()))
        return None if found is None else self.repositories[found]

    def owned_by(self, account: Account) -> list[Repository]:
        """Return the account's repositories, oldest first."""
        return [r for r in self.repositories.values() if r.owner is account]

    def __getitem__(self, full_name: str) -> Repository:
        """Return the repository called `owner/name`; KeyError if there is none."""
        found = self.repository(*full_name.split("/", 1))
        if found is None:
            raise KeyError(full_name)
        return found

    # Adding.

    def next_id(self) -> int:
        """Return an id that nothing else has."""
        self._last_id += 1
        return self._last_id

    def next_request(self) -> int:
        """Return the number of a request, for its id."""
        self._requests += 1
        return self._requests

    def add_account(self, account: Account) -> Account:
        """Add a user or an organisation."""
        self.accounts[account.login.lower()] = account
        return account

    def add_repository(self, repository: Repository) -> Repository:
        """Add a repository under its name; that name stops leading to a renamed one."""
        self.repositories[repository.id] = repository
        self._names[repository.owner.login.lower(), repository.name.lower()] = repository.id
        return repository

    def add_token(self, token: Token) -> Token:
        """Let a credential in."""
        with self.lock:
            self.tokens[token.value] = token
        return token

    def revoke(self, value: str) -> None:
        """Make a token unknown: from now on 401."""
        with self.lock:
            del self.tokens[value]

    # What must not leak.

    def marker_of(self, value: str) -> str:
        """Return the text that only this token's own answers carry."""
        return self.tokens[value].marker

    def secrets(self) -> frozenset[str]:
        """Return all texts that no anonymous caller may ever read."""
        markers = {token.marker for token in self.tokens.values()}
        hidden = {r.secret for r in self.repositories.values() if r.private}
        return frozenset(markers | hidden | set(self.tokens))

    # Changing. Each takes a repository or its full name and moves what GitHub would move.

    def push(
        self, repository: Repository | str, *, path: str = "README.md", content: bytes | None = None
    ) -> str:
        """Commit to the default branch and return the new commit id."""
        with self.lock:
            repo, now = self._find(repository), self.clock()
            number = len(repo.history.commits) + 1
            data = content if content is not None else repo.history.files.get(path, b"")
            repo.history.files[path] = (
                data if content is not None else data + f"\n{number}\n".encode()
            )
            who = (repo.owner.login, repo.owner.login, f"{repo.owner.login}@users.example")
            made = repo.history.commit(message=f"Change {number}", who=who, at=now, path=path)
            repo.history.branches[repo.default_branch] = made.sha
            repo.pushed_at = repo.updated_at = now
            return made.sha

    def star(self, repository: Repository | str, login: str | None = None) -> int:
        """Add a star, of a known user or of somebody unnamed, and return the new count."""
        with self.lock:
            repo, now = self._find(repository), self.clock()
            user = self.account(login) if login else None
            if user is None or repo.id not in user.starred_at:
                repo.star_times.append(now)
                repo.updated_at = now
            if user is not None:
                user.starred_at.setdefault(repo.id, now)
            return repo.stars

    def unstar(self, repository: Repository | str, login: str) -> int:
        """Take a user's star back and return the new count."""
        with self.lock:
            repo, user = self._find(repository), self.accounts[login.lower()]
            if user.starred_at.pop(repo.id, None) is not None:
                repo.star_times.pop()
                repo.updated_at = self.clock()
            return repo.stars

    def make_private(self, repository: Repository | str, *, private: bool = True) -> None:
        """Hide a repository, or show it again; its description then carries its secret."""
        with self.lock:
            repo = self._find(repository)
            repo.private, repo.updated_at = private, self.clock()
            text = (repo.description or "").replace(f" ({repo.secret})", "")
            repo.description = f"{text} ({repo.secret})" if private else text

    def rename(self, repository: Repository | str, name: str) -> None:
        """Give a repository a new name; the old one redirects until somebody takes it."""
        with self.lock:
            repo = self._find(repository)
            repo.name, repo.updated_at = name, self.clock()
            self._names[repo.owner.login.lower(), name.lower()] = repo.id

    def open_issue(
        self, repository: Repository | str, title: str, *, login: str, body: str | None = None
    ) -> Issue:
        """Open an issue and return it."""
        with self.lock:
            repo, now = self._find(repository), self.clock()
            number = max(repo.issues, default=0) + 1
            user = self.accounts[login.lower()]
            issue = Issue(self.next_id(), number, title, user, now, now, body=body)
            repo.issues[number] = issue
            repo.updated_at = now
            return issue

    def close_issue(self, repository: Repository | str, number: int) -> None:
        """Close an issue as completed."""
        with self.lock:
            issue, now = self._find(repository).issues[number], self.clock()
            issue.state, issue.state_reason = "closed", "completed"
            issue.closed_at = issue.updated_at = now

    def comment(
        self, repository: Repository | str, number: int, body: str, *, login: str
    ) -> Comment:
        """Comment on an issue or pull request and return the comment."""
        with self.lock:
            issue, now = self._find(repository).issues[number], self.clock()
            made = Comment(self.next_id(), self.accounts[login.lower()], body, now, now)
            issue.comments.append(made)
            issue.updated_at = now
            return made

    def _find(self, repository: Repository | str) -> Repository:
        return self[repository] if isinstance(repository, str) else repository
