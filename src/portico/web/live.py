"""`GET /live`: what changes, told as it happens. Pure ASGI, in front of FastAPI.

An answer without an end: not compressed (a compressor would hold events back), not stored by
anybody, not buffered by a proxy before Portico. Errors are problems as long as nothing was sent;
from then on the stream itself says what is the matter (`core/words.py`).
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Final
from urllib.parse import parse_qsl

from portico.core.audience import Audience, Caller
from portico.core.errors import BudgetExhausted, CallerError, PorticoError
from portico.core.event_stream import MEDIA_TYPE
from portico.core.live import Wanted, read_wanted
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.core.tally import Cost
from portico.core.words import OVERRUN
from portico.gateway.listener import Listener
from portico.gateway.live import Live
from portico.web.asgi import ClientGone, Fields, Receive, Scope, Send, unless_gone
from portico.web.caller import caller_of, permit_owner
from portico.web.forwarded import address_of
from portico.web.lending import acts_as_app, lent_for
from portico.web.problems import MethodNotAllowed, send_problem
from portico.web.protocol import ABORT_KEY, SHUTDOWN_KEY
from portico.web.record import Record
from portico.web.spending import count_points, spent
from portico.web.state import State

PATH: Final = "/live"
# What a stream and its proofs of access are counted under: its time is not that of an answer.
ROUTE: Final = "live"
# Two heartbeats: a reader who has taken nothing for so long is stuck, or gone without a word.
STALL_S: Final = 30.0
# For the last word to a reader who is slow; one who is stuck will not hear it.
LAST_WORD_S: Final = 5.0

_FIELDS: Final[Fields] = [
    (b"Content-Type", MEDIA_TYPE.encode()),
    (b"Cache-Control", b"no-store"),
    (b"Vary", b"Authorization"),
    # nginx would otherwise collect events until it has a buffer full.
    (b"X-Accel-Buffering", b"no"),
]


class LiveStreams:
    """Answers requests for `/live`."""

    def __init__(
        self,
        live: Live,
        state: State,
        *,
        stall_s: float = STALL_S,
        last_word_s: float = LAST_WORD_S,
    ) -> None:
        self._live = live
        self._state = state
        self._stall_s = stall_s
        self._last_word_s = last_word_s

    async def answer(self, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        """Answer one request, until the stream ends or the caller leaves.

        Raises:
            ClientGone: the caller has left.

        """
        # Uvicorn waits for answers to end before it stops; these would not.
        scope[SHUTDOWN_KEY] = self._live.close
        try:
            await unless_gone(receive, self._answer(scope, send, record))
        except PorticoError as error:
            if record.status:
                raise
            await send_problem(error, send, record)

    async def _answer(self, scope: Scope, send: Send, record: Record) -> None:
        if record.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(allow=("GET", "HEAD"))
        headers = Headers.from_asgi(scope["headers"])
        wanted, last_id = _asked(scope, headers)
        behalf = _Behalf(headers, address_of(scope), self._state)
        record.mode = ROUTE
        record.audience = "public" if behalf.is_public else "principal"
        async with self._live.listening(wanted, behalf, last_id=last_id) as listener:
            await send({"type": "http.response.start", "status": 200, "headers": _FIELDS})
            if record.method == "GET":
                await self._stream(listener, scope, send)
            await send({"type": "http.response.body", "body": b""})

    async def _stream(self, listener: Listener, scope: Scope, send: Send) -> None:
        try:
            async with aclosing(listener.blocks()) as blocks:
                async for block in blocks:
                    async with asyncio.timeout(self._stall_s):
                        await _send_piece(send, block)
        except TimeoutError:
            await self._overrun(listener, scope, send)

    async def _overrun(self, listener: Listener, scope: Scope, send: Send) -> None:
        """Say the last word to a reader who is slow, and end the connection of one who is stuck."""
        word = listener.end(OVERRUN)
        try:
            async with asyncio.timeout(self._last_word_s):
                await _send_piece(send, word)
        except TimeoutError:
            abort = scope.get(ABORT_KEY)
            if abort is not None:
                # Closing would wait until what is buffered has been read, so perhaps for ever.
                abort()
            raise ClientGone from None


class _Behalf:
    """On whose behalf the sender of a request listens. Implements `gateway.behalf.Behalf`."""

    def __init__(self, headers: Headers, address: str, state: State) -> None:
        self._headers = headers
        self._address = address
        self._state = state
        self._first = caller_of(headers, state)
        self._audiences: dict[str, Audience] = {}

    @property
    def is_public(self) -> bool:
        """Whether they get what everybody gets, or may by their key."""
        return self._first.is_public

    def permit(self, owner: str) -> None:
        """Return if they may ask about what is `owner`'s.

        Raises:
            CallerError: they may not, or no longer.

        """
        permit_owner(caller_of(self._headers, self._state), owner, self._state)

    def audience(self, owner: str) -> Audience | None:
        """Return as whom they see it; by a key that acts as the App it depends on the owner."""
        if acts_as_app(self._first):
            return self._audiences.get(owner.lower())
        return self._first.audience

    async def caller(self, owner: str) -> Caller:
        """Return the caller for a question about what is `owner`'s.

        Raises:
            CallerError: they may not ask, or no longer.
            BudgetExhausted: a cap of theirs is used up.
            GitHubError: nothing can be asked for them now.

        """
        caller = caller_of(self._headers, self._state, address=self._address)
        permit_owner(caller, owner, self._state)
        ended = spent(caller, "/", self._state, owners=(owner.lower(),))
        if ended is not None:
            raise BudgetExhausted(ended.said, retry_after_s=ended.until - self._state.clock.now())
        caller = await lent_for(caller, owner, self._state)
        if caller.failure is not None:
            raise caller.failure
        self._audiences[owner.lower()] = caller.audience
        return caller

    def asked(self, caller: Caller, full_name: str, points: int, mode: Mode) -> None:
        """Count what a question cost towards their caps, and in the ledger."""
        count_points(caller, f"/repos/{full_name}", points, self._state)
        cost = Cost(points, max(0, 1 - points))
        self._state.tally.count(caller, cost, route=ROUTE, mode=mode.value)


async def _send_piece(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


def _asked(scope: Scope, headers: Headers) -> tuple[Wanted, str | None]:
    """Return what is asked for, and after which id.

    A browser that connects again sends the field, with the parameter of its first URL beside it.

    Raises:
        CallerError: the query cannot be understood.

    """
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        wanted = read_wanted(pairs)
    except ValueError as error:
        raise CallerError(str(error)) from error
    parameter = next((value for name, value in pairs if name == "last_event_id"), None)
    return wanted, headers.get("Last-Event-ID") or parameter or None
