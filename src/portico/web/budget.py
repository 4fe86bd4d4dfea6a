"""`/v1/budget`: what is left at GitHub, what was spent and saved, and by whom; and `/metrics`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from portico.core.audience import Caller
from portico.core.budget import Budget
from portico.core.cap import cap_of
from portico.core.forecast import forecast
from portico.core.message import Headers
from portico.core.tally import HOUR_S, KEPT_S, Line, Sums, who_of
from portico.core.window import Window
from portico.telemetry.metrics import CONTENT_TYPE
from portico.web.caller import caller_of
from portico.web.documented import PROBLEMS
from portico.web.operator import is_operator, require_operator, without_credential
from portico.web.state import State

router = APIRouter(tags=["operation"], responses=PROBLEMS)

EVERYBODY: Final = "everybody"
_SHOWN_DIGITS: Final = 8


class BucketReport(BaseModel):
    """One resource of one bucket at GitHub."""

    bucket: str = Field(
        description="`user:ID`, `installation:ID`, `anonymous` (this address), or `token:` and the "
        "beginning of a fingerprint where GitHub has not told whose it is."
    )
    resource: str = Field(description="GitHub's name of it: `core`, `search`, `graphql`, …")
    limit: int = Field(description="The points of a window.")
    remaining: int = Field(description="What was left by the last answer.")
    in_flight: int = Field(description="Points reserved for calls under way.")
    reset_at: datetime = Field(description="When the window ends, by GitHub's clock.")
    remaining_at_reset: int | None = Field(
        description="What will be left then at the pace so far; null where that cannot be told."
    )
    empty_at: datetime | None = Field(
        description="When nothing will be left at the pace so far; null if it lasts."
    )


class Spending(BaseModel):
    """Answers, and the points that they cost and saved."""

    name: str = Field(description="What these have in common.")
    answers: int = Field(description="How many answers were given.")
    spent: int = Field(description="Points taken of GitHub's primary limits.")
    saved: int = Field(description="Points that asking GitHub each time would have taken beside.")


class WebhookReport(BaseModel):
    """How far webhooks keep answers fresh, in the process that was asked."""

    hooks: int = Field(description="Webhooks that are known by their deliveries.")
    samples: int = Field(description="How often GitHub was asked about a covered answer.")
    misses: int = Field(description="How often a change was found that no delivery told of.")
    left: dict[str, datetime] = Field(
        description="What is out of covered mode for that, until when."
    )


class BudgetReport(BaseModel):
    """The budget as one caller may see it."""

    whose: str = Field(description="`everybody` for the operator, else the caller's own.")
    hours: int = Field(description="Over how many hours was summed, this one included.")
    buckets: list[BucketReport] = Field(description="What is known to be left at GitHub.")
    cap: BucketReport | None = Field(description="The cap of the key; null where it has none.")
    total: Spending = Field(description="All together.")
    by_who: list[Spending] = Field(description="`key:NAME`, `token`, `anonymous`; dearest first.")
    by_route: list[Spending] = Field(description="By class of route; `composed` is `/v1`.")
    by_payer: list[Spending] = Field(description="By what GitHub was, or would be, asked with.")
    by_mode: list[Spending] = Field(description="By how the answers came about.")
    webhooks: WebhookReport | None = Field(description="For the operator only.")
    etag_formula_off: list[str] | None = Field(
        description="Classes of route whose entity tags GitHub makes otherwise than was thought: "
        "their answers are confirmed only with the credential that obtained them. For the operator."
    )


@router.get("/v1/budget", summary="What is left, spent and saved")
async def budget(
    request: Request,
    hours: Annotated[
        int, Query(ge=1, le=KEPT_S // HOUR_S, description="How many hours to sum up.")
    ] = 24,
) -> BudgetReport:
    """What GitHub's limits leave, and what answers cost and saved.

    With a key: its own. With an operator's key, or on a Portico that only this machine reaches:
    everybody's. With a GitHub token: what is left of its bucket.
    """
    state: State = request.app.state.portico
    headers = Headers.from_asgi(request.scope["headers"])
    caller = caller_of(headers, state)
    is_all = is_operator(caller, headers, state)
    if caller.grant is None and caller.is_public and not is_all:
        needs = "Bring a Portico key or a GitHub token to see its budget"
        raise without_credential(needs, state)
    now = state.clock.now()
    sums = await state.tally.sums(since=now - (hours - 1) * HOUR_S)
    if not is_all:
        # A token's holder shares their line with all others who bring one.
        own = who_of(caller) if caller.grant is not None else None
        sums = {line: each for line, each in sums.items() if line.who == own}
    return BudgetReport(
        whose=EVERYBODY if is_all else who_of(caller),
        hours=hours,
        buckets=list(_buckets(state, caller, is_all=is_all)),
        cap=_cap(state, caller),
        total=_spending("total", sums.values()),
        by_who=_by(sums, lambda line: line.who),
        by_route=_by(sums, lambda line: line.route),
        by_payer=_by(sums, lambda line: line.payer),
        by_mode=_by(sums, lambda line: line.mode),
        webhooks=_webhooks(state) if is_all else None,
        etag_formula_off=sorted(state.gateway.proving.refuted) if is_all else None,
    )


@router.get("/metrics", summary="Numbers for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Everything that is counted in this process, in Prometheus' text format. For the operator."""
    state: State = request.app.state.portico
    headers = Headers.from_asgi(request.scope["headers"])
    require_operator(caller_of(headers, state), headers, state)
    return Response(state.metrics.page(), media_type=CONTENT_TYPE)


def shown(bucket: str) -> str:
    """Return a bucket's name as people may see it."""
    if not bucket:
        return "anonymous"
    return bucket if ":" in bucket else f"token:{bucket[:_SHOWN_DIGITS]}"


def _buckets(state: State, caller: Caller, *, is_all: bool) -> Iterable[BucketReport]:
    known = state.gateway.budget
    now = state.clock.now()
    for bucket in known.buckets() if is_all else (caller.bucket,):
        for window in known.windows(bucket, now=now):
            yield _bucket(known, bucket, window, now=now)


def _bucket(known: Budget, bucket: str, window: Window, *, now: float) -> BucketReport:
    ahead = forecast(window, known.offset.githubs(now))
    empty_at = ahead.empty_at if ahead else None
    return BucketReport(
        bucket=shown(bucket),
        resource=window.resource,
        limit=window.limit,
        remaining=window.remaining,
        in_flight=known.in_flight(bucket, window.resource),
        reset_at=_instant(window.reset_at),
        remaining_at_reset=ahead.remaining_at_reset if ahead else None,
        empty_at=_instant(empty_at) if empty_at is not None else None,
    )


def _cap(state: State, caller: Caller) -> BucketReport | None:
    cap = None if caller.grant is None else cap_of(caller.grant)
    if cap is None:
        return None
    now = state.clock.now()
    return _bucket(Budget(), cap.name, state.caps.window(cap, now=now), now=now)


def _webhooks(state: State) -> WebhookReport:
    standing = state.gateway.covering.standing()
    return WebhookReport(
        hooks=standing.hooks,
        samples=standing.samples,
        misses=standing.misses,
        left={name: _instant(until) for name, until in standing.left.items()},
    )


def _by(sums: Mapping[Line, Sums], name_of: Callable[[Line], str]) -> list[Spending]:
    found: dict[str, list[Sums]] = {}
    for line, each in sums.items():
        found.setdefault(name_of(line), []).append(each)
    reports = [_spending(name, those) for name, those in found.items()]
    return sorted(reports, key=lambda one: (-one.spent, -one.answers, one.name))


def _spending(name: str, those: Iterable[Sums]) -> Spending:
    total = sum(those, Sums())
    return Spending(name=name, answers=total.answers, spent=total.spent, saved=total.saved)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
