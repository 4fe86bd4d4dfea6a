"""The real gateway as a policy: its bill is the sandbox's, and what it is told counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.points.clock import SimulatedClock
from benchmarks.points.fleet import Fleet
from benchmarks.points.portico import Portico
from benchmarks.points.site import Site
from benchmarks.points.trace import Trace
from benchmarks.points.truth import Truth
from benchmarks.points.world import PERSON, START_AT, names
from portico.sandbox import World

FLEET = Fleet(repositories=1)
SITE = Site(repositories=1)
# Greetings have come, and what they tell of counts.
SETTLED_S = 120.0


@dataclass(slots=True)
class Scene:
    """One repository, with whatever tells of its changes, behind a Portico."""

    hears: bool
    trace: Trace = FLEET
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(START_AT))
    world: World = field(init=False)
    truth: Truth = field(init=False)
    portico: Portico = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.trace.world(self.clock.now)
        self.truth = Truth(self.world, self.trace.questions)
        self.portico = Portico(self.world, self.clock, self.truth, hears=self.hears)
        [self.name] = names(self.world)
        self.trace.register_hooks(self.world)

    async def deliver(self) -> None:
        """Let everything that the world has told arrive."""
        for delivery in self.world.outbox.arrived:
            await self.portico.hear(delivery)
        self.world.outbox.arrived.clear()

    async def ask(self, kind: str = "") -> int:
        """Ask for something of the repository; return the version that was shown."""
        [(_, number)] = await self.portico.answer(f"/repos/{self.name}{kind}")
        return number

    async def open(self, below: str = "") -> dict[str, int]:
        """Open a page of the repository's; return the versions that were shown."""
        return dict(await self.portico.answer(f"/v1/repos/{self.name}{below}"))


async def test_what_is_renewed_behind_an_answer_is_on_the_bill_at_once() -> None:
    """A stale answer and its renewal belong to the same instant; the 304 costs no point."""
    scene = Scene(hears=False)
    await scene.ask()
    await scene.clock.move_to(START_AT + 400)

    await scene.ask()

    assert (scene.portico.bill.calls, scene.portico.bill.points) == (2, 1)


async def test_a_delivery_makes_the_next_answer_the_truth() -> None:
    """Until it has come, what is stored is shown."""
    scene = Scene(hears=True)
    await scene.deliver()
    await scene.ask("/issues")
    scene.world.open_issue(scene.name, "new", login=PERSON)
    scene.truth.look(scene.name)

    before = await scene.ask("/issues")
    await scene.deliver()
    after = await scene.ask("/issues")

    assert (before, after) == (0, 1)
    assert scene.portico.bill.points == 2


async def test_who_does_not_hear_learns_by_asking() -> None:
    """The same, without webhooks: when the minute of its class is over."""
    scene = Scene(hears=False)
    await scene.ask("/issues")
    scene.world.open_issue(scene.name, "new", login=PERSON)
    scene.truth.look(scene.name)
    await scene.deliver()

    assert await scene.ask("/issues") == 0


async def test_a_page_takes_the_calls_of_its_plan() -> None:
    """All pages of its stars, and the repository itself; the next view takes none."""
    scene = Scene(hears=False, trace=SITE)

    first, again = await scene.open("/stars"), await scene.open("/stars")

    page = f"/v1/repos/{scene.name}/stars"
    assert first == again == dict.fromkeys(scene.truth.parts[page], 0)
    assert scene.portico.bill.calls == len(first) == 4


async def test_what_is_renewed_behind_a_page_is_on_the_bill_at_once() -> None:
    """As it is with the proxy's answers."""
    scene = Scene(hears=False, trace=SITE)
    await scene.open()
    await scene.clock.move_to(START_AT + 400)

    await scene.open()

    assert (scene.portico.bill.calls, scene.portico.bill.points) == (2, 1)


async def test_the_people_behind_a_page_tell_of_what_they_do() -> None:
    """They use the App: what it tells of stays fresh, and what is starred is asked for again."""
    scene = Scene(hears=True, trace=SITE)
    await scene.deliver()
    await scene.clock.move_to(START_AT + SETTLED_S)
    await scene.open()
    await scene.clock.move_to(START_AT + 1_000)
    await scene.open()
    calls = scene.portico.bill.calls

    scene.world.star(scene.name)
    scene.truth.look(scene.name)
    await scene.deliver()

    assert calls == 1
    assert await scene.open() == {f"/repos/{scene.name}": 1}
