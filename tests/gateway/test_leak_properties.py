"""Nothing private reaches who may not see it, in whatever order things happen.

The rule is in `sights.py`, what happens in `sight_play.py`. Here it happens in many orders; and
before a Portico that is broken on purpose, in five ways, each of which the rule must notice.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portico.core.errors import PorticoError
from portico.sandbox import FaultKind
from portico.sandbox.tokens import Token
from tests.gateway import broken_portico
from tests.gateway.scene import let_all_run
from tests.gateway.sight_play import Play, Step
from tests.gateway.sight_stage import WHO, Setting
from tests.gateway.sight_world import PATHS

WISHES: Final = st.sampled_from(
    [None, None, None, "no-cache", "max-stale", "only-if-cached", "only-if-cached, max-stale"]
)
FAULTS: Final = st.sampled_from(
    [
        FaultKind.RESET,
        FaultKind.SILENCE,
        FaultKind.CUT_LENGTH,
        FaultKind.BAD_GATEWAY_HTML,
        FaultKind.UNICORN,
        FaultKind.PRIMARY,
        FaultKind.SECONDARY,
        FaultKind.FORBIDDEN,
        FaultKind.GONE,
        FaultKind.BARE_304,
        FaultKind.HTML_OK,
        FaultKind.ETAG_CHURN,
        FaultKind.ACCEPTED,
    ]
)
NUMBERS: Final = st.integers(0, 3)
HOWS: Final = st.sampled_from(["told", "told", "told", "late", "lost"])
ASKERS: Final = st.sampled_from(WHO)
WAITS: Final = st.sampled_from([1, 5, 5, 65, 65, 350, 4_000, 100_000])
# Which kind of answer, about which repository: most are about one that is solveig's and private.
SUBJECTS: Final = st.tuples(
    st.sampled_from([1, 1, 2, 2, *range(len(PATHS))]), st.sampled_from([2, 2, 2, 0, 0, 3, 1])
)
# How often each step is taken. (`one_of` takes no weights: it sees through what is there twice.)
WEIGHTS: Final = {
    "read": 30,
    "crowd": 14,
    "hide": 7,
    "show": 4,
    "wait": 7,
    "remove": 5,
    "invite": 3,
    "edit": 4,
    "hold": 3,
    "release": 3,
    "land": 3,
    "fault": 4,
    "down": 2,
    "up": 3,
    "write": 2,
    "tell": 2,
    "portfolio": 2,
    "join": 1,
    "expel": 1,
    "suspend": 1,
    "resume": 1,
    "retell": 1,
    "rotate": 1,
    "lose": 1,
    "leave": 1,
    "restart": 1,
    "revoke": 1,
}
KINDS: Final = st.sampled_from([kind for kind, weight in WEIGHTS.items() for _ in range(weight)])


@st.composite
def plays(draw: st.DrawFn) -> list[Step]:
    """Draw what happens; few things are asked for in one play, so that they are asked for again."""
    subject = st.sampled_from(draw(st.lists(SUBJECTS, min_size=1, max_size=2)))
    which = subject.map(lambda each: each[1])
    details: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
        "read": (ASKERS, subject, WISHES),
        "crowd": (NUMBERS, subject, WISHES),
        "portfolio": (ASKERS, st.booleans()),
        "write": (ASKERS, which),
        "edit": (which,),
        "wait": (WAITS,),
        "fault": (FAULTS, st.integers(1, 3)),
        "rotate": (st.booleans(),),
        "revoke": (ASKERS,),
        **dict.fromkeys(("hold", "release", "down", "up", "leave", "lose", "restart"), ()),
        **dict.fromkeys(("land", "tell", "retell"), (NUMBERS,)),
    }
    step = KINDS.flatmap(lambda kind: st.tuples(st.just(kind), *details.get(kind, (which, HOWS))))
    # Long ones find more in the same time; the few short ones are there to shrink to.
    fewest = draw(st.sampled_from([1, 15, 20, 25]))
    return [_flat(each) for each in draw(st.lists(step, min_size=fewest, max_size=40))]


def _flat(step: tuple[Any, ...]) -> Step:
    """Take a subject out of its brackets."""
    return tuple(each for part in step for each in (part if isinstance(part, tuple) else (part,)))


def act(
    steps: list[Step], *, is_operated: bool = True, is_covered: bool = False, has_file: bool = False
) -> Play:
    """Act one sequence; the rule is held against each answer that somebody gets."""

    async def play(directory: Path | None) -> Play:
        acting = Play(Setting(is_operated, is_covered, directory))
        await acting.run(steps)
        return acting

    if not has_file:
        return asyncio.run(play(None))
    with tempfile.TemporaryDirectory() as directory:
        return asyncio.run(play(Path(directory)))


@settings(max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=plays(),
    is_operated=st.booleans(),
    is_covered=st.booleans(),
    has_file=st.sampled_from([False, False, True]),
)
def test_nobody_is_shown_what_they_cannot_see(
    steps: list[Step], *, is_operated: bool, is_covered: bool, has_file: bool
) -> None:
    """The rule holds."""
    act(steps, is_operated=is_operated, is_covered=is_covered, has_file=has_file)


@pytest.mark.parametrize(
    ("change", "which"), [("hide", 0), ("remove", 2), ("expel", 3), ("suspend", 3)]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_loss_that_is_told_ends_it_everywhere(path: str, change: str, which: int) -> None:
    """Whatever shows it, and also to who would take what is stale, or while GitHub is down."""
    what = PATHS.index(path)
    before: list[Step] = [("join", 3, "told"), ("crowd", 0, what, which, None)]
    after: list[Step] = [("crowd", 0, what, which, None), ("crowd", 0, what, which, "max-stale")]

    act([*before, (change, which, "told"), *after, ("down",), *after, ("wait", 5)])


@pytest.mark.parametrize(
    ("broken", "steps"),
    [
        (broken_portico.without_the_audience, [("read", "ingrid", 1, 2, None)]),
        (broken_portico.without_a_proof, [("read", "ingrid", 1, 2, None)]),
        (
            broken_portico.with_any_304,
            [("fault", FaultKind.BARE_304, 1), ("read", "ingrid", 1, 2, None)],
        ),
        (
            broken_portico.without_dropping,
            [("crowd", 0, 1, 0, None), ("hide", 0, "told"), ("crowd", 0, 1, 0, None)],
        ),
        (
            broken_portico.with_shared_flights,
            [("hold",), ("crowd", 0, 1, 2, "no-cache"), ("release",)],
        ),
        (
            broken_portico.with_anybodys_rescue,
            [("down",), ("read", "ingrid", 1, 2, None), ("wait", 5)],
        ),
    ],
)
def test_the_rule_notices(
    broken: Callable[[pytest.MonkeyPatch], None],
    steps: list[Step],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Portico that is broken on purpose is found out; one that is not is no different."""
    act(steps)
    broken(monkeypatch)

    with pytest.raises(AssertionError, match="was shown"):
        act(steps)


def test_it_is_found_without_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the audience is left out of the key, something that happens by chance shows it."""
    broken_portico.without_the_audience(monkeypatch)

    @settings(
        max_examples=500,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=plays())
    def looking(steps: list[Step]) -> None:
        act(steps)

    with pytest.raises(AssertionError, match="was shown"):
        looking()


# Somebody whose access is in question, in each of the situations in which others have just read.

HIDDEN: Final = "/repos/solveig/kelpforge/languages"
FLEET: Final = 20


async def a_fleet() -> Play:
    """Return a stage on which twenty tokens have read what is private, for one body."""
    play = Play(Setting())
    await play.begin()
    play.sandbox.reset_counters()
    for number in range(FLEET):
        token = Token(f"ghp_fleet{number:02}".ljust(40, "0"), "eirik", ("repo",))
        play.world.add_token(token)
        play.meet(f"fleet {number}", token.value)
        assert (await play.ask(f"fleet {number}", HIDDEN)).response.status == 200
    assert [each.status for each in play.sandbox.log] == [304] * FLEET
    return play


@pytest.mark.parametrize("who", ["ingrid", "anonymous"])
async def test_the_twenty_first(who: str) -> None:
    """Who has no access gets GitHub's 404, however often the others have been shown it."""
    play = await a_fleet()

    answers = [await play.ask(who, HIDDEN, wish) for wish in (None, "max-stale", "no-cache")]

    assert [each.response.status for each in answers] == [404] * 3
    assert b'"message":"Not Found"' in answers[0].response.body
    await play.end()


@pytest.mark.parametrize("who", ["ingrid", "anonymous"])
@pytest.mark.parametrize("wish", [None, "max-stale", "only-if-cached, max-stale"])
async def test_the_twenty_first_while_github_is_down(who: str, wish: str | None) -> None:
    """Nobody is shown, for want of GitHub's answer, what others hold."""
    play = await a_fleet()
    play.github.is_down = True

    with pytest.raises(PorticoError):
        await play.ask(who, HIDDEN, wish)
    await play.end()


@pytest.mark.parametrize("who", ["ingrid", "anonymous"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_the_twenty_first_in_a_race(who: str, *, is_first: bool) -> None:
    """Asked while others' answers are under way, and answered before or after them, it is a 404."""
    play = await a_fleet()
    play.github.is_holding = True
    askers = ["solveig", who, "eirik"] if is_first else [who, "solveig", "eirik"]
    asking = [asyncio.create_task(play.ask(each, HIDDEN, "no-cache")) for each in askers]
    await let_all_run()
    assert len(play.github.held) == len(askers)
    play.github.land(1)
    await let_all_run()
    play.github.release()

    statuses = [answer.response.status for answer in await asyncio.gather(*asking)]

    assert dict(zip(askers, statuses, strict=True)) == {"solveig": 200, "eirik": 200, who: 404}
    await play.end()


@pytest.mark.parametrize("who", ["ingrid", "anonymous"])
@pytest.mark.parametrize("is_down", [True, False])
async def test_what_everybody_saw_until_just_now(who: str, *, is_down: bool) -> None:
    """As soon as Portico is told, it is there for its owner alone, whatever the others ask for."""
    play = Play(Setting())
    await play.begin()
    shown = "/repos/solveig/opaldune/languages"
    assert (await play.ask(who, shown)).response.status == 200
    await play.do(("hide", 0, "told"))
    assert (await play.ask("solveig", shown)).response.status == 200
    play.github.is_down = is_down

    for wish in (None, "max-stale", "only-if-cached, max-stale"):
        try:
            status = (await play.ask(who, shown, wish)).response.status
        except PorticoError as error:
            status = error.status
        assert status == 404 or (status in (502, 504) and (is_down or wish))
    await play.end()
