"""Covered mode at work: what deliveries tell of hooks is learnt, kept and shared, and looked after.

The rules are those of `core/hooks.py` (who is watched), `core/coverage.py` (what may therefore stay
fresh) and `core/sampling.py` (what is asked about all the same). Each process counts from when the
events began to reach it; that one of them missed a change, all are told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portico.core.audience import Caller
from portico.core.coverage import Coverage
from portico.core.entry import Entry
from portico.core.freshness import Lifetime
from portico.core.happening import Happening
from portico.core.hooks import HOOK_NOTE, REPOSITORY_NOTE, Hooks, Source
from portico.core.message import Request, Response
from portico.core.resource import classify
from portico.core.sampling import Sampling
from portico.core.unannounced import are_told_alike
from portico.gateway.invalidate import Invalidate
from portico.gateway.ports import Clock, Observer, Store

_LEFT_NOTE: Final = "left:"
# A thing that is stored, and then is not there, elsewhere or withheld.
_GONE: Final = frozenset({301, 404, 410, 451})


@dataclass(frozen=True, slots=True)
class Standing:
    """How covered mode stands in this process.

    `hooks` are known; `samples` were asked and `misses` found since the start; `left` says of what
    is out of covered mode until when (Unix seconds).
    """

    hooks: int
    samples: int
    misses: int
    left: Mapping[str, float]


class Covering:
    """Which stored answers are covered, for the shelf and for whoever samples."""

    def __init__(
        self, store: Store, invalidate: Invalidate, clock: Clock, observer: Observer
    ) -> None:
        self._store = store
        self._invalidate = invalidate
        self._clock = clock
        self._observer = observer
        self._hooks = Hooks()
        self._coverage = Coverage(self._hooks)
        self._sampling = Sampling()
        invalidate.listen(self._hear)

    async def recall(self) -> None:
        """Take in what was known before this process started; to be called once, at its start."""
        now = self._clock.now()
        for kind in (HOOK_NOTE, REPOSITORY_NOTE):
            for name, text in (await self._store.notes(kind)).items():
                self._hooks.recall(name, text, now=now)
        for name, text in (await self._store.notes(_LEFT_NOTE)).items():
            self._leave(name, text)

    def heard(self, source: Source, happening: Happening, *, is_first: bool) -> None:
        """Learn from a genuine delivery; `is_first` in the process that it came to."""
        now = self._clock.now()
        notes = self._hooks.heard(source, happening, now=now)
        back: frozenset[str] = frozenset()
        if happening.event == "ping":
            back = self._sampling.forgive(lambda left: self._hooks.watches(source, left))
        if not is_first:
            return
        for name, text in notes.items():
            self._store.note(name, text)
        for subject in back:
            self._store.note(f"{_LEFT_NOTE}{subject}", "")

    def life_of(self, request: Request, entry: Entry, caller: Caller) -> Lifetime | None:
        """Return how long a covered entry is fresh; None where that is as with any other."""
        if not len(self._hooks):
            return None
        route = classify(request.path, request.query)
        subject = self._coverage.subject_of(route)
        life = self._coverage.life_of(entry, route, is_public=caller.is_public)
        now = self._clock.now()
        if subject is None or life is None or entry.age_s(now) > life.fresh_s:
            return None
        if self._sampling.settle(subject, self._invalidate.touched_since, now=now):
            self._missed(subject)
        return life if self._sampling.is_trusted(subject, now=now) else None

    def wants_sample(self, request: Request, caller: Caller) -> bool:
        """Return whether GitHub is to be asked about a covered answer that is served now."""
        subject = self._coverage.subject_of(classify(request.path, request.query))
        now = self._clock.now()
        return subject is not None and self._sampling.wants(subject, str(caller.audience), now=now)

    def sampled(self, request: Request, before: Entry, now_is: Response, position: int) -> None:
        """Compare a covered answer with what GitHub says instead of it.

        `position` is the mark position (`core.marks`) before GitHub was asked.
        """
        route = classify(request.path, request.query)
        subject = self._coverage.subject_of(route)
        if subject is None or not _is_changed(route.facet or "", before.response, now_is):
            return
        self._sampling.doubt(subject, before.tags, position, now=self._clock.now())

    def standing(self) -> Standing:
        """Return how things stand."""
        left = self._sampling.left(now=self._clock.now())
        return Standing(len(self._hooks), self._sampling.samples, self._sampling.misses, left)

    def _missed(self, subject: str) -> None:
        self._observer.missed(subject)
        until = self._sampling.left(now=self._clock.now())[subject]
        self._store.note(f"{_LEFT_NOTE}{subject}", str(until))
        self._store.announce(f"{_LEFT_NOTE}{subject} {until}")

    def _hear(self, text: str) -> None:
        """Take in what another process announces, if it is that a subject left."""
        if text.startswith(_LEFT_NOTE):
            name, _, until = text.rpartition(" ")
            self._leave(name, until)

    def _leave(self, name: str, until: str) -> None:
        # Empty once it is back; no number only if another version of Portico wrote it.
        with contextlib.suppress(ValueError):
            self._sampling.leave(name.removeprefix(_LEFT_NOTE), until=float(until))


def _is_changed(facet: str, before: Response, now_is: Response) -> bool:
    """Return whether something changed that an event should have told of."""
    if now_is.status in _GONE:
        return True
    if now_is.status != before.status:
        return False
    return not are_told_alike(facet, before.body, now_is.body)
