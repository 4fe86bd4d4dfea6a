"""Changes -> stored responses that GitHub must be asked about again.

Marking beats deleting: the validator may still save the call. A change is also remembered by
its position, so that an answer asked for before it cannot be stored as fresh after it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from portico.core.aliases import aliases
from portico.core.audience import PUBLIC, Audience
from portico.core.graphql import GRAPHQL_PATH, read_operation
from portico.core.marks import Marks
from portico.core.message import Request, Response
from portico.core.position import Position
from portico.core.resource import PRINCIPALS, all_of_owner, classify, touched_by_write
from portico.gateway.ports import Clock, Store

MOST_ALIASES: Final = 50_000
# A read right after a change may be answered by a replica that has not heard of it.
REPLICAS_LAG_S: Final = 60.0
# On what was stored under a repository's id while its name was not known.
NAMELESS: Final = "repo:nameless"
# What of a body is looked at for the other name of its subject.
_GLANCE_BYTES: Final = 4_096


class Invalidate:
    """Marks and drops by tag, under both names of a repository or owner."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._hearing: list[Callable[[str], None]] = []
        self._marks = Marks()
        self._aliases: OrderedDict[str, str] = OrderedDict()

    @property
    def reached(self) -> Position:
        """The position up to which changes, of whichever process, are taken into account."""
        self.catch_up()
        return Position(self._store.identity, self._store.reached)

    @property
    def position(self) -> int:
        """How many changes there have been; note it before something that takes time."""
        self.catch_up()
        return self._marks.position

    def touched_since(self, tags: Iterable[str], position: int) -> bool:
        """Return whether any of these tags may have changed after `position`."""
        self.catch_up()
        return self._marks.touched_since(tags, position)

    def mark(self, tags: Iterable[str], *, happened_at: float | None = None) -> None:
        """Make GitHub be asked before anything with one of these tags is served again.

        `happened_at` is when it changed, by our clock, if that is known. What GitHub confirmed
        well after it knows of the change, and is left as it is.
        """
        everywhere = self._everywhere(tags)
        if happened_at is None:
            self._marks.add(everywhere, at=self._clock.now())
            self._store.mark(everywhere)
            return
        self._marks.add(everywhere, at=happened_at)
        self._store.mark(everywhere, confirmed_by=happened_at + REPLICAS_LAG_S)

    def written(self, request: Request, audience: Audience, answer: Response | None = None) -> None:
        """Mark what a write on behalf of `audience` may have changed.

        `answer` is GitHub's, which may tell the other name of what was written to; None if it
        was lost or is not at hand.
        """
        if request.path == GRAPHQL_PATH:
            if read_operation(request.body).kind != "query":
                self.mark({audience_tag(audience)})
            return
        if answer is not None and request.path.startswith("/repositories/"):
            # By name it could be the old one of two, as after a renaming.
            self.learn(request.path, answer)
        tags = touched_by_write(request.method, request.path)
        self.mark(tags | self._hidden(tags, audience))

    def tags_of(self, tags: Iterable[str], audience: Audience) -> frozenset[str]:
        """Return all tags by which something with these tags is to be found."""
        found = self.under_both_names(tags)
        # What was asked for by id does not name its owner.
        found |= {wide for tag in found if (wide := all_of_owner(tag))}
        found |= {audience_tag(audience)}
        if audience != PUBLIC:
            found |= {PRINCIPALS}
        is_nameless = any(_is_by_id(subject) for subject in self._unpaired(tags))
        return found | {NAMELESS} if is_nameless else found

    def unsettled_until(self, tags: Iterable[str]) -> float:
        """Return until when an answer about these tags may be of a replica that lags behind."""
        return self._marks.last_at(tags) + REPLICAS_LAG_S

    def drop(self, tags: Iterable[str]) -> None:
        """Remove everything with one of these tags: access was lost."""
        everywhere = self._everywhere(tags)
        self._marks.add(everywhere, at=self._clock.now())
        self._store.drop(everywhere)

    def learn(self, path: str, response: Response) -> None:
        """Note the two tags that name one thing, by name and by id, if an answer tells them."""
        glance = response.body[:_GLANCE_BYTES]
        names = aliases(path, response.headers.get("Link"), glance)
        if names is None:
            return
        for one, other in (names, names[::-1]):
            self._aliases.pop(one, None)
            self._aliases[one] = other
        while len(self._aliases) > MOST_ALIASES:
            self._aliases.popitem(last=False)

    def under_both_names(self, tags: Iterable[str]) -> frozenset[str]:
        """Return the tags, each also under the other name of its subject where it is known."""
        found: set[str] = set()
        for tag in tags:
            found.add(tag)
            subject, facet = _split(tag)
            other = self._aliases.get(subject)
            if other is not None:
                found.add(other + facet)
        return frozenset(found)

    def owner_of(self, path: str) -> str | None:
        """Return the login of the account that a path names by number only, if it is known."""
        named = classify(path)
        repository = self._aliases.get(f"repo:{named.repository}")
        if repository is not None and not _is_by_id(repository):
            return repository.removeprefix("repo:").partition("/")[0]
        owner = self._aliases.get(f"owner:{named.owner}")
        return None if owner is None or "#" in owner else owner.removeprefix("owner:")

    def _everywhere(self, tags: Iterable[str]) -> frozenset[str]:
        """Return the tags under both names, and where an owner's repositories may be hidden."""
        found = self.under_both_names(tags)
        # Some may be stored under ids whose names are not known.
        return found | {NAMELESS} if any(tag.startswith("repos:") for tag in found) else found

    def _hidden(self, tags: frozenset[str], audience: Audience) -> frozenset[str]:
        """Return the tags that find what a write changed and its own `tags` do not find.

        What a mutation changes, or a write that no rule knows, cannot be told from outside; nor
        what is stored under the other name of a repository while that is not known.
        """
        unpaired = self._unpaired(tags)
        if not tags or any(_is_by_id(subject) for subject in unpaired):
            return frozenset({audience_tag(audience)})
        return frozenset({NAMELESS}) if unpaired else frozenset()

    def _unpaired(self, tags: Iterable[str]) -> set[str]:
        """Return the repositories among the subjects of `tags` whose other name is not known."""
        subjects = {_split(tag)[0] for tag in tags if tag.startswith("repo:")}
        # Not `subjects - self._aliases.keys()`: that walks through all the aliases there are.
        return {subject for subject in subjects if subject not in self._aliases}

    def catch_up(self) -> None:
        """Take in what other processes on the same store marked or dropped."""
        news = self._store.news()
        if news:
            self._marks.add(news, at=self._clock.now())
        for text in self._store.announcements():
            for hear in self._hearing:
                hear(text)

    def listen(self, hear: Callable[[str], None]) -> None:
        """Have `hear` handed what other processes announce, whoever it is for."""
        self._hearing.append(hear)


def audience_tag(audience: Audience) -> str:
    """Return the tag that everything stored for an audience carries."""
    return f"audience:{audience}"


def _is_by_id(subject: str) -> bool:
    return subject.startswith("repo:#")


def _split(tag: str) -> tuple[str, str]:
    """Split `repo:octo/hello/issues` into the subject and the rest."""
    kind, _, name = tag.partition(":")
    parts = name.split("/")
    depth = 2 if kind == "repo" and not name.startswith("#") else 1
    rest = "/".join(parts[depth:])
    return f"{kind}:{'/'.join(parts[:depth])}", f"/{rest}" if rest else ""
