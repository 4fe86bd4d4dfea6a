"""Several observers as one: each is told everything, in order."""

from __future__ import annotations

from typing import Protocol

from portico.telemetry.logs import MadeCall


class Watching(Protocol):
    """What an observer is told. The same as `gateway.ports.Observer`, which it implements."""

    def called(self, call: MadeCall) -> None:
        """One call to GitHub ended."""
        ...

    def delivered(self, event: str, outcome: str) -> None:
        """A genuine delivery was taken, or had been before."""
        ...

    def missed(self, subject: str) -> None:
        """Something changed without a delivery that told of it."""
        ...

    def refuted(self, route_class: str) -> None:
        """GitHub's entity tags of a class of route are made otherwise than was thought."""
        ...

    def failed(self, what: str, error: BaseException) -> None:
        """Something that nobody waits for failed."""
        ...


class Observers:
    """Implements `gateway.ports.Observer` by telling all of `watching`."""

    def __init__(self, *watching: Watching) -> None:
        self._watching = watching

    def called(self, call: MadeCall) -> None:
        """Tell of a call."""
        for one in self._watching:
            one.called(call)

    def delivered(self, event: str, outcome: str) -> None:
        """Tell of a delivery."""
        for one in self._watching:
            one.delivered(event, outcome)

    def missed(self, subject: str) -> None:
        """Tell of a change that no delivery told of."""
        for one in self._watching:
            one.missed(subject)

    def refuted(self, route_class: str) -> None:
        """Tell of a class of route whose entity tags are made otherwise."""
        for one in self._watching:
            one.refuted(route_class)

    def failed(self, what: str, error: BaseException) -> None:
        """Tell of a failure."""
        for one in self._watching:
            one.failed(what, error)
