"""One call to GitHub: a place in the queue, the call itself, another attempt where that is safe.

Here, and nowhere else, the budget learns: from every answer, 304s and errors included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portico.core.audience import PUBLIC, Caller
from portico.core.errors import (
    CallerError,
    GitHubBroken,
    GitHubError,
    GitHubUnreachable,
    PorticoError,
)
from portico.core.graphql import GRAPHQL_PATH
from portico.core.holders import Holders
from portico.core.lane import Lane
from portico.core.limits import points_of
from portico.core.message import Request, Response
from portico.core.price import price_of
from portico.core.retry import delay_before_next_s
from portico.gateway.ports import Call, Clock, Observer, Upstream
from portico.gateway.stream import Streaming, read
from portico.gateway.throttle import Place, Throttle


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of asking GitHub.

    `sent_at` is when the last attempt was sent, Unix seconds; `points` is what all attempts cost.
    """

    reply: Response | Streaming | PorticoError
    sent_at: float
    points: int = 0

    @property
    def status(self) -> int | None:
        """GitHub's status code, or that of the limit answer made here; None for a failure."""
        return None if isinstance(self.reply, PorticoError) else self.reply.status

    @property
    def is_refused(self) -> bool:
        """Whether GitHub has said that it did not do what was asked."""
        return self.status is not None and 400 <= self.status < 500


class Sender:
    """Sends requests through the throttle."""

    def __init__(
        self,
        upstream: Upstream,
        throttle: Throttle,
        clock: Clock,
        observer: Observer,
        *,
        body_limit_bytes: int,
        holders: Holders | None = None,
    ) -> None:
        self._upstream = upstream
        self._throttle = throttle
        self._clock = clock
        self._observer = observer
        self._body_limit_bytes = body_limit_bytes
        self._holders = holders or Holders()

    async def send(
        self,
        request: Request,
        caller: Caller,
        *,
        lane: Lane = Lane.INTERACTIVE,
        on_sent: Callable[[], None] = lambda: None,
    ) -> Sent:
        """Ask GitHub; failures and refusals are values. `on_sent` is called once it is asked."""
        if caller.failure is not None:
            return Sent(caller.failure, self._clock.now())
        points, attempt = 0, 0
        while True:
            attempt += 1
            sent = await self._attempt(request, caller, lane, on_sent)
            points += sent.points
            outcome = sent.reply if isinstance(sent.reply, PorticoError) else sent.reply.status
            delay_s = delay_before_next_s(request, outcome, attempt=attempt)
            if delay_s is None:
                return Sent(sent.reply, sent.sent_at, points)
            if isinstance(sent.reply, Streaming):
                await sent.reply.close()
            await self._clock.sleep(delay_s)

    async def _attempt(
        self, request: Request, caller: Caller, lane: Lane, on_sent: Callable[[], None]
    ) -> Sent:
        try:
            # What is refused is decided when the place is given: while this waited, others
            # learnt of a limit.
            async with self._throttle.place(request, caller.bucket, lane) as place:
                if place.refused is not None:
                    return Sent(place.refused, self._clock.now())
                on_sent()
                return await self._call(request, caller, place)
        except PorticoError as error:
            return Sent(error, self._clock.now())

    async def _call(self, request: Request, caller: Caller, place: Place) -> Sent:
        sent_at = self._clock.now()
        status = 0
        reply: Response | Streaming | PorticoError
        try:
            incoming = await self._upstream.send(request, caller.credential)
            status = incoming.status
            place.answer = Response(status, incoming.headers)
            # At once, as the body may take long.
            self._throttle.budget.learn(caller.bucket, place.answer, now=self._clock.now())
            reply = await read(incoming, limit_bytes=self._body_limit_bytes)
            if isinstance(reply, Response):
                # Some limits are told by the body alone.
                place.answer = reply
                self._learn_holder(request, caller, reply)
        except CallerError:
            place.is_unsent = True
            raise
        except GitHubError as error:
            # Where the road failed nothing was counted, unless the head of an answer had come.
            place.is_unsent = isinstance(error, GitHubUnreachable) and place.answer is None
            reply = error
        self._observe(request, caller, status, sent_at)
        return Sent(reply, sent_at, self._points(request, caller, status))

    def _learn_holder(self, request: Request, caller: Caller, reply: Response) -> None:
        bucket = self._holders.learn(caller.obtains, request, reply)
        if bucket is not None:
            # Else the very limit that told whose it is would not be known of it.
            self._throttle.budget.learn(bucket, reply, now=self._clock.now())

    def _points(self, request: Request, caller: Caller, status: int) -> int:
        if request.path == GRAPHQL_PATH and status == 200:
            # What GitHub really took is in its count of what is left; this is what it documents.
            return price_of(request).points
        return points_of(request.path, status, authorized=caller.credential is not None)

    def _observe(self, request: Request, caller: Caller, status: int, sent_at: float) -> None:
        self._observer.called(
            Call(
                method=request.method,
                path=request.path,
                status=status,
                points=self._points(request, caller, status),
                seconds=self._clock.now() - sent_at,
            )
        )


def not_the_callers_fault(
    reply: Response | PorticoError, caller: Caller
) -> Response | PorticoError:
    """Return a failure in place of a 401 that is due to the operator's credential."""
    is_operators = caller.audience == PUBLIC and caller.credential is not None
    if is_operators and isinstance(reply, Response) and reply.status == 401:
        return GitHubBroken("GitHub refuses PORTICO_GITHUB_TOKEN; the operator must renew it")
    return reply
