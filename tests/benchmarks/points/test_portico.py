"""The real gateway as a policy: its bill is the sandbox's, and what it is told counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.points.clock import SimulatedClock
from benchmarks.points.fleet import PERSON, START_AT, names, world_of
from benchmarks.points.portico import Portico
from benchmarks.points.truth import Truth
from portico.sandbox import World


@dataclass(slots=True)
class Scene:
    """One repository, with a hook on its organisation, behind a Portico."""

    hears: bool
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(START_AT))
    world: World = field(init=False)
    truth: Truth = field(init=False)
    portico: Portico = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.world = world_of(1, self.clock.now)
        self.truth = Truth(self.world)
        self.portico = Portico(self.world, self.clock, self.truth, hears=self.hears)
        [self.name] = names(self.world)
        self.world.add_hook(owner=self.world[self.name].owner.login)

    async def deliver(self) -> None:
        """Let everything that the world has told arrive."""
        for delivery in self.world.outbox.arrived:
            await self.portico.hear(delivery)
        self.world.outbox.arrived.clear()

    async def ask(self, kind: str = "") -> int:
        """Ask for something of the repository; return the version that was shown."""
        return await self.portico.answer(f"/repos/{self.name}{kind}")


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
