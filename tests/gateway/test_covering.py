"""Covered mode in the loop: a day of freshness by events, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from portico.core.happening import Happening, Hook, RepositoryRef
from portico.core.hooks import ORGANIZATION, REPOSITORY, SETTLING_S, Source
from portico.core.policy import Mode
from portico.core.sampling import DELIVERY_TAKES_S, LEFT_FOR_S, SAMPLE_EVERY_S
from portico.gateway.covering import Standing
from portico.stores.memory import MemoryStore
from tests.gateway.scene import ANYBODY, ISSUES, OCTO, SECRET, Scene, get
from tests.support.upstream import Outcome, not_modified, ok

HELLO: Final = RepositoryRef(id=5, full_name="octo/hello", is_private=False, owner_id=9)
SOURCE: Final = Source(1, REPOSITORY, 5)
PING: Final = Happening(
    event="ping",
    repository=HELLO,
    owner="octo",
    owner_id=9,
    hook=Hook(id=1, kind="repository", events=frozenset({"*"})),
)
OPENED: Final = Happening(
    event="issues",
    action="opened",
    repository=HELLO,
    owner="octo",
    owner_id=9,
    details={"number": 7},
)
MOVING_S: Final = 60.0
HOURS_S: Final = 5 * 3_600.0
LABELS: Final = "/repos/octo/hello/labels"
LATER: Final = b'[{"number":6},{"number":7}]'
FIRST: Final = ok(b'[{"number":6}]', etag='"1"')
SECOND: Final = ok(LATER, etag='"2"')


async def covered(*outcomes: Outcome, store: MemoryStore | None = None) -> Scene:
    """Return a scene in which the repository's events have reached us for a while."""
    scene = Scene(*outcomes, store=store)
    await scene.deliveries.receive("ping", PING, SOURCE)
    scene.clock.advance(SETTLING_S)
    return scene


async def test_fresh_by_events() -> None:
    """What a hook announces is a hit hours later; it tells its age, and promises nothing on."""
    scene = await covered(FIRST)
    await scene.get(ISSUES)
    scene.clock.advance(HOURS_S)

    answer = await scene.get(ISSUES)
    at_hand = scene.gateway.hit(get(ISSUES), OCTO)

    assert (answer.mode, answer.age_s, answer.ttl_s, answer.points) == (Mode.HIT, HOURS_S, 0, 0)
    assert at_hand is not None
    assert at_hand.mode is Mode.HIT
    assert len(scene.asked) == 1


async def test_within_the_time_of_its_class_it_is_as_ever() -> None:
    """A covered answer that is fresh anyway tells how long that will be so."""
    scene = await covered(FIRST)
    await scene.get(ISSUES)
    scene.clock.advance(20)

    assert (await scene.get(ISSUES)).ttl_s == MOVING_S - 20


async def test_an_event_ends_it() -> None:
    """After a delivery GitHub is asked, and again when its replicas have had their minute."""
    scene = await covered(FIRST, SECOND, not_modified())
    await scene.get(ISSUES)
    scene.clock.advance(HOURS_S)
    await scene.deliveries.receive("1", OPENED, SOURCE)
    scene.clock.advance(30)
    changed = await scene.get(ISSUES)
    scene.clock.advance(31)
    again = await scene.get(ISSUES)
    scene.clock.advance(HOURS_S)
    hit = await scene.get(ISSUES)

    assert (changed.mode, changed.response.body) == (Mode.CHANGED, LATER)
    assert (again.mode, again.points) == (Mode.REVALIDATED, 0)
    assert (hit.mode, hit.age_s) == (Mode.HIT, HOURS_S)


async def test_the_caller_may_want_it_fresher() -> None:
    """`max-age` and `no-cache` count as ever."""
    scene = await covered(FIRST, not_modified())
    await scene.get(ISSUES)
    scene.clock.advance(HOURS_S)

    within = await scene.get(ISSUES, cache_control="max-age=20000")
    beyond = await scene.get(ISSUES, cache_control="max-age=3600")

    assert (within.mode, beyond.mode) == (Mode.HIT, Mode.REVALIDATED)


async def test_after_a_day_it_is_as_any_other() -> None:
    """A lost event is made good within a day."""
    scene = await covered(FIRST, SECOND)
    await scene.get(ISSUES)
    scene.clock.advance(86_401)

    assert (await scene.get(ISSUES)).mode is Mode.CHANGED


async def test_without_a_credential_it_is_as_any_other() -> None:
    """GitHub's edge may have kept an anonymous answer from before the event."""
    scene = await covered(FIRST)
    await scene.get(ISSUES, ANYBODY)
    scene.clock.advance(MOVING_S + 1)
    answer = await scene.get(ISSUES, ANYBODY)

    assert answer.mode is Mode.STALE
    await scene.done()


async def test_a_private_repository_needs_the_events_that_take_access_away() -> None:
    """A principal's copy of what is not public is not covered by a repository's hook."""
    scene = Scene(FIRST, not_modified(), not_modified())
    private = replace(PING, repository=replace(HELLO, is_private=True))
    await scene.deliveries.receive("ping", private, SOURCE)
    scene.clock.advance(SETTLING_S)
    await scene.get(ISSUES)
    scene.clock.advance(MOVING_S + 1)
    without = await scene.get(ISSUES)
    await scene.done()
    of_owner = Source(2, ORGANIZATION, 9)
    await scene.deliveries.receive("ping 2", private, of_owner)
    scene.clock.advance(SETTLING_S)
    await scene.get(ISSUES, cache_control="no-cache")
    scene.clock.advance(MOVING_S + 1)

    assert without.mode is Mode.STALE
    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_what_was_stored_before_a_restart_is_not_covered() -> None:
    """What was sent while nobody listened is lost; what is confirmed since is covered by notes."""
    store = MemoryStore(1_000_000, secret=SECRET)
    before = await covered(FIRST, store=store)
    await before.get(ISSUES)

    after = Scene(FIRST, not_modified(), store=store)
    after.clock.advance(HOURS_S)
    await after.gateway.covering.recall()
    stored = await after.get(ISSUES)
    after.clock.advance(SETTLING_S)
    await after.get(ISSUES, cache_control="no-cache")
    after.clock.advance(HOURS_S)

    assert stored.mode is not Mode.HIT
    assert (await after.get(ISSUES)).mode is Mode.HIT


async def test_a_sample_that_finds_nothing() -> None:
    """Now and then a covered answer is confirmed behind the answer, at no point."""
    scene = await covered(FIRST, not_modified())
    await _sampled(scene)
    answer = await scene.get(ISSUES)

    assert (answer.mode, answer.age_s) == (Mode.HIT, 0)
    assert scene.github.sent[1].if_none_match == '"1"'
    assert scene.gateway.covering.standing() == Standing(hooks=1, samples=1, misses=0, left={})


async def test_a_sample_whose_difference_no_event_tells() -> None:
    """What no webhook tells of is no miss."""
    scene = await covered(
        ok(b'[{"number":6,"reactions":{"+1":0}}]', etag='"1"'),
        ok(b'[{"number":6,"reactions":{"+1":1}}]', etag='"2"'),
    )
    await _sampled(scene)
    scene.clock.advance(HOURS_S)

    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_a_sample_that_is_ahead_of_its_delivery() -> None:
    """A change that is told of within the minute was not missed; meanwhile nothing is covered."""
    scene = await covered(ok(), FIRST, SECOND, not_modified(), not_modified())
    await scene.get(LABELS)
    await _sampled(scene)
    in_doubt = await scene.get(LABELS, cache_control="only-if-cached, max-stale")
    await scene.deliveries.receive("1", OPENED, SOURCE)
    told = await scene.get(LABELS, cache_control="only-if-cached")
    await scene.get(ISSUES)
    scene.clock.advance(SETTLING_S + 1)
    await scene.get(ISSUES)
    scene.clock.advance(HOURS_S)

    assert (in_doubt.mode, told.mode) == (Mode.STALE, Mode.HIT)
    assert (await scene.get(ISSUES)).mode is Mode.HIT
    assert scene.witness.misses == []


async def test_a_sample_that_finds_a_missed_event() -> None:
    """The repository is out of covered mode, and that is told; a ping brings it back."""
    scene = await covered(FIRST, SECOND, not_modified())
    await _sampled(scene)
    scene.clock.advance(DELIVERY_TAKES_S + 1)
    out = await scene.get(ISSUES)
    left_at = scene.clock.now()
    await scene.done()
    standing = scene.gateway.covering.standing()
    await scene.deliveries.receive("ping again", PING, SOURCE)
    scene.clock.advance(HOURS_S)

    assert out.mode is Mode.STALE
    assert scene.witness.misses == ["octo/hello"]
    assert (standing.misses, standing.left) == (1, {"octo/hello": left_at + LEFT_FOR_S})
    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_out_of_covered_mode_also_after_a_restart() -> None:
    """That a delivery was missed is kept, and so is its end."""
    store = MemoryStore(1_000_000, secret=SECRET)
    scene = await covered(FIRST, SECOND, store=store)
    await _sampled(scene)
    scene.clock.advance(DELIVERY_TAKES_S + 1)
    await scene.get(ISSUES, cache_control="only-if-cached, max-stale")

    again = Scene(store=store)
    again.clock.advance(scene.clock.now() - again.clock.now())
    await again.gateway.covering.recall()
    left = dict(again.gateway.covering.standing().left)
    await scene.deliveries.receive("ping again", PING, SOURCE)
    healed = Scene(store=store)
    await healed.gateway.covering.recall()

    assert set(left) == {"octo/hello"}
    assert healed.gateway.covering.standing().left == {}


async def test_a_sample_that_finds_it_gone() -> None:
    """That a repository went without a word is a miss, too."""
    scene = await covered(ok(), FIRST, ok(b"{}", status=404))
    await scene.get(LABELS)
    await _sampled(scene)
    scene.clock.advance(DELIVERY_TAKES_S)
    # What else is stored of the repository is no longer covered.
    other = await scene.get(LABELS, cache_control="only-if-cached, max-stale")

    assert other.mode is Mode.STALE
    assert scene.witness.misses == ["octo/hello"]


async def _sampled(scene: Scene) -> None:
    """Read until GitHub has been asked about a covered answer."""
    await scene.get(ISSUES)
    scene.clock.advance(MOVING_S + 1)
    await scene.get(ISSUES)
    scene.clock.advance(SAMPLE_EVERY_S)
    await scene.get(ISSUES)
    await scene.done()
