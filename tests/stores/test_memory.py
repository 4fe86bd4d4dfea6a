"""What only the memory store can be asked: what its own bookkeeping says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.stores.memory import MemoryStore
from tests.stores.builders import NOON, entry, key

LIMIT_BYTES = 50_000
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "get", "delete", "mark", "drop"]),
        st.integers(0, 9),
        st.integers(0, 12_000),
    ),
    max_size=60,
)


@given(STEPS)
def test_the_books_are_right(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens, the bytes counted are those of the entries there, and within the limit."""
    store = MemoryStore(LIMIT_BYTES)
    for action, number, size in steps:
        match action:
            case "put":
                store.put(key(number), entry(b"x" * size, tags=(f"tag:{size % 3}",)))
            case "get":
                store.peek(key(number))
            case "delete":
                store.delete(key(number))
            case "mark":
                store.mark([f"tag:{number % 3}"])
            case _:
                store.drop([f"tag:{number % 3}"])

        found = [store.peek(key(one)) for one in range(10)]

        assert store.size_bytes == sum(one.size_bytes for one in found if one)
        assert store.size_bytes <= LIMIT_BYTES
        assert len(store) == sum(one is not None for one in found)


def test_nothing_is_left_behind() -> None:
    """Tags of entries that have gone take no room."""
    store = MemoryStore(LIMIT_BYTES)
    for number in range(1_000):
        store.put(key(number), entry(tags=(f"owner:{number}",)))

    assert len(store._keys_by_tag) == len(store) < 50


def test_longest_unused_goes_first() -> None:
    """Room is made by the entry that nobody asked for longest; marking it is not asking."""
    store = MemoryStore(LIMIT_BYTES)
    for number in range(4):
        store.put(key(number), entry(b"x" * 4_500, tags=(f"tag:{number}",)))
    store.peek(key(0))
    store.mark(["tag:1"])

    store.put(key(4), entry(b"x" * 4_500))

    assert store.peek(key(0)) is not None
    assert store.peek(key(1)) is None


def test_marked_once() -> None:
    """Marking what is marked already keeps the very entry, and so what was made from it."""
    store = MemoryStore(LIMIT_BYTES)
    store.put(key(), entry(confirmed_at=NOON))
    store.mark(["owner:octo"])
    marked = store.peek(key())

    store.mark(["owner:octo"])

    assert store.peek(key()) is marked


def test_clear() -> None:
    """A cleared store is as good as new."""
    store = MemoryStore(LIMIT_BYTES)
    store.put(key(), entry())

    store.clear()
    store.put(key(2), entry())

    assert store.peek(key()) is None
    assert len(store) == 1
