"""The state of the small GitHub: what exists, who may come in, what was spent, what is broken.

Only data, and ways to find it; what may happen to it is in `changes`, and `world` is both. Requests
come from the server's thread and changes from the test's, so both hold `lock` while they work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from portico.sandbox.app_jwt import App
from portico.sandbox.edge import EdgeCache
from portico.sandbox.faults import Faults
from portico.sandbox.limits import Buckets
from portico.sandbox.model import Account, Repository
from portico.sandbox.tokens import Installation, Token
from portico.sandbox.webhooks.hook import Hook
from portico.sandbox.webhooks.outbox import Outbox


@dataclass(slots=True, repr=False)
class State:
    """Everything that the sandbox knows. `clock` returns Unix seconds.

    `api_url` is the base of the URLs in deliveries, which no request has asked for.
    """

    clock: Callable[[], float] = time.time
    accounts: dict[str, Account] = field(default_factory=dict)  # by lower-case login
    repositories: dict[int, Repository] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    apps: list[App] = field(default_factory=list)
    installations: dict[int, Installation] = field(default_factory=dict)
    token_delay_s: float = 0.0  # how long a new installation token is not known everywhere
    buckets: Buckets = field(default_factory=Buckets)
    faults: Faults = field(default_factory=Faults)
    edge: EdgeCache = field(default_factory=EdgeCache)  # `world.edge.is_on = True` turns it on
    stats_ready: set[tuple[int, str, str]] = field(default_factory=set)
    deepest_issue_page: int = 10  # GitHub's threshold is not documented; a strict one shows more
    joins_vary_lines: bool = True  # one Vary line as since 2024; False: two lines as before
    api_url: str = "https://api.github.com"
    hooks: list[Hook] = field(default_factory=list)
    outbox: Outbox = field(default_factory=Outbox)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _names: dict[tuple[str, str], int] = field(default_factory=dict)
    _last_id: int = 900_000_000
    _last_delivery_id: int = 0
    _requests: int = 0

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

    def next_delivery(self) -> int:
        """Return the number of a webhook's event or delivery, apart from the ids of things."""
        self._last_delivery_id += 1
        return self._last_delivery_id

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
        self.lead_to(repository)
        return repository

    def lead_to(self, repository: Repository) -> None:
        """Let the repository's present name lead to it; names it had before still do."""
        self._names[repository.owner.login.lower(), repository.name.lower()] = repository.id

    def remove_repository(self, repository: Repository) -> None:
        """Take a repository out of the world, with every name that led to it."""
        del self.repositories[repository.id]
        self._names = {name: at for name, at in self._names.items() if at != repository.id}

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

    # For those who change the world: to find what they are given, and who does it.

    def find(self, repository: Repository | str) -> Repository:
        """Return a repository given as such or by its full name; KeyError if there is none."""
        return self[repository] if isinstance(repository, str) else repository

    def actor(self, repository: Repository, login: str | None = None) -> Account:
        """Return who does something: the account named, else the repository's owner.

        An organisation does nothing itself; its first member acts. KeyError: no such account.
        """
        if login is not None:
            return self.accounts[login.lower()]
        owner = repository.owner
        return owner.members[0] if owner.members else owner
