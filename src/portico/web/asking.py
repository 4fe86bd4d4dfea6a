"""One request for a composed document: on whose behalf, and how what comes of it is sent.

What a fold makes may depend on its parts, on the path and the query, on the audience and on
`is_frugal`, and on nothing else (no clock, no other header field): a document that was made wholly
of stored answers is kept under just these, and sent again by `shortcut.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from portico.core.errors import BudgetExhausted, CallerError, NotAllowed, NotStored
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.core.tally import COMPOSED, Cost
from portico.gateway.gather import gather
from portico.portfolio.part import Part, Step, freshness_of
from portico.web.asgi import Scope
from portico.web.caller import caller_of, permit_owner
from portico.web.documents import asked_by
from portico.web.fields import selected
from portico.web.forwarded import address_of
from portico.web.lending import acts_as_app, lent_for
from portico.web.position import not_older
from portico.web.record import RECORD_KEY, Record
from portico.web.rendered import Rendered, Whole
from portico.web.spending import Spent, count_points, spent, window_of
from portico.web.state import State
from portico.web.text import Text

_DIRECTIVES: Final = frozenset({"cache-control", "pragma"})
# The dearest first: the one word by which a request made of many is logged.
_DEAREST: Final = (
    Mode.BYPASS,
    Mode.MISS,
    Mode.CHANGED,
    Mode.REVALIDATED,
    Mode.COALESCED,
    Mode.RESCUED,
    Mode.STALE,
    Mode.HIT,
)


class Asking:
    """A caller who asks for a document about `owner`'s things.

    Raises:
        CredentialNeeded: a credential was sent that cannot be read.
        NotAllowed: without a credential, this Portico does not serve this owner.
        CallerError: `fields` names what the document does not have.

    """

    def __init__(self, request: Request, *, owner: str) -> None:
        self._state: State = request.app.state.portico
        self._record: Record = request.scope[RECORD_KEY]
        self._scope: Scope = request.scope
        self._headers = Headers.from_asgi(request.scope["headers"])
        address = address_of(request.scope)
        self._caller = caller_of(self._headers, self._state, address=address)
        self._owner = owner
        self._owners: Sequence[str] = (owner.lower(),)
        permit_owner(self._caller, owner, self._state)
        # Before anything is asked of GitHub: a slip must not cost points.
        self._selection = selected(request)

    @property
    def is_frugal(self) -> bool:
        """Whether GitHub is asked without a credential, so has 60 answers an hour to give."""
        return self._caller.credential is None and not acts_as_app(self._caller)

    async def answer(
        self, plan: Iterable[Step], fold: Callable[[Sequence[Part]], BaseModel]
    ) -> Response:
        """Run a plan and send what its fold makes of it.

        Raises:
            PorticoError: there is nothing to send.

        """
        directives, parts = await self._gathered(plan)
        document = fold(parts)
        now = self._state.clock.now()
        rendered = Rendered(
            document, parts, at=now, is_public=self._is_public, selection=self._selection
        )
        # An App's would be of no use: on whose behalf is not known when it is looked for.
        if not len(directives) and not acts_as_app(self._caller):
            asked = asked_by(self._caller, self._scope)
            self._state.documents.keep(asked, rendered, parts)
        return _response(rendered.answer(self._headers, now=now, cost=self._counted(parts)))

    async def answer_text(
        self, plan: Iterable[Step], fold: Callable[[Sequence[Part]], bytes], *, content_type: str
    ) -> Response:
        """Run a plan and send the text that its fold makes of it.

        The fold may take its time, so it runs in a thread.

        Raises:
            CallerError: `fields` was asked for, and a text has none.
            PorticoError: there is nothing to send.

        """
        if self._selection is not None:
            raise CallerError("fields: a text has no members to choose from; leave it out")
        _, parts = await self._gathered(plan)
        body = await run_in_threadpool(fold, parts)
        text = Text(body, content_type, parts, is_public=self._is_public)
        return _response(text.answer(self._headers, cost=self._counted(parts)))

    def permit(self, owner: str) -> None:
        """Raise NotAllowed if this owner's things, to which GitHub led, are not this caller's."""
        permit_owner(self._caller, owner, self._state)

    def permit_all(self, owners: Sequence[str]) -> None:
        """Raise NotAllowed unless all these owners' things may be asked for in one document."""
        for owner in owners:
            self.permit(owner)
        if len(owners) > 1 and acts_as_app(self._caller):
            # Each owner's things are another installation's, with a store of its own.
            raise NotAllowed("A key that acts as a GitHub App asks for one owner at a time")
        self._owners = [owner.lower() for owner in owners]

    def is_served(self, owner: str) -> bool:
        """Return whether this owner's things are this caller's to ask about."""
        try:
            self.permit(owner)
        except NotAllowed:
            return False
        return True

    async def _gathered(self, plan: Iterable[Step]) -> tuple[Headers, Sequence[Part]]:
        """Return the directives that were laid upon the parts, and the parts."""
        self._caller = await lent_for(self._caller, self._owner, self._state)
        directives = self._directives()
        gathered = await gather(
            self._state.gateway,
            plan,
            self._caller,
            deadline_s=self._state.deadline_s,
            directives=directives,
        )
        # Before it is counted what they cost: the limit of a moment ago is what they met.
        parts = [self._explained(part) for part in gathered]
        self._note(parts)
        return directives, parts

    def _explained(self, part: Part) -> Part:
        """Return the part; if it failed because of a limit, it says when that ends."""
        failure = part.failure
        if isinstance(failure, NotStored) and (ended := self._spent()) is not None:
            failure = BudgetExhausted(f"{ended.said}, and nothing is stored")
        if isinstance(failure, BudgetExhausted):
            return replace(part, failure=self._with_time(failure))
        return part

    def _spent(self) -> Spent | None:
        return spent(self._caller, "/", self._state, owners=self._owners)

    def _counted(self, parts: Sequence[Part]) -> Cost:
        """Return what the answer cost and saved, and count it."""
        cost = Cost(self._record.points, sum(_saved_by(part) for part in parts))
        self._state.tally.count(self._caller, cost, route=COMPOSED, mode=self._record.mode)
        return cost

    @property
    def _is_public(self) -> bool:
        return self._caller.is_public

    def _directives(self) -> Headers:
        """Return how fresh each part must be: as asked, or as it is stored if nothing is left."""
        if self._spent() is not None:
            return Headers((("Cache-Control", "only-if-cached, max-stale"),))
        asked = not_older(self._headers, self._state)
        return Headers(field for field in asked if field[0].lower() in _DIRECTIVES)

    def _note(self, parts: Sequence[Part]) -> None:
        modes = {part.mode for part in parts}
        self._record.audience = "public" if self._is_public else "principal"
        self._record.mode = next((mode.value for mode in _DEAREST if mode in modes), "-")
        self._record.age_s, _ = freshness_of(parts)
        self._record.points = sum(part.points for part in parts)
        for part in parts:
            count_points(self._caller, part.step.request.path, part.points, self._state)

    def _with_time(self, error: BudgetExhausted) -> BudgetExhausted:
        """Return the error with the time of the bucket's reset, which the budget knows."""
        window = window_of(self._caller, "/", self._state, owners=self._owners)
        if error.retry_after_s is not None or window is None or window.remaining:
            return error
        retry_after_s = window.reset_at - self._state.clock.now()
        return BudgetExhausted(error.detail, retry_after_s=retry_after_s)


def _response(whole: Whole) -> Response:
    response = Response(whole.body, whole.status)
    length = [field for field in response.raw_headers if field[0] == b"content-length"]
    response.raw_headers = [*whole.fields, *length]
    return response


def _saved_by(part: Part) -> int:
    return max(0, 1 - part.points) if part.failure is None else 0
