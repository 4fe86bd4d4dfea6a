"""Posts recorded deliveries to a Portico: signed anew, some at once, no faster than wished."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from portico.cli.recordings import Recorded, recorded
from portico.clock import SystemClock

# GitHub waits ten seconds for an answer; a replay waits a little longer, and says so if none comes.
_TIMEOUT_S: Final = 15.0
_MOST_NAMED: Final = 10  # refused deliveries that are named one by one
_MOST_SAID: Final = 200  # characters of a reason
# Portico says 403 to a wrong signature, others say 401. Where no webhooks are taken it is one of
# the second kind.
_UNSIGNED: Final = frozenset({401, 403})
_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308, 404, 405})
_AGENT: Final = "GitHub-Hookshot/replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What is posted where, and how. `rate` is in deliveries per second; None: as fast as taken."""

    path: Path
    url: str
    secret: bytes = field(repr=False)
    secret_from: str
    concurrency: int
    rate: float | None
    keeps_ids: bool


@dataclass(slots=True)
class Tally:
    """What has become of the deliveries so far."""

    taken: int = 0
    refused: int = 0
    named: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    stopped: str = ""  # why there is no point in going on

    def refuse(self, delivery: Recorded, reason: str) -> None:
        """Count a delivery that was not taken, and name the first few."""
        self.refused += 1
        self.reasons[reason] += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(f"{delivery.place} ({delivery.event}): {reason}")


async def post_all(plan: Replay, advance: Callable[[], None]) -> Tally:
    """Post everything; with a concurrency of one in the order recorded."""
    tally, waiting, pace = Tally(), recorded(plan.path), _Pace(plan.rate)
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
        for _ in range(plan.concurrency):
            group.create_task(_post_some(plan, session, waiting, pace, tally, advance))
    return tally


async def _post_some(
    plan: Replay,
    session: aiohttp.ClientSession,
    waiting: Iterator[Recorded],
    pace: _Pace,
    tally: Tally,
    advance: Callable[[], None],
) -> None:
    for delivery in waiting:
        await pace.turn()
        if tally.stopped:
            return
        await _post(plan, session, delivery, tally)
        advance()


async def _post(
    plan: Replay, session: aiohttp.ClientSession, delivery: Recorded, tally: Tally
) -> None:
    """Post one delivery and count what became of it."""
    try:
        async with session.post(
            plan.url,
            data=delivery.body,
            headers=_headers(plan, delivery),
            allow_redirects=False,  # a redirected POST would arrive as a GET
        ) as answer:
            said = await answer.read()
    except aiohttp.InvalidURL:
        tally.stopped = f"{plan.url} is not a URL"
        return
    except aiohttp.ClientConnectorError:
        tally.stopped = f"nobody answers at {plan.url}: is Portico running there? (--url)"
        return
    except (aiohttp.ClientError, TimeoutError) as error:
        tally.refuse(delivery, f"no answer ({type(error).__name__})")
        return
    if 200 <= answer.status < 300:
        tally.taken += 1
        return
    tally.refuse(delivery, f"{answer.status} {_reason(said)}".strip())
    tally.stopped = _why_all_will_fail(plan, answer.status)


def _why_all_will_fail(plan: Replay, status: int) -> str:
    """Return why no other delivery will be taken either; empty if others may be."""
    if status in _UNSIGNED:
        return (
            f"{plan.url} does not accept the signature: the secret of {plan.secret_from} is not "
            "the one that it has as PORTICO_WEBHOOK_SECRET"
        )
    if status in _ELSEWHERE:
        return f"{plan.url} takes no deliveries; it must end in /webhooks/github (--url)"
    return ""


def _headers(plan: Replay, delivery: Recorded) -> dict[str, str]:
    """Return what GitHub would send: what was recorded, the id, and a signature of our own."""
    guid = delivery.guid if plan.keeps_ids and delivery.guid else str(uuid.uuid4())
    digest = hmac.new(plan.secret, delivery.body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "user-agent": _AGENT,
        **dict(delivery.headers),
        "x-github-event": delivery.event,
        "x-github-delivery": guid,
        "x-hub-signature-256": f"sha256={digest}",
    }


def _reason(said: bytes) -> str:
    """Return why a delivery was refused: the detail of an RFC 9457 problem, if it is one."""
    try:
        problem = json.loads(said)
    except ValueError:
        return ""
    detail = problem.get("detail") or problem.get("title") if isinstance(problem, dict) else ""
    return "".join(c for c in str(detail or "") if c.isprintable())[:_MOST_SAID]


class _Pace:
    """Lets deliveries go no faster than a rate."""

    def __init__(self, rate: float | None) -> None:
        self._clock = SystemClock()
        self._gap_s = 1 / rate if rate else 0.0
        self._next_at = self._clock.now()

    async def turn(self) -> None:
        """Return when the next delivery may go."""
        if not self._gap_s:
            return
        now = self._clock.now()
        mine_at = max(self._next_at, now)
        self._next_at = mine_at + self._gap_s
        if mine_at > now:
            await self._clock.sleep(mine_at - now)
