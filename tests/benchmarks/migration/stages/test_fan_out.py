"""Running a plan's steps: in turn, in threads, on a loop. All make the same parts."""

from asyncio import Event
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from benchmarks.migration.stages.fastapi_app.fan_out import at_once
from benchmarks.migration.stages.flask_app.fan_out import in_threads, in_turn
from portico.core.message import Headers, Request, Response
from portico.portfolio.decode import Value
from portico.portfolio.part import Part, Step, answered


def _step(name: str, *further: Step) -> Step:
    """Make a step whose answer makes `further` ones necessary."""

    def then(_value: Value, _headers: Headers) -> tuple[Step, ...]:
        return further

    return Step(part="part", name=name, request=Request("GET", "/x"), read=lambda _: {}, then=then)


PLAN = (_step("a", _step("b", _step("c")), _step("d")), _step("e"))


def _ask(step: Step) -> Part:
    return answered(step, Response(200))


def _fail(step: Step) -> Part:
    raise ZeroDivisionError(step.name)


async def _in_turn(steps: Iterable[Step], ask: Callable[[Step], Part]) -> list[Part]:
    return in_turn(steps, ask)


async def _in_threads(steps: Iterable[Step], ask: Callable[[Step], Part]) -> list[Part]:
    with ThreadPoolExecutor(2) as threads:
        return in_threads(steps, ask, threads)


async def _at_once(steps: Iterable[Step], ask: Callable[[Step], Part]) -> list[Part]:
    async def asked(step: Step) -> Part:
        return ask(step)

    return await at_once(steps, asked)


WAYS = pytest.mark.parametrize("run", [_in_turn, _in_threads, _at_once])


@WAYS
async def test_every_step_is_run_once(run: Callable[..., Awaitable[list[Part]]]) -> None:
    """Steps, and the steps that come of them, have one part each."""
    parts = await run(PLAN, _ask)

    assert sorted(part.step.name for part in parts) == ["a", "b", "c", "d", "e"]


@WAYS
async def test_nothing_to_run_is_no_part(run: Callable[..., Awaitable[list[Part]]]) -> None:
    """A plan without steps ends at once."""
    assert await run((), _ask) == []


@WAYS
async def test_a_mistake_is_not_swallowed(run: Callable[..., Awaitable[list[Part]]]) -> None:
    """An exception that is no failure of GitHub's comes out instead of waiting for ever."""
    with pytest.raises((ZeroDivisionError, ExceptionGroup)):
        await run(PLAN, _fail)


async def test_on_a_loop_all_known_steps_are_under_way_at_once() -> None:
    """No step waits for another that it does not come of."""
    under_way: list[str] = []
    gate = Event()

    async def ask(step: Step) -> Part:
        under_way.append(step.name)
        if len(under_way) == len(PLAN):
            gate.set()
        await gate.wait()
        return _ask(step)

    await at_once(PLAN, ask)

    assert sorted(under_way) == ["a", "b", "c", "d", "e"]


def test_in_threads_all_known_steps_are_under_way_at_once() -> None:
    """Two steps that wait for each other's start both end."""
    both = Barrier(2, timeout=10)

    def ask(step: Step) -> Part:
        if step.name in {"a", "e"}:
            both.wait()
        return _ask(step)

    with ThreadPoolExecutor(2) as threads:
        parts = in_threads(PLAN, ask, threads)

    assert len(parts) == 5
