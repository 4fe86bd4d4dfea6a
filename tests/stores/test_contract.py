"""What every store promises, asked of each of them in the same words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from portico.core.audience import PUBLIC, Principal
from portico.core.tally import Line, Sums
from portico.gateway.ports import Store
from portico.stores.memory import MemoryStore
from portico.stores.open import open_store
from portico.stores.sqlite import SQLiteStore
from tests.stores.builders import NOON, Now, content, entry, key, noise

LIMIT_BYTES = 100_000
HOUR_S = 3_600


@pytest.fixture
def now() -> Now:
    """Return the clock of the store."""
    return Now()


def make(kind: str, path: Path, now: Now) -> Store:
    """Return a store of this kind, as its port has it."""
    match kind:
        case "memory":
            # A body in memory counts twice: as it came, and as it is sent.
            return MemoryStore(2 * LIMIT_BYTES)
        case "sqlite":
            return SQLiteStore.open(path, limit_bytes=LIMIT_BYTES, now=now, shared=False)
        case _:
            return open_store(
                f"sqlite:///{path}",
                memory_bytes=2 * LIMIT_BYTES,
                disk_bytes=LIMIT_BYTES,
                now=now,
                shared=kind == "shared",
            )


@pytest.fixture(params=["memory", "sqlite", "tiered", "shared"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, now: Now) -> AsyncIterator[Store]:
    """Return an empty store of each kind in turn."""
    opened = make(request.param, tmp_path / "store.db", now)
    yield opened
    await opened.close()


async def test_absent(store: Store) -> None:
    """What was never stored is None, for one who waits and for one who does not."""
    assert store.peek(key()) is None
    assert await store.get(key()) is None


async def test_exact(store: Store) -> None:
    """An entry comes back as it was put, at once and after it has settled."""
    kept = entry(noise(1), marked=False)

    store.put(key(), kept)

    assert content(await store.get(key())) == content(kept)
    await store.settled()
    assert content(await store.get(key())) == content(kept)


async def test_peek_agrees(store: Store) -> None:
    """What can be had without waiting is what waiting gives."""
    store.put(key(), entry())

    peeked = store.peek(key())

    assert peeked is None or content(peeked) == content(await store.get(key()))


@pytest.mark.parametrize("change", ["put", "mark", "drop", "delete"])
async def test_edition_tells_that_something_changed(store: Store, change: str) -> None:
    """Whoever has looked once need not look again while the edition is the same."""
    store.put(key("/other"), entry())
    if change != "put":
        store.put(key(), entry())
    before, edition = store.peek(key()), store.edition

    match change:
        case "put":
            store.put(key(), entry())
        case "delete":
            store.delete(key())
        case _:
            getattr(store, change)(entry().tags)

    assert store.peek(key()) is before or store.edition != edition


async def test_audiences_are_apart(store: Store) -> None:
    """An entry of one audience is not there for another one that asks for the same."""
    mine, yours = Principal("a" * 32), Principal("b" * 32)

    store.put(key(audience=mine), entry())

    assert await store.get(key(audience=mine)) is not None
    assert await store.get(key(audience=yours)) is None
    assert await store.get(key(audience=PUBLIC)) is None


async def test_newer_replaces(store: Store) -> None:
    """An entry confirmed later replaces one confirmed earlier."""
    store.put(key(), entry(b"old", confirmed_at=NOON))
    store.put(key(), entry(b"new", confirmed_at=NOON + 1))

    found = await store.get(key())

    assert found is not None
    assert found.response.body == b"new"


async def test_older_does_not_replace(store: Store) -> None:
    """An answer that overtook another on the way is not replaced by the slower one."""
    store.put(key(), entry(b"new", confirmed_at=NOON + 1))
    store.put(key(), entry(b"old", confirmed_at=NOON))

    found = await store.get(key())

    assert found is not None
    assert found.response.body == b"new"


async def test_equal_replaces(store: Store) -> None:
    """Of two entries confirmed at the same instant the one put last stays."""
    store.put(key(), entry(b"first"))
    store.put(key(), entry(b"second"))

    found = await store.get(key())

    assert found is not None
    assert found.response.body == b"second"


async def test_mark(store: Store) -> None:
    """Marking a tag marks every entry that has it, and changes nothing else about it."""
    one, other = entry(b"1", tags=("a", "b")), entry(b"2", tags=("c",))
    store.put(key(1), one)
    store.put(key(2), other)

    store.mark(["x", "b"])

    assert content(await store.get(key(1))) == content(replace(one, marked=True))
    assert content(await store.get(key(2))) == content(other)


async def test_mark_spares_what_was_confirmed_later(store: Store) -> None:
    """A change of long ago leaves alone what GitHub has confirmed since."""
    store.put(key(1), entry(confirmed_at=NOON))
    store.put(key(2), entry(confirmed_at=NOON + 10))

    store.mark(["owner:octo"], confirmed_by=NOON)

    old, new = await store.get(key(1)), await store.get(key(2))
    assert old is not None
    assert new is not None
    assert (old.marked, new.marked) == (True, False)


async def test_changes_are_counted(store: Store) -> None:
    """Every mark and drop moves the number that has been reached, once it has settled."""
    before = store.reached
    store.mark(["a"])
    await store.settled()
    store.news()
    between = store.reached
    store.drop(["b"])
    await store.settled()
    store.news()

    assert before < between < store.reached


async def test_notes(store: Store) -> None:
    """A text is kept under its name, the last one counts, and only names that begin so are told."""
    store.note("hook:1", "first")
    store.note("hook:1", "second")
    store.note("hook_2", "other")
    store.note("delivery:1", "")

    assert await store.notes("hook:") == {"hook:1": "second"}
    assert await store.notes("hook_") == {"hook_2": "other"}
    assert await store.notes("nothing") == {}
    assert await store.noted("hook:1") == "second"
    assert await store.noted("delivery:1") == ""
    assert await store.noted("hook:") is None


async def test_sums_are_added_up(store: Store) -> None:
    """What is counted twice for one line is there as one sum; hours of before are left out."""
    hour = int(NOON) // HOUR_S
    line, earlier = (Line(at, "key:ci", "slow", "operator", "hit") for at in (hour, hour - 2))
    store.add({line: Sums(1, 0, 1), earlier: Sums(9, 9, 9)})
    store.add({line: Sums(2, 1, 1)})

    assert await store.sums(since=NOON - HOUR_S) == {line: Sums(3, 1, 2)}


async def test_sibling(store: Store) -> None:
    """What is stored for another audience is found if it is at hand; one's own is not meant."""
    mine, others = (key(audience=Principal(name)) for name in ("a" * 32, "b" * 32))
    store.put(others, entry(b"theirs"))
    assert store.sibling(others) is None
    assert store.sibling(key("else", audience=Principal("a" * 32))) is None

    found = store.sibling(mine)
    assert found is None or found.response.body == b"theirs"
    assert await store.get(mine) is None

    store.put(mine, entry(b"mine"))
    store.put(others, entry(b"theirs", confirmed_at=NOON + 1))
    store.delete(mine)
    found = store.sibling(mine)
    assert found is None or found.response.body == b"theirs"

    store.delete(others)
    assert store.sibling(mine) is None


async def test_put_after_mark(store: Store) -> None:
    """A confirmation later than the mark takes the mark away."""
    store.put(key(), entry())
    store.mark(["owner:octo"])
    store.put(key(), entry(confirmed_at=NOON + 1))

    found = await store.get(key())

    assert found is not None
    assert not found.marked


async def test_put_marked(store: Store) -> None:
    """An entry that is put marked, as after a change during its flight, stays marked."""
    store.put(key(), entry())
    store.put(key(), entry(confirmed_at=NOON + 1, marked=True))

    found = await store.get(key())

    assert found is not None
    assert found.marked


async def test_tags_follow_the_entry(store: Store) -> None:
    """A replaced entry is found by its new tags only."""
    store.put(key(), entry(tags=("old",)))
    store.put(key(), entry(tags=("new",)))

    store.drop(["old"])
    kept = await store.get(key())
    store.drop(["new"])

    assert kept is not None
    assert await store.get(key()) is None


async def test_drop(store: Store) -> None:
    """Dropping a tag removes every entry that has it, and no other."""
    store.put(key(1), entry(tags=("a", "b")))
    store.put(key(2), entry(tags=("b",)))
    store.put(key(3), entry(tags=("c",)))

    store.drop(["b"])

    assert await store.get(key(1)) is None
    assert await store.get(key(2)) is None
    assert await store.get(key(3)) is not None


async def test_delete(store: Store) -> None:
    """Deleting removes the one entry; deleting what is not there does nothing."""
    store.put(key(1), entry())
    store.put(key(2), entry())

    store.delete(key(1))
    store.delete(key("nobody"))

    assert await store.get(key(1)) is None
    assert await store.get(key(2)) is not None


async def test_hostile_tags(store: Store) -> None:
    """Tags are data: quotes, wildcards and broken text neither fail nor reach other entries."""
    store.put(key(), entry(tags=("a'b", "100%", "名前")))

    store.mark(["a", "%", "", "' OR 1=1 --", "\ud800", "\x00"])
    before = await store.get(key())
    store.drop(["a'b"])

    assert before is not None
    assert not before.marked
    assert await store.get(key()) is None


async def test_too_large(store: Store) -> None:
    """An entry over a quarter of the limit is not kept, nor the older one that it supersedes."""
    store.put(key(), entry(b"small"))

    store.put(key(), entry(noise(1, LIMIT_BYTES // 3), confirmed_at=NOON + 1))

    assert await store.get(key()) is None


async def test_bounded(store: Store, now: Now) -> None:
    """When the limit is reached the longest unused go, and what was used since stays."""
    for number in range(5):
        store.put(key(number), entry(noise(number)))
        await store.settled()
        now.at += 1
    now.at += 2 * HOUR_S
    await store.get(key(0))
    await store.settled()
    for number in range(5, 11):
        now.at += 1
        store.put(key(number), entry(noise(number)))
        await store.settled()

    assert await store.get(key(1)) is None
    assert await store.get(key(0)) is not None
    assert await store.get(key(10)) is not None


async def test_secret(store: Store, tmp_path: Path, now: Now) -> None:
    """Each store has 32 secret bytes of its own."""
    other = make("tiered", tmp_path / "other.db", now)

    assert len(store.secret) == 32
    assert store.secret == store.secret
    assert store.secret != other.secret
    await other.close()


async def test_no_news(store: Store) -> None:
    """What this process does itself is no news to it."""
    store.put(key(), entry())
    store.mark(["owner:octo"])
    store.drop(["owner:nobody"])
    await store.settled()

    assert store.news() == frozenset()


async def test_closed(store: Store) -> None:
    """A closed store holds nothing, and asking it neither waits nor fails."""
    store.put(key(), entry())

    await store.close()
    store.put(key(2), entry())
    store.mark(["a"])
    await store.settled()
    await store.close()

    assert await store.get(key()) is None
