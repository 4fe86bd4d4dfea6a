"""Confirming a stored body with a credential that did not obtain it, and what that proves.

GitHub's tag for a body is made with the credential, and can be computed (`core/validator.py`). So
an installation's next token confirms what its last one obtained, for nothing. And a 304 to the tag
that is computed for a principal's own credential proves that GitHub would show this principal just
this body: it may then be stored for them as well, without being sent again. Without a 304 nothing
of another's is ever shown, stored or let stand in for a failure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from portico.core.audience import Caller
from portico.core.entry import Entry
from portico.core.errors import PorticoError
from portico.core.key import Key
from portico.core.message import Request, Response
from portico.core.policy import unconditional
from portico.core.resource import RouteClass, classify
from portico.core.stored_fields import OF_THE_CREDENTIAL
from portico.core.validator import Formula, agrees, etag_for, is_git_id
from portico.gateway.ports import Observer, Store
from portico.gateway.stream import Streaming

# A larger body takes longer to hash than it is worth: the loop stands still meanwhile.
MOST_HASHED_BYTES: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What another principal has stored, and the request whose 304 makes it the caller's too."""

    entry: Entry
    ask: Request

    def is_proved_by(self, reply: Response | Streaming | PorticoError) -> bool:
        """Return whether a reply shows that GitHub would give the caller just this body.

        A 304 that does not name the tag may be one that somebody between here and GitHub made up.
        """
        if not isinstance(reply, Response) or reply.status != 304:
            return False
        confirmed = reply.headers.get("ETag") or ""
        return confirmed.removeprefix("W/") == self.ask.headers.get("If-None-Match")


class Proving:
    """The formula, as far as GitHub's answers bear it out; `is_shared` turns on the sharing."""

    def __init__(self, store: Store, observer: Observer, *, is_shared: bool = True) -> None:
        self._store = store
        self._observer = observer
        self._is_shared = is_shared
        self._formula = Formula()

    @property
    def refuted(self) -> frozenset[RouteClass]:
        """The classes of route for which the formula was found not to hold."""
        return self._formula.refuted()

    def tag_for(self, request: Request, entry: Entry, caller: Caller) -> str | None:
        """Return the tag that GitHub would give a stored body if this caller asked for it."""
        is_hashed = len(entry.response.body) <= MOST_HASHED_BYTES
        if not is_hashed or not self._formula.may_be_tried(entry.route_class):
            return None
        return etag_for(entry, request, caller.credential)

    def borrow(self, key: Key, ask: Request, caller: Caller) -> Borrowed | None:
        """Return what may become this caller's by a 304, where nothing is stored for them.

        Not for callers without a credential, whose 304 would cost what a 200 does.
        """
        route_class = classify(ask.path, ask.query).route_class
        is_own = route_class is RouteClass.OWN or is_git_id(ask.path)
        if not self._is_shared or caller.credential is None or is_own:
            return None
        if not self._formula.is_trusted(route_class):
            return None
        sibling = self._store.sibling(key)
        if sibling is None or sibling.marked or sibling.response.status != 200:
            return None
        tag = self.tag_for(ask, sibling, caller)
        if tag is None:
            return None
        headers = sibling.response.headers.without(*OF_THE_CREDENTIAL)
        response = replace(sibling.response, headers=headers)
        # Not the tags by which the other audience's things are found.
        entry = replace(sibling, response=response, tags=classify(ask.path, ask.query).tags)
        return Borrowed(entry, unconditional(ask).having("If-None-Match", tag))

    def learn(self, request: Request, caller: Caller, response: Response) -> None:
        """Compare the formula with an answer."""
        if len(response.body) > MOST_HASHED_BYTES:
            return
        found = agrees(request, caller.credential, response)
        if found is None:
            return
        route_class = classify(request.path, request.query).route_class
        if self._formula.learn(route_class, agrees=found):
            self._observer.refuted(route_class.value)
